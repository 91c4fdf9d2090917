package caches

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
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

// Counter is a Cache that counts by itself, so that several processes count together.
type Counter interface {
	// Count adds one to the number under a key and returns it; the first begins its age.
	Count(ctx context.Context, key string, ttl time.Duration) (int64, error)
}

// counting keeps processes that have no Counter from counting over each other, within the process.
var counting sync.Mutex

// Count adds one to the number under a key and returns it. The age begins with
// the first. A cache that is no Counter loses counts of other processes made at the same moment.
func Count(ctx context.Context, c Cache, key string, ttl time.Duration) (int64, error) {
	if own, ok := c.(Counter); ok {
		return own.Count(ctx, key, ttl)
	}
	counting.Lock()
	defer counting.Unlock()
	raw, ok, err := c.Get(ctx, key)
	if err != nil {
		return 0, err
	}
	now := time.Now()
	var kept counted
	if !ok || json.Unmarshal(raw, &kept) != nil || !now.Before(kept.Ends) {
		kept = counted{Ends: now.Add(ttl)}
	}
	kept.N++
	raw, err = json.Marshal(kept)
	if err != nil {
		return 0, err
	}
	return kept.N, c.Set(ctx, key, raw, kept.Ends.Sub(now))
}

// Counted is the number under a key, 0 where there is none.
func Counted(ctx context.Context, c Cache, key string) (int64, error) {
	raw, ok, err := c.Get(ctx, key)
	if !ok || err != nil {
		return 0, err
	}
	if _, own := c.(Counter); own {
		return strconv.ParseInt(string(raw), 10, 64)
	}
	var kept counted
	if err := json.Unmarshal(raw, &kept); err != nil {
		return 0, nil
	}
	return kept.N, nil
}

// counted is a number with the end of its age.
type counted struct {
	N    int64     `json:"n"`
	Ends time.Time `json:"ends"`
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
