package hashers

import (
	"context"
	"crypto/rand"
	"runtime"
	"strings"
)

// Set is how a site stores passwords. It is safe for concurrent use.
type Set struct {
	hashers []Hasher // the first makes new hashes
	slots   chan struct{}
}

// New makes a set. The first hasher makes new hashes, all verify
// (PASSWORD_HASHERS). Without any it is [Default].
func New(list ...Hasher) *Set {
	if len(list) == 0 {
		return Default()
	}
	// Two at a time leave the processors to those who are logged in; one where there is one.
	return &Set{list, make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
}

// Default makes argon2id and verifies everything that Django stores.
func Default() *Set {
	return New(Argon2{}, PBKDF2{}, PBKDF2{SHA1: true}, BCrypt{}, BCrypt{Plain: true}, Scrypt{}, MD5{})
}

// unusable begins the stored text of an account that has no password.
const unusable = "!"

const saltAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// random returns n random letters and digits.
func random(n int) string {
	var raw [64]byte
	out := make([]byte, 0, n)
	for len(out) < n {
		rand.Read(raw[:])
		for _, c := range raw {
			if c < 248 && len(out) < n { // 248 is the largest multiple of 62 in a byte
				out = append(out, saltAlphabet[c%62])
			}
		}
	}
	return string(out)
}

// saltLength is the number of characters that have 128 bits.
const saltLength = 22

// Make hashes a password to be stored. It fails when ctx ends before its turn.
func (s *Set) Make(ctx context.Context, password string) (string, error) {
	if err := s.enter(ctx); err != nil {
		return "", err
	}
	defer s.leave()
	return s.hashers[0].Encode(password, random(saltLength))
}

// Unusable is what to store for an account that cannot log in with a password
// (set_unusable_password). It differs every time, so that reset tokens do.
func Unusable() string { return unusable + random(40) }

// Usable reports whether the stored text is a password's at all.
func Usable(encoded string) bool { return !strings.HasPrefix(encoded, unusable) }

// Check reports whether a stored text is of that password, and whether it is to
// be made anew with Make: its hasher or parameters are not those of the site any more. Where nothing
// is stored that could be checked, as much time is spent as for a hash, so that
// the time says nothing (check_password).
func (s *Set) Check(ctx context.Context, password, encoded string) (valid, update bool, err error) {
	if err := s.enter(ctx); err != nil {
		return false, false, err
	}
	defer s.leave()
	h := s.find(encoded)
	if h == nil {
		_, err := s.hashers[0].Encode(password, random(saltLength))
		return false, false, err
	}
	valid, err = h.Verify(password, encoded)
	if err != nil {
		return false, false, err
	}
	return valid, h != s.hashers[0] || h.MustUpdate(encoded), nil
}

// unsalted reports an MD5 hash without salt, which nothing reads any more.
func unsalted(encoded string) bool { return len(encoded) == 37 && strings.HasPrefix(encoded, "md5$$") }

func (s *Set) find(encoded string) Hasher {
	if !Usable(encoded) || unsalted(encoded) {
		return nil
	}
	algorithm, _, _ := strings.Cut(encoded, "$")
	for _, h := range s.hashers {
		if h.Algorithm() == algorithm {
			return h
		}
	}
	return nil
}

func (s *Set) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Set) leave() { <-s.slots }
