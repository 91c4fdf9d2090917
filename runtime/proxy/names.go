package proxy

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// lookup resolves a host's name, as net.Resolver.LookupNetIP does.
type lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)

// names knows the addresses of one host (resolver). They are looked up when a
// connection first needs them, and again once they are older than valid: beside
// the connections, which use the old ones meanwhile, and go on doing so for as long as the name
// server does not answer.
type names struct {
	host   string
	valid  time.Duration
	lookup lookup
	// changed hears of other addresses than before.
	changed func()

	mu        sync.Mutex
	addresses []netip.Addr // sorted
	until     time.Time
	running   chan struct{} // closed when the look-up that is running has ended; nil for none
	err       error         // of the last one
	turn      int           // where the next connection begins
}

// resolve returns the addresses, another one first each time. It waits for a
// look-up only where there are none.
func (n *names) resolve(ctx context.Context, now time.Time) ([]netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !now.Before(n.until) {
		n.refresh()
	}
	for len(n.addresses) == 0 && n.running != nil {
		running := n.running
		n.mu.Unlock()
		select {
		case <-running:
		case <-ctx.Done():
		}
		n.mu.Lock()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if len(n.addresses) == 0 {
		return nil, n.err
	}
	turn := n.turn % len(n.addresses)
	n.turn++
	return slices.Concat(n.addresses[turn:], n.addresses[:turn]), nil
}

// expire has the next connection look the name up again: at none of the
// addresses there is anybody.
func (n *names) expire() {
	n.mu.Lock()
	n.until = time.Time{}
	n.mu.Unlock()
}

// lookupLimit bounds one look-up.
const lookupLimit = 10 * time.Second

// refresh begins a look-up unless one is running; the lock is held.
func (n *names) refresh() {
	if n.running != nil {
		return
	}
	running := make(chan struct{})
	n.running = running
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), lookupLimit)
		defer cancel()
		found, err := n.lookup(ctx, "ip", n.host)
		for i := range found {
			found[i] = found[i].Unmap()
		}
		slices.SortFunc(found, netip.Addr.Compare)
		n.mu.Lock()
		n.err = err
		n.until = time.Now().Add(n.valid)
		different := false
		if err == nil && len(found) > 0 {
			different = len(n.addresses) > 0 && !slices.Equal(found, n.addresses)
			n.addresses = found
		} else if len(n.addresses) == 0 {
			n.until = time.Time{} // the next one tries again
		}
		n.running = nil
		close(running)
		n.mu.Unlock()
		if different {
			n.changed()
		}
	}()
}
