package hashers

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// Scrypt is scrypt$16384$salt$8$5$hash. The zero values are Django's parameters.
type Scrypt struct {
	// N is the cost and a power of two, 0 is 16384; R the block size, 0 is 8; P 0 is 5.
	N, R, P int
}

// maxScryptMemory is what a stored hash may ask for, in bytes.
const maxScryptMemory = 1 << 30

func (h Scrypt) parameters() Scrypt {
	if h.N == 0 {
		h.N = 16384
	}
	if h.R == 0 {
		h.R = 8
	}
	if h.P == 0 {
		h.P = 5
	}
	return h
}

// Algorithm is scrypt.
func (Scrypt) Algorithm() string { return "scrypt" }

// Encode hashes a password.
func (h Scrypt) Encode(password, salt string) (string, error) {
	if err := checkSalt(salt); err != nil {
		return "", err
	}
	h = h.parameters()
	if h.N > maxScryptMemory/128/h.R || h.P > maxScryptMemory/128/h.R {
		return "", fmt.Errorf("hashers: scrypt: the parameters need more than %d bytes", maxScryptMemory)
	}
	key, err := scrypt.Key([]byte(password), []byte(salt), h.N, h.R, h.P, 64)
	if err != nil {
		return "", fmt.Errorf("hashers: %w", err)
	}
	return fmt.Sprintf("scrypt$%d$%s$%d$%d$%s", h.N, salt, h.R, h.P, base64.StdEncoding.EncodeToString(key)), nil
}

func decodeScrypt(encoded string) (h Scrypt, salt string, err error) {
	parts, err := split(encoded, 5)
	if err != nil {
		return h, "", err
	}
	if strings.Contains(parts[4], "$") {
		return h, "", ErrMalformed
	}
	for i, to := range map[int]*int{0: &h.N, 2: &h.R, 3: &h.P} {
		if *to, err = number(parts[i], 1<<24); err != nil {
			return h, "", err
		}
	}
	return h, parts[1], nil
}

// Verify checks a password.
func (Scrypt) Verify(password, encoded string) (bool, error) {
	h, salt, err := decodeScrypt(encoded)
	if err != nil {
		return false, err
	}
	again, err := h.Encode(password, salt)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return equal(encoded, again), nil
}

// MustUpdate reports other parameters. The salt's length does not count, as in Django.
func (h Scrypt) MustUpdate(encoded string) bool {
	d, _, err := decodeScrypt(encoded)
	return err != nil || d != h.parameters()
}

var _ Hasher = Scrypt{}
