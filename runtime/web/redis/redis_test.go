package redis_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/redis"
	"stackgen.dev/runtime/web/redis/redistest"
	"stackgen.dev/runtime/web/sessions"
)

var server *redistest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = redistest.Start(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	status := m.Run()
	server.Stop()
	os.Exit(status)
}

func open(t *testing.T, prefix string) *redis.Cache {
	t.Helper()
	c, err := redis.Open(server.URL, prefix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Clear(context.Background()) // for whoever runs the test once more
		c.Close()
	})
	return c
}

func expect(t *testing.T, c caches.Cache, key, want string, there bool) {
	t.Helper()
	got, ok, err := c.Get(t.Context(), key)
	if err != nil || ok != there || string(got) != want {
		t.Errorf("%s: %q %v %v, want %q %v", key, got, ok, err, want, there)
	}
}

// Ensure that a cache in Redis does what every cache promises.
func TestCache(t *testing.T) {
	ctx, c := t.Context(), open(t, t.Name())
	expect(t, c, "a", "", false)
	for _, value := range []string{"one", "", "\x00\xff\r\n"} {
		if err := c.Set(ctx, "a", []byte(value), time.Minute); err != nil {
			t.Fatal(err)
		}
		expect(t, c, "a", value, true)
	}
	for want, key := range map[bool]string{false: "a", true: "b"} {
		if added, err := c.Add(ctx, key, []byte("new"), time.Minute); err != nil || added != want {
			t.Error(key, added, err)
		}
	}
	if err := c.Set(ctx, "a", []byte("over"), -1); err != nil {
		t.Error(err)
	}
	expect(t, c, "a", "", false)
	for _, ttl := range []time.Duration{0, time.Minute, 0, 0} {
		if found, err := c.Touch(ctx, "b", ttl); err != nil || !found {
			t.Error(ttl, found, err)
		}
	}
	if found, err := c.Touch(ctx, "nothing", time.Minute); err != nil || found {
		t.Error(found, err)
	}
	if found, err := c.Touch(ctx, "b", -1); err != nil || !found {
		t.Error(found, err)
	}
	expect(t, c, "b", "", false)
	if err := c.Delete(ctx, "nothing"); err != nil {
		t.Error(err)
	}
}

// Ensure that a value is gone when its time is over.
func TestAge(t *testing.T) {
	c := open(t, t.Name())
	if err := c.Set(t.Context(), "short", []byte("x"), time.Microsecond); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if _, ok, err := c.Get(t.Context(), "short"); err == nil && !ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it stays")
		}
	}
}

// Ensure that clearing leaves other sites of the same server alone.
func TestClear(t *testing.T) {
	ctx, mine, other := t.Context(), open(t, "site*"), open(t, "site-other")
	for i := range 2500 {
		if err := mine.Set(ctx, fmt.Sprint(i), []byte("x"), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.Set(ctx, "a", []byte("kept"), 0); err != nil {
		t.Fatal(err)
	}
	if err := mine.Clear(ctx); err != nil {
		t.Fatal(err)
	}
	expect(t, mine, "7", "", false)
	expect(t, mine, "2499", "", false)
	expect(t, other, "a", "kept", true)
}

// Ensure that several count together.
func TestCount(t *testing.T) {
	c := open(t, t.Name())
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if _, err := caches.Count(context.Background(), c, "n", time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n, err := caches.Counted(t.Context(), c, "n"); n != 20 || err != nil {
		t.Error(n, err)
	}
}

// Ensure that sessions are kept there, and that one that was ended stays ended.
func TestSessions(t *testing.T) {
	store := sessions.NewStored(open(t, t.Name()))
	key, err := store.Save(t.Context(), "", map[string]any{"a": "b"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if data, ok, err := store.Load(t.Context(), key); !ok || err != nil || data["a"] != "b" {
		t.Error(data, ok, err)
	}
	if err := store.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Save(t.Context(), key, map[string]any{}, time.Hour); err != sessions.ErrGone {
		t.Error(err)
	}
}

// Ensure that what is replaced was there, and only then.
func TestReplace(t *testing.T) {
	ctx, c := t.Context(), open(t, t.Name())
	if done, err := c.Replace(ctx, "a", []byte("1"), time.Minute); done || err != nil {
		t.Error("nothing was replaced:", done, err)
	}
	expect(t, c, "a", "", false)
	if err := c.Set(ctx, "a", []byte("1"), time.Minute); err != nil {
		t.Fatal(err)
	}
	if done, err := c.Replace(ctx, "a", []byte("2"), time.Minute); !done || err != nil {
		t.Error(done, err)
	}
	expect(t, c, "a", "2", true)
	if done, err := c.Replace(ctx, "a", nil, -1); !done || err != nil {
		t.Error(done, err)
	}
	expect(t, c, "a", "", false)
}

// Ensure that a server that is away is an error of the call, and that no password is shown.
func TestAway(t *testing.T) {
	c, err := redis.Open("redis://:topsecret@127.0.0.1:1/0", "x")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, _, err := c.Get(t.Context(), "a"); err == nil || strings.Contains(err.Error(), "topsecret") {
		t.Error(err)
	}
	if _, err := redis.Open("redis://:topsecret@127.0.0.1:1/x?y=z", "x"); err == nil || strings.Contains(err.Error(), "topsecret") {
		t.Error(err)
	}
}

// Ensure that numbers are added to in one step and keep their age, and that many values are read in one.
func TestIncr(t *testing.T) {
	ctx, c := t.Context(), open(t, t.Name())
	if _, err := caches.Incr(ctx, c, "n", 1); !errors.Is(err, caches.ErrNoKey) {
		t.Error(err)
	}
	for key, value := range map[string]string{"n": "40", "text": "x", "most": "9223372036854775807"} {
		if err := c.Set(ctx, key, []byte(value), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := caches.Incr(ctx, c, "n", 2); n != 42 || err != nil {
		t.Error(n, err)
	}
	if n, err := caches.Incr(ctx, c, "n", -50); n != -8 || err != nil {
		t.Error(n, err)
	}
	for _, key := range []string{"text", "most"} {
		if _, err := caches.Incr(ctx, c, key, 1); !errors.Is(err, caches.ErrNoNumber) {
			t.Error(key, err)
		}
	}
	found, err := caches.GetMany(ctx, c, "n", "nothing", "text")
	if err != nil || len(found) != 2 || string(found["n"]) != "-8" {
		t.Error(found, err)
	}
	if found, err = caches.GetMany(ctx, c); len(found) != 0 || err != nil {
		t.Error(found, err)
	}
}
