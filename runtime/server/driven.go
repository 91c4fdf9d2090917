package server

import (
	"errors"
	"os"
	"time"

	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
)

// Connections on plain sockets are driven by a poller where there is one: no
// goroutine waits for their requests. What one request needs is answered in one
// go on the poller's goroutine; when anything has to be waited for, that goroutine
// becomes the request's own, and another drives the poller (see Yield).

// Ready implements [netpoll.Handler]: the connection has something to read, or
// has ended.
func (c *conn) Ready(d *netpoll.Driver) {
	c.driver = d
	handed := false
	ended := true // also by a panic of what ran after a response
	defer func() {
		if !ended {
			return
		}
		if v := recover(); v != nil {
			c.server.logPanic(v, &c.exchange)
			c.spoil()
		}
		c.end(handed)
	}()
	if c.turn == nil {
		c.takeTurn()
	}
	for {
		n, err := c.advance()
		switch {
		case err == netpoll.ErrWait:
			if c.suspend() {
				ended = false
				return
			}
			continue
		case err == errPreface:
			c.Yield()
			handed = c.handToHTTP2()
			return
		case err != nil:
			c.refuse(err)
			return
		}
		c.source.patient = true
		switch c.serve(n) {
		case ends:
			return
		case isHandlers:
			ended = false
			return
		}
		c.source.patient = false
		c.fresh = false
		c.in.Release()
	}
}

// advance reads and parses as much of a request's head as there is.
func (c *conn) advance() (n int, err error) {
	for {
		if len(c.in.Buffered()) > 0 {
			if !c.begun {
				c.begun = true
				c.begin()
			}
			if n, err = c.parse(); err != http1.ErrIncomplete {
				c.begun = false
				if !c.disarm() {
					c.revive()
				}
				return n, err
			}
		}
		if err := c.fillHead(); err != nil {
			if c.begun && errors.Is(err, os.ErrDeadlineExceeded) {
				c.revive()
				err = errHeadTimeout
			}
			return 0, err
		}
	}
}

// parse is parseHead, and looks for the beginning of HTTP/2 on a new connection.
func (c *conn) parse() (int, error) {
	if c.fresh && c.in.Buffered()[0] == preface[0] {
		if begun, whole := beginsPreface(c.in.Buffered()); whole {
			return 0, errPreface
		} else if begun {
			return 0, http1.ErrIncomplete
		}
	}
	return c.parseHead()
}

var errPreface = errors.New("server: the client begins HTTP/2")

// suspend leaves the connection to the poller until there is more to read. It
// reports false when there is, or when the connection is to end: the next read tells.
func (c *conn) suspend() bool {
	d, t, rests := c.driver, c.turn, !c.begun
	switch {
	case c.begun:
		if stepOf(c.limit.Load()) != stepHead {
			c.arm(stepHead, c.server.config.HeaderTimeout)
		}
	case !c.fresh && !c.rest():
		c.sock.SetReadDeadline(longAgo)
		return false
	default:
		c.shrink()
		c.turn = nil
	}
	s := c.server
	c.driver = nil
	if !c.sock.Await() {
		c.driver, c.turn = d, t
		return false
	}
	// The connection may be somebody else's by now.
	if rests {
		s.keepTurn(t)
	}
	return true
}

// overdue ends a connection that has rested, or sent its request's head, for too long.
func (c *conn) overdue(s step) {
	if s == stepHead {
		c.revive()
		c.refuse(errHeadTimeout)
	}
	c.end(false)
}

// Yield implements [gateway.Yielder]: the connections of the poller are another
// goroutine's from now on, and this one may wait.
func (c *conn) Yield() {
	if d := c.driver; d != nil {
		c.driver = nil
		d.Leave()
	}
}

// now is Server.now. While the connection is driven it is the time when the
// poller was asked last, which was microseconds ago.
func (c *conn) now() int64 {
	if d := c.driver; d != nil && d.Drives() {
		return int64(d.Now().Sub(c.server.epoch))
	}
	return c.server.now()
}

// clock is time.Now, as precise as now.
func (c *conn) clock() time.Time {
	if d := c.driver; d != nil {
		return d.Now()
	}
	return time.Now()
}
