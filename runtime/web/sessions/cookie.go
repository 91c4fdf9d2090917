package sessions

import (
	"context"
	"fmt"
	"time"

	"stackgen.dev/runtime/web/signing"
)

// SignedCookie is the store without a place: the key is the data, signed.
// Logging out deletes the cookie but cannot take back a copy of it; that ends
// only with its age (django.contrib.sessions.backends.signed_cookies).
type SignedCookie struct {
	signer *signing.TimestampSigner
	maxAge time.Duration
}

// Salt is what the signatures of sessions are made for.
const Salt = "django.contrib.sessions.backends.signed_cookies"

// maxCookie is how long the value may be, in bytes: browsers keep 4096 with the name.
const maxCookie = 4000

// NewSignedCookie makes the store. What is older than maxAge is not accepted,
// or than the age that the session was given itself.
func NewSignedCookie(keys signing.Keys, maxAge time.Duration) *SignedCookie {
	return &SignedCookie{signing.NewTimestamp(keys, Salt, nil), maxAge}
}

// Load checks and reads the cookie.
func (s *SignedCookie) Load(_ context.Context, key string) (map[string]any, bool, error) {
	var data map[string]any
	age, err := s.signer.LoadsAge(key, &data)
	if err != nil || data == nil || age > s.limit(data, age) {
		return nil, false, nil
	}
	return data, true, nil
}

// limit is how old this session may be. One that ends with the browser may be as old as others.
func (s *SignedCookie) limit(data map[string]any, age time.Duration) time.Duration {
	switch own, left := ownExpiry(data[expiryKey]); {
	case left:
		return age + own
	case own > 0:
		return own
	}
	return s.maxAge
}

// Save signs the data. What browsers would not keep is ErrTooLarge.
func (s *SignedCookie) Save(_ context.Context, _ string, data map[string]any, _ time.Duration) (string, error) {
	key, err := s.signer.Dumps(data, true)
	if err == nil && len(key) > maxCookie {
		err = fmt.Errorf("%w: %d bytes, and browsers keep no cookie of more than %d; keep less in it, or sessions on the server (session.store)", ErrTooLarge, len(key), maxCookie)
	}
	return key, err
}

// Delete does nothing: there is nothing but the cookie.
func (s *SignedCookie) Delete(context.Context, string) error { return nil }

var _ Store = (*SignedCookie)(nil)
