package server

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
)

// conn is one HTTP/1 connection: what it is while it rests.
type conn struct {
	server *Server
	nc     net.Conn
	sock   *netpoll.Conn // nc, where a poller drives it; nil where a goroutine does
	kernel kernelConn    // nc, where it is a plain socket
	raw    syscall.RawConn
	tls    *tls.ConnectionState
	client netip.AddrPort
	altSvc string // what answers say of HTTP/3; "" for nothing

	limit atomic.Int64 // see sweep.go
	watch atomic.Pointer[watch]
	mu    sync.Mutex // held while a step expires

	// fresh says that no request has been answered yet, begun that some of a
	// request's head has been read: of connections that a poller drives.
	fresh, begun bool
	// driver is the right to drive the poller that this request is being answered
	// with; nil when the goroutine may wait for what it likes.
	driver *netpoll.Driver
	// turn is what a request needs; nil while the connection rests.
	*turn
}

// kernelConn is what a plain socket can do and a TLS connection cannot.
type kernelConn interface {
	net.Conn
	CloseWrite() error
}

var (
	_ gateway.Engine          = (*conn)(nil)
	_ gateway.DeadlineWatcher = (*conn)(nil)
	_ gateway.Yielder         = (*conn)(nil)
)

// newConn makes the connection of a socket, or of one that will speak TLS.
func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{server: s, nc: nc, fresh: true}
	c.sock, _ = nc.(*netpoll.Conn)
	switch nc := nc.(type) {
	case *net.TCPConn:
		c.kernel = nc
	case *net.UnixConn:
		c.kernel = nc
	case *netpoll.Conn:
		c.kernel = nc
	case interface{ Kernel() *net.TCPConn }:
		c.kernel = nc.Kernel()
	}
	if a, ok := nc.RemoteAddr().(*net.TCPAddr); ok {
		c.client = a.AddrPort()
		c.client = netip.AddrPortFrom(c.client.Addr().Unmap(), c.client.Port())
	}
	c.limit.Store(noLimit)
	c.arm(stepFresh, s.config.HeaderTimeout)
	return c
}

// run serves a connection that has a goroutine, until its end.
func (c *conn) run(config *tls.Config) {
	handed := false
	c.takeTurn()
	defer func() {
		// Handlers' panics are caught where they are called; one in what ran after
		// the response costs its connection and not the process.
		if v := recover(); v != nil {
			c.server.logPanic(v, &c.exchange)
			c.spoil()
		}
		c.end(handed)
	}()
	if config != nil {
		t := tls.Server(c.nc, config)
		if err := t.Handshake(); err != nil {
			c.server.shakes.failed.Add(1)
			c.server.config.Log.Debug("TLS handshake failed", "client", c.client.String(), "error", err)
			return
		}
		c.setTLS(t)
		c.server.shakes.count(c.tls.Version)
		if c.tls.NegotiatedProtocol == challengeProtocol {
			return // the authority has seen what it came for
		}
		if c.tls.NegotiatedProtocol == "h2" {
			if handed = c.disarm(); handed {
				c.server.second.take(t, c.altSvc)
			}
			return
		}
	}
	if c.tls == nil && c.prefacesHTTP2() {
		handed = c.handToHTTP2()
		return
	}
	c.loop()
}

// handToHTTP2 gives the connection to the other engine.
func (c *conn) handToHTTP2() bool {
	if !c.disarm() {
		return false
	}
	c.server.second.take(&prefixed{Conn: c.nc, prefix: bytes.Clone(c.in.Buffered())}, "")
	return true
}

// spoil lets nobody have what an exchange has left that was not finished.
func (c *conn) spoil() {
	if c.serving {
		c.server.busy.Add(-1)
	}
	c.turn = nil
}

// end ends the connection, unless it goes on in other hands.
func (c *conn) end(handed bool) {
	if !handed {
		c.nc.Close()
	}
	c.server.forget(c)
	if c.turn != nil {
		c.giveTurn()
	}
}

// setTLS puts the TLS connection into the place of the plain one. The sweeping
// goroutine may be looking at it.
func (c *conn) setTLS(t *tls.Conn) {
	state := t.ConnectionState()
	c.server.mu.Lock()
	c.mu.Lock()
	c.nc, c.kernel, c.tls = t, nil, &state
	c.mu.Unlock()
	c.server.mu.Unlock()
}

