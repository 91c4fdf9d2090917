//go:build linux

package netpoll

import (
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// What one direction of a socket is known to be. Events come as edges: what an
// edge has said holds until the kernel says that it is over.
const (
	sideUnready uint32 = iota // the kernel has nothing, or takes nothing
	sideReady                 // it may have, or take, something: try
	sideWaiting               // unready, and a goroutine waits on sema
	sideArmed                 // unready, and the handler is to be called
)

// side is one direction of a socket. The goroutine that reads (or writes) takes
// readiness away, the driver brings it.
type side struct {
	state atomic.Uint32
	// fault is set when waiting is pointless: the deadline has passed, or the
	// connection was closed.
	fault atomic.Pointer[error]
	sema  chan struct{}

	turn sync.Mutex // one goroutine at a time reads, or writes

	mu    sync.Mutex // guards the deadline
	timer *time.Timer
	epoch int // counts the deadlines that were set
}

// signal says that the kernel has, or takes, something. It reports whether the
// handler is to be called.
func (s *side) signal() (call bool) {
	for {
		switch old := s.state.Load(); old {
		case sideReady:
			return false
		default:
			if s.state.CompareAndSwap(old, sideReady) {
				if old == sideWaiting {
					s.sema <- struct{}{}
				}
				return old == sideArmed
			}
		}
	}
}

// consume takes readiness away and reports whether there was any.
func (s *side) consume() bool { return s.state.CompareAndSwap(sideReady, sideUnready) }

// again brings readiness back that was taken too early.
func (s *side) again() { s.state.CompareAndSwap(sideUnready, sideReady) }

// arm has the handler called with the next signal. It reports false when the
// side is ready already.
func (s *side) arm() bool { return s.state.CompareAndSwap(sideUnready, sideArmed) }

// disarm takes arm back and reports whether it was still in force: then the
// handler will not be called.
func (s *side) disarm() bool { return s.state.CompareAndSwap(sideArmed, sideUnready) }

// wait waits until the side is ready and takes that away, or until it is pointless.
func (s *side) wait() error {
	for {
		if fault := s.fault.Load(); fault != nil {
			return *fault
		}
		if s.consume() {
			return nil
		}
		if s.sema == nil {
			s.sema = make(chan struct{}, 1)
		}
		if !s.state.CompareAndSwap(sideUnready, sideWaiting) {
			continue
		}
		// fail looks for a waiting goroutine after it has set the fault.
		if s.fault.Load() != nil && s.state.CompareAndSwap(sideWaiting, sideUnready) {
			continue
		}
		<-s.sema
	}
}

// fail ends waiting, now and later.
func (s *side) fail(err error) {
	s.fault.Store(&err)
	if s.state.CompareAndSwap(sideWaiting, sideUnready) {
		s.sema <- struct{}{}
	}
}

var errDeadline = os.ErrDeadlineExceeded

// setDeadline is SetReadDeadline for one direction.
func (s *side) setDeadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	s.epoch++
	if fault := s.fault.Load(); fault != nil && *fault == errDeadline {
		s.fault.CompareAndSwap(fault, nil)
	}
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	if left <= 0 {
		s.expire()
		return
	}
	epoch := s.epoch
	s.timer = time.AfterFunc(left, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.epoch == epoch {
			s.expire()
		}
	})
}

// expire fails the side for its deadline, unless it was closed; mu is held.
func (s *side) expire() {
	if s.fault.CompareAndSwap(nil, &errDeadline) && s.state.CompareAndSwap(sideWaiting, sideUnready) {
		s.sema <- struct{}{}
	}
}

// close fails the side for good.
func (s *side) close(err error) {
	s.mu.Lock()
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	s.epoch++
	s.mu.Unlock()
	s.fail(err)
}
