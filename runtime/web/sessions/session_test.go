package sessions_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"
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

// Ensure that a session's own age is told from none, and that one that ends at a
// moment does so however often it is saved.
func TestOwnExpiry(t *testing.T) {
	s := open("")
	if s.HasExpiry() {
		t.Error("a new session has an age of its own")
	}
	s.SetExpiry(time.Millisecond)
	if age, closes := s.Expiry(); age != time.Second || closes {
		t.Error("less than a second:", age, closes)
	}
	s.ExpireAt(time.Now().Add(time.Hour))
	if age, closes := s.Expiry(); age > time.Hour || age < 59*time.Minute || closes || !s.HasExpiry() {
		t.Error("in an hour:", age, closes)
	}
	s.ExpireAt(time.Now().Add(-time.Hour))
	if age, closes := s.Expiry(); age >= 0 || closes {
		t.Error("an hour ago:", age, closes)
	}
	s.SetExpiry(-1)
	if s.HasExpiry() {
		t.Error("it keeps an age of its own")
	}
}

// Ensure that a session in a cookie is as old as it was given itself, longer than
// others or shorter, and that its age is not the browser's to judge.
func TestSignedCookieOwnExpiry(t *testing.T) {
	store := sessions.NewSignedCookie(signing.Keys{"key"}, time.Hour)
	for _, c := range []struct {
		name  string
		data  map[string]any
		ago   time.Duration
		there bool
	}{
		{"the site's age", map[string]any{"a": 1}, 59 * time.Minute, true},
		{"over", map[string]any{"a": 1}, 61 * time.Minute, false},
		{"longer", map[string]any{"_session_expiry": 7200}, 119 * time.Minute, true},
		{"longer, and over", map[string]any{"_session_expiry": 7200}, 121 * time.Minute, false},
		{"shorter, and over", map[string]any{"_session_expiry": 60}, 2 * time.Minute, false},
		{"with the browser", map[string]any{"_session_expiry": 0}, 59 * time.Minute, true},
		{"with the browser, and over", map[string]any{"_session_expiry": 0}, 61 * time.Minute, false},
		{"until then", map[string]any{"_session_expiry": time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}, 24 * time.Hour, true},
		{"until before", map[string]any{"_session_expiry": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)}, time.Minute, false},
	} {
		then := func() time.Time { return time.Now().Add(-c.ago) }
		key, err := signing.NewTimestamp(signing.Keys{"key"}, sessions.Salt, then).Dumps(c.data, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, there, _ := store.Load(t.Context(), key); there != c.there {
			t.Errorf("%s: %v", c.name, there)
		}
	}
}

// Ensure that what no browser would keep is said, and not lost in silence.
func TestSignedCookieTooLarge(t *testing.T) {
	s := open("")
	b := make([]byte, 6000)
	rand.Read(b)
	s.Set("a", hex.EncodeToString(b))
	if _, err := s.Save(); err == nil || !strings.Contains(err.Error(), "browsers keep no cookie") {
		t.Error(err)
	}
	s.Set("a", strings.Repeat("a", 6000)) // which is short once it is packed
	if _, err := s.Save(); err != nil {
		t.Error(err)
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
