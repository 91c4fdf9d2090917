package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
)

// ErrClosed is what Serve returns after Shutdown or Close.
var ErrClosed = errors.New("server: closed")

// Server serves HTTP on any number of listeners. Make one with [New].
type Server struct {
	config Config
	base   context.Context
	cancel context.CancelFunc
	epoch  time.Time
	date   http1.DateCache
	turns  sync.Pool // of *turn
	copies sync.Pool // of *[]byte, each of copyBuffer bytes
	second *http2Server
	third  []HTTP3Listener // under mu

	cooperative bool // the handler says when it may block

	draining atomic.Bool
	restless atomic.Bool // idle connections are closed at once
	requests atomic.Int64
	busy     atomic.Int64
	accepted atomic.Int64
	shakes   handshakes

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	active    map[*conn]struct{}
	sweeping  bool
	pollers   *netpoll.Group // nil before there are driven connections
	emptied   chan struct{}  // closed when draining and the last connection has gone
	running   sync.WaitGroup
}

// Stats are figures of a running server.
type Stats struct {
	// Connections is the number of open connections.
	Connections int
	// Requests counts the requests answered or being answered, since the start.
	Requests int64
	// Busy is the number of requests being answered now.
	Busy int64
	// Accepted counts the connections of all protocols.
	Accepted int64
	// TLS12 and TLS13 count TLS handshakes by the version that they came to, TLSFailed those
	// that came to nothing.
	TLS12, TLS13, TLSFailed int64
}

// copyBuffer is the size of the buffers that bodies are copied through, in
// bytes: as large as two TLS records.
const copyBuffer = 32 << 10

// New makes a server; it begins to do something with Serve.
func New(config Config) *Server {
	s := &Server{
		config:    config.withDefaults(),
		epoch:     time.Now().Add(-time.Nanosecond),
		listeners: map[net.Listener]struct{}{},
		active:    map[*conn]struct{}{},
		emptied:   make(chan struct{}),
	}
	s.cooperative = gateway.Cooperates(s.config.Handler)
	s.turns.New = newTurn
	s.copies.New = func() any {
		b := make([]byte, copyBuffer)
		return &b
	}
	s.base, s.cancel = context.WithCancel(context.Background())
	s.second = newHTTP2(s)
	return s
}

// Serve accepts connections from l until Shutdown or Close, and returns
// ErrClosed then; any other error is the listener's. It closes l.
func (s *Server) Serve(l net.Listener) error { return s.serve(l, nil, "") }

// ServeTLS is Serve for TLS connections. Where config names no protocols of
// its own, HTTP/2 and HTTP/1.1 are offered.
func (s *Server) ServeTLS(l net.Listener, config *tls.Config) error {
	return s.ServeAdvertising(l, config, "")
}

// ServeAdvertising is ServeTLS for a listener beside one of HTTP/3: answers carry the field
// Alt-Svc, which [AltSvc] makes.
func (s *Server) ServeAdvertising(l net.Listener, config *tls.Config, altSvc string) error {
	config = config.Clone()
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	return s.serve(l, config, altSvc)
}

func (s *Server) serve(l net.Listener, config *tls.Config, altSvc string) error {
	l = s.drive(l, config)
	defer l.Close()
	if !s.addListener(l) {
		return ErrClosed
	}
	defer s.removeListener(l)
	pause := time.Duration(0)
	for {
		nc, err := l.Accept()
		if err == nil {
			pause = 0
			s.start(nc, config, altSvc)
			continue
		}
		if s.draining.Load() {
			return ErrClosed
		}
		if !temporary(err) {
			return fmt.Errorf("server: accept on %s: %w", l.Addr(), err)
		}
		// Out of descriptors or memory: those in use will come free.
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		s.config.Log.Error("accepting a connection failed", "address", l.Addr().String(), "error", err, "again_in", pause)
		select {
		case <-time.After(pause):
		case <-s.base.Done():
			return ErrClosed
		}
	}
}

// temporary reports whether accepting may succeed later.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

func (s *Server) addListener(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.draining.Load() {
		return false
	}
	s.listeners[l] = struct{}{}
	if !s.sweeping {
		s.sweeping = true
		s.running.Go(s.sweep)
	}
	return true
}

func (s *Server) removeListener(l net.Listener) {
	s.mu.Lock()
	delete(s.listeners, l)
	s.signalIfEmpty()
	s.mu.Unlock()
}

// drive has the connections of l driven, where that can be.
func (s *Server) drive(l net.Listener, config *tls.Config) net.Listener {
	if config != nil || !netpoll.Supported {
		return l
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return l
	}
	if s.config.Pollers != nil {
		s.pollers = s.config.Pollers
	}
	if s.pollers == nil {
		pollers, err := netpoll.New()
		if err != nil {
			s.config.Log.Warn("connections are not driven by events", "error", err)
			return l
		}
		s.pollers = pollers
	}
	if driven, ok := s.pollers.Listen(l); ok {
		return driven
	}
	return l
}

