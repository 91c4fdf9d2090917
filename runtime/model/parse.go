package model

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"stackgen.dev/runtime/model/sqltext"
)

// ParseInt reads a whole number of 64 bits in decimal digits.
func ParseInt(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not a whole number", ErrInvalid, s)
	}
	return n, nil
}

// ParseFloat reads a finite number in decimal digits, with or without an exponent.
func ParseFloat(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f-f != 0 {
		return 0, fmt.Errorf("%w: %q is not a number", ErrInvalid, s)
	}
	return f, nil
}

// ParseBool reads true, false, 1 and 0, also as True and False, and what an
// HTML check box sends (on).
func ParseBool(s string) (bool, error) {
	switch s {
	case "true", "True", "1", "on":
		return true, nil
	case "false", "False", "0":
		return false, nil
	}
	return false, fmt.Errorf("%w: %q is neither true nor false", ErrInvalid, s)
}

// ParseJSON reads a JSON text.
func ParseJSON(s string) (json.RawMessage, error) {
	if !json.Valid([]byte(s)) {
		return nil, fmt.Errorf("%w: the text is not JSON", ErrInvalid)
	}
	return json.RawMessage(s), nil
}

// ParseBytes reads bytes in base 64.
func ParseBytes(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("%w: the text is not base 64", ErrInvalid)
	}
	return b, nil
}

// LikeValue binds the pattern that finds text literally, with before and after
// ("%" or "") around it. Generated code uses it for look-ups such as contains.
func LikeValue(before, text, after string) Value {
	return TextValue(sqltext.LikePattern(before, text, after))
}
