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
}

func newHTTP2(s *Server) *http2Server {
	h := &http2Server{server: s, conns: make(chan net.Conn), done: make(chan struct{})}
	protocols := new(http.Protocols)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	h.http = &http.Server{
		Handler: &gateway.HTTPHandler{
			Handler:  gateway.HandlerFunc(h.serve),
			BodyIdle: s.config.BodyIdle, WriteIdle: s.config.WriteIdle,
			Overdue: func(r *http.Request) {
				s.config.Log.Error(overdueText, "client", r.RemoteAddr, "method", r.Method, "path", r.URL.Path)
			},
		},
		Protocols:         protocols,
		ReadHeaderTimeout: s.config.HeaderTimeout,
		IdleTimeout:       s.config.KeepAlive,
		MaxHeaderBytes:    s.config.Limits.Head,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: s.config.MaxStreams},
		BaseContext:       func(net.Listener) context.Context { return s.base },
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug),
	}
	return h
}

// serve is what the engine does around the handler.
func (h *http2Server) serve(x *gateway.Exchange) {
	s := h.server
	s.requests.Add(1)
	s.busy.Add(1)
	x.After(func(*gateway.Exchange) { s.busy.Add(-1) })
	x.Request.MaxBody = s.config.MaxBody
	if s.config.Timeout > 0 {
		x.SetDeadline(x.Start.Add(s.config.Timeout))
	}
	returned := false
	defer func() {
		if returned {
			return
		}
		value := recover()
		if !s.logPanic(value, x) {
			panic(value)
		}
		x.Response.Reset()
		x.Response.Status = 500
		x.Response.Header.Add("Content-Type", "text/plain; charset=utf-8")
		x.Response.Text("500 Internal Server Error\n")
	}()
	if x.Request.Header.Len() > s.config.Limits.Fields {
		x.Response.Status = 431
	} else {
		s.config.Handler.Serve(x)
		s.checkStatus(x)
	}
	returned = true
}

// take hands a connection over; it is net/http's from here on.
func (h *http2Server) take(nc net.Conn) {
	h.once.Do(func() { h.server.running.Go(func() { h.http.Serve(h) }) })
	select {
	case h.conns <- nc:
	case <-h.done:
		nc.Close()
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
	err := h.http.Shutdown(ctx)
	h.Close()
	return err
}

func (h *http2Server) close() {
	h.http.Close()
	h.Close()
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