// start gives a new connection to its poller, or a goroutine.
func (s *Server) start(nc net.Conn, config *tls.Config, altSvc string) {
	s.accepted.Add(1)
	c := newConn(s, nc)
	c.altSvc = altSvc
	if !s.add(c) {
		return
	}
	if c.sock == nil {
		go c.run(config)
	} else if err := c.sock.Open(c); err != nil {
		s.config.Log.Error("a connection is given up", "error", err)
		c.end(false)
	}
}

// add begins the bookkeeping of a connection; a closed server closes it.
func (s *Server) add(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		c.nc.Close()
		return false
	}
	s.active[c] = struct{}{}
	s.running.Add(1)
	if s.draining.Load() {
		c.drain()
	}
	return true
}

// forget ends the bookkeeping of a connection.
func (s *Server) forget(c *conn) {
	s.mu.Lock()
	delete(s.active, c)
	s.signalIfEmpty()
	s.mu.Unlock()
	s.running.Done()
}

// signalIfEmpty wakes Shutdown; the caller holds mu.
func (s *Server) signalIfEmpty() {
	if s.draining.Load() && len(s.active) == 0 && len(s.listeners) == 0 {
		select {
		case <-s.emptied:
		default:
			close(s.emptied)
		}
	}
}

// Stats returns the server's figures.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	connections := len(s.active) + s.second.count()
	for _, l := range s.third {
		connections += l.Connections()
	}
	return Stats{Connections: connections, Requests: s.requests.Load(), Busy: s.busy.Load(), Accepted: s.accepted.Load(),
		TLS12: s.shakes.old.Load(), TLS13: s.shakes.newest.Load(), TLSFailed: s.shakes.failed.Load()}
}

// backlogTime is how long a draining server still accepts, for connections
// that were established before: the kernel's queue is refused to nobody.
const backlogTime = 100 * time.Millisecond

// farewellTime is how long streams and handlers whose contexts have ended at the
// drain limit may take to end well-formed: with a last event, or a close frame.
const farewellTime = 500 * time.Millisecond

// Shutdown stops gracefully: connections that wait in the listeners' queues
// are still accepted, then no more; kept-alive connections are told "Connection:
// close" with their next answer, and closed when they stay idle. It returns when every request has
// been answered. When ctx ends first it ends the contexts of what is left, closes it a moment later, and
// returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.drain()
	time.AfterFunc(s.config.DrainIdle, s.closeIdle)
	second := make(chan error, 1)
	go func() { second <- s.second.shutdown(ctx) }()
	third := make(chan error, 1)
	go func() { third <- s.shutdownThird(ctx) }()
	var err error
	select {
	case <-s.emptied:
	case <-ctx.Done():
		err = ctx.Err()
		s.cancel()
		select {
		case <-s.emptied:
		case <-time.After(farewellTime):
		}
	}
	err = errors.Join(err, <-second, <-third)
	if err == nil { // the last connections may have turned out to be of HTTP/2
		err = s.second.gone(ctx)
	}
	s.Close()
	if err == nil {
		s.running.Wait()
	}
	return err
}

func (s *Server) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining.Swap(true) {
		return
	}
	for l := range s.listeners {
		if d, ok := l.(interface{ SetDeadline(time.Time) error }); ok {
			d.SetDeadline(time.Now().Add(backlogTime))
		} else {
			l.Close()
		}
	}
	for c := range s.active {
		c.drain()
	}
	s.signalIfEmpty()
}

// closeIdle closes the connections that wait between two requests, and from
// then on every one that would.
func (s *Server) closeIdle() {
	s.restless.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.active {
		if limit := c.limit.Load(); limit > 0 && stepOf(limit) == stepIdle {
			c.expire(limit)
		}
	}
}

// checkStatus makes an answer with a status that no client understands a 500.
func (s *Server) checkStatus(x *gateway.Exchange) {
	r := &x.Response
	switch {
	case r.Status == 0:
		r.Status = 200
	case r.Status < 200 && r.Kind() != gateway.TakeoverBody || r.Status > 599:
		s.config.Log.Error("a handler answered with a status that is none", "status", r.Status, "path", string(x.Request.Path))
		r.Reset()
		r.Status = 500
	}
}

// Close stops at once: listeners and connections are closed, contexts end.
// Handlers that are running are not waited for.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	s.draining.Store(true)
	for l := range s.listeners {
		l.Close()
	}
	var resting []*conn
	for c := range s.active {
		if c.sock != nil {
			c.nc.SetReadDeadline(longAgo) // nobody awaits it any more from here on
			switch h := c.sock.Dismiss(); h {
			case nil:
			case c:
				resting = append(resting, c)
			default: // who has taken the connection over hears of its end
				go h.Ready(new(netpoll.Driver))
			}
		}
		c.nc.Close()
	}
	pollers, third := s.pollers, s.third
	s.mu.Unlock()
	for _, c := range resting {
		c.end(true)
	}
	s.cancel()
	s.second.close()
	for _, l := range third {
		l.Close()
	}
	if pollers != nil && pollers != s.config.Pollers {
		// Handlers that run may still wait for their connections.
		go func() { s.running.Wait(); pollers.Close() }()
	}
	return nil
}

// now is the time since the server was made, in nanoseconds, never 0.
func (s *Server) now() int64 { return int64(time.Since(s.epoch)) }
