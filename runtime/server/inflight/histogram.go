package inflight

import (
	"sync/atomic"
	"time"
)

// bounds are the upper ends of the buckets, in nanoseconds; those of the
// supervisor's Bounds.
var bounds = [...]time.Duration{
	500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond,
	25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 30 * time.Second,
}

// Bounds are the upper ends of the buckets of a Histogram; one more holds what
// is above them all.
func Bounds() []time.Duration { return bounds[:] }

// Histogram counts durations by size. The zero Histogram is ready; it is safe for
// concurrent use.
type Histogram struct {
	counts [len(bounds) + 1]atomic.Int64
	sum    atomic.Int64
}

// Observe counts one.
func (h *Histogram) Observe(d time.Duration) {
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	h.counts[i].Add(1)
	h.sum.Add(int64(d))
}

// Read returns the counts and the sum in seconds.
func (h *Histogram) Read() (counts []int64, sum float64) {
	counts = make([]int64, len(h.counts))
	for i := range h.counts {
		counts[i] = h.counts[i].Load()
	}
	return counts, time.Duration(h.sum.Load()).Seconds()
}
