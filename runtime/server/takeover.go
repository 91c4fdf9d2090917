package server

import (
	"bytes"
	"net"
	"os"
	"sync/atomic"

	"stackgen.dev/runtime/gateway"
)

// taken is a connection that a handler has taken over.
type taken struct {
	net.Conn
	ahead bytes.Reader // what the engine had read; the handler's only, also when serving is over
}

var _ gateway.Conn = (*taken)(nil)

// Read returns first what the engine had read.
func (t *taken) Read(p []byte) (int, error) {
	if t.ahead.Len() > 0 {
		return t.ahead.Read(p)
	}
	return t.Conn.Read(p)
}

// CloseWrite implements [gateway.Conn].
func (t *taken) CloseWrite() error { return closeWrite(t.Conn) }

// NetConn is the connection beneath, for whoever relays it by the kernel when
// nothing is buffered any more.
func (t *taken) NetConn() net.Conn {
	if t.ahead.Len() > 0 {
		return nil
	}
	return t.Conn
}

// drivenTaken is a taken connection that a poller drives.
type drivenTaken struct {
	taken
	conn *conn
	kept bool
	// both counts who has the exchange: the engine until the handler has returned, and the
	// handler until it says that all is over. The last one ends it.
	both atomic.Int32
}

var _ gateway.Keeper = (*drivenTaken)(nil)

// Keep implements [gateway.Keeper].
func (t *drivenTaken) Keep() (end func()) {
	t.kept = true
	t.conn.watch.Store(nil) // whoever reads sees the client leave
	t.both.Store(2)
	return func() {
		if t.last() {
			t.conn.endKept()
		}
	}
}

func (t *drivenTaken) last() bool { return t.both.Add(-1) == 0 }

// handOver sends the head and gives the connection to serve.
func (c *conn) handOver(serve func(gateway.Conn)) error {
	c.keep, c.abrupt = false, true
	if err := c.write(c.out); err != nil {
		return err
	}
	if !c.disarm() {
		return os.ErrDeadlineExceeded
	}
	ahead := bytes.Clone(c.in.Buffered())
	c.unload()
	returned := false
	defer func() {
		if !returned {
			c.server.logPanic(recover(), &c.exchange)
		}
	}()
	if c.sock != nil {
		t := &drivenTaken{conn: c, taken: taken{Conn: c.nc}}
		t.ahead.Reset(ahead)
		c.handed = t
		serve(t)
	} else {
		t := &taken{Conn: c.nc}
		t.ahead.Reset(ahead)
		serve(t)
	}
	returned = true
	return nil
}

// unload gives up the memory that the request was read into and the head written to: the
// connection may be silent for hours. The turn is nobody else's any more.
func (c *conn) unload() {
	c.exchange.Request.Compact()
	c.in.Reset(&c.source, nil)
	c.memory, c.out = nil, nil
}

// leftToHandler reports whether the handler has kept the connection, and goes on: then
// the engine touches neither it nor the exchange any more.
func (c *conn) leftToHandler() bool {
	t := c.handed
	return t != nil && t.kept && !t.last()
}

// endKept ends what a handler had kept.
func (c *conn) endKept() {
	defer func() {
		if v := recover(); v != nil {
			c.server.logPanic(v, &c.exchange)
			c.spoil()
		}
		c.end(false)
	}()
	c.conclude()
}
