package sessions

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"
)

// Keeper is what [Stored] keeps sessions in; a caches.Cache is one.
type Keeper interface {
	Get(ctx context.Context, key string) (value []byte, ok bool, err error)
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error)
	Delete(ctx context.Context, key string) error
}

// replacer is a Keeper that looks and keeps in one step, so that a session that is
// ended in between does not come back.
type replacer interface {
	// Replace keeps a value where there is one already.
	Replace(ctx context.Context, key string, value []byte, ttl time.Duration) (replaced bool, err error)
}

// Stored keeps the data on the server under a random key: in a cache, in files,
// or wherever a Keeper keeps it (django.contrib.sessions.backends.cache, .file).
// Logging out ends the session everywhere.
type Stored struct{ keeper Keeper }

// NewStored makes the store.
func NewStored(k Keeper) *Stored { return &Stored{k} }

// prefix keeps sessions apart from what else a cache holds.
const prefix = "session:"

// keyLength is the length of a key in characters, of 32.
const keyLength = 32

// Load reads the data.
func (s *Stored) Load(ctx context.Context, key string) (map[string]any, bool, error) {
	if !valid(key) {
		return nil, false, nil
	}
	raw, ok, err := s.keeper.Get(ctx, prefix+key)
	if !ok || err != nil {
		return nil, false, err
	}
	var data map[string]any
	if json.Unmarshal(raw, &data) != nil || data == nil {
		return nil, false, nil
	}
	return data, true, nil
}

// Save keeps the data; under a key that was deleted meanwhile it fails with ErrGone.
func (s *Stored) Save(ctx context.Context, key string, data map[string]any, age time.Duration) (string, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	if r, ok := s.keeper.(replacer); ok && key != "" {
		replaced, err := r.Replace(ctx, prefix+key, raw, age)
		if err == nil && !replaced {
			err = ErrGone
		}
		return key, err
	}
	if key != "" {
		if _, ok, err := s.keeper.Get(ctx, prefix+key); err != nil {
			return "", err
		} else if !ok {
			return "", ErrGone
		}
		return key, s.keeper.Set(ctx, prefix+key, raw, age)
	}
	for {
		key = newKey()
		added, err := s.keeper.Add(ctx, prefix+key, raw, age)
		if added || err != nil {
			return key, err
		}
	}
}

// Delete forgets the data.
func (s *Stored) Delete(ctx context.Context, key string) error {
	if !valid(key) {
		return nil
	}
	return s.keeper.Delete(ctx, prefix+key)
}

const keyAlphabet = "abcdefghijklmnopqrstuvwxyz234567"

// newKey has 160 random bits.
func newKey() string {
	var b [keyLength]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = keyAlphabet[b[i]&31]
	}
	return string(b[:])
}

// valid reports whether a client's cookie can be a key at all.
func valid(key string) bool {
	if len(key) != keyLength {
		return false
	}
	for i := range len(key) {
		if c := key[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

var _ Store = (*Stored)(nil)
