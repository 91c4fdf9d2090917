package tmpl

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"
)

// Fragments keeps pieces of pages for the tag cache. It is used by many
// goroutines at once.
type Fragments interface {
	// Get returns what Set kept under a key and has not expired. It is not to be changed.
	Get(key string) (text []byte, ok bool)
	// Set keeps text for a time; 0 and less keep nothing.
	Set(key string, text []byte, keep time.Duration)
}

// MemoryFragments are Fragments in memory: the ones used longest ago go first.
type MemoryFragments struct {
	limit int
	now   func() time.Time

	mu     sync.Mutex
	size   int
	recent *list.List // of *fragment, the latest first
	byKey  map[string]*list.Element
}

type fragment struct {
	key     string
	text    []byte
	expires time.Time
}

// NewMemoryFragments are Fragments that hold up to limit bytes of text.
func NewMemoryFragments(limit int) *MemoryFragments {
	return &MemoryFragments{limit: limit, now: time.Now, recent: list.New(), byKey: map[string]*list.Element{}}
}

// Get is Fragments.Get.
func (m *MemoryFragments) Get(key string) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byKey[key]
	if e == nil {
		return nil, false
	}
	f := e.Value.(*fragment)
	if !m.now().Before(f.expires) {
		m.remove(e)
		return nil, false
	}
	m.recent.MoveToFront(e)
	return f.text, true
}

// Set is Fragments.Set. Text larger than the limit is not kept.
func (m *MemoryFragments) Set(key string, text []byte, keep time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byKey[key]; e != nil {
		m.remove(e)
	}
	if keep <= 0 || len(text) > m.limit {
		return
	}
	f := &fragment{key, append([]byte(nil), text...), m.now().Add(keep)}
	m.byKey[key] = m.recent.PushFront(f)
	m.size += len(f.text)
	for m.size > m.limit {
		m.remove(m.recent.Back())
	}
}

func (m *MemoryFragments) remove(e *list.Element) {
	f := m.recent.Remove(e).(*fragment)
	delete(m.byKey, f.key)
	m.size -= len(f.text)
}

var _ Fragments = (*MemoryFragments)(nil)

// FragmentKey is the key of a fragment: its name and what it varies on.
func (s *State) FragmentKey(name string, vary ...any) string {
	h := sha256.New()
	for _, v := range vary {
		t := text(v)
		h.Write([]byte{byte(len(t) >> 24), byte(len(t) >> 16), byte(len(t) >> 8), byte(len(t))})
		h.Write([]byte(t))
	}
	return "template.cache." + name + "." + hex.EncodeToString(h.Sum(nil)[:16])
}

// KeepIn has this page's fragments kept elsewhere than the Env says.
func (s *State) KeepIn(f Fragments) { s.fragments = f }

func (s *State) keeper() Fragments {
	if s.fragments != nil {
		return s.fragments
	}
	return s.env.Fragments
}

// Fragment is the kept text of a key.
func (s *State) Fragment(key string) ([]byte, bool) {
	if f := s.keeper(); f != nil {
		return f.Get(key)
	}
	return nil, false
}

// KeepFragment keeps text for that many seconds; None is a year. A page that
// has failed keeps nothing.
func (s *State) KeepFragment(key string, seconds any, text []byte) {
	f := s.keeper()
	if f == nil || s.err != nil {
		return
	}
	keep := 365 * 24 * time.Hour
	if seconds = simplify(seconds); seconds != nil {
		n, ok := toInt(seconds)
		if !ok {
			s.failf("the tag cache got %s, which is no number of seconds", repr(seconds))
			return
		}
		keep = time.Duration(n) * time.Second
	}
	f.Set(key, text, keep)
}
