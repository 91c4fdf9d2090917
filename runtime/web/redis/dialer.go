package redis

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// dialer connects to the server. Where that has failed it is not tried again for
// a moment, so that not every request waits for a server that is away.
type dialer struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	now  func() time.Time

	mu     sync.Mutex
	failed time.Time
	err    error // nil where the last try succeeded
}

// again is how long a server that could not be reached is left alone.
const again = time.Second

// Dial connects, or says what went wrong a moment ago.
func (d *dialer) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	d.mu.Lock()
	if d.err != nil && d.now().Sub(d.failed) < again {
		defer d.mu.Unlock()
		return nil, d.err
	}
	d.mu.Unlock()
	conn, err := d.dial(ctx, network, address)
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return nil, err // who asked has gone, which says nothing of the server
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failed, d.err = d.now(), err
	return conn, err
}