// preface is what an HTTP/2 client with prior knowledge sends first (RFC 9113,
// section 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// prefacesHTTP2 reads the first bytes and reports whether they are the HTTP/2 preface.
func (c *conn) prefacesHTTP2() bool {
	for {
		begun, whole := beginsPreface(c.in.Buffered())
		if whole || !begun {
			return whole
		}
		if c.in.Fill() != nil {
			return false // the loop meets the same error
		}
	}
}

// beginsPreface reports whether b may be, and whether it is, the beginning of
// an HTTP/2 connection.
func beginsPreface(b []byte) (begun, whole bool) {
	n := min(len(b), len(preface))
	begun = string(b[:n]) == preface[:n]
	return begun, begun && n == len(preface)
}

// loop serves one request after the other.
func (c *conn) loop() {
	for first := true; ; first = false {
		if !c.await(first) {
			return
		}
		n, err := c.readHead()
		if err != nil {
			c.refuse(err)
			return
		}
		if c.serve(n) != goesOn {
			return // there is no handler's without a poller
		}
		c.in.Release()
	}
}

// await waits for the first byte of a request.
func (c *conn) await(first bool) bool {
	if len(c.in.Buffered()) > 0 {
		return true
	}
	if !first {
		c.shrink()
		if !c.rest() {
			return false
		}
	}
	return c.in.Fill() == nil
}

// rest begins the wait between two requests. It reports false when the server
// has no patience for it any more.
func (c *conn) rest() bool {
	// closeIdle looks at the step after saying so, we the other way round.
	return c.arm(stepIdle, c.server.config.KeepAlive) && !c.server.restless.Load()
}

// readHead reads and parses a request head, and waits for it.
func (c *conn) readHead() (n int, err error) {
	c.begin()
	armed := false
	for {
		if n, err = c.parseHead(); err != http1.ErrIncomplete {
			break
		}
		if !armed {
			armed = true
			c.arm(stepHead, c.server.config.HeaderTimeout)
		}
		if err = c.fillHead(); err != nil {
			break
		}
	}
	if armed && !c.disarm() {
		c.revive()
		if err != nil {
			return 0, errHeadTimeout
		}
	}
	return n, err
}

// begin notes the first byte of a request.
func (c *conn) begin() {
	if !c.disarm() {
		c.revive() // it came just as the wait for it was over
	}
	c.exchange.Start = c.clock()
	c.looked = 0
}

// parseHead parses what has been read.
func (c *conn) parseHead() (int, error) {
	// Only a new line can make a difference: a client that sends byte by byte
	// does not have everything parsed again each time.
	b := c.in.Buffered()
	from := c.looked
	c.looked = len(b)
	if from > 0 && bytes.IndexByte(b[from:], '\n') < 0 && len(b) < c.server.config.Limits.Head {
		return 0, http1.ErrIncomplete
	}
	return http1.ParseRequest(b, &c.exchange.Request, c.server.config.Limits)
}

// fillHead reads more, into more memory where that is needed.
func (c *conn) fillHead() error {
	err := c.in.Fill()
	if err == http1.ErrBufferFull {
		c.in.Grow(make([]byte, min(2*c.in.Size(), c.server.config.Limits.Head+initialBuffer)))
		err = c.in.Fill()
	}
	return err
}

// fate is what becomes of a connection after a response.
type fate uint8

const (
	ends       fate = iota
	goesOn          // with the next request
	isHandlers      // which has taken it over, and ends it: the engine touches it no more
)

