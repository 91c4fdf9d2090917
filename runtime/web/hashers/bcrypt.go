package hashers

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// BCrypt is bcrypt over the SHA-256 of the password, so that its length does
// not matter: bcrypt_sha256$$2b$12$…; Plain is bcrypt alone. The salt is bcrypt's own affair.
type BCrypt struct {
	// Cost is the binary logarithm of the rounds; 0 is 12.
	Cost int
	// Plain hashes the password itself: of it the first 72 bytes count.
	Plain bool
}

// Algorithm is bcrypt_sha256 or bcrypt.
func (h BCrypt) Algorithm() string {
	if h.Plain {
		return "bcrypt"
	}
	return "bcrypt_sha256"
}

func (h BCrypt) cost() int {
	if h.Cost == 0 {
		return 12
	}
	return h.Cost
}

func (h BCrypt) input(password string) []byte {
	if h.Plain {
		return []byte(password)[:min(len(password), 72)]
	}
	sum := sha256.Sum256([]byte(password))
	return []byte(hex.EncodeToString(sum[:]))
}

// Encode hashes a password.
func (h BCrypt) Encode(password, _ string) (string, error) {
	hashed, err := bcrypt.GenerateFromPassword(h.input(password), h.cost())
	if err != nil {
		return "", fmt.Errorf("hashers: bcrypt: %w", err)
	}
	return h.Algorithm() + "$" + string(hashed), nil
}

// Verify checks a password.
func (h BCrypt) Verify(password, encoded string) (bool, error) {
	err := bcrypt.CompareHashAndPassword([]byte(h.data(encoded)), h.input(password))
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
		return false, nil
	}
	return false, fmt.Errorf("%w: %w", ErrMalformed, err)
}

func (h BCrypt) data(encoded string) string { return strings.TrimPrefix(encoded, h.Algorithm()+"$") }

// MustUpdate reports another cost.
func (h BCrypt) MustUpdate(encoded string) bool {
	cost, err := bcrypt.Cost([]byte(h.data(encoded)))
	return err != nil || cost != h.cost()
}

var _ Hasher = BCrypt{}
