package web

import (
	"context"
	"io"
	"maps"
	"net/http"
	"slices"

	"stackgen.dev/runtime/gateway"
)

// FromHTTP makes a view of anything from the net/http world. Path and query
// are those of the request; what middleware adds to the header is added to what h wrote.
func FromHTTP(h http.Handler) Handler {
	inner := gateway.FromHTTP(h)
	return func(r *Request) (*Response, error) {
		inner.Serve(r.Exchange())
		return Described(), nil
	}
}

// httpInner is where a request keeps what its net/http middleware stands around.
type httpInner struct{}

// innerCall is one call of the layers inside a net/http middleware.
type innerCall struct {
	r    *Request
	next Handler
	// reply is what they answered; nil while they were not called.
	reply *Response
}

// HTTPMiddleware makes a layer of a middleware of the net/http world, as it is:
// it sees the request, may answer itself, and may change the header and the
// status of what the layers inside it answer. The bodies of those pass it by.
func HTTPMiddleware(wrap func(http.Handler) http.Handler) Middleware {
	outer := wrap(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		call, _ := req.Context().Value(httpInner{}).(*innerCall)
		if call == nil {
			panic("web: a net/http middleware called the next handler with another context than its request's")
		}
		p, err := call.next(call.r)
		if err != nil || p == nil {
			panic("stackgen: unreachable: a layer answered with an error")
		}
		call.reply = p
		for name, value := range p.Fields() {
			w.Header().Add(name, value)
		}
		w.WriteHeader(p.code())
	}))
	return func(next Handler) Handler {
		return func(r *Request) (*Response, error) {
			call := &innerCall{r: r, next: next}
			w := &httpRecorder{header: http.Header{}}
			req := gateway.HTTPRequest(r.Exchange())
			if body := r.Exchange().Request.Body; body != nil {
				req.Body = io.NopCloser(body)
			}
			outer.ServeHTTP(w, req.WithContext(context.WithValue(r.Context(), httpInner{}, call)))
			return w.response(call.reply), nil
		}
	}
}

// httpRecorder takes what a net/http middleware writes.
type httpRecorder struct {
	header http.Header
	status int
	body   []byte
}

// Header is the answer's header.
func (w *httpRecorder) Header() http.Header { return w.header }

// WriteHeader keeps the first status.
func (w *httpRecorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write keeps the bytes.
func (w *httpRecorder) Write(b []byte) (int, error) {
	w.WriteHeader(200)
	w.body = append(w.body, b...)
	return len(b), nil
}

// response is what came out: the inner layers' answer with the header as it is
// now, or the middleware's own.
func (w *httpRecorder) response(inner *Response) *Response {
	p := inner
	if p == nil || len(w.body) > 0 {
		p = Empty(w.status)
		if len(w.body) > 0 {
			p.SetBody(w.body)
		}
	}
	if w.status != 0 {
		p.Status = w.status
	}
	p.header = p.header[:0]
	for _, name := range slices.Sorted(maps.Keys(w.header)) {
		for _, value := range w.header[name] {
			if name != "Content-Length" {
				p.AddHeader(name, value)
			}
		}
	}
	return p
}
