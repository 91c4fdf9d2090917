package postgres

import (
	"sync"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// A statement is short when the fastest of its latest runs was: a server that is
// busy makes all of them slow, and says nothing of one.
const (
	shortTime   = time.Millisecond      // of the fastest of
	shortRuns   = 16                    // runs
	shortRows   = 100                   // in each of them
	longTime    = 20 * time.Millisecond // of a run on a shared connection, of which others had to wait for the end
	longPenalty = 256                   // runs of its own follow then, twice as many each time
	maxPaces    = 2048                  // texts that are watched; lists of changing length make ever new ones
)

// paces are how long statements take, by their texts.
type paces struct {
	byText sync.Map // of *pace
	count  atomic.Int64
}

// pace is how long a statement takes.
type pace struct {
	mu      sync.Mutex
	fastest time.Duration // of the runs so far
	runs    int
	penalty int // runs to go until it may be short again
	last    int // the penalty before
	short   atomic.Bool
	changes bool // the statement may change rows, and is never short
}

// of is the pace of a statement, nil where too many are watched.
func (p *paces) of(sql string) *pace {
	if known, ok := p.byText.Load(sql); ok {
		return known.(*pace)
	}
	if p.count.Load() >= maxPaces {
		return nil
	}
	known, loaded := p.byText.LoadOrStore(sql, &pace{changes: sqltext.Changes(sql)})
	if !loaded {
		p.count.Add(1)
	}
	return known.(*pace)
}

// run notes a run on a connection of its own: the time to its first row, and how
// many it had.
func (p *pace) run(took time.Duration, rows int) {
	if p == nil || p.changes {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if rows > shortRows {
		p.runs = 0
		p.short.Store(false)
		return
	}
	if p.penalty > 0 {
		p.penalty--
		return
	}
	if p.runs == 0 || took < p.fastest {
		p.fastest = took
	}
	if p.runs++; p.runs == shortRuns {
		p.short.Store(p.fastest < shortTime)
		p.runs = 0
	}
}

// shared notes a run on a shared connection.
func (p *pace) shared(took time.Duration, rows int) {
	if took > longTime || rows > shortRows {
		p.punish()
	}
}

// punish takes a statement off the shared connections for some time.
func (p *pace) punish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.short.Store(false)
	p.runs = 0
	p.last = min(max(longPenalty, 2*p.last), 1<<20)
	p.penalty = p.last
}