// serve runs the handler for the request whose head is the first n buffered
// bytes, and sends the response.
func (c *conn) serve(n int) fate {
	s, x := c.server, &c.exchange
	c.in.Hold(n)
	r := &x.Request
	r.Scheme, r.TLS, r.Client = "http", c.tls, c.client
	if c.tls != nil {
		r.Scheme = "https"
	}
	r.MaxBody = s.config.MaxBody
	c.persistent = http1.Persistent(r.Proto, &r.Header)
	c.keep, c.abrupt = c.persistent, false
	c.body.begin(r)
	c.deadline = 0
	if s.config.Timeout > 0 {
		x.Deadline = x.Start.Add(s.config.Timeout)
		c.deadline = int64(x.Deadline.Sub(s.epoch))
		c.armServe()
	}
	s.requests.Add(1)
	s.busy.Add(1)
	c.serving, c.handed = true, nil
	c.call()
	if c.driver != nil && !c.driver.Drives() {
		c.driver = nil
	}
	c.deadline = 0
	if c.disarm() {
		c.respond()
	} else {
		x.Response.Reset()
		x.Response.Status = 503 // what answerOverdue has sent
		c.keep = false
		s.config.Log.Warn("overdue handler returned", "method", r.Method, "path", string(r.Path), "id", r.ID,
			"after", time.Since(x.Start).Round(time.Millisecond))
	}
	if c.leftToHandler() {
		return isHandlers
	}
	return c.conclude()
}

// conclude ends the exchange of a response that has been sent, or given up.
func (c *conn) conclude() fate {
	s, x := c.server, &c.exchange
	c.watch.Store(nil)
	keep := c.keep && c.body.finish()
	// Closing with bytes of the client unread resets the connection, and the
	// answer with it. A client that did not ask for the end may be sending already.
	lingering := time.Duration(0)
	switch {
	case keep || c.abrupt:
	case !c.body.ended():
		lingering = lingerBody
	case c.persistent || len(c.in.Buffered()) > 0:
		lingering = lingerIdle
	}
	x.Finish()
	c.serving = false
	s.busy.Add(-1)
	if lingering > 0 {
		c.linger(lingering)
	}
	if keep {
		return goesOn
	}
	return ends
}

// call runs the handler; its panic is a 500.
func (c *conn) call() {
	returned := false
	defer func() {
		if !returned {
			c.panicked(recover())
		}
	}()
	if !c.server.cooperative {
		c.Yield()
	}
	c.server.config.Handler.Serve(&c.exchange)
	returned = true
}

func (c *conn) panicked(value any) {
	x := &c.exchange
	if !c.server.logPanic(value, x) {
		c.keep = false
		x.Response.Reset()
		x.Response.Stream(func(gateway.BodyWriter) error { return errAborted })
		return
	}
	x.Response.Reset()
	x.Response.Status = 500
	x.Response.Header.Add("Content-Type", "text/plain; charset=utf-8")
	x.Response.Text("500 Internal Server Error\n")
}

var errAborted = errors.New("server: the handler aborted the response")

// logPanic logs a panic with its stack. It reports false for the wish to
// abort the connection, which is no failure.
func (s *Server) logPanic(value any, x *gateway.Exchange) bool {
	if gateway.IsAbort(value) {
		return false
	}
	stack := debug.Stack()
	if p, ok := value.(*gateway.Panic); ok {
		value, stack = p.Value, p.Stack
	}
	s.config.Log.Error("panic in a handler", "panic", value, "method", x.Request.Method,
		"path", string(x.Request.Path), "id", x.Request.ID, "stack", string(stack))
	return true
}

// How long is read from a client that has been answered already, so that
// closing does not reset the connection under the answer.
const (
	lingerBody    = 30 * time.Second       // the client is sending a body (nginx lingering_time)
	lingerPause   = 5 * time.Second        // and has paused for that long (nginx lingering_timeout)
	lingerRefusal = 2 * time.Second        // what it sends is no request
	lingerIdle    = 500 * time.Millisecond // it may be sending the next request
)

// linger ends the sending direction and reads on for a while (nginx
// lingering_close).
func (c *conn) linger(d time.Duration) {
	c.Yield()
	c.source.patient = true
	if closeWrite(c.nc) != nil {
		return
	}
	for end := c.server.now() + int64(d); ; {
		left := min(time.Duration(end-c.server.now()), lingerPause)
		if c.server.draining.Load() {
			left = min(left, drainPatience)
		}
		c.in.Discard(len(c.in.Buffered()))
		if left <= 0 || !c.arm(stepFresh, left) || c.in.Fill() != nil {
			return
		}
	}
}

// closeWrite ends the sending direction.
func closeWrite(nc net.Conn) error {
	if w, ok := nc.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return io.ErrClosedPipe
}
