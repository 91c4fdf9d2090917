package tokens

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrMalformed says that a text is not what it should be the encoding of.
var ErrMalformed = errors.New("tokens: the text is malformed")

// maxBase36 is the most digits that are read.
const maxBase36 = 13

// Base36 reads a number of digits and letters (base36_to_int). It is as lenient as Python's int:
// capitals, a sign, blanks around it and single underscores within are allowed.
func Base36(s string) (int64, error) {
	if len(s) > maxBase36 {
		return 0, ErrMalformed
	}
	t := strings.TrimSpace(s)
	unsigned := strings.TrimPrefix(strings.TrimPrefix(t, "-"), "+")
	if unsigned == "" || len(t)-len(unsigned) > 1 || strings.HasPrefix(unsigned, "_") || strings.HasSuffix(unsigned, "_") || strings.Contains(unsigned, "__") {
		return 0, ErrMalformed
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(t, "_", ""), 36, 64)
	if err != nil {
		return 0, ErrMalformed
	}
	return n, nil
}

// FormatBase36 writes a number that is not negative (int_to_base36).
func FormatBase36(n int64) (string, error) {
	if n < 0 {
		return "", fmt.Errorf("tokens: %d is negative", n)
	}
	return strconv.FormatInt(n, 36), nil
}

// UID writes an account's primary key for a URL (urlsafe_base64_encode).
func UID(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

// ParseUID reads what UID wrote; padding and line breaks that e-mail programs add do not matter.
func ParseUID(uid string) (string, error) {
	kept := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
			return r
		case r == '+':
			return '-'
		case r == '/':
			return '_'
		}
		return -1
	}, uid)
	if !utf8.ValidString(uid) || strings.ContainsFunc(uid, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "", ErrMalformed
	}
	id, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil {
		return "", ErrMalformed
	}
	if !utf8.Valid(id) {
		return "", ErrMalformed
	}
	return string(id), nil
}
