package site

import (
	"math"
	"runtime/debug"
	"testing"
	"time"

	"stackgen.dev/runtime/server/inflight"
)

// Ensure a process draws its limits within the jitter, and that memory_limit has
// the collector work before it is reached.
func TestRecyclerDrawsItsLimits(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(math.MaxInt64))
	s := &settings{Definition: Definition{Workers: Workers{
		MaxRequests: 1000, MaxRequestsJitter: 100, MaxLifetime: time.Hour, MaxLifetimeJitter: time.Minute, MemoryLimit: 1000 << 20,
	}}}
	seen := map[int64]bool{}
	for range 100 {
		r := newRecycler(s, nil, inflight.New(inflight.Config{}))
		if r.requests < 1000 || r.requests > 1100 || r.lifetime < time.Hour || r.lifetime > time.Hour+time.Minute || r.memory != 1000<<20 {
			t.Fatalf("limits %d, %s, %d", r.requests, r.lifetime, r.memory)
		}
		seen[r.requests] = true
	}
	if len(seen) < 10 {
		t.Errorf("100 processes drew %d numbers of requests", len(seen))
	}
	if limit := debug.SetMemoryLimit(-1); limit != 900<<20 {
		t.Errorf("the collector's limit is %d MB", limit>>20)
	}
}
