package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"stackgen.dev/runtime/gateway"
)

// HTTP3 speaks HTTP/3 (RFC 9114). It is a package of its own, so that a site links it only
// where a listener asks for it.
type HTTP3 interface {
	// Listen begins to serve.
	Listen(env HTTP3Env) (HTTP3Listener, error)
}

// HTTP3Env is what an HTTP3 works from.
type HTTP3Env struct {
	// Socket is where packets come in. Processes share it.
	Socket *net.UDPConn
	// Dir is the folder where the processes that share the socket find each other.
	Dir string
	// TLS is that of the listener.
	TLS *tls.Config
	// Handler answers requests.
	Handler http.Handler
	// Base ends when requests have to.
	Base context.Context
	// Head bounds a request's head, in bytes; Streams how many requests a connection
	// may have in flight; HeaderTimeout a handshake, KeepAlive how long a connection rests.
	Head                     int
	Streams                  int
	HeaderTimeout, KeepAlive time.Duration
	// Shaken hears of each handshake, and whether it came to something.
	Shaken func(ok bool)
	// Log takes what operators have to know.
	Log *slog.Logger
}

// HTTP3Listener is an HTTP3 at work.
type HTTP3Listener interface {
	// Shutdown tells clients with GOAWAY that the server goes, answers what they have asked, and returns
	// when they have left, or ctx ends.
	Shutdown(ctx context.Context) error
	// Connections is the number of open connections.
	Connections() int
	// Close ends what is left.
	Close() error
}

// ServeHTTP3 serves HTTP/3 on a socket, with the TLS of a listener, until Shutdown or Close. Processes that
// share the socket share the folder dir.
func (s *Server) ServeHTTP3(third HTTP3, socket *net.UDPConn, config *tls.Config, dir string) error {
	handler := s.framed()
	env := HTTP3Env{
		Socket: socket, Dir: dir, TLS: config, Base: s.base,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !s.refusesFramed(w, r) {
				handler.ServeHTTP(w, r)
			}
		}),
		Head: s.config.Limits.Head, Streams: s.config.MaxStreams,
		HeaderTimeout: s.config.HeaderTimeout, KeepAlive: s.config.KeepAlive,
		Shaken: func(ok bool) {
			if !ok {
				s.shakes.failed.Add(1)
				return
			}
			s.accepted.Add(1)
			s.shakes.count(tls.VersionTLS13)
		},
		Log: s.config.Log,
	}
	l, err := third.Listen(env)
	if err != nil {
		return fmt.Errorf("server: HTTP/3 on %s: %w", socket.LocalAddr(), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.Close()
		return ErrClosed
	}
	s.third = append(s.third, l)
	return nil
}

// AltSvc is the field that tells clients of HTTP/1.1 and HTTP/2 that the same
// listener speaks HTTP/3 (RFC 7838).
func AltSvc(port int) string { return fmt.Sprintf(`h3=":%d"; ma=%d`, port, altSvcAge) }

// altSvcAge is how long clients may remember it, in seconds: a day.
const altSvcAge = 86400

// advertise adds the field, where the site does not say something else.
func advertise(altSvc string, r *gateway.Response) {
	if altSvc != "" && r.Kind() != gateway.TakeoverBody {
		r.Header.SetDefault("Alt-Svc", altSvc)
	}
}

// thirds are the listeners of HTTP/3.
func (s *Server) thirds() []HTTP3Listener {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.third
}

// shutdownThird is Shutdown for HTTP/3.
func (s *Server) shutdownThird(ctx context.Context) error {
	all := s.thirds()
	each := make(chan error, len(all))
	for _, l := range all {
		go func() { each <- l.Shutdown(ctx) }()
	}
	var errs []error
	for range all {
		errs = append(errs, <-each)
	}
	return errors.Join(errs...)
}
