package hashers

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrMalformed says that a stored text begins as a hash does and is none.
var ErrMalformed = errors.New("hashers: the stored password is malformed")

// Hasher is one way to store passwords.
type Hasher interface {
	// Algorithm is what stands before the first "$".
	Algorithm() string
	// Encode hashes a password. The salt has to be there and to hold no "$".
	Encode(password, salt string) (string, error)
	// Verify reports whether a text that Encode made is of that password.
	Verify(password, encoded string) (bool, error)
	// MustUpdate reports whether a text has other parameters than this hasher would use.
	MustUpdate(encoded string) bool
}

// checkSalt refuses what could not be read again.
func checkSalt(salt string) error {
	if salt == "" || strings.Contains(salt, "$") {
		return fmt.Errorf("hashers: a salt must be given and cannot contain $")
	}
	return nil
}

// saltEntropy is how many bits a salt has to have; its characters are letters and digits, 5.95 bits each.
const saltEntropy = 128

func weakSalt(salt string) bool { return float64(len(salt))*5.954196310386876 < saltEntropy }

// split cuts a stored text into its algorithm and n parts.
func split(encoded string, n int) ([]string, error) {
	parts := strings.SplitN(encoded, "$", n+1)
	if len(parts) != n+1 {
		return nil, ErrMalformed
	}
	return parts[1:], nil
}

// number reads a parameter between 1 and most.
func number(s string, most int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, ErrMalformed
	}
	return n, nil
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
