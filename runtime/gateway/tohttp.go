package gateway

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"
)

// ToHTTP makes an [http.Handler] of h: for httptest, for embedding a site in
// another program, and for HTTP/2.
func ToHTTP(h Handler) http.Handler { return &HTTPHandler{Handler: h} }

// HTTPHandler is a Handler as an [http.Handler], with the limits that
// net/http leaves to handlers. A handler that overstays a deadline is answered for with
// 503; its panic goes on to net/http.
type HTTPHandler struct {
	Handler Handler
	// BodyIdle is the longest pause inside a request body; 0 means no limit.
	BodyIdle time.Duration
	// WriteIdle is the longest the client may take to accept the next part of
	// the response; 0 means no limit.
	WriteIdle time.Duration
}

// ServeHTTP implements http.Handler. The handler runs on a goroutine of its
// own, so that the stream can be answered while it is stuck.
func (h *HTTPHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := &httpEngine{w: w, control: http.NewResponseController(w), handler: h, overdue: make(chan struct{})}
	x := &e.exchange
	x.Bind(e, r.Context())
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
		defer x.Finish()
		if p != nil {
			repanic(p)
		}
		e.respond(r)
		return
	case <-e.overdue:
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
	overdue  chan struct{}

	mu    sync.Mutex
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

// Watch has nothing to do: the request's own context ends when the client leaves.
func (e *httpEngine) Watch(func()) {}

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
	raw := []byte(r.URL.EscapedPath())
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
		q.Body = &httpBody{engine: e, request: r}
	}
	return nil
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

// httpBody reads a request body from net/http, within MaxBody.
type httpBody struct {
	engine  *httpEngine
	request *http.Request
	read    int64
	err     error
}

func (b *httpBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	q := &b.engine.exchange.Request
	if q.MaxBody > 0 {
		if q.BodyTooLarge() || b.read > q.MaxBody {
			return 0, ErrBodyTooLarge
		}
		if room := q.MaxBody - b.read + 1; int64(len(p)) > room {
			p = p[:room]
		}
	}
	if idle := b.engine.handler.BodyIdle; idle > 0 {
		b.engine.control.SetReadDeadline(time.Now().Add(idle))
	}
	n, err := b.request.Body.Read(p)
	b.read += int64(n)
	if q.MaxBody > 0 && b.read > q.MaxBody {
		return 0, ErrBodyTooLarge
	}
	switch {
	case err == io.EOF:
		addFields(&q.Trailer, b.request.Trailer)
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = ErrBodyTimeout
	}
	b.err = err
	return n, err
}

// refuse answers with a small page.
func (e *httpEngine) refuse(status int, reason string) {
	h := e.w.Header()
	clear(h)
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	e.w.WriteHeader(status)
	fmt.Fprintf(e.w, "%s: %s\n", http.StatusText(status), reason)
}

