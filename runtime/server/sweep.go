package server

import (
	"crypto/tls"
	"net"
	"syscall"
	"time"
)

// step is what a connection is busy with, as far as time limits go.
type step int64

const (
	stepFresh step = iota // nothing has come yet; shaking hands
	stepIdle              // between requests
	stepHead              // reading a request head
	stepServe             // in the handler
	stepBody              // waiting for the request's body
	stepWrite             // waiting for the client to take the response
	stepBits  = 3
)

// A connection's limit is the moment (see Server.now) until which its step
// may take, shifted, with the step in the lowest bits, so that both change at
// once. Only the connection's goroutine begins and ends steps; only the sweeping
// goroutine makes one expire, and that stays until revive.
const (
	noLimit = 0
	expired = -1
	forever = 1 << 58 // nanoseconds: nine years
)

// longAgo as a deadline makes a blocked read or write return at once.
var longAgo = time.Unix(1, 0)

// arm begins a step that may take d, or as long as it likes if d is 0. It
// reports false when an earlier step has expired.
func (c *conn) arm(s step, d time.Duration) bool {
	if d <= 0 {
		return c.armAt(s, forever)
	}
	return c.armAt(s, c.now()+int64(d))
}

// armAt is arm with the moment instead of the duration.
func (c *conn) armAt(s step, at int64) bool { return c.setLimit(at<<stepBits | int64(s)) }

// disarm ends a step and reports whether it was in time. If not, the deadline
// of the socket has passed too, or, for stepServe, somebody else is answering.
func (c *conn) disarm() bool { return c.setLimit(noLimit) }

func (c *conn) setLimit(limit int64) bool {
	for {
		old := c.limit.Load()
		switch old {
		case expired:
			return false
		case limit:
			return true
		}
		if c.limit.CompareAndSwap(old, limit) {
			return true
		}
	}
}

// revive makes a connection usable again whose read has expired.
func (c *conn) revive() {
	c.mu.Lock() // the expiring side may be between its two actions
	c.nc.SetReadDeadline(time.Time{})
	c.limit.Store(noLimit)
	c.mu.Unlock()
}

// sweepInterval is how often the server looks at its connections: often enough for
// the shortest limit.
func (s *Server) sweepInterval() time.Duration {
	interval := 250 * time.Millisecond
	for _, d := range []time.Duration{s.config.HeaderTimeout, s.config.BodyIdle, s.config.WriteIdle, s.config.KeepAlive, s.config.Timeout} {
		if d > 0 {
			interval = min(interval, d/4)
		}
	}
	return max(interval, 5*time.Millisecond)
}

// sweep enforces the limits of all connections until the server is closed.
func (s *Server) sweep() {
	ticker := time.NewTicker(s.sweepInterval())
	defer ticker.Stop()
	for {
		select {
		case <-s.base.Done():
			return
		case <-ticker.C:
		}
		now := s.now()
		s.mu.Lock()
		for c := range s.active {
			c.check(now)
		}
		s.mu.Unlock()
	}
}

// check ends the connection's step if its time is over, and looks whether the
// client is still there if somebody wants to know.
func (c *conn) check(now int64) {
	limit := c.limit.Load()
	if limit > 0 && limit>>stepBits <= now {
		c.expire(limit)
		return
	}
	if watch := c.watch.Load(); watch != nil && c.clientLeft(now) {
		c.watch.CompareAndSwap(watch, nil)
		watch.gone()
	}
}

// overdueText is what operators read of a handler that was answered for.
const overdueText = "a handler overstays its deadline, the client gets 503"

// expire ends the step that limit belongs to, unless it has ended by itself.
func (c *conn) expire(limit int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.limit.CompareAndSwap(limit, expired) {
		return
	}
	switch stepOf(limit) {
	case stepWrite:
		c.nc.SetWriteDeadline(longAgo)
	case stepServe:
		c.server.config.Log.Error(overdueText, "client", c.client.String())
		go answerOverdue(c.nc)
	default:
		c.nc.SetReadDeadline(longAgo)
		if c.sock != nil && c.sock.Dismiss() != nil {
			go c.overdue(stepOf(limit))
		}
	}
}

func stepOf(limit int64) step { return step(limit & (1<<stepBits - 1)) }

// drainPatience is how long a new connection that has sent nothing yet is
// waited for while the server drains.
const drainPatience = time.Second

// drain shortens the wait for a first request that has not begun.
func (c *conn) drain() {
	if limit := c.limit.Load(); limit > 0 && stepOf(limit) == stepFresh {
		at := min(c.server.now()+int64(drainPatience), limit>>stepBits)
		c.limit.CompareAndSwap(limit, at<<stepBits|int64(stepFresh))
	}
}

// watch is the wish to hear when the client leaves.
type watch struct {
	gone func()
	// ended is when the client's direction was found closed for the first time.
	ended int64
}

// Watch implements [gateway.Engine]. It is called on the handler's goroutine.
func (c *conn) Watch(gone func()) {
	if gone == nil {
		c.watch.Store(nil)
		return
	}
	if c.raw == nil {
		c.raw = rawConn(c.nc)
	}
	c.watch.Store(&watch{gone: gone})
}

// rawConn is the socket of a connection, nil if it has none to look into.
func rawConn(nc net.Conn) syscall.RawConn {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	if sc, ok := nc.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

// WatchDeadline implements [gateway.DeadlineWatcher].
func (c *conn) WatchDeadline(t time.Time) {
	c.deadline = 0
	if !t.IsZero() {
		c.deadline = int64(t.Sub(c.server.epoch))
	}
	c.armServe()
}

// armServe lets the handler run until its deadline.
func (c *conn) armServe() bool {
	if c.deadline == 0 {
		return c.setLimit(noLimit)
	}
	return c.armAt(stepServe, max(c.deadline, 1))
}

// halfClosed is how long a TCP client that sends no more is believed to wait for
// its answer. Whether it has closed the other direction too does not show before
// something is sent.
const halfClosed = 3 * time.Second

// clientLeft looks into the socket. A connection reset is certain; a closed
// direction alone may be a client that said all it had to say and waits for
// its answer, so it counts only when it is known to be more, or after a while.
func (c *conn) clientLeft(now int64) bool {
	w := c.watch.Load()
	if w == nil {
		return false
	}
	switch peek(c.raw) {
	case peerReset:
		return true
	case peerEnded:
		if w.ended == 0 {
			w.ended = now
		}
		switch closedWhole(c.raw) {
		case endsWhole:
			return true
		case endsUnknown:
			return now-w.ended > int64(halfClosed)
		}
	}
	return false
}

// ending is what is known of a client whose direction has ended.
type ending uint8

const (
	endsHalf    ending = iota // it reads on
	endsWhole                 // it has gone
	endsUnknown               // nobody can tell
)
