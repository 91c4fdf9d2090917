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
)

// initialBuffer is the memory a connection reads into, in bytes. It grows for
// a larger head, up to the limit, and shrinks again afterwards.
const initialBuffer = 4 << 10

// conn is one HTTP/1 connection. It is reused for others when it has ended.
type conn struct {
	server *Server
	nc     net.Conn
	tcp    *net.TCPConn // nc, where it is plain TCP: for sendfile
	plain  bool         // nc is a socket: several slices are written at once
	raw    syscall.RawConn
	tls    *tls.ConnectionState
	client netip.AddrPort

	in       http1.Reader
	memory   []byte // of initialBuffer bytes
	out      []byte // the response head, and small bodies behind it
	exchange gateway.Exchange
	body     body
	stream   streamWriter
	parts    [2][]byte
	vector   net.Buffers
	files    fileSender

	// keep says that the connection goes on after this response.
	keep bool
	// abrupt says that it ends without further ado: the response failed, or
	// somebody else had the connection.
	abrupt bool
	// deadline is until when the handler may run (see Server.now), 0 without limit.
	deadline int64

	limit atomic.Int64 // see sweep.go
	watch atomic.Pointer[watch]
	mu    sync.Mutex // held while a step expires
}

var (
	_ gateway.Engine          = (*conn)(nil)
	_ gateway.DeadlineWatcher = (*conn)(nil)
)

// open readies c for a new connection.
func (c *conn) open(nc net.Conn) {
	c.nc = nc
	c.tcp, _ = nc.(*net.TCPConn)
	_, unix := nc.(*net.UnixConn)
	c.plain = c.tcp != nil || unix
	c.raw, c.tls, c.client = nil, nil, netip.AddrPort{}
	if a, ok := nc.RemoteAddr().(*net.TCPAddr); ok {
		c.client = a.AddrPort()
		c.client = netip.AddrPortFrom(c.client.Addr().Unmap(), c.client.Port())
	}
	if c.memory == nil {
		c.memory = make([]byte, initialBuffer)
	}
	c.body.conn, c.stream.conn = c, c
	c.exchange.Bind(c, c.server.base)
	c.limit.Store(noLimit)
	c.arm(stepFresh, c.server.config.HeaderTimeout)
}

// run serves the connection until its end.
func (c *conn) run(config *tls.Config) {
	handed := false
	defer func() {
		// Handlers' panics are caught where they are called; one in what ran after
		// the response costs its connection and not the process.
		if v := recover(); v != nil {
			c.server.logPanic(v, &c.exchange)
		}
		if !handed {
			c.nc.Close()
		}
		c.server.forget(c)
		c.recycle()
	}()
	if config != nil {
		t := tls.Server(c.nc, config)
		if err := t.Handshake(); err != nil {
			c.server.config.Log.Debug("TLS handshake failed", "client", c.client.String(), "error", err)
			return
		}
		c.setTLS(t)
		if c.tls.NegotiatedProtocol == "h2" {
			if handed = c.disarm(); handed {
				c.server.second.take(t)
			}
			return
		}
	}
	c.in.Reset(c.nc, c.memory)
	if c.tls == nil && c.prefacesHTTP2() {
		if handed = c.disarm(); handed {
			c.server.second.take(&prefixed{Conn: c.nc, prefix: bytes.Clone(c.in.Buffered())})
		}
		return
	}
	c.loop()
}

// setTLS puts the TLS connection into the place of the plain one. The sweeping
// goroutine may be looking at it.
func (c *conn) setTLS(t *tls.Conn) {
	state := t.ConnectionState()
	c.server.mu.Lock()
	c.mu.Lock()
	c.nc, c.tcp, c.plain, c.tls = t, nil, false, &state
	c.mu.Unlock()
	c.server.mu.Unlock()
}

