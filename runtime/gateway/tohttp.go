package gateway

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// ToHTTP makes an [http.Handler] of h: for httptest, for embedding a site in
// another program, and for HTTP/2 and HTTP/3.
func ToHTTP(h Handler) http.Handler { return &HTTPHandler{Handler: h} }

// HTTPHandler is a Handler as an [http.Handler], with the limits that
// net/http leaves to handlers. A handler that overstays a deadline is answered for with
// 503; its panic goes on to net/http.
type HTTPHandler struct {
	Handler Handler
	// BodyIdle is the longest pause inside a request body; 0 means no limit.
	BodyIdle time.Duration
	// MinRate is the lowest average rate of a request body in bytes per second,
	// counted while it is waited for and after RateGrace of waiting; 0 or less means no limit.
	MinRate   int64
	RateGrace time.Duration
	// WriteIdle is the longest the client may take to accept the next part of
	// the response; 0 means no limit.
	WriteIdle time.Duration
	// Overdue hears of a handler that was answered for; may be nil.
	Overdue func(*http.Request)
	// Base is what requests' contexts are made of, which then end when the client leaves unless the exchange
	// outlives it (OutliveClient). With nil they are those of net/http, and always end.
	Base context.Context
	// Complete may add to the answer that a handler has described; may be nil.
	Complete func(*http.Request, *Exchange)
}

// ServeHTTP implements http.Handler. The handler runs on a goroutine of its
// own, so that the stream can be answered while it is stuck.
func (h *HTTPHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := &httpEngine{w: w, control: http.NewResponseController(w), handler: h, client: r.Context(), overdue: make(chan struct{})}
	x := &e.exchange
	base := h.Base
	if base == nil {
		base = e.client
	}
	x.Bind(e, base)
	x.Start = time.Now()
	if err := e.fill(&x.Request, r); err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	served := make(chan *Panic, 1)
	go func() { served <- e.serve() }()
	select {
	case p := <-served:
		if !e.finish() {
			break
		}
		e.stopTimer()
		defer e.unwatch()
		defer x.Finish()
		if p != nil {
			repanic(p)
		}
		if h.Complete != nil {
			h.Complete(r, x)
		}
		e.respond(r)
		return
	case <-e.overdue:
	}
	if h.Overdue != nil {
		h.Overdue(r)
	}
	// The handler has not ended, or only just: what it holds stays its own.
	e.refuse(http.StatusServiceUnavailable, "the request took too long")
	go func() {
		<-served
		x.Response.Reset()
		x.Response.Status = http.StatusServiceUnavailable
		x.Finish()
	}()
}

// httpEngine is the Engine of one request that net/http has read.
type httpEngine struct {
	exchange Exchange
	w        http.ResponseWriter
	control  *http.ResponseController
	handler  *HTTPHandler
	client   context.Context // of net/http's request: ends when the client leaves
	overdue  chan struct{}

	mu    sync.Mutex
	stop  func() bool // takes Watch back
	timer *time.Timer
	state httpState
}

type httpState uint8

const (
	httpServing  httpState = iota
	httpAnswered           // the handler has returned in time
	httpOverdue            // it has not
)

var (
	_ Engine          = (*httpEngine)(nil)
	_ DeadlineWatcher = (*httpEngine)(nil)
)

// serve runs the handler and catches its panic.
func (e *httpEngine) serve() (p *Panic) {
	returned := false
	defer func() {
		if !returned {
			p = asPanic(recover())
		}
	}()
	e.handler.Handler.Serve(&e.exchange)
	returned = true
	return nil
}

// asPanic wraps what was recovered on a goroutine that will not log it.
func asPanic(value any) *Panic {
	if p, ok := value.(*Panic); ok {
		return p
	}
	return &Panic{value, debug.Stack()}
}

// repanic goes on with a panic that was caught elsewhere.
func repanic(p *Panic) {
	if p.Value == http.ErrAbortHandler {
		panic(p.Value)
	}
	panic(p)
}

