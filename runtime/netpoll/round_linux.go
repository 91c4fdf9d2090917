package netpoll

import "time"

// Round waits until every poller has gone for events once more: the proof that
// the loops which serve connections go round. It returns at once when the group is closed.
func (g *Group) Round() {
	if g == nil {
		return
	}
	for _, p := range g.pollers {
		before := p.rounds.Load()
		for pause := time.Millisecond; p.summon() && p.rounds.Load() == before; pause = min(2*pause, maxRound) {
			time.Sleep(pause)
		}
	}
}

// maxRound is the longest pause between two looks at a poller that does not come round.
const maxRound = 100 * time.Millisecond

// summon rings the bell; it reports false when the poller was closed, and with it
// the bell.
func (p *Poller) summon() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.ring()
	}
	return !p.closed
}
