package gateway

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// FromHTTP makes a Handler of h: anything from the net/http world can stand
// where a Handler stands.
//
// An http.Handler writes its response while it runs; here a response is
// described and sent later. So h runs on a goroutine of its own until it commits
// to its answer: by returning (what it wrote becomes the body), by flushing or
// writing more than 32 KiB (the rest of its run becomes the stream), or by
// hijacking (the head it writes to the connection becomes the described one).
// Its panics appear where the request is served. Serving is over when h has
// returned, even if nobody wanted the body.
//
// h sees the request as the tiers before it left it: its URL is made of Path and Query.
func FromHTTP(h http.Handler) Handler {
	return HandlerFunc(func(x *Exchange) {
		run := newHTTPRun(x)
		r := run.request()
		go run.serve(h, r)
		<-run.committed
		run.describe()
	})
}

// httpRun is one run of an http.Handler.
type httpRun struct {
	x      *Exchange
	ctx    context.Context
	cancel context.CancelFunc
	writer *httpResponseWriter

	// committed is closed when the response can be described, ended when the
	// handler has returned, panicked before that.
	committed chan struct{}
	ended     chan struct{}
	once      sync.Once // closes committed
	panicked  *Panic
	// sink receives what takes the body; it is closed when nobody will.
	sink chan BodyWriter
	body *detachableBody
	// client is the client's address, as text.
	client string
}

func newHTTPRun(x *Exchange) *httpRun {
	r := &httpRun{x: x, committed: make(chan struct{}), ended: make(chan struct{}),
		sink: make(chan BodyWriter, 1), client: x.Request.Client.String()}
	r.ctx, r.cancel = context.WithCancel(x.Context())
	r.writer = &httpResponseWriter{run: r, header: http.Header{}, head: x.Request.Method == http.MethodHead}
	x.After(func(*Exchange) { r.release() })
	return r
}

// serve is the handler's goroutine.
func (r *httpRun) serve(h http.Handler, req *http.Request) {
	returned := false
	defer func() {
		if !returned {
			r.panicked = asPanic(recover())
		}
		r.writer.finish()
		close(r.ended)
	}()
	h.ServeHTTP(r.writer, req)
	returned = true
}

// release ends the run with the exchange: whoever still writes is told that
// nobody listens, and waited for, as the exchange is his until he returns.
func (r *httpRun) release() {
	r.cancel()
	close(r.sink)
	<-r.ended
	r.body.detach()
}

// commit lets the serving goroutine go on.
func (r *httpRun) commit() { r.once.Do(func() { close(r.committed) }) }

// describe turns what the handler committed to into the response.
func (r *httpRun) describe() {
	w := r.writer
	if w.commit == commitReturn {
		<-r.ended
	}
	select {
	case <-r.ended:
		if r.panicked != nil {
			repanic(r.panicked)
		}
	default:
	}
	res := &r.x.Response
	res.Status = w.status
	for _, name := range sortedNames(w.sent) {
		for _, value := range w.sent[name] {
			res.Header.Add(name, value)
		}
	}
	switch w.commit {
	case commitReturn:
		switch n := w.declaredLength(); {
		case n >= 0 && w.head: // that is the answer
		case n >= 0 && n != int64(len(w.buffer)) && bodyAllowed(w.status):
			panic(http.ErrAbortHandler) // less than was promised
		case len(w.buffer) > 0 || bodyAllowed(w.status) && !w.head:
			res.Bytes(w.buffer)
		}
	case commitStream:
		res.Stream(r.stream)
	case commitHijack:
		if w.status == 0 { // it closed the connection without a word
			panic(http.ErrAbortHandler)
		}
		res.Takeover(r.takeOver)
	}
}

// stream lets the handler write to w until it returns.
func (r *httpRun) stream(w BodyWriter) error {
	r.sink <- w
	<-r.ended
	if r.panicked != nil {
		repanic(r.panicked)
	}
	for _, name := range r.writer.trailerNames() {
		for _, value := range r.writer.header[name] {
			w.Trailer().Add(trimTrailerPrefix(name), value)
		}
	}
	return r.writer.err
}

// takeOver lets the handler have the connection; serving ends when it closes
// it, as handlers return while others go on with it.
func (r *httpRun) takeOver(c Conn) {
	closed := r.writer.hijacked.attach(c)
	<-r.ended
	if r.panicked != nil {
		repanic(r.panicked)
	}
	<-closed
}

// HTTPRequest is the request of an exchange for the net/http world: without its
// body, and with a context of its own.
func HTTPRequest(x *Exchange) *http.Request {
	q := &x.Request
	path := string(AppendSegment(nil, q.Path))
	req := &http.Request{
		Method:        q.Method,
		URL:           &url.URL{Path: path, RawQuery: string(q.Query)},
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        make(http.Header, q.Header.Len()),
		ContentLength: q.ContentLength,
		Host:          string(q.Host),
		RequestURI:    string(q.Target),
		TLS:           q.TLS,
		Body:          http.NoBody,
	}
	switch q.Proto {
	case HTTP10:
		req.ProtoMinor = 0
	case HTTP2:
		req.ProtoMajor, req.ProtoMinor = 2, 0
	case HTTP3:
		req.ProtoMajor, req.ProtoMinor = 3, 0
	}
	req.Proto = q.Proto.String()
	if q.Client.IsValid() {
		req.RemoteAddr = q.Client.String()
	}
	// Where decoding lost something the URL keeps both forms.
	if raw := string(AppendPath(nil, q.Path)); raw != req.URL.EscapedPath() {
		req.URL.RawPath = raw
	}
	if q.Method == http.MethodConnect {
		req.URL = &url.URL{Host: req.Host}
	}
	for _, f := range q.Header.Fields() {
		name := http.CanonicalHeaderKey(string(f.Name))
		switch name {
		case "Host":
		case "Transfer-Encoding":
			req.TransferEncoding = []string{"chunked"}
		default:
			req.Header[name] = append(req.Header[name], string(f.Value))
		}
	}
	return req
}

// request makes the handler's view of the exchange's request. Everything in
// it is a copy, except the body.
func (r *httpRun) request() *http.Request {
	req := HTTPRequest(r.x)
	req = req.WithContext(r.ctx)
	r.body = &detachableBody{x: r.x, request: req}
	if r.x.Request.Body != nil {
		req.Body = r.body
	}
	return req
}

// detachableBody is the request body until the exchange ends; later reads fail.
type detachableBody struct {
	mu      sync.Mutex
	x       *Exchange
	request *http.Request
}

func (b *detachableBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.x == nil {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.x.Request.Body.Read(p)
	if err == io.EOF && b.x.Request.Trailer.Len() > 0 {
		b.request.Trailer = http.Header{}
		for _, f := range b.x.Request.Trailer.Fields() {
			b.request.Trailer.Add(string(f.Name), string(f.Value))
		}
	}
	return n, err
}

// Close implements io.Closer; what is left of the body is the engine's.
func (b *detachableBody) Close() error { return nil }

func (b *detachableBody) detach() {
	b.mu.Lock()
	b.x = nil
	b.mu.Unlock()
}
