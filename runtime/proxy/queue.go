package proxy

import (
	"context"
	"errors"
	"slices"
	"time"
)

// errBusy is why a request is refused although servers are there: all of them have
// as many connections as they may, and enough requests wait.
var errBusy = errors.New("every server has as many connections as it may (max_conns)")

// full reports whether a server has as many requests as it may; the lock of
// the upstream is held.
func (b *backend) full() bool { return b.server.MaxConns > 0 && b.active >= b.server.MaxConns }

// waiter is a request that waits for a server to have room.
type waiter chan struct{}

// takeServer chooses a server for the trip, and waits where all that could be
// chosen are full (queue). Nil without error means that there is no server at all.
func (t *trip) takeServer() (*backend, error) {
	u, c := t.u, &t.choice
	now := time.Now()
	if u.named.Load() != nil {
		if err := u.resolve(t.x.Context(), now, t.f.connect); err != nil {
			return nil, err
		}
	}
	b, w, err := u.takeOrWait(c, now, true)
	if w == nil {
		return b, err
	}
	ctx := t.x.Context()
	timer := time.NewTimer(u.config.QueueTimeout)
	defer timer.Stop()
	for w != nil {
		select {
		case <-w:
		case <-timer.C:
			u.abandon(w)
			return nil, errBusy
		case <-ctx.Done():
			u.abandon(w)
			if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
				return nil, errBusy
			}
			return nil, errClientGone
		}
		b, w, err = u.takeOrWait(c, time.Now(), false)
	}
	return b, err
}

// takeOrWait chooses a server and counts the request that it now has, or else
// has the request wait. Whoever comes new stands behind those who wait already.
func (u *Upstream) takeOrWait(c *choice, now time.Time, fresh bool) (*backend, waiter, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if fresh && !u.config.Workers {
		u.budget.request(u.config.RetryBudget, now)
	}
	if !fresh || len(u.waiting) == 0 {
		if b := u.pick(c, now); b != nil {
			b.active++
			return b, nil, nil
		}
		if !u.anyFull(c.tried, now) {
			return nil, nil, nil
		}
	}
	if fresh && len(u.waiting) >= u.config.Queue {
		return nil, nil, errBusy
	}
	w := make(waiter, 1)
	if fresh {
		u.waiting = append(u.waiting, w)
	} else {
		u.waiting = slices.Insert(u.waiting, 0, w) // its turn it was
	}
	return nil, w, nil
}

// anyFull reports whether there is a server that could be chosen if it had room.
func (u *Upstream) anyFull(tried []*backend, now time.Time) bool {
	for _, b := range u.backends {
		if b.full() && !b.server.Down && !b.server.Drain && !among(tried, b) && (len(tried) == 0 || !b.out(now)) {
			return true
		}
	}
	return false
}

// release notes that a request of a server has ended, and lets the next one have its turn.
func (u *Upstream) release(b *backend) {
	u.mu.Lock()
	b.active--
	u.wake()
	u.mu.Unlock()
}

// wake lets the first who waits look again; the lock is held.
func (u *Upstream) wake() {
	if len(u.waiting) > 0 {
		w := u.waiting[0]
		u.waiting = slices.Delete(u.waiting, 0, 1)
		w <- struct{}{}
	}
}

// abandon ends a wait. If its turn came just now, the next one has it.
func (u *Upstream) abandon(w waiter) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if i := slices.Index(u.waiting, w); i >= 0 {
		u.waiting = slices.Delete(u.waiting, i, i+1)
		return
	}
	u.wake()
}
