package sessions_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/sessions"
)

func TestStored(t *testing.T) {
	ctx := context.Background()
	store := sessions.NewStored(caches.NewMemory(0, nil))
	s := sessions.New(owner{}, store, "", time.Hour)
	s.Set("name", "ada")
	key, err := s.Save()
	if err != nil || len(key) != 32 {
		t.Fatal(key, err)
	}
	again := sessions.New(owner{}, store, key, time.Hour)
	if again.String("name") != "ada" {
		t.Error(again.Names())
	}
	if err := again.CycleKey(); err != nil {
		t.Fatal(err)
	}
	second, err := again.Save()
	if err != nil || second == key {
		t.Error("the key was not changed:", err)
	}
	if _, ok, _ := store.Load(ctx, key); ok {
		t.Error("the old key still finds the session")
	}
	open := sessions.New(owner{}, store, second, time.Hour)
	open.Set("name", "grace")
	if err := again.Flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := open.Save(); !errors.Is(err, sessions.ErrGone) {
		t.Error("a session that was ended elsewhere is saved:", err)
	}
}

func TestStoredTakesNoKeyOfTheClient(t *testing.T) {
	store := sessions.NewStored(caches.NewMemory(0, nil))
	for _, key := range []string{"chosen", "abcdefghabcdefghabcdefghabcdefgh", "../../etc/passwd", ""} {
		s := sessions.New(owner{}, store, key, time.Hour)
		s.Set("a", 1)
		got, err := s.Save()
		if err != nil || got == key {
			t.Errorf("%q: %q %v", key, got, err)
		}
	}
}
