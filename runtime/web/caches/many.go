package caches

import (
	"context"
	"errors"
	"time"
)

// ManyGetter is a Cache that reads many values in one step.
type ManyGetter interface {
	GetMany(ctx context.Context, keys ...string) (map[string][]byte, error)
}

// GetMany returns the values under those of the keys that have one (get_many).
func GetMany(ctx context.Context, c Cache, keys ...string) (map[string][]byte, error) {
	if own, ok := c.(ManyGetter); ok {
		return own.GetMany(ctx, keys...)
	}
	found := make(map[string][]byte, len(keys))
	for _, key := range keys {
		value, ok, err := c.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		if ok {
			found[key] = value
		}
	}
	return found, nil
}

// SetMany keeps all values for ttl (set_many). It goes on behind one that fails.
func SetMany(ctx context.Context, c Cache, values map[string][]byte, ttl time.Duration) error {
	var errs []error
	for key, value := range values {
		errs = append(errs, c.Set(ctx, key, value, ttl))
	}
	return errors.Join(errs...)
}

// DeleteMany forgets the values under all keys (delete_many).
func DeleteMany(ctx context.Context, c Cache, keys ...string) error {
	var errs []error
	for _, key := range keys {
		errs = append(errs, c.Delete(ctx, key))
	}
	return errors.Join(errs...)
}

// GetOrSet returns the value under a key, or makes and keeps it where there is none
// (get_or_set). What another has kept meanwhile counts. A cache that fails is gone around: only what
// make returns is an error.
func GetOrSet(ctx context.Context, c Cache, key string, ttl time.Duration, make func() ([]byte, error)) ([]byte, error) {
	if value, ok, err := c.Get(ctx, key); err == nil && ok {
		return value, nil
	}
	value, err := make()
	if err != nil {
		return nil, err
	}
	if added, err := c.Add(ctx, key, value, ttl); err == nil && !added {
		if kept, ok, err := c.Get(ctx, key); err == nil && ok {
			return kept, nil
		}
	}
	return value, nil
}
