package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// goodbyes are the connections of HTTP/2 and how they end. net/http closes those on which nothing is under
// way in the moment in which it shuts down, though a client that was not told may just be sending a
// request: it would get no answer. Here they stay until the client has read GOAWAY (RFC 9113, section 6.8),
// which tells it what to ask again elsewhere.
type goodbyes struct {
	leaving atomic.Bool

	mu    sync.Mutex
	open  map[*guard]struct{}
	ended bool
}

const (
	// goodbyeTime is how long a connection stays when all is said; net/http, which closes it then, gives
	// a client one second to read GOAWAY.
	goodbyeTime = 2 * time.Second
	// goodbyeLook is how often connections are told that have begun since, and looked after.
	goodbyeLook = 50 * time.Millisecond
)

func (b *goodbyes) enter(g *guard) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		b.open = map[*guard]struct{}{}
	}
	b.open[g] = struct{}{}
}

func (b *goodbyes) leave(g *guard) {
	b.mu.Lock()
	delete(b.open, g)
	b.mu.Unlock()
}

// count is how many connections there are.
func (b *goodbyes) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.open)
}

// left reports whether a connection has ended, with nil whether all have.
func (b *goodbyes) left(g *guard) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, there := b.open[g]
	return b.ended || len(b.open) == 0 || g != nil && !there
}

// gone waits until all connections have ended.
func (b *goodbyes) gone(ctx context.Context) error {
	for !b.left(nil) {
		select {
		case <-time.After(goodbyeLook):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// endAll closes what is left, and what comes.
func (b *goodbyes) endAll() {
	b.mu.Lock()
	all := b.open
	b.open, b.ended = nil, true
	b.mu.Unlock()
	for g := range all {
		g.Conn.Close()
	}
}

// sayGoodbye has net/http tell its connections that the server goes, those too that it gets to know
// meanwhile, until they have left.
func (b *goodbyes) sayGoodbye(ctx context.Context, srv *http.Server, gone func() bool) error {
	for {
		look, cancel := context.WithTimeout(ctx, goodbyeLook)
		srv.Shutdown(look) // what it says of the time is ours to judge
		if gone() {
			cancel()
			return nil
		}
		<-look.Done()
		cancel()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// late serves a connection that has turned out to be one of HTTP/2 when the server was going already. It has a
// server of net/http of its own, as the other takes nothing any more, and is told at once.
func (h *http2Server) late(g *guard) {
	if h.left(g) {
		g.end()
		return
	}
	srv, only := h.newServer(), &single{conn: make(chan net.Conn, 1), over: make(chan struct{})}
	only.conn <- g
	h.server.running.Go(func() { srv.Serve(only) })
	h.server.running.Go(func() {
		defer srv.Close()
		for !g.spoke.Load() && !h.left(g) {
			time.Sleep(goodbyeLook / 10)
		}
		h.sayGoodbye(h.server.base, srv, func() bool { return h.left(g) })
	})
}

// single is a listener with one connection.
type single struct {
	conn chan net.Conn
	over chan struct{}
	once sync.Once
}

// Accept implements net.Listener.
func (l *single) Accept() (net.Conn, error) {
	select {
	case nc := <-l.conn:
		return nc, nil
	case <-l.over:
		return nil, http.ErrServerClosed
	}
}

// Close implements net.Listener.
func (l *single) Close() error {
	l.once.Do(func() { close(l.over) })
	return nil
}

// Addr implements net.Listener.
func (l *single) Addr() net.Addr { return &net.TCPAddr{} }

// Close ends the connection: while the server goes, the first time only once nobody has a request on it.
func (g *guard) Close() error {
	if !g.of.leaving.Load() || g.leaves.Swap(true) {
		return g.end()
	}
	time.AfterFunc(goodbyeTime, g.endQuiet)
	return nil
}

// endQuiet closes the connection if there is nothing under way on it, or looks again later.
func (g *guard) endQuiet() {
	if g.streams.Load() > 0 {
		time.AfterFunc(goodbyeTime, g.endQuiet)
		return
	}
	g.end()
}

// end closes the connection.
func (g *guard) end() error {
	g.of.leave(g)
	return g.Conn.Close()
}
