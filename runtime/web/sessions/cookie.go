package sessions

import (
	"context"
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

// NewSignedCookie makes the store. What is older than maxAge is not accepted.
func NewSignedCookie(keys signing.Keys, maxAge time.Duration) *SignedCookie {
	return &SignedCookie{signing.NewTimestamp(keys, Salt, nil), maxAge}
}

// Load checks and reads the cookie.
func (s *SignedCookie) Load(_ context.Context, key string) (map[string]any, bool, error) {
	var data map[string]any
	if err := s.signer.Loads(key, s.maxAge, &data); err != nil || data == nil {
		return nil, false, nil
	}
	return data, true, nil
}

// Save signs the data.
func (s *SignedCookie) Save(_ context.Context, _ string, data map[string]any, _ time.Duration) (string, error) {
	return s.signer.Dumps(data, true)
}

// Delete does nothing: there is nothing but the cookie.
func (s *SignedCookie) Delete(context.Context, string) error { return nil }

var _ Store = (*SignedCookie)(nil)
