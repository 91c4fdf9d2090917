package http3

import (
	"sync"
	"time"
)

// begun remembers by which IDs clients have begun connections of late: those that came to this process,
// and those of the processes before it.
type begun struct {
	mu         sync.Mutex
	now, older map[clientID]struct{}
	turned     time.Time
	foreign    map[clientID]*peer
	foreignEnd time.Time
}

const (
	// begunTime is how long a handshake may take at most.
	begunTime = 10 * time.Second
	// begunRoom is how many are remembered for half of the time; in a flood they are forgotten earlier.
	begunRoom = 4096
)

// note remembers an ID.
func (b *begun) note(id clientID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := time.Now(); b.now == nil || len(b.now) >= begunRoom || now.Sub(b.turned) > begunTime {
		b.older, b.now, b.turned = b.now, map[clientID]struct{}{}, now
	}
	b.now[id] = struct{}{}
}

// known reports whether note has seen an ID.
func (b *begun) known(id clientID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, now := b.now[id]
	_, older := b.older[id]
	return now || older
}

// ours are the IDs that note has seen of late.
func (b *begun) ours() []clientID {
	b.mu.Lock()
	defer b.mu.Unlock()
	ids := make([]clientID, 0, len(b.now)+len(b.older))
	for _, m := range []map[clientID]struct{}{b.now, b.older} {
		for id := range m {
			ids = append(ids, id)
		}
	}
	return ids
}

// theirs remembers the IDs of another process for as long as they count.
func (b *begun) theirs(p *peer, ids []clientID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.foreign == nil || time.Now().After(b.foreignEnd) || len(b.foreign) > 4*begunRoom {
		b.foreign = map[clientID]*peer{}
	}
	for _, id := range ids {
		b.foreign[id] = p
	}
	b.foreignEnd = time.Now().Add(begunTime)
}

// whose is the other process that a client has begun a connection with, nil for none.
func (b *begun) whose(id clientID) *peer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.foreign == nil {
		return nil
	}
	if time.Now().After(b.foreignEnd) {
		b.foreign = nil
		return nil
	}
	if p := b.foreign[id]; p != nil && !p.gone() {
		return p
	}
	return nil
}
