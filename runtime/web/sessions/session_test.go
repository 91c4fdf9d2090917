package sessions_test

import (
	"context"
	"testing"
	"time"

	"stackgen.dev/runtime/web/sessions"
	"stackgen.dev/runtime/web/signing"
)

// owner is a request without an end.
type owner struct{}

func (owner) Context() context.Context { return context.Background() }

func store() sessions.Store {
	return sessions.NewSignedCookie(signing.Keys{"key"}, time.Hour)
}

func open(key string) *sessions.Session {
	return sessions.New(owner{}, store(), key, time.Hour)
}

func TestRoundTrip(t *testing.T) {
	s := open("")
	if !s.Empty() || s.Accessed() {
		t.Error("a new session is empty and untouched")
	}
	s.Set("name", "ada")
	s.Set("visits", 3)
	s.Set("admin", true)
	key, err := s.Save()
	if err != nil {
		t.Fatal(err)
	}
	again := open(key)
	if again.String("name") != "ada" || again.Int("visits") != 3 || !again.Bool("admin") {
		t.Error(again.Names())
	}
	if again.Modified() || !again.Accessed() {
		t.Error("reading is no change")
	}
}

func TestForgedIsEmpty(t *testing.T) {
	for _, key := range []string{"x", "a:b:c", "eyJhIjoxfQ:1w1QcI:AAAA"} {
		s := open(key)
		if s.Has("a") || !s.Empty() || s.Err() != nil {
			t.Errorf("%q was believed", key)
		}
	}
}

func TestFlush(t *testing.T) {
	s := open("")
	s.Set("a", 1)
	s.Flush()
	if !s.Empty() || !s.Modified() || s.Has("a") {
		t.Error("flush leaves something")
	}
}

func TestExpiry(t *testing.T) {
	s := open("")
	if age, closes := s.Expiry(); age != time.Hour || closes {
		t.Error(age, closes)
	}
	s.SetExpiry(time.Minute)
	if age, closes := s.Expiry(); age != time.Minute || closes {
		t.Error(age, closes)
	}
	s.SetExpiry(0)
	if _, closes := s.Expiry(); !closes {
		t.Error("0 ends with the browser")
	}
	s.SetExpiry(-1)
	if age, _ := s.Expiry(); age != time.Hour {
		t.Error(age)
	}
}

// kept is a store with a place, to see when keys are asked for and given up.
type kept struct {
	data    map[string]map[string]any
	deleted []string
	next    string
}

func (k *kept) Load(_ context.Context, key string) (map[string]any, bool, error) {
	d, ok := k.data[key]
	return d, ok, nil
}

func (k *kept) Save(_ context.Context, key string, data map[string]any, _ time.Duration) (string, error) {
	if key == "" {
		key = k.next
	}
	k.data[key] = data
	return key, nil
}

func (k *kept) Delete(_ context.Context, key string) error {
	k.deleted = append(k.deleted, key)
	delete(k.data, key)
	return nil
}

func TestCycleKey(t *testing.T) {
	k := &kept{data: map[string]map[string]any{"old": {"a": "b"}}, next: "new"}
	s := sessions.New(owner{}, k, "old", time.Hour)
	if err := s.CycleKey(); err != nil {
		t.Fatal(err)
	}
	key, err := s.Save()
	if err != nil || key != "new" || k.data["new"]["a"] != "b" || len(k.deleted) != 1 {
		t.Error(key, err, k)
	}
}
