package cache

import (
	"container/list"
	"log/slog"
	"os"
	"slices"
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
	coming               int64  // bytes on the disk of answers that are on their way
	failures             int64  // to write to the disk
	purged               purges // of late
	owner                owner
	failing              bool // the last write to the disk failed, and has been reported
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

// newest is the entry of a key that came last, whatever request it answers; nil for none.
func (s *store) newest(key string) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if variants := s.keys[key]; len(variants) > 0 {
		return variants[len(variants)-1]
	}
	return nil
}

// add keeps an entry, in place of one for the same requests; but not one that was
// purged while it was made, so that whoever waits for it asks anew.
func (s *store) add(e *entry, body []byte, file string) landing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.purged.since(e) {
		if file != "" {
			os.Remove(file)
		}
		return unsaid
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
	return kept
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
	for s.disk+s.coming > s.mostDisk && s.onDisk.Len() > 0 {
		s.remove(s.onDisk.Back().Value.(*entry))
	}
}

// reserve makes room on the disk for n bytes of an answer on its way. It
// reports false where those on their way are more than may be kept.
func (s *store) reserve(n int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.coming+n > s.mostDisk {
		return false
	}
	s.coming += n
	s.makeRoom()
	return true
}

// release gives back what was reserved.
func (s *store) release(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.coming -= n
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
// beginning of many. Answers that were asked for before are not kept any more.
func (s *store) purgeKey(key string) int {
	s.mu.Lock()
	s.purged.key(key, s.now())
	s.mu.Unlock()
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
	s.purged.tag(tag, s.now())
	s.mu.Unlock()
	return s.purge(func(e *entry) bool { return slices.Contains(e.tags, tag) })
}

// outdated reports whether an entry was purged while it was made.
func (s *store) outdated(e *entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.purged.since(e)
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
	use := proxy.CacheUse{Memory: s.memory, MostMemory: s.mostMemory, Disk: s.disk, MostDisk: s.mostDisk, Failures: s.failures}
	for _, variants := range s.keys {
		use.Entries += len(variants)
	}
	return use
}

var _ proxy.CacheHolder = (*handler)(nil)
