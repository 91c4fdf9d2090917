package hashers

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Argon2 is argon2id, which makes guessing need memory:
// argon2$argon2id$v=19$m=102400,t=2,p=8$salt$hash. The zero values are Django's parameters.
type Argon2 struct {
	// Memory is in KiB, 0 is 102400; Time is the number of passes, 0 is 2; Threads 0 is 8.
	Memory, Time uint32
	Threads      uint8
}

// maxArgonMemory is what a stored hash may ask for, in KiB: one gibibyte.
const maxArgonMemory = 1 << 20

func (h Argon2) parameters() Argon2 {
	if h.Memory == 0 {
		h.Memory = 102400
	}
	if h.Time == 0 {
		h.Time = 2
	}
	if h.Threads == 0 {
		h.Threads = 8
	}
	return h
}

// Algorithm is argon2.
func (Argon2) Algorithm() string { return "argon2" }

// argonHash is the length of the hash in bytes.
const argonHash = 32

// Encode hashes a password.
func (h Argon2) Encode(password, salt string) (string, error) {
	if err := checkSalt(salt); err != nil {
		return "", err
	}
	h = h.parameters()
	key := argon2.IDKey([]byte(password), []byte(salt), h.Time, h.Memory, h.Threads, argonHash)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("argon2$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.Memory, h.Time, h.Threads,
		b64.EncodeToString([]byte(salt)), b64.EncodeToString(key)), nil
}

// argonHashed is a stored hash in its parts.
type argonHashed struct {
	variety    string
	parameters Argon2
	salt, key  []byte
}

func decodeArgon2(encoded string) (d argonHashed, err error) {
	parts, err := split(encoded, 5)
	if err != nil {
		return d, err
	}
	var memory, time, threads int
	for _, one := range strings.Split(parts[2], ",") {
		name, value, _ := strings.Cut(one, "=")
		switch name {
		case "m":
			memory, err = number(value, maxArgonMemory)
		case "t":
			time, err = number(value, 1000)
		case "p":
			threads, err = number(value, 255)
		default:
			err = ErrMalformed
		}
		if err != nil {
			return d, err
		}
	}
	d.variety, d.parameters = parts[0], Argon2{uint32(memory), uint32(time), uint8(threads)}
	if parts[1] != fmt.Sprintf("v=%d", argon2.Version) || memory == 0 || time == 0 || threads == 0 {
		return d, ErrMalformed
	}
	b64 := base64.RawStdEncoding
	if d.salt, err = b64.DecodeString(strings.TrimRight(parts[3], "=")); err != nil {
		return d, ErrMalformed
	}
	if d.key, err = b64.DecodeString(strings.TrimRight(parts[4], "=")); err != nil || len(d.key) < 4 || len(d.key) > 1024 {
		return d, ErrMalformed
	}
	return d, nil
}

// Verify checks a password; argon2i, which older sites have, too.
func (Argon2) Verify(password, encoded string) (bool, error) {
	d, err := decodeArgon2(encoded)
	if err != nil {
		return false, err
	}
	derive := argon2.IDKey
	switch d.variety {
	case "argon2id":
	case "argon2i":
		derive = argon2.Key
	default:
		return false, ErrMalformed
	}
	p := d.parameters
	key := derive([]byte(password), d.salt, p.Time, p.Memory, p.Threads, uint32(len(d.key)))
	return equal(string(key), string(d.key)), nil
}

// MustUpdate reports other parameters, or a short salt.
func (h Argon2) MustUpdate(encoded string) bool {
	d, err := decodeArgon2(encoded)
	return err != nil || d.variety != "argon2id" || d.parameters != h.parameters() || weakSalt(string(d.salt))
}

var _ Hasher = Argon2{}