// finish reports whether the handler was in time.
func (e *httpEngine) finish() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state == httpOverdue {
		return false
	}
	e.state = httpAnswered
	return true
}

func (e *httpEngine) stopTimer() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
	}
}

// Watch implements [Engine]. Where the exchange's context is made of the client's it has nothing to do.
func (e *httpEngine) Watch(gone func()) {
	if e.handler.Base == nil {
		return
	}
	if gone == nil {
		e.unwatch()
		return
	}
	stop := context.AfterFunc(e.client, gone)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stop = stop
}

// unwatch takes Watch back when the request is over.
func (e *httpEngine) unwatch() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stop != nil {
		e.stop()
	}
}

// WatchDeadline implements DeadlineWatcher.
func (e *httpEngine) WatchDeadline(t time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
		e.timer = nil
	}
	if t.IsZero() || e.state != httpServing {
		return
	}
	e.timer = time.AfterFunc(time.Until(t), func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.state == httpServing {
			e.state = httpOverdue
			close(e.overdue)
		}
	})
}

// Inform sends an interim response; net/http sends the fields that are set then.
func (e *httpEngine) Inform(status int, header *Header) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != httpServing || status < 100 || status > 199 || status == 101 {
		return nil
	}
	h := e.w.Header()
	if header != nil {
		for _, f := range header.Fields() {
			h.Add(string(f.Name), string(f.Value))
		}
	}
	e.w.WriteHeader(status)
	clear(h)
	return nil
}

// fill takes the request over from net/http.
func (e *httpEngine) fill(q *Request, r *http.Request) error {
	q.Method = r.Method
	q.Target = []byte(r.RequestURI)
	if len(q.Target) == 0 {
		q.Target = []byte(r.URL.RequestURI())
	}
	raw := sentPath(r)
	switch {
	case r.Method == http.MethodConnect:
	case string(q.Target) == "*" && r.Method == http.MethodOptions:
		q.Path = q.Target
	default:
		if len(raw) == 0 {
			raw = []byte{'/'}
		}
		path, err := NormalizePath(nil, raw)
		if err != nil {
			return err
		}
		q.Path = path
	}
	q.Query = []byte(r.URL.RawQuery)
	q.Proto = HTTP11
	switch {
	case r.ProtoMajor == 1 && r.ProtoMinor == 0:
		q.Proto = HTTP10
	case r.ProtoMajor == 2:
		q.Proto = HTTP2
	case r.ProtoMajor == 3:
		q.Proto = HTTP3
	}
	q.Host, q.Scheme, q.TLS = []byte(r.Host), "http", r.TLS
	if r.TLS != nil {
		q.Scheme = "https"
	}
	if a, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		q.Client = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	}
	if r.ProtoMajor == 1 {
		q.Header.Add("Host", r.Host)
	}
	addFields(&q.Header, r.Header)
	q.ContentLength = r.ContentLength
	if r.Body != nil && r.Body != http.NoBody && r.ContentLength != 0 {
		// A stream may read on while it writes; HTTP/2 lets it anyway.
		e.control.EnableFullDuplex()
		q.Body = &httpBody{engine: e, request: r}
	}
	return nil
}

// sentPath is the path as it was sent. URL.EscapedPath alone would not do: where
// the path holds a byte that should have been encoded it is made anew from the decoded
// one, and an encoded slash has become a slash. It counts where a handler in between
// has changed the URL (http.StripPrefix).
func sentPath(r *http.Request) []byte {
	sent, _, _ := strings.Cut(r.RequestURI, "?")
	if strings.HasPrefix(sent, "/") {
		if path, err := url.PathUnescape(sent); err == nil && path == r.URL.Path {
			return []byte(sent)
		}
	}
	return []byte(r.URL.EscapedPath())
}

// addFields adds a map of fields in alphabetical order: a map has none of its own.
func addFields(h *Header, fields http.Header) {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range fields[name] {
			h.Add(name, value)
		}
	}
}
