package cache

import (
	"context"
	"sync"
	"time"
)

// flights has one request at a time ask the origin for what many want (nginx
// proxy_cache_lock).
type flights struct {
	mu      sync.Mutex
	running map[string]*flight
	// alone are keys whose answers could not be kept lately: waiting is no use.
	alone map[string]time.Time
}

type flight struct{ landed chan struct{} }

// mostAlone bounds how many keys are remembered as not worth waiting for.
const mostAlone = 4096

// board returns nil for the first, who has to land, and the flight to wait for
// for all others.
func (f *flights) board(key string, now time.Time) (wait *flight, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if until, ok := f.alone[key]; ok {
		if now.Before(until) {
			return nil, false
		}
		delete(f.alone, key)
	}
	if running := f.running[key]; running != nil {
		return running, false
	}
	f.running[key] = &flight{make(chan struct{})}
	return nil, true
}

// land lets those go on who wait. Kept says whether there is something for them.
func (f *flights) land(key string, kept bool, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	running := f.running[key]
	if running == nil {
		return
	}
	delete(f.running, key)
	close(running.landed)
	if !kept {
		if len(f.alone) >= mostAlone {
			clear(f.alone)
		}
		f.alone[key] = now.Add(10 * time.Second)
	}
}

// wait waits for a flight; false when it took too long or the client has left.
func (f *flight) wait(ctx context.Context, most time.Duration) bool {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-f.landed:
		return true
	case <-t.C:
	case <-ctx.Done():
	}
	return false
}
