package proxy

import (
	"crypto/tls"
	"io"
	"net"
	"syscall"
	"time"

	"stackgen.dev/runtime/netpoll"
)

// conn is a connection to a server of an upstream. Everything that the client of an
// upstream does to a socket it does by these methods.
type conn struct {
	net.Conn
	sock    *netpoll.Conn   // the same, where a poller drives it
	raw     syscall.RawConn // the socket, where it is plain and can be worked on directly
	beneath syscall.RawConn // the socket in any case, to look into
	made    time.Time
	since   time.Time     // when it became idle
	timeout time.Duration // how long it may be idle: the server's word, 0 for none
	soon    time.Time     // the read deadline that is set, zero if it is not by readSoon
	asking  asking
}

// asking is a request on its way, for the step that the poller calls.
type asking struct {
	out, in []byte
	look    bool // for what an idle connection must not have, first
	written bool
	stale   bool
	sent, n int
	err     error
	step    func(fd uintptr) bool // made once
}

func newConn(c net.Conn, now time.Time) *conn {
	wrapped := &conn{Conn: c, made: now}
	wrapped.sock, _ = c.(*netpoll.Conn)
	if s, ok := c.(syscall.Conn); ok && socketSteps {
		wrapped.raw, _ = s.SyscallConn()
		wrapped.beneath = wrapped.raw
	} else if t, ok := c.(*tls.Conn); ok && socketSteps {
		if s, ok := t.NetConn().(syscall.Conn); ok {
			wrapped.beneath, _ = s.SyscallConn()
		}
	}
	wrapped.asking.step = wrapped.askStep
	return wrapped
}

// mayAsk reports whether ask can send out: at once, and nothing but it.
func (c *conn) mayAsk(out []byte) bool { return c.raw != nil && len(out) <= 16<<10 }

// ask sends a request and reads the beginning of what comes back into in, with
// one call to the kernel less than reading first and then waiting takes.
// With look, on a connection that was used before, it first makes sure that the server has neither closed the connection nor
// sent anything: errStale then. Where less than all of out could be sent, n is 0 and
// err nil, and the caller goes on with write.
func (c *conn) ask(out, in []byte, look bool) (sent, n int, err error) {
	if c.sock != nil {
		if look && !c.sock.Quiet() {
			return 0, 0, errStale
		}
		return c.sock.Ask(out, in)
	}
	a := &c.asking
	a.out, a.in, a.look = out, in, look
	a.written, a.stale, a.sent, a.n, a.err = false, false, 0, 0, nil
	err = c.raw.Read(a.step)
	a.out, a.in = nil, nil
	switch {
	case err != nil:
		return a.sent, 0, err
	case a.stale:
		return 0, 0, errStale
	}
	return a.sent, a.n, a.err
}

// read reads into p, or into a pipe up to n bytes.
func (c *conn) read(p []byte, pipe *pipe, n int64) (int, error) {
	if pipe != nil {
		return pipe.fill(c.raw, n)
	}
	return c.Conn.Read(p)
}

// readSoon has the next reads end after patience, or somewhat later: a
// deadline is set once for all requests within that time.
func (c *conn) readSoon(now time.Time) {
	if c.soon.Sub(now) < patience {
		c.soon = now.Add(2 * patience)
		c.Conn.SetReadDeadline(c.soon)
	}
}

// readUntil has the next reads end at a moment; the zero time is never.
func (c *conn) readUntil(at time.Time) {
	c.soon = time.Time{}
	c.Conn.SetReadDeadline(at)
}

// eof is the error of reading n bytes without another error.
func eof(n int) error {
	if n == 0 {
		return io.EOF
	}
	return nil
}
