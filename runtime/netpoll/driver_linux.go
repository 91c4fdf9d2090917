package netpoll

import (
	"context"
	"runtime/pprof"
	"sync/atomic"
	"time"
)

// Handler is told that a connection has something to read, or has ended.
type Handler interface {
	// Ready is called on the goroutine that drives the poller: until it returns, or
	// has called d.Leave, no other connection of the poller is looked after.
	Ready(d *Driver)
}

// Driver is a goroutine's right to drive a poller. The zero Driver drives none: who calls a handler
// on a goroutine of its own gives it that.
type Driver struct {
	poller *Poller
	// state counts the calls of handlers in its upper bits.
	state atomic.Uint64
	wake  chan bool // true to drive, false to end
	now   time.Time
}

const (
	driving uint64 = iota
	calling        // a handler runs
	lost           // another goroutine drives

	stateStep = 4
)

// maxSpare is how many goroutines a poller keeps for the next handlers that leave.
const maxSpare = 64

// Leave gives the poller to another goroutine: the caller may wait for what it
// likes. The driver is of no use to it any more.
func (d *Driver) Leave() {
	if d.lose(d.state.Load()) {
		d.poller.replace()
	}
}

// Now is when the poller was asked for events last. It is for handlers that
// have not left.
func (d *Driver) Now() time.Time { return d.now }

// Drives reports whether the driver is still of use: a handler that has taken
// long finds that it is not.
func (d *Driver) Drives() bool { return d.state.Load()%stateStep == calling }

// lose takes the poller from a driver whose handler runs.
func (d *Driver) lose(state uint64) bool {
	return state%stateStep == calling && d.state.CompareAndSwap(state, state-calling+lost)
}

// replace has a goroutine drive that does not yet.
func (p *Poller) replace() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		p.free()
		return
	}
	var d *Driver
	if n := len(p.spare); n > 0 {
		d = p.spare[n-1]
		p.spare = p.spare[:n-1]
	}
	p.mu.Unlock()
	fresh := d == nil
	if fresh {
		d = &Driver{poller: p, wake: make(chan bool, 1)}
	}
	p.driver.Store(d)
	if fresh {
		go d.run()
	} else {
		d.wake <- true
	}
}

// run drives and waits to drive again, by turns.
func (d *Driver) run() {
	// A goroutine begins with the labels of who starts it, here some request's.
	pprof.SetGoroutineLabels(context.Background())
	for {
		d.now = time.Now()
		if !d.drive() {
			return
		}
		d.state.Store(d.state.Load() - lost) // driving
		if !d.rest() {
			return
		}
	}
}

// rest waits to drive again. It reports false when that is not needed.
func (d *Driver) rest() bool {
	p := d.poller
	p.mu.Lock()
	if p.closed || len(p.spare) >= maxSpare {
		p.mu.Unlock()
		return false
	}
	p.spare = append(p.spare, d)
	p.mu.Unlock()
	return <-d.wake
}

// drive calls handlers until another goroutine does; it reports false when the
// poller was closed.
func (d *Driver) drive() bool {
	p := d.poller
	for {
		for p.at < p.n {
			ev := &p.events[p.at]
			p.at++
			h := p.dispatch(ev)
			if h == nil {
				continue
			}
			call := d.state.Load() + stateStep + calling
			d.state.Store(call)
			h.Ready(d)
			if !d.state.CompareAndSwap(call, call-calling) {
				return true
			}
		}
		if !p.fetch() {
			p.free()
			return false
		}
		d.now = p.now
	}
}

const (
	// monitorInterval is after what time a driver that has not come back is replaced.
	monitorInterval = 5 * time.Millisecond
	// calmInterval is how long the monitor looks away at most while it finds no driver in a
	// handler: many processes that have little to do would look around more than work.
	calmInterval = 20 * time.Millisecond
	// drowsy is after how many looks at sleeping pollers the monitor sleeps too.
	drowsy = 50
)

// monitor replaces drivers that stay in one handler for too long.
func (g *Group) monitor() {
	seen := make([]uint64, len(g.pollers))
	interval := monitorInterval
	for quiet := 0; !g.closed.Load(); {
		time.Sleep(interval)
		quiet++
		interval = min(2*interval, calmInterval)
		for i, p := range g.pollers {
			if !p.asleep.Load() {
				quiet = 0
			}
			d := p.driver.Load()
			state := d.state.Load()
			if state%stateStep == calling {
				interval = monitorInterval
				if state == seen[i] && d.lose(state) {
					p.replace()
				}
			}
			seen[i] = state
		}
		if quiet >= drowsy {
			quiet = 0
			g.dozing.Store(true)
			if g.asleep() && !g.closed.Load() {
				<-g.stir
			}
			g.dozing.Store(false)
			interval = monitorInterval
		}
	}
}

// asleep reports whether all pollers wait for events.
func (g *Group) asleep() bool {
	for _, p := range g.pollers {
		if !p.asleep.Load() {
			return false
		}
	}
	return true
}

// rouse wakes the monitor: there is something to look after.
func (g *Group) rouse() {
	if g.dozing.Load() {
		select {
		case g.stir <- struct{}{}:
		default:
		}
	}
}
