package main

import (
	"runtime"
	"sync/atomic"
	"time"
)

const (
	bounces = 100              // there and back, timed at once
	tooFar  = 10_000 * bounces // nanoseconds for which no two cores are far enough apart: one thread waited for its turn
)

// distance is what it takes two cores to speak to each other.
type distance struct {
	Line float64 `json:"line"` // nanoseconds for a cache line to go to the other core and come back; 0 when both never ran at a time
}

// bounce passes a cache line between two threads, which have to have a core
// each. The fastest batch counts: what interrupts is no property of the cores.
func bounce(d time.Duration) distance {
	var ball atomic.Int64
	stop := make(chan struct{})
	defer func() {
		ball.Store(-1)
		<-stop
	}()
	go func() {
		runtime.LockOSThread()
		defer close(stop)
		for {
			switch b := ball.Load(); {
			case b < 0:
				return
			case b&1 == 1:
				ball.CompareAndSwap(b, b+1)
			}
		}
	}()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	best := time.Duration(tooFar)
	for began := time.Now(); time.Since(began) < d; {
		start := time.Now()
		for range bounces {
			b := ball.Load() + 1
			ball.Store(b)
			for ball.Load() == b {
			}
		}
		best = min(best, time.Since(start))
	}
	if best == tooFar {
		return distance{}
	}
	return distance{Line: float64(best) / bounces}
}
