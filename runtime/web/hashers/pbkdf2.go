package hashers

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
)

// DefaultIterations is Django 6.1's number of rounds.
const DefaultIterations = 1500000

// maxIterations keeps a damaged row from holding a processor for hours.
const maxIterations = 100_000_000

// PBKDF2 is Django's default hasher: pbkdf2_sha256$1500000$salt$hash, or
// pbkdf2_sha1 where SHA1 is set.
type PBKDF2 struct {
	// Iterations is the number of rounds; 0 is DefaultIterations.
	Iterations int
	// SHA1 uses the older hash function.
	SHA1 bool
}

// Algorithm is pbkdf2_sha256 or pbkdf2_sha1.
func (h PBKDF2) Algorithm() string {
	if h.SHA1 {
		return "pbkdf2_sha1"
	}
	return "pbkdf2_sha256"
}

func (h PBKDF2) iterations() int {
	if h.Iterations == 0 {
		return DefaultIterations
	}
	return h.Iterations
}

// Encode hashes a password.
func (h PBKDF2) Encode(password, salt string) (string, error) {
	return h.encode(password, salt, h.iterations())
}

func (h PBKDF2) encode(password, salt string, iterations int) (string, error) {
	if err := checkSalt(salt); err != nil {
		return "", err
	}
	var digest func() hash.Hash = sha256.New
	size := sha256.Size
	if h.SHA1 {
		digest, size = sha1.New, sha1.Size
	}
	key, err := pbkdf2.Key(digest, password, []byte(salt), iterations, size)
	if err != nil {
		return "", fmt.Errorf("hashers: pbkdf2: %w", err)
	}
	return fmt.Sprintf("%s$%d$%s$%s", h.Algorithm(), iterations, salt, base64.StdEncoding.EncodeToString(key)), nil
}

// Verify checks a password.
func (h PBKDF2) Verify(password, encoded string) (bool, error) {
	iterations, salt, err := h.decode(encoded)
	if err != nil {
		return false, err
	}
	again, err := h.encode(password, salt, iterations)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return equal(encoded, again), nil
}

func (h PBKDF2) decode(encoded string) (iterations int, salt string, err error) {
	parts, err := split(encoded, 3)
	if err != nil {
		return 0, "", err
	}
	iterations, err = number(parts[0], maxIterations)
	return iterations, parts[1], err
}

// MustUpdate reports another number of rounds, or a short salt.
func (h PBKDF2) MustUpdate(encoded string) bool {
	iterations, salt, err := h.decode(encoded)
	return err != nil || iterations != h.iterations() || weakSalt(salt)
}

var _ Hasher = PBKDF2{}
