package http3

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// session is one connection. It has a server of its own, so that it is told by itself to end.
type session struct {
	l      *listener
	conn   *quic.Conn
	server *http3.Server
	base   context.Context // of requests
	cancel context.CancelFunc
	open   chan struct{} // closed when the server knows the connection
	once   sync.Once

	requests atomic.Int64
	quiet    atomic.Int64 // since when there are none, in milliseconds of 1970
	rest     *time.Timer

	mu     sync.Mutex
	credit float64
	last   time.Time
}

const (
	// goodbyeTime is how long a connection stays when all is said, so that its client has read GOAWAY and
	// the end of the last answer: that a handler has returned does not say that it has arrived.
	goodbyeTime = 2 * time.Second
	// goodbyeLook is how often it is looked whether that is over.
	goodbyeLook = 100 * time.Millisecond
	// A client may reset so many requests at once, and so many a second for ever. One that is answered makes
	// up for one.
	resetBurst, resetRate = 1000, 100
)

func newSession(l *listener, conn *quic.Conn) *session {
	s := &session{l: l, conn: conn, open: make(chan struct{}), credit: resetBurst, last: time.Now()}
	s.base, s.cancel = context.WithCancel(l.env.Base)
	s.server = &http3.Server{
		Handler:        http.HandlerFunc(s.answer),
		MaxHeaderBytes: l.env.Head,
		Logger:         nil,
		ConnContext: func(ctx context.Context, _ *quic.Conn) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			context.AfterFunc(s.base, cancel)
			close(s.open)
			return ctx
		},
	}
	s.rest = time.AfterFunc(l.env.KeepAlive, s.goodbye)
	return s
}

// serve serves the connection until its end.
func (s *session) serve() {
	s.server.ServeQUICConn(s.conn)
	s.rest.Stop()
	s.cancel()
}

// goodbye sends GOAWAY, and closes the connection when the client has had the time to read it and nothing
// is under way. Requests that it sends meanwhile are rejected, so that it asks again elsewhere
// (RFC 9114, section 5.2).
func (s *session) goodbye() {
	s.once.Do(func() {
		select {
		case <-s.open:
		case <-s.conn.Context().Done():
			return
		}
		s.quiet.Store(time.Now().UnixMilli())
		go s.server.Shutdown(context.Background()) // ends with the connection
		for {
			select {
			case <-s.conn.Context().Done():
				return
			case <-time.After(goodbyeLook):
				if s.requests.Load() == 0 && time.Since(time.UnixMilli(s.quiet.Load())) > goodbyeTime {
					s.conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeNoError), "")
					return
				}
			}
		}
	})
}

// answer is the handler of the connection's requests.
func (s *session) answer(w http.ResponseWriter, r *http.Request) {
	if s.requests.Add(1) > 2*int64(s.l.env.Streams) {
		// Reset requests free their places before their handlers have ended.
		s.requests.Add(-1)
		s.flood()
		return
	}
	s.rest.Stop()
	defer func() {
		if !s.afford(r.Context().Err() != nil, time.Now()) {
			s.flood()
		}
		s.quiet.Store(time.Now().UnixMilli())
		if s.requests.Add(-1) == 0 {
			s.rest.Reset(s.l.env.KeepAlive)
		}
	}()
	if !s.prepare(w, r) {
		return
	}
	if r.Method == http.MethodConnect && r.Proto == "websocket" {
		w, r = s.webSocket(w, r)
	}
	s.l.env.Handler.ServeHTTP(w, r)
}

// flood ends the connection of a client that asks for work and does not want it (CVE-2023-44487).
func (s *session) flood() {
	s.l.env.Log.Info("HTTP/3 connection refused", "client", s.conn.RemoteAddr().String(), "reason", "too many requests that are reset")
	go s.conn.CloseWithError(quic.ApplicationErrorCode(http3.ErrCodeExcessiveLoad), "")
}

// afford takes a request that was reset from the credit, and reports whether there was some.
func (s *session) afford(reset bool, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !reset {
		s.credit = min(s.credit+1, resetBurst)
		return true
	}
	if s.credit--; s.credit >= 0 {
		return true
	}
	s.credit = min(s.credit+now.Sub(s.last).Seconds()*resetRate, resetBurst)
	s.last = now
	return s.credit >= 0
}

// prepare puts right what differs from net/http. It reports false where the client has left.
func (s *session) prepare(w http.ResponseWriter, r *http.Request) bool {
	if expect := r.Header["Expect"]; len(expect) == 1 && strings.EqualFold(expect[0], "100-continue") {
		delete(r.Header, "Expect")
		w.WriteHeader(http.StatusContinue)
	}
	if r.ContentLength >= 0 {
		return true
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodDelete, http.MethodTrace:
	default:
		return true
	}
	// Whether there is a body shows the end of the stream alone. These requests hardly ever have one,
	// and it is with their head.
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Now().Add(s.l.env.HeaderTimeout))
	var first [1]byte
	n, err := io.ReadFull(r.Body, first[:])
	control.SetReadDeadline(time.Time{})
	switch {
	case n == 1:
		r.Body = &begunBody{ReadCloser: r.Body, first: first[:]}
	case err == io.EOF:
		r.Body, r.ContentLength = http.NoBody, 0
	case r.Context().Err() != nil:
		return false
	default:
		http.Error(w, http.StatusText(http.StatusRequestTimeout), http.StatusRequestTimeout)
		return false
	}
	return true
}

// begunBody is a body of which the first byte has been read.
type begunBody struct {
	io.ReadCloser
	first []byte
}

// Read implements io.Reader.
func (b *begunBody) Read(p []byte) (int, error) {
	if len(b.first) > 0 && len(p) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	return b.ReadCloser.Read(p)
}
