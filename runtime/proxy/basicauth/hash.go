package basicauth

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

// ErrHash is what ValidHash fails with.
var ErrHash = errors.New("the password is not hashed by bcrypt ($2y$…) or argon2 ($argon2id$…)")

// ValidHash reports whether a hash is one that passwords can be held against:
// bcrypt as htpasswd -B makes it, or argon2id and argon2i in the PHC form. What
// would take too much memory or time is none.
func ValidHash(hash string) error {
	if cost, err := bcrypt.Cost([]byte(hash)); err == nil {
		if cost > 16 {
			return fmt.Errorf("a bcrypt cost of %d takes too long: 16 at most", cost)
		}
		return nil
	}
	_, err := parseArgon(hash)
	return err
}

// matches computes the hash of a password.
func matches(hash, password string) bool {
	if strings.HasPrefix(hash, "$2") {
		// bcrypt looks at 72 bytes; a longer password would be cut there.
		return len(password) <= 72 && bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
	}
	a, err := parseArgon(hash)
	if err != nil {
		return false
	}
	var sum []byte
	if a.id {
		sum = argon2.IDKey([]byte(password), a.salt, a.time, a.memory, a.threads, uint32(len(a.sum)))
	} else {
		sum = argon2.Key([]byte(password), a.salt, a.time, a.memory, a.threads, uint32(len(a.sum)))
	}
	return subtle.ConstantTimeCompare(sum, a.sum) == 1
}

type argonHash struct {
	id           bool
	time, memory uint32
	threads      uint8
	salt, sum    []byte
}

// parseArgon reads "$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH".
func parseArgon(hash string) (a argonHash, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[2] != "v=19" || parts[1] != "argon2id" && parts[1] != "argon2i" {
		return a, ErrHash
	}
	a.id = parts[1] == "argon2id"
	n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &a.memory, &a.time, &a.threads)
	if err != nil || n != 3 || a.time < 1 || a.time > 64 || a.threads < 1 || a.memory < 8 || a.memory > 1<<20 {
		return a, ErrHash
	}
	if a.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(a.salt) < 8 {
		return a, ErrHash
	}
	if a.sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(a.sum) < 16 || len(a.sum) > 64 {
		return a, ErrHash
	}
	return a, nil
}
