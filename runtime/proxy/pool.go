package proxy

import (
	"sync"
	"time"
)

// pool keeps the idle connections to one server, the last used on top: few
// connections stay warm, the others grow old and go. The zero pool keeps none.
type pool struct {
	mu      sync.Mutex
	idle    []*conn
	max     int
	timeout time.Duration // how long one may be idle
	age     time.Duration // how old one may get
	sweeper *time.Timer   // running while something is idle
}

func (p *pool) configure(max int, timeout, age time.Duration) {
	p.mu.Lock()
	p.max, p.timeout, p.age = max, timeout, age
	p.mu.Unlock()
}

// get returns a connection that was idle for no longer than limit (0 for any
// time), nil if there is none.
func (p *pool) get(now time.Time, limit time.Duration) *conn {
	for {
		p.mu.Lock()
		n := len(p.idle)
		if n == 0 || limit > 0 && now.Sub(p.idle[n-1].since) > limit {
			p.mu.Unlock()
			return nil
		}
		c := p.idle[n-1]
		p.idle[n-1] = nil
		p.idle = p.idle[:n-1]
		expired := p.expired(c, now)
		p.mu.Unlock()
		if !expired {
			return c
		}
		c.Close()
	}
}

// put takes a connection back, or closes it where it is not wanted.
func (p *pool) put(c *conn, now time.Time) {
	c.since = now
	p.mu.Lock()
	var surplus *conn
	switch {
	case p.max == 0 || now.Sub(c.made) >= p.age:
		surplus = c
	case len(p.idle) == p.max:
		surplus = p.idle[0]
		copy(p.idle, p.idle[1:])
		p.idle[len(p.idle)-1] = c
	default:
		p.idle = append(p.idle, c)
		if len(p.idle) == 1 {
			p.sweepLater()
		}
	}
	p.mu.Unlock()
	if surplus != nil {
		surplus.Close()
	}
}

func (p *pool) expired(c *conn, now time.Time) bool {
	limit := p.timeout
	if c.timeout > 0 {
		limit = min(limit, c.timeout)
	}
	return now.Sub(c.since) >= limit || now.Sub(c.made) >= p.age
}

// sweepLater arranges for expired connections to be closed although nobody
// asks for one; the lock is held.
func (p *pool) sweepLater() {
	if p.sweeper == nil {
		p.sweeper = time.AfterFunc(p.timeout, p.sweep)
		return
	}
	p.sweeper.Reset(p.timeout)
}

func (p *pool) sweep() {
	now := time.Now()
	p.mu.Lock()
	var expired []*conn
	kept := p.idle[:0]
	for _, c := range p.idle {
		if p.expired(c, now) {
			expired = append(expired, c)
			continue
		}
		kept = append(kept, c)
	}
	clear(p.idle[len(kept):])
	p.idle = kept
	if len(kept) > 0 {
		p.sweepLater()
	}
	p.mu.Unlock()
	for _, c := range expired {
		c.Close()
	}
}

// close closes what is idle and keeps nothing from then on.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.max = nil, 0
	if p.sweeper != nil {
		p.sweeper.Stop()
	}
	p.mu.Unlock()
	for _, c := range idle {
		c.Close()
	}
}
