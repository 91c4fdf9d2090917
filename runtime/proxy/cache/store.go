package cache

import (
	"container/list"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// mostVariants bounds how many answers of one address are kept.
const mostVariants = 32

// store keeps entries in memory, and on the disk where there is a folder. What
// was not used for longest goes first. It is safe for concurrent use.
type store struct {
	log                  *slog.Logger
	now                  func() time.Time
	folder               string
	mostMemory, mostDisk int64
	mu                   sync.Mutex
	keys                 map[string][]*entry // the newest last
	inMemory, onDisk     list.List           // of *entry, the last used first
	memory, disk         int64
	purged               map[string]time.Time // when tags were purged, of late
	failing              bool                 // the last write to the disk failed, and has been reported
}

// find returns the newest entry that answers a request, and its body where it is
// in memory.
func (s *store) find(key string, h *gateway.Header) (e *entry, body []byte, file string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	variants := s.keys[key]
	for i := len(variants) - 1; i >= 0; i-- {
		if e := variants[i]; e.matches(h) {
			if e.memory != nil {
				s.inMemory.MoveToFront(e.memory)
			}
			if e.disk != nil {
				s.onDisk.MoveToFront(e.disk)
			}
			return e, e.body, e.file
		}
	}
	return nil, nil, ""
}

// add keeps an entry, in place of one for the same requests.
func (s *store) add(e *entry, body []byte, file string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outdated(e) {
		if file != "" {
			os.Remove(file)
		}
		return
	}
	for _, old := range s.keys[e.key] {
		if sameVariant(old, e) {
			if old.file == file {
				old.file = "" // the new one has it
			}
			s.remove(old)
			break
		}
	}
	if variants := s.keys[e.key]; len(variants) >= mostVariants {
		s.remove(variants[0])
	}
	s.keys[e.key] = append(s.keys[e.key], e)
	e.body, e.file = body, file
	if body != nil || e.size == 0 && file == "" {
		e.memory = s.inMemory.PushFront(e)
		s.memory += e.cost()
	}
	if file != "" {
		e.disk = s.onDisk.PushFront(e)
		s.disk += e.cost()
	}
	s.makeRoom()
}

// cost is what an entry takes, head included, in bytes.
func (e *entry) cost() int64 { return e.size + 1<<10 }

func (s *store) makeRoom() {
	for s.memory > s.mostMemory && s.inMemory.Len() > 0 {
		e := s.inMemory.Back().Value.(*entry)
		s.inMemory.Remove(e.memory)
		s.memory -= e.cost()
		e.memory, e.body = nil, nil
		if e.file == "" {
			s.remove(e)
		}
	}
	for s.disk > s.mostDisk && s.onDisk.Len() > 0 {
		s.remove(s.onDisk.Back().Value.(*entry))
	}
}

// remove forgets an entry; the lock is held.
func (s *store) remove(e *entry) {
	if e.gone {
		return
	}
	e.gone = true
	variants := s.keys[e.key]
	for i, v := range variants {
		if v == e {
			variants = append(variants[:i:i], variants[i+1:]...)
			break
		}
	}
	if len(variants) == 0 {
		delete(s.keys, e.key)
	} else {
		s.keys[e.key] = variants
	}
	if e.memory != nil {
		s.inMemory.Remove(e.memory)
		s.memory -= e.cost()
		e.memory = nil
	}
	if e.disk != nil {
		s.onDisk.Remove(e.disk)
		s.disk -= e.cost()
		e.disk = nil
		if e.file != "" {
			os.Remove(e.file)
		}
	}
}

// forget removes an entry that turned out to be unusable.
func (s *store) forget(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(e)
}

// purge removes what a function picks, and returns how many.
func (s *store) purge(picks func(*entry) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*entry
	for _, variants := range s.keys {
		for _, e := range variants {
			if picks(e) {
				all = append(all, e)
			}
		}
	}
	for _, e := range all {
		s.remove(e)
	}
	return len(all)
}

// purgeKey removes all variants of one key; a key that ends in "*" is the
// beginning of many.
func (s *store) purgeKey(key string) int {
	if prefix, ok := strings.CutSuffix(key, "*"); ok {
		return s.purge(func(e *entry) bool { return strings.HasPrefix(e.key, prefix) })
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, e := range append([]*entry(nil), s.keys[key]...) {
		s.remove(e)
		n++
	}
	return n
}

// purgeTag removes what was tagged, and lets nothing be kept under the tag of which the making
// began before: it may be from before the change that the purge is for.
func (s *store) purgeTag(tag string) int {
	s.mu.Lock()
	if s.purged == nil || len(s.purged) >= mostPurged {
		s.purged = map[string]time.Time{}
	}
	s.purged[tag] = s.now()
	s.mu.Unlock()
	return s.purge(func(e *entry) bool {
		for _, t := range e.tags {
			if t == tag {
				return true
			}
		}
		return false
	})
}

// mostPurged bounds how many tags are remembered for that.
const mostPurged = 4096

// outdated reports whether a tag of an entry was purged while the entry was made; the lock is held.
func (s *store) outdated(e *entry) bool {
	for _, t := range e.tags {
		if at, ok := s.purged[t]; ok && !e.asked.IsZero() && e.asked.Before(at) {
			return true
		}
	}
	return false
}

func sameVariant(a, b *entry) bool {
	if len(a.vary) != len(b.vary) {
		return false
	}
	for i := range a.vary {
		if a.vary[i] != b.vary[i] {
			return false
		}
	}
	return true
}

// CacheUse implements [proxy.CacheHolder].
func (h *handler) CacheUse() proxy.CacheUse {
	s := h.store
	s.mu.Lock()
	defer s.mu.Unlock()
	use := proxy.CacheUse{Memory: s.memory, MostMemory: s.mostMemory, Disk: s.disk, MostDisk: s.mostDisk}
	for _, variants := range s.keys {
		use.Entries += len(variants)
	}
	return use
}

var _ proxy.CacheHolder = (*handler)(nil)
