package site

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"stackgen.dev/runtime/server/inflight"
	"stackgen.dev/runtime/server/supervisor"
)

// recycler asks for another process in this one's place when it has served
// its time.
type recycler struct {
	settings *settings
	child    *supervisor.Child
	tracker  *inflight.Tracker
	begun    time.Time

	requests int64         // 0 for no limit
	lifetime time.Duration // 0 for no limit
	memory   int64         // 0 for no limit
	asked    bool
}

// recycleInterval is how often a process looks at itself: a handler that
// allocates without end takes a while to reach the limit twice.
const recycleInterval = 50 * time.Millisecond

// newRecycler draws the limits of this process: a random share of the jitter on
// top, so that processes that started together do not go together.
func newRecycler(s *settings, child *supervisor.Child, tracker *inflight.Tracker) *recycler {
	w := s.Workers
	r := &recycler{settings: s, child: child, tracker: tracker, begun: time.Now(), memory: w.MemoryLimit}
	if w.MaxRequests > 0 {
		r.requests = int64(w.MaxRequests) + rand.Int64N(int64(w.MaxRequestsJitter)+1)
	}
	if w.MaxLifetime > 0 {
		r.lifetime = w.MaxLifetime + time.Duration(rand.Int64N(int64(w.MaxLifetimeJitter)+1))
	}
	if r.memory > 0 {
		// The collector works harder before the limit is reached (GOMEMLIMIT).
		debug.SetMemoryLimit(r.memory - r.memory/10)
	}
	return r
}

// run looks until stop is closed.
func (r *recycler) run(stop <-chan struct{}) {
	if r.requests == 0 && r.lifetime == 0 && r.memory == 0 {
		return
	}
	ticker := time.NewTicker(recycleInterval)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			stop = nil // memory is watched to the end
			if r.memory == 0 {
				return
			}
			r.asked = true
		case <-ticker.C:
			r.look(time.Now())
		}
	}
}

func (r *recycler) look(now time.Time) {
	if r.memory > 0 {
		if held := memory(); held > 2*r.memory {
			r.giveUp(held)
		} else if held > r.memory {
			r.ask(supervisor.ReasonMemory)
		}
	}
	switch {
	case r.requests > 0 && r.tracker.Requests() >= r.requests:
		r.ask(supervisor.ReasonMaxRequests)
	case r.lifetime > 0 && now.Sub(r.begun) >= r.lifetime:
		r.ask(supervisor.ReasonMaxLifetime)
	}
}

func (r *recycler) ask(why supervisor.Reason) {
	if !r.asked {
		r.asked = true
		r.child.Replace(why)
	}
}

// giveUp ends a process that allocates faster than it can be replaced, before
// the kernel ends any that it likes.
func (r *recycler) giveUp(held int64) {
	requests := strings.Join(r.tracker.InFlight(), ", ")
	r.settings.log.Error("process gives up: it holds more than twice its memory_limit", "memory", held, "memory_limit", r.memory, "in_flight", requests)
	r.child.Failed(fmt.Errorf("it held %d MB, more than twice its memory_limit of %d MB", held>>20, r.memory>>20))
	os.Exit(memoryStatus)
}

// memoryStatus is the exit status of a process that gave up for want of memory.
const memoryStatus = 70
