package caches_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/web/caches"
)

// clock is a time that tests move; stores look at it from goroutines of theirs.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func stores(t *testing.T, c *clock) map[string]caches.Cache {
	files, err := caches.OpenFiles(t.TempDir()+"/cache", c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	all := map[string]caches.Cache{"memory": caches.NewMemory(0, c.now), "files": files}
	for name, db := range tables(t, c.now) {
		all[name] = caches.NewTable(db, 0)
	}
	return all
}

func TestCache(t *testing.T) {
	c := &clock{at: time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)}
	ctx := context.Background()
	for name, cache := range stores(t, c) {
		t.Run(name, func(t *testing.T) {
			expect := func(key, want string, found bool) {
				t.Helper()
				got, ok, err := cache.Get(ctx, key)
				if err != nil || ok != found || string(got) != want {
					t.Errorf("%s: %q %v %v, want %q %v", key, got, ok, err, want, found)
				}
			}
			expect("a", "", false)
			cache.Set(ctx, "a", []byte("1"), time.Minute)
			cache.Set(ctx, "../for ever", []byte("2"), 0)
			expect("a", "1", true)
			if added, _ := cache.Add(ctx, "a", []byte("x"), 0); added {
				t.Error("Add took a key that is not free")
			}
			if found, _ := cache.Touch(ctx, "a", time.Hour); !found {
				t.Error("Touch found nothing")
			}
			c.move(time.Minute)
			expect("a", "1", true)
			c.move(time.Hour)
			expect("a", "", false)
			expect("../for ever", "2", true)
			if added, _ := cache.Add(ctx, "a", []byte("3"), time.Minute); !added {
				t.Error("Add did not take a free key")
			}
			cache.Delete(ctx, "a")
			cache.Delete(ctx, "a")
			expect("a", "", false)
			cache.Set(ctx, "gone", []byte("4"), -1)
			expect("gone", "", false)
			if found, _ := cache.Touch(ctx, "gone", 0); found {
				t.Error("Touch found something")
			}
			number := func(key string, delta, want int64, fails error) {
				t.Helper()
				if n, err := caches.Incr(ctx, cache, key, delta); n != want || !errors.Is(err, fails) {
					t.Errorf("Incr %s by %d: %d %v, want %d %v", key, delta, n, err, want, fails)
				}
			}
			number("n", 1, 0, caches.ErrNoKey)
			cache.Set(ctx, "n", []byte("40"), time.Minute)
			number("n", 2, 42, nil)
			expect("n", "42", true)
			number("n", -50, -8, nil)
			number("../for ever", 0, 2, nil)
			cache.Set(ctx, "text", []byte("x"), time.Minute)
			number("text", 1, 0, caches.ErrNoNumber)
			cache.Set(ctx, "most", []byte("9223372036854775807"), time.Minute)
			number("most", 1, 0, caches.ErrNoNumber)
			found, err := caches.GetMany(ctx, cache, "n", "text", "nothing")
			if err != nil || len(found) != 2 || string(found["n"]) != "-8" {
				t.Error(found, err)
			}
			c.move(time.Minute) // to which adding has given no new age
			number("n", 1, 0, caches.ErrNoKey)
			if err := caches.SetMany(ctx, cache, map[string][]byte{"x": []byte("1"), "y": []byte("2")}, time.Hour); err != nil {
				t.Error(err)
			}
			expect("y", "2", true)
			if err := caches.DeleteMany(ctx, cache, "x", "y", "z"); err != nil {
				t.Error(err)
			}
			expect("x", "", false)
			makes := 0
			for range 2 {
				if got, err := caches.GetOrSet(ctx, cache, "made", time.Hour, func() ([]byte, error) { makes++; return []byte("m"), nil }); string(got) != "m" || err != nil || makes != 1 {
					t.Errorf("GetOrSet: %q %v, made %d times", got, err, makes)
				}
			}
			cache.Clear(ctx)
			expect("../for ever", "", false)
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	ctx := context.Background()
	cache := caches.NewMemory(3000, nil)
	value := bytes.Repeat([]byte("x"), 800)
	for _, key := range []string{"a", "b", "c"} {
		cache.Set(ctx, key, value, 0)
	}
	cache.Get(ctx, "a") // b is now the one not used for longest
	cache.Set(ctx, "d", value, 0)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "d": true} {
		if _, ok, _ := cache.Get(ctx, key); ok != want {
			t.Errorf("%s is there: %v", key, ok)
		}
	}
	cache.Set(ctx, "a", bytes.Repeat(value, 10), 0)
	if _, ok, _ := cache.Get(ctx, "a"); ok {
		t.Error("a value larger than the cache, or what was there before it, is kept")
	}
}

func TestSweep(t *testing.T) {
	c := &clock{at: time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	cache, err := caches.OpenFiles(dir, c.now)
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	ctx := context.Background()
	cache.Set(ctx, "a", nil, time.Minute)
	cache.Set(ctx, "b", nil, time.Hour)
	c.move(2 * time.Minute)
	if err := cache.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Error(left)
	}
}

func TestJSON(t *testing.T) {
	cache := caches.NewMemory(0, nil)
	made := 0
	read := func() (n int, err error) {
		err = caches.JSON(context.Background(), cache, "n", time.Minute, &n, func() (any, error) { made++; return made, nil })
		return n, err
	}
	for range 2 {
		if n, err := read(); n != 1 || err != nil {
			t.Error(n, err)
		}
	}
	failed := errors.New("no")
	var n int
	if err := caches.JSON(context.Background(), cache, "x", 0, &n, func() (any, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Error(err)
	}
}
