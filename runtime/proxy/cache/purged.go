package cache

import (
	"hash/maphash"
	"strings"
	"time"
)

// purges remembers what was purged of late, for answers on their way: one that was
// asked for before may be from before the change that the purge is for. The zero
// purges remembers nothing.
type purges struct {
	// named are tags and keys, by a hash: two with the same one cost an answer its place at worst.
	named    map[uint64]time.Time
	prefixes map[string]time.Time
	// all is when more were noted than are remembered: whatever was asked for before counts as purged.
	all time.Time
}

// mostPurged bounds how many are remembered, mostPrefixes how many of those that are the
// beginning of many.
const (
	mostPurged   = 4096
	mostPrefixes = 64
)

var purgedSeed = maphash.MakeSeed()

func hashed(kind byte, name string) uint64 {
	var h maphash.Hash
	h.SetSeed(purgedSeed)
	h.WriteByte(kind)
	h.WriteString(name)
	return h.Sum64()
}

// tag notes the purge of a tag, key that of a key; one that ends in "*" is the
// beginning of many.
func (p *purges) tag(name string, now time.Time) { p.note(hashed('t', name), now) }

func (p *purges) key(key string, now time.Time) {
	prefix, ok := strings.CutSuffix(key, "*")
	if !ok {
		p.note(hashed('k', key), now)
		return
	}
	if len(p.prefixes) >= mostPrefixes {
		*p = purges{all: now}
	}
	if p.prefixes == nil {
		p.prefixes = map[string]time.Time{}
	}
	p.prefixes[prefix] = now
}

func (p *purges) note(name uint64, now time.Time) {
	if len(p.named) >= mostPurged {
		*p = purges{all: now}
	}
	if p.named == nil {
		p.named = map[uint64]time.Time{}
	}
	p.named[name] = now
}

// since reports whether an entry was purged after it was asked for.
func (p *purges) since(e *entry) bool {
	if e.asked.IsZero() {
		return false
	}
	if e.asked.Before(p.all) || e.asked.Before(p.named[hashed('k', e.key)]) {
		return true
	}
	for _, t := range e.tags {
		if e.asked.Before(p.named[hashed('t', t)]) {
			return true
		}
	}
	for prefix, at := range p.prefixes {
		if e.asked.Before(at) && strings.HasPrefix(e.key, prefix) {
			return true
		}
	}
	return false
}
