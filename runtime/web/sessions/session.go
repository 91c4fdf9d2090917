package sessions

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Session is what the site remembers of one visitor. Values are what JSON can
// hold; numbers that were stored come back as float64, for which Int is there.
// It belongs to one request and is not for several goroutines.
type Session struct {
	of    Owner
	store Store
	age   time.Duration
	key   string

	data     map[string]any
	loaded   bool
	accessed bool
	modified bool
	err      error
}

// Owner is what a session belongs to: a request, whose context the store gets.
type Owner interface{ Context() context.Context }

// New makes the session of a request whose cookie held key, which may be
// empty. age is how long the session lives unless SetExpiry says otherwise.
func New(of Owner, store Store, key string, age time.Duration) *Session {
	return &Session{of: of, store: store, key: key, age: age}
}

// expiryKey is where SetExpiry keeps its answer.
const expiryKey = "_session_expiry"

func (s *Session) load() map[string]any {
	s.accessed = true
	if s.loaded {
		return s.data
	}
	s.loaded = true
	if s.key != "" {
		data, ok, err := s.store.Load(s.of.Context(), s.key)
		if err != nil {
			s.err = fmt.Errorf("sessions: load: %w", err)
		}
		if ok {
			s.data = data
			return s.data
		}
		s.key = ""
	}
	s.data = map[string]any{}
	return s.data
}

// Get returns a value, nil when there is none.
func (s *Session) Get(name string) any { return s.load()[name] }

// Has reports whether there is a value.
func (s *Session) Has(name string) bool {
	_, ok := s.load()[name]
	return ok
}

// String returns a value that is a string, "" otherwise.
func (s *Session) String(name string) string {
	v, _ := s.load()[name].(string)
	return v
}

// Int returns a value that is a whole number, 0 otherwise.
func (s *Session) Int(name string) int64 {
	switch v := s.load()[name].(type) {
	case int:
		return int64(v)
	case int64:
		return v
	case float64:
		return int64(v)
	case json.Number:
		n, _ := v.Int64()
		return n
	}
	return 0
}

// Bool returns a value that is a boolean, false otherwise.
func (s *Session) Bool(name string) bool {
	v, _ := s.load()[name].(bool)
	return v
}

// Set stores a value under a name.
func (s *Session) Set(name string, value any) {
	s.load()[name] = value
	s.modified = true
}

// Delete forgets a value.
func (s *Session) Delete(name string) {
	if data := s.load(); data != nil {
		if _, ok := data[name]; ok {
			delete(data, name)
			s.modified = true
		}
	}
}

// Pop returns a value and forgets it.
func (s *Session) Pop(name string) any {
	v := s.Get(name)
	s.Delete(name)
	return v
}

// Names are the names of all values, sorted.
func (s *Session) Names() []string { return slices.Sorted(maps.Keys(s.load())) }

// Touch has the session saved though nothing of it was set: after a change
// inside a value, or to begin its age anew.
func (s *Session) Touch() {
	s.load()
	s.modified = true
}

// Flush forgets everything, the key too: for logging out.
func (s *Session) Flush() error {
	var err error
	if s.key != "" {
		err = s.store.Delete(s.of.Context(), s.key)
	}
	s.key, s.data, s.loaded = "", map[string]any{}, true
	s.accessed, s.modified = true, true
	return err
}

// CycleKey keeps the values and takes a new key: for logging in, so that a key
// that somebody planted before is worth nothing after.
func (s *Session) CycleKey() error {
	s.load()
	old := s.key
	s.key, s.modified = "", true
	if old != "" {
		return s.store.Delete(s.of.Context(), old)
	}
	return nil
}

// SetExpiry gives this session an age of its own, counted from whenever it is
// saved. 0 lets it end with the browser; a negative age goes back to the site's (set_expiry).
func (s *Session) SetExpiry(age time.Duration) {
	if age < 0 {
		s.Delete(expiryKey)
		return
	}
	s.Set(expiryKey, int64((age+time.Second-1)/time.Second)) // less than a second is not 0
}

// ExpireAt lets this session end at a moment, however often it is saved until
// then (set_expiry with a datetime). What is past ends it with this answer.
func (s *Session) ExpireAt(t time.Time) { s.Set(expiryKey, t.UTC().Format(time.RFC3339)) }

// HasExpiry reports whether the session has an age of its own, which then
// counts in place of all that the site says.
func (s *Session) HasExpiry() bool { return s.Has(expiryKey) }

// Expiry returns the session's age, and whether it ends with the browser. The
// age is negative where it is over.
func (s *Session) Expiry() (age time.Duration, atClose bool) {
	if !s.HasExpiry() {
		return s.age, false
	}
	if age, left := ownExpiry(s.Get(expiryKey)); left || age > 0 {
		return age, false
	}
	return s.age, true
}

// ownExpiry reads what SetExpiry and ExpireAt keep. left says that age is what
// is left now, never 0, and not counted from when the session was saved.
func ownExpiry(v any) (age time.Duration, left bool) {
	switch v := v.(type) {
	case string:
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return 0, false
		}
		if age = time.Until(t); age <= 0 {
			age = -time.Second
		}
		return age, true
	case int64:
		return time.Duration(v) * time.Second, false
	case float64:
		return time.Duration(v) * time.Second, false
	}
	return 0, false
}

// Accessed reports whether anybody looked: answers then vary by cookie.
func (s *Session) Accessed() bool { return s.accessed }

// Modified reports whether there is something to save.
func (s *Session) Modified() bool { return s.modified }

// Empty reports whether there is neither a key nor a value.
func (s *Session) Empty() bool { return s.key == "" && len(s.data) == 0 }

// Found reports whether the store has the session: it loads it.
func (s *Session) Found() bool {
	s.load()
	return s.key != ""
}

// Key is what finds the session again; empty for one not saved yet.
func (s *Session) Key() string { return s.key }

// Save stores the session and returns the key for the cookie.
func (s *Session) Save() (string, error) {
	if s.err != nil {
		return "", s.err
	}
	age, _ := s.Expiry()
	key, err := s.store.Save(s.of.Context(), s.key, s.load(), age)
	if err != nil {
		return "", fmt.Errorf("sessions: save: %w", err)
	}
	s.key, s.modified = key, false
	return key, nil
}

// Err is the failure of the store while loading, if there was one.
func (s *Session) Err() error { return s.err }
