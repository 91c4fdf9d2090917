package signing

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// The ways in which a signed value can be refused. ErrExpired is an
// ErrBadSignature as well, as in Django.
var (
	ErrBadSignature = errors.New("signing: the signature does not match")
	ErrExpired      = fmt.Errorf("%w: it is too old", ErrBadSignature)
)

// Keys are the secrets of a site: the first signs, all of them verify. A key
// is changed by putting the new one first and taking the old one away when
// what it signed has run out (SECRET_KEY, SECRET_KEY_FALLBACKS).
type Keys []string

// Signer signs strings.
type Signer struct {
	keys []derived
	sep  string
}

// derived is the key that a secret and a salt make; it is computed once.
type derived [sha256.Size]byte

// New makes a signer. The salt says what the signatures are for, so that a
// value signed for one purpose is not accepted for another. It panics without keys: a site without a
// secret must not start.
func New(keys Keys, salt string) *Signer { return newSigner(keys, salt, ":") }

// NewSeparator is New with another text than ":" between value and signature.
// It fails where the separator could be part of a signature.
func NewSeparator(keys Keys, salt, sep string) (*Signer, error) {
	if strings.Trim(sep, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=[\\]^`") == "" {
		return nil, fmt.Errorf("signing: the separator %q could be part of a signature", sep)
	}
	return newSigner(keys, salt, sep), nil
}

// DefaultSalt is the salt of Django's plain Signer.
const DefaultSalt = "django.core.signing.Signer"

func newSigner(keys Keys, salt, sep string) *Signer {
	if salt == "" {
		salt = DefaultSalt
	}
	if len(keys) == 0 || keys[0] == "" {
		panic("signing: there is no key to sign with")
	}
	s := &Signer{sep: sep}
	for _, key := range keys {
		s.keys = append(s.keys, sha256.Sum256([]byte(salt+"signer"+key)))
	}
	return s
}

// Signature is the signature of value alone.
func (s *Signer) Signature(value string) string { return s.keys[0].sign(value) }

func (k *derived) sign(value string) string {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte(value))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Sign returns the value with its signature behind it.
func (s *Signer) Sign(value string) string { return value + s.sep + s.Signature(value) }

// Unsign returns the value of a signed text, or ErrBadSignature.
func (s *Signer) Unsign(signed string) (string, error) {
	at := strings.LastIndex(signed, s.sep)
	if at < 0 {
		return "", ErrBadSignature
	}
	value, signature := signed[:at], signed[at+len(s.sep):]
	for i := range s.keys {
		if hmac.Equal([]byte(signature), []byte(s.keys[i].sign(value))) {
			return value, nil
		}
	}
	return "", ErrBadSignature
}
