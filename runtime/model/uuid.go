package model

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
)

// UUID is a universally unique identifier (RFC 9562). UUIDs compare with ==.
// The zero UUID is the nil UUID.
type UUID [16]byte

// NewUUID is a random UUID, version 4.
func NewUUID() UUID {
	var u UUID
	rand.Read(u[:]) // never fails
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return u
}

// ParseUUID reads 32 hexadecimal digits, with or without hyphens after the
// eighth, twelfth, sixteenth and twentieth.
func ParseUUID(s string) (UUID, error) {
	u, ok := parseUUID(s)
	if !ok {
		return UUID{}, fmt.Errorf("%w: %q is not a UUID", ErrInvalid, s)
	}
	return u, nil
}

func parseUUID(s string) (UUID, bool) {
	var u UUID
	switch len(s) {
	case 32:
		_, err := hex.Decode(u[:], []byte(s))
		return u, err == nil
	case 36:
		if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
			return u, false
		}
		_, err := hex.Decode(u[:], []byte(s[:8]+s[9:13]+s[14:18]+s[19:23]+s[24:]))
		return u, err == nil
	}
	return u, false
}

// IsZero reports whether u is the nil UUID.
func (u UUID) IsZero() bool { return u == UUID{} }

// Hex is the 32 digits without hyphens, the form that is stored.
func (u UUID) Hex() string { return hex.EncodeToString(u[:]) }

// AppendText appends the form of String. It never fails.
func (u UUID) AppendText(b []byte) ([]byte, error) { return u.append(b), nil }

func (u UUID) append(b []byte) []byte {
	for i, part := range [][]byte{u[0:4], u[4:6], u[6:8], u[8:10], u[10:16]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// String is the form with hyphens.
func (u UUID) String() string { return string(u.append(make([]byte, 0, 36))) }
