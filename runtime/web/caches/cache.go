package caches

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Cache keeps values by key. A Cache is safe for concurrent use.
type Cache interface {
	// Get returns the value under a key; it must not be changed.
	Get(ctx context.Context, key string) (value []byte, ok bool, err error)
	// Set keeps a value for ttl; 0 keeps it as long as there is room, negative not at all.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Add is Set where the key is free, and reports whether it was.
	Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error)
	// Touch gives a value another age, and reports whether there is one.
	Touch(ctx context.Context, key string, ttl time.Duration) (found bool, err error)
	// Delete forgets a value, if there is one.
	Delete(ctx context.Context, key string) error
	// Clear forgets everything.
	Clear(ctx context.Context) error
}

// JSON reads the value under a key into v, or makes, keeps and reads it where
// there is none (get_or_set). A cache that fails is gone around: only what make returns is an error.
func JSON(ctx context.Context, c Cache, key string, ttl time.Duration, v any, make func() (any, error)) error {
	if raw, ok, err := c.Get(ctx, key); err == nil && ok && json.Unmarshal(raw, v) == nil {
		return nil
	}
	made, err := make()
	if err != nil {
		return err
	}
	raw, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("caches: keep %q: %w", key, err)
	}
	_ = c.Set(ctx, key, raw, ttl) // a value that is not kept is made again
	return json.Unmarshal(raw, v)
}