// preface is what an HTTP/2 client with prior knowledge sends first (RFC 9113,
// section 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// prefacesHTTP2 reads the first bytes and reports whether they are the HTTP/2 preface.
func (c *conn) prefacesHTTP2() bool {
	for {
		b := c.in.Buffered()
		n := min(len(b), len(preface))
		switch {
		case string(b[:n]) != preface[:n]:
			return false
		case n == len(preface):
			return true
		}
		if c.in.Fill() != nil {
			return false // the loop meets the same error
		}
	}
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
		if !c.serve(n) {
			return
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
		if c.in.Size() > initialBuffer {
			c.in.Reset(c.nc, c.memory)
		}
		if !c.arm(stepIdle, c.server.config.KeepAlive) {
			return false
		}
		// closeIdle looks at the step after saying so, we the other way round.
		if c.server.restless.Load() {
			return false
		}
	}
	if err := c.in.Fill(); err != nil {
		return false
	}
	return true
}

// readHead reads and parses a request head.
func (c *conn) readHead() (n int, err error) {
	if !c.disarm() {
		c.revive() // the first byte came just as the wait for it was over
	}
	r := &c.exchange.Request
	c.exchange.Start = time.Now()
	looked := 0
	armed := false
	for {
		// Only a new line can make a difference: a client that sends byte by byte
		// does not have everything parsed again each time.
		b := c.in.Buffered()
		if looked == 0 || bytes.IndexByte(b[looked:], '\n') >= 0 || len(b) >= c.server.config.Limits.Head {
			n, err = http1.ParseRequest(b, r, c.server.config.Limits)
			if err != http1.ErrIncomplete {
				break
			}
		}
		looked = len(b)
		if !armed {
			armed = true
			c.arm(stepHead, c.server.config.HeaderTimeout)
		}
		if err = c.fillHead(); err != nil {
			break
		}
	}
	if armed && !c.disarm() {
		if err != nil {
			c.revive()
			return 0, errHeadTimeout
		}
		c.revive()
	}
	return n, err
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

// serve runs the handler for the request whose head is the first n buffered
// bytes, and sends the response. It reports whether the connection goes on.
func (c *conn) serve(n int) bool {
	s, x := c.server, &c.exchange
	c.in.Hold(n)
	r := &x.Request
	r.Scheme, r.TLS, r.Client = "http", c.tls, c.client
	if c.tls != nil {
		r.Scheme = "https"
	}
	r.MaxBody = s.config.MaxBody
	persistent := http1.Persistent(r.Proto, &r.Header)
	c.keep, c.abrupt = persistent, false
	c.body.begin(r)
	c.deadline = 0
	if s.config.Timeout > 0 {
		x.Deadline = x.Start.Add(s.config.Timeout)
		c.deadline = s.now() + int64(s.config.Timeout)
		c.armServe()
	}
	s.requests.Add(1)
	s.busy.Add(1)
	c.call()
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
	c.watch.Store(nil)
	keep := c.keep && c.body.finish()
	// Closing with bytes of the client unread resets the connection, and the
	// answer with it. A client that did not ask for the end may be sending already.
	lingering := time.Duration(0)
	switch {
	case keep || c.abrupt:
	case !c.body.ended():
		lingering = lingerBody
	case persistent || len(c.in.Buffered()) > 0:
		lingering = lingerIdle
	}
	x.Finish()
	s.busy.Add(-1)
	if lingering > 0 {
		c.linger(lingering)
	}
	return keep
}

// call runs the handler; its panic is a 500.
func (c *conn) call() {
	returned := false
	defer func() {
		if !returned {
			c.panicked(recover())
		}
	}()
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

// recycle gives the connection's memory to the next one.
func (c *conn) recycle() {
	c.nc, c.tcp, c.raw, c.tls = nil, nil, nil, nil
	c.in.Reset(nil, nil)
	c.files.raw = nil
	if cap(c.out) > maxKeptOut {
		c.out = nil
	}
	c.server.conns.Put(c)
}
