package proxy

import (
	"sync"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
)

// figures are what the proxy counts. Everything is counted by what the site
// file names, never by what a client sends, so there are only so many of them.
type figures struct {
	bounds    []time.Duration
	began     time.Time
	locations []*locationFigures // in file order; the last is of requests that no location answers
	recent    recentErrors
}

// locationFigures are those of all locations with one label.
type locationFigures struct {
	pattern   string
	classes   [6]atomic.Int64 // by the status's first digit
	bytes     atomic.Int64
	durations *histogram
	cache     [cacheResults]atomic.Int64
	refusals  [refusals]atomic.Int64
}

// noLocation is the label of requests that no location answers; no location's begins so.
const noLocation = "none"

// newFigures makes the figures of a proxy's locations; nil where durations have no
// bounds, which means that nothing is counted.
func newFigures(bounds []time.Duration, now time.Time) *figures {
	if len(bounds) == 0 {
		return nil
	}
	f := &figures{bounds: bounds, began: now}
	f.locations = []*locationFigures{f.newLocation(noLocation)}
	return f
}

func (f *figures) newLocation(pattern string) *locationFigures {
	return &locationFigures{pattern: pattern, durations: newHistogram(f.bounds)}
}

// location are the figures of a location's label.
func (f *figures) location(pattern string) *locationFigures {
	if f == nil {
		return nil
	}
	for _, l := range f.locations {
		if l.pattern == pattern {
			return l
		}
	}
	l := f.newLocation(pattern)
	last := len(f.locations) - 1
	f.locations = append(f.locations[:last:last], l, f.locations[last])
	return l
}

// count counts an exchange whose response has been sent.
func (f *figures) count(x *gateway.Exchange, r *record, now time.Time) {
	l := f.locations[len(f.locations)-1]
	if r.location != nil {
		l = r.location.figures
	}
	s := status(x)
	l.classes[min(max(s/100, 1), 5)].Add(1)
	l.bytes.Add(x.Sent)
	if !x.Start.IsZero() {
		l.durations.observe(now.Sub(x.Start))
	}
	if r.cache != NoCache {
		l.cache[r.cache].Add(1)
	}
	if r.refusal != NotRefused {
		l.refusals[r.refusal].Add(1)
	}
	if s >= 500 {
		f.recent.add(x, r, s, now)
	}
}

// serverFigures are what an upstream counts of one of its servers, by its label.
type serverFigures struct {
	server   string
	requests atomic.Int64 // tries included
	failures [failureKinds]atomic.Int64
}

// failureKind is how a server failed.
type failureKind uint8

const (
	failedConnect   failureKind = iota // no connection
	failedTimeout                      // silence
	failedClosed                       // a connection that ends without an answer
	failedMalformed                    // an answer that is none
	failureKinds
)

var failureWords = [failureKinds]string{"connect", "timeout", "closed", "malformed"}

func failureOf(err error) failureKind {
	switch {
	case is(err, errConnect):
		return failedConnect
	case is(err, errTimeout):
		return failedTimeout
	case is(err, errBadAnswer), is(err, errSwitchUnasked):
		return failedMalformed
	}
	return failedClosed
}

// upstreamFigures are what an upstream counts.
type upstreamFigures struct {
	mu      sync.Mutex
	servers []*serverFigures
	retries atomic.Int64
	waits   atomic.Pointer[histogram] // nil where nobody wants to know
}

// server are the figures of a server's label.
func (f *upstreamFigures) server(label string) *serverFigures {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.servers {
		if s.server == label {
			return s
		}
	}
	s := &serverFigures{server: label}
	f.servers = append(f.servers, s)
	return s
}

// measure has an upstream count how long its servers take.
func (u *Upstream) measure(bounds []time.Duration) {
	if len(bounds) > 0 {
		u.figures.waits.Store(newHistogram(bounds))
	}
}

// histogram counts durations by size.
type histogram struct {
	bounds []time.Duration
	counts []atomic.Int64 // one more than bounds
	sum    atomic.Int64
}

func newHistogram(bounds []time.Duration) *histogram {
	return &histogram{bounds: bounds, counts: make([]atomic.Int64, len(bounds)+1)}
}

func (h *histogram) observe(d time.Duration) {
	i := 0
	for i < len(h.bounds) && d > h.bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	h.sum.Add(int64(d))
}

// read returns the counts, nil where all are 0, and the sum in seconds.
func (h *histogram) read() (counts []int64, sum float64) {
	some := false
	counts = make([]int64, len(h.counts))
	for i := range h.counts {
		counts[i] = h.counts[i].Load()
		some = some || counts[i] > 0
	}
	if !some {
		return nil, 0
	}
	return counts, time.Duration(h.sum.Load()).Seconds()
}
