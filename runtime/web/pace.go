package web

import (
	"sync/atomic"
	"time"
)

// pace is what is known of how long a view, or the middleware around all
// views, keeps its goroutine. The engine calls the application where other
// connections wait for it (see [gateway.Exchange.MayBlock]): that is best for what is
// over in microseconds, and wrong for what waits for a database or computes at
// length. Nobody has to say which is which: what was short many times in a row is
// taken to be, until one run that was measured was not.
type pace struct{ short atomic.Int32 }

const (
	// shortRun is the longest run that others may wait for: as long as some ten
	// small requests.
	shortRun = 100 * time.Microsecond
	// shortRuns is how many of them are proof.
	shortRuns = 32
	// looks is how often a proven pace is measured again: once in so many requests.
	looks = 16
)

func (p *pace) proven() bool { return p.short.Load() >= shortRuns }

// ran notes a run.
func (p *pace) ran(took time.Duration) {
	switch {
	case took > shortRun:
		p.short.Store(0)
	case !p.proven():
		p.short.Add(1)
	}
}