// respond sends the described response.
func (e *httpEngine) respond(r *http.Request) {
	res := &e.exchange.Response
	if res.Status == 0 {
		res.Status = http.StatusOK
	}
	body := res.Body()
	if res.Kind() == TakeoverBody {
		e.handOver(body.Takeover)
		return
	}
	h := e.w.Header()
	for _, f := range res.Header.Fields() {
		if !connectionField(f.Name) {
			h.Add(string(f.Name), string(f.Value))
		}
	}
	bodyless := r.Method == http.MethodHead || res.Status == http.StatusNotModified
	switch {
	case res.Status == http.StatusNoContent:
		h.Del("Content-Length")
	case bodyless && (res.Kind() == NoBody || res.Length() < 0 || res.Status == http.StatusNotModified):
		// A Content-Length of the handler's own counts.
	case res.Kind() == StreamBody && res.Header.Has("Content-Length"):
	case res.Length() >= 0:
		h.Set("Content-Length", strconv.FormatInt(res.Length(), 10))
	default:
		h.Del("Content-Length")
	}
	e.w.WriteHeader(res.Status)
	if bodyless || res.Status == http.StatusNoContent {
		return
	}
	w := &httpWriter{engine: e}
	var err error
	switch res.Kind() {
	case BytesBody:
		_, err = w.Write(body.Bytes)
	case FileBody:
		_, err = w.copy(io.NewSectionReader(body.File, body.Offset, body.Length), body.Length, false)
	case ReaderBody:
		_, err = w.copy(body.Reader, body.Length, body.Length < 0)
	case StreamBody:
		if err = w.Flush(); err == nil {
			err = body.Stream(w)
		}
		for _, f := range w.trailer.Fields() {
			h.Add(http.TrailerPrefix+string(f.Name), string(f.Value))
		}
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
}

// connectionField reports whether net/http decides about the field itself.
func connectionField(name []byte) bool {
	return EqualFold(name, "Connection") || EqualFold(name, "Keep-Alive") ||
		EqualFold(name, "Transfer-Encoding") || EqualFold(name, "Upgrade") || EqualFold(name, "Proxy-Connection")
}

// httpWriter is the BodyWriter of net/http.
type httpWriter struct {
	engine  *httpEngine
	trailer Header
}

func (w *httpWriter) Write(p []byte) (int, error) {
	w.extend()
	n, err := w.engine.w.Write(p)
	w.engine.exchange.Sent += int64(n)
	return n, err
}

func (w *httpWriter) Flush() error {
	w.extend()
	return w.engine.control.Flush()
}

func (w *httpWriter) Trailer() *Header { return &w.trailer }

// extend gives the client time for the next part.
func (w *httpWriter) extend() {
	if idle := w.engine.handler.WriteIdle; idle > 0 {
		w.engine.control.SetWriteDeadline(time.Now().Add(idle))
	}
}

// copy sends length bytes of src, or all of it; flush sends each part as it comes.
func (w *httpWriter) copy(src io.Reader, length int64, flush bool) (sent int64, err error) {
	buf := make([]byte, 32<<10)
	for length < 0 || sent < length {
		p := buf
		if length >= 0 {
			p = buf[:min(int64(len(buf)), length-sent)]
		}
		n, rerr := src.Read(p)
		if n > 0 {
			if _, err := w.Write(p[:n]); err != nil {
				return sent, err
			}
			sent += int64(n)
			if flush {
				if err := w.Flush(); err != nil {
					return sent, err
				}
			}
		}
		if rerr == io.EOF && (length < 0 || sent == length) {
			return sent, nil
		}
		if rerr == io.EOF {
			return sent, io.ErrUnexpectedEOF
		}
		if rerr != nil {
			return sent, rerr
		}
	}
	return sent, nil
}

// handOver takes the connection from net/http, sends the head and gives it on.
func (e *httpEngine) handOver(serve func(Conn)) {
	nc, rw, err := e.control.Hijack()
	if err != nil {
		e.refuse(http.StatusNotImplemented, "this protocol cannot hand over its connection")
		return
	}
	defer nc.Close()
	nc.SetDeadline(time.Time{})
	res := &e.exchange.Response
	fields := http.Header{}
	for _, f := range res.Header.Fields() {
		fields.Add(string(f.Name), string(f.Value))
	}
	fmt.Fprintf(rw, "HTTP/1.1 %d %s\r\n", res.Status, http.StatusText(res.Status))
	fields.Write(rw)
	rw.WriteString("\r\n")
	if rw.Flush() != nil {
		return
	}
	serve(&bufferedConn{nc, rw.Reader})
}

// bufferedConn reads first what was buffered.
type bufferedConn struct {
	net.Conn
	buffered *bufio.Reader
}

func (c *bufferedConn) Read(p []byte) (int, error) {
	if c.buffered.Buffered() > 0 {
		return c.buffered.Read(p)
	}
	return c.Conn.Read(p)
}

func (c *bufferedConn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return errors.ErrUnsupported
}
