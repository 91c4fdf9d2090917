package cache

import (
	"context"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
)

// flights has one request at a time ask the origin for what many want (nginx
// proxy_cache_lock).
type flights struct {
	mu      sync.Mutex
	running map[string]*flight
	// alone are keys whose answers could not be kept lately: waiting is no use.
	alone map[string]time.Time
}

// flight is a request to the origin, for those who want the same.
type flight struct {
	begun  chan struct{} // closed when body is set: it may be read along
	landed chan struct{} // closed when it is over
	body   *growing
	how    landing
}

// landing is how a flight ended.
type landing uint8

const (
	notKept landing = iota // there is nothing for others, and was not lately
	kept                   // the answer is kept
	unsaid                 // whoever asked left before there was an answer
	failed                 // an error, which is nobody's reason not to wait for what comes next
)

// mostAlone bounds how many keys are remembered as not worth waiting for.
const mostAlone = 4096

// flightOf is what tells flights apart: the address, and where an answer to it is known
// (e, else nil) the request fields that its answers depend on.
func flightOf(key string, e *entry, h *gateway.Header) string {
	if e == nil || len(e.vary) == 0 {
		return key
	}
	b := []byte(key)
	for _, p := range e.vary {
		b = append(append(b, 0), normalized(h, p.Name)...)
	}
	return string(b)
}

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
	f.running[key] = &flight{begun: make(chan struct{}), landed: make(chan struct{})}
	return nil, true
}

// begin lets those who wait read along. Whoever boarded calls it before the flight can land: the key is another
// one's then.
func (f *flights) begin(key string, body *growing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if running := f.running[key]; running != nil {
		running.body = body
		close(running.begun)
	}
}

// land lets those go on who wait.
func (f *flights) land(key string, how landing, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	running := f.running[key]
	if running == nil {
		return
	}
	delete(f.running, key)
	running.how = how
	close(running.landed)
	if how == notKept {
		if len(f.alone) >= mostAlone {
			clear(f.alone)
		}
		f.alone[key] = now.Add(10 * time.Second)
	}
}

// wait waits until a flight can be read along or is over; false when it took too
// long or the client has left.
func (f *flight) wait(ctx context.Context, timeout <-chan time.Time) bool {
	select {
	case <-f.begun:
		return true
	case <-f.landed:
		return true
	case <-timeout:
	case <-ctx.Done():
	}
	return false
}

// joinable is the body to read along; nil where there is none, or it is too late.
func (f *flight) joinable() *growing {
	select {
	case <-f.begun:
		return f.body
	default:
		return nil
	}
}

// over reports whether a flight has ended, and how.
func (f *flight) over() (landing, bool) {
	select {
	case <-f.landed:
		return f.how, true
	default:
		return notKept, false
	}
}
