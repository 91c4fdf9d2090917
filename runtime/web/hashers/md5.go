package hashers

import (
	"crypto/md5"
	"encoding/hex"
)

// MD5 verifies what very old sites stored: md5$salt$hash. It is for reading
// only; nothing new should be hashed with it outside of tests.
type MD5 struct{}

// Algorithm is md5.
func (MD5) Algorithm() string { return "md5" }

// Encode hashes a password.
func (MD5) Encode(password, salt string) (string, error) {
	if err := checkSalt(salt); err != nil {
		return "", err
	}
	sum := md5.Sum([]byte(salt + password))
	return "md5$" + salt + "$" + hex.EncodeToString(sum[:]), nil
}

// Verify checks a password.
func (h MD5) Verify(password, encoded string) (bool, error) {
	parts, err := split(encoded, 2)
	if err != nil {
		return false, err
	}
	again, err := h.Encode(password, parts[0])
	if err != nil {
		return false, ErrMalformed
	}
	return equal(encoded, again), nil
}

// MustUpdate reports a short salt.
func (MD5) MustUpdate(encoded string) bool {
	parts, err := split(encoded, 2)
	return err != nil || weakSalt(parts[0])
}

var _ Hasher = MD5{}
