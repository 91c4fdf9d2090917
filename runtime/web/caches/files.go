package caches

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Files keeps each value in a file of its own, so that the processes of a
// machine share them (FileBasedCache). A file is written aside and renamed: a
// reader sees all of a value or none.
type Files struct {
	root *os.Root
	now  func() time.Time
	mu   sync.Mutex // for Add, within the process

	// swept is when files that are over were removed last, in nanoseconds since 1970.
	swept atomic.Int64
}

// sweepEvery is how often what is over is looked for.
const sweepEvery = time.Hour

// ending is what the names of files end in; others are left alone.
const ending = ".cache"

// OpenFiles makes the folder where it is not there, and a cache in it. now is the clock, nil is time.Now.
func OpenFiles(dir string, now func() time.Time) (*Files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("caches: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("caches: %w", err)
	}
	if now == nil {
		now = time.Now
	}
	c := &Files{root: root, now: now}
	c.swept.Store(now().UnixNano() - int64(sweepEvery))
	return c, nil
}

// Close closes the folder.
func (c *Files) Close() error { return c.root.Close() }

// name is the file of a key: keys may hold anything.
func (c *Files) name(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:]) + ending
}

// A file begins with the moment when it ends, in nanoseconds since 1970; 0 for never.
const stampSize = 8

// Get returns a value. A file whose time is over is removed.
func (c *Files) Get(_ context.Context, key string) ([]byte, bool, error) {
	name := c.name(key)
	raw, err := c.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("caches: %w", err)
	}
	if len(raw) < stampSize || c.over(raw) {
		return nil, false, c.remove(name)
	}
	return raw[stampSize:], true, nil
}

func (c *Files) over(raw []byte) bool {
	ends := int64(binary.BigEndian.Uint64(raw))
	return ends != 0 && c.now().UnixNano() >= ends
}

// Set keeps a value.
func (c *Files) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl < 0 {
		return c.Delete(ctx, key)
	}
	if last, now := c.swept.Load(), c.now().UnixNano(); now-last > int64(sweepEvery) && c.swept.CompareAndSwap(last, now) {
		go c.Sweep(context.WithoutCancel(ctx))
	}
	var ends int64
	if ttl > 0 {
		ends = c.now().Add(ttl).UnixNano()
	}
	return c.write(key, ends, value)
}

// write puts a file in place of the one that is there.
func (c *Files) write(key string, ends int64, value []byte) error {
	raw := binary.BigEndian.AppendUint64(make([]byte, 0, stampSize+len(value)), uint64(ends))
	raw = append(raw, value...)
	f, err := os.CreateTemp(c.root.Name(), "new-*")
	if err != nil {
		return fmt.Errorf("caches: %w", err)
	}
	_, err = f.Write(raw)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = c.root.Rename(filepath.Base(f.Name()), c.name(key))
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("caches: %w", err)
	}
	return nil
}

// Add keeps a value where the key is free. Two processes that add at the same
// moment may both succeed.
func (c *Files) Add(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok, err := c.Get(ctx, key); ok || err != nil {
		return false, err
	}
	return true, c.Set(ctx, key, value, ttl)
}

// Touch gives a value another age.
func (c *Files) Touch(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	value, ok, err := c.Get(ctx, key)
	if !ok || err != nil {
		return false, err
	}
	return true, c.Set(ctx, key, value, ttl)
}

// Incr adds to the number under a key. Of two processes that do so at the same moment one may be lost.
func (c *Files) Incr(ctx context.Context, key string, delta int64) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	raw, err := c.root.ReadFile(c.name(key))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, ErrNoKey
	case err != nil:
		return 0, fmt.Errorf("caches: %w", err)
	case len(raw) < stampSize || c.over(raw):
		return 0, ErrNoKey
	}
	sum, value, err := add(raw[stampSize:], delta)
	if err != nil {
		return 0, err
	}
	return sum, c.write(key, int64(binary.BigEndian.Uint64(raw)), value)
}

// Delete forgets a value.
func (c *Files) Delete(_ context.Context, key string) error { return c.remove(c.name(key)) }

func (c *Files) remove(name string) error {
	if err := c.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("caches: %w", err)
	}
	return nil
}

// Clear forgets everything, Sweep what is over.
func (c *Files) Clear(context.Context) error {
	return c.each(func(name string) error { return c.remove(name) })
}

// Sweep removes the files whose time is over: nobody may ask for them again.
func (c *Files) Sweep(ctx context.Context) error {
	return c.each(func(name string) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := c.root.Open(name)
		if err != nil {
			return nil // another process was faster
		}
		defer f.Close()
		var stamp [stampSize]byte
		if _, err := f.ReadAt(stamp[:], 0); err != nil || c.over(stamp[:]) {
			return c.remove(name)
		}
		return nil
	})
}

func (c *Files) each(do func(name string) error) error {
	entries, err := os.ReadDir(c.root.Name())
	if err != nil {
		return fmt.Errorf("caches: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ending) {
			if err := do(e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	_ Cache       = (*Files)(nil)
	_ Incrementer = (*Files)(nil)
)
