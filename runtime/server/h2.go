package server

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"stackgen.dev/runtime/gateway"
)

// http2Server is the part of a Server that speaks HTTP/2: net/http's, given
// connections that have turned out to want it.
type http2Server struct {
	server *Server
	http   *http.Server
	conns  chan net.Conn
	done   chan struct{}
	once   sync.Once
	ended  sync.Once
	goodbyes
}

func newHTTP2(s *Server) *http2Server {
	h := &http2Server{server: s, conns: make(chan net.Conn), done: make(chan struct{})}
	h.http = h.newServer()
	return h
}

// newServer is what net/http does of it.
func (h *http2Server) newServer() *http.Server {
	s := h.server
	// To net/http every connection is a plain one, since a guard stands before it.
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	handler := s.framed()
	handler.Complete = func(r *http.Request, x *gateway.Exchange) {
		advertise(r.Context().Value(guardKey{}).(*guard).altSvc, &x.Response)
	}
	return &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if s.refusesFramed(w, r) {
				return
			}
			g := r.Context().Value(guardKey{}).(*guard)
			g.streams.Add(1)
			defer g.streams.Add(-1)
			r.TLS = g.tls // the connection tells the scheme, not the client
			handler.ServeHTTP(w, r)
		}),
		DisableGeneralOptionsHandler: true, // "OPTIONS *" is the handler's, as elsewhere

		Protocols:         protocols,
		ReadHeaderTimeout: s.config.HeaderTimeout,
		IdleTimeout:       s.config.KeepAlive,
		MaxHeaderBytes:    s.config.Limits.Head,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: s.config.MaxStreams},
		BaseContext:       func(net.Listener) context.Context { return s.base },
		ConnContext: func(ctx context.Context, nc net.Conn) context.Context {
			return context.WithValue(ctx, guardKey{}, nc)
		},
		ErrorLog: slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
	}
}

// guardKey is where a connection's context holds its guard.
type guardKey struct{}

// take hands a connection over; it is net/http's from here on.
func (h *http2Server) take(nc net.Conn, altSvc string) {
	h.once.Do(func() { h.server.running.Go(func() { h.http.Serve(h) }) })
	g := newGuard(nc, h, h.server.config.Log)
	g.altSvc = altSvc
	h.enter(g)
	select {
	case h.conns <- g:
	case <-h.done:
		h.late(g)
	}
}

// Accept implements net.Listener.
func (h *http2Server) Accept() (net.Conn, error) {
	select {
	case nc := <-h.conns:
		return nc, nil
	case <-h.done:
		return nil, http.ErrServerClosed
	}
}

// Close implements net.Listener.
func (h *http2Server) Close() error {
	h.ended.Do(func() { close(h.done) })
	return nil
}

// Addr implements net.Listener.
func (h *http2Server) Addr() net.Addr { return &net.TCPAddr{} }

func (h *http2Server) shutdown(ctx context.Context) error {
	h.leaving.Store(true)
	h.Close()
	return h.sayGoodbye(ctx, h.http, func() bool { return h.left(nil) })
}

func (h *http2Server) close() {
	h.http.Close()
	h.Close()
	h.endAll()
}

// prefixed is a connection of which some bytes have been read already.
type prefixed struct {
	net.Conn
	prefix []byte
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.prefix) > 0 {
		n := copy(b, p.prefix)
		p.prefix = p.prefix[n:]
		return n, nil
	}
	return p.Conn.Read(b)
}

var (
	_ net.Listener = (*http2Server)(nil)
	_ io.Reader    = (*prefixed)(nil)
)
