package proxy

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"path/filepath"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Layer is what may stand before the action of a location: a limit, an access
// check, compression, a cache. Each kind is a package of its own, so that a
// site links those that it uses. Layers are served in the order of
// Location.Layers; docs/proxy.md has the order in which the generator puts them.
type Layer interface {
	// Start checks the layer and makes it ready to serve. What it returns is
	// closed with the proxy if it is an io.Closer.
	Start(e *Environment) (LayerHandler, error)
}

// LayerHandler is a layer that has started. It is safe for concurrent use.
type LayerHandler interface {
	// Serve answers the request, or has next answer it and looks at what came of
	// that. Before it waits for anything it calls x.MayBlock.
	Serve(x *gateway.Exchange, next Next)
}

// Environment is what a layer is started with.
type Environment struct {
	// Location is the pattern of the location that the layer belongs to.
	Location string
	// Data is the folder for what outlives the process; "" where there is none.
	Data string
	// Log takes what operators have to know.
	Log *slog.Logger
	// Now is the clock.
	Now func() time.Time

	proxy *Proxy
}

// Upstream is the upstream of that name; nil if there is none.
func (e *Environment) Upstream(name string) *Upstream { return e.proxy.upstreams[name] }

// Compile makes a template ready to be filled in.
func (e *Environment) Compile(t Template) (*Text, error) { return t.compile(e.proxy.maps) }

// Folder is a folder of that name beneath Data, "" where nothing is kept.
func (e *Environment) Folder(name string) string {
	if e.Data == "" {
		return ""
	}
	return filepath.Join(e.Data, name)
}

// Next is the rest of the way of one request: the layers further in, then the
// action. It is a value, and may serve more than one exchange.
type Next struct {
	proxy *Proxy
	visit visit
	at    int // the layer that comes next
}

// Serve has the rest of the way answer.
func (n Next) Serve(x *gateway.Exchange) {
	l := n.visit.location
	if n.at == len(l.layers) {
		l.action.serve(n.proxy, x, n.visit)
		return
	}
	layer := l.layers[n.at]
	n.at++
	layer.Serve(x, n)
}

// Fail answers with an error page of the proxy's own. Err is why, for the log
// alone; nil where the status says everything.
func (n Next) Fail(x *gateway.Exchange, status int, err error) {
	n.proxy.fail(x, n.visit, status, err)
}

// Append fills a template in from the request.
func (n Next) Append(dst []byte, t *Text, x *gateway.Exchange) []byte {
	return t.append(dst, x, &n.visit)
}

// Peer is who is at the other end of the connection: a proxy before this one
// perhaps, where Request.Client is the client itself.
func (n Next) Peer() netip.AddrPort { return n.visit.peer }

// layered is the handler of a location that has layers.
type layered struct{}

func (layered) serve(p *Proxy, x *gateway.Exchange, v visit) { Next{proxy: p, visit: v}.Serve(x) }

// startLayers readies the layers of a location.
func (p *Proxy) startLayers(l *location, layers []Layer) error {
	for _, layer := range layers {
		h, err := p.start(l, layer)
		if err != nil {
			return err
		}
		l.layers = append(l.layers, h)
	}
	if len(l.layers) > 0 {
		l.action, l.handler = l.handler, layered{}
	}
	return nil
}

// start readies one.
func (p *Proxy) start(l *location, layer Layer) (LayerHandler, error) {
	h, err := layer.Start(&Environment{Location: l.pattern, Data: p.config.Data, Log: p.log,
		Now: func() time.Time { return p.now() }, proxy: p})
	if err != nil {
		return nil, err
	}
	if c, ok := h.(io.Closer); ok {
		p.closers = append(p.closers, c)
	}
	return h, nil
}

// Collect reads the body of a response that no client is sent, up to most
// bytes, and leaves the response without one.
func Collect(x *gateway.Exchange, most int64) ([]byte, error) {
	var sink boundedSink
	sink.most = most
	err := Drain(x, &sink)
	return sink.bytes, err
}

// Drain writes the body of a response elsewhere than to the client, and leaves the
// response without one.
func Drain(x *gateway.Exchange, w gateway.BodyWriter) error {
	r := &x.Response
	b := r.Body()
	var err error
	switch r.Kind() {
	case gateway.BytesBody:
		_, err = w.Write(b.Bytes)
	case gateway.FileBody:
		_, err = io.Copy(w, io.NewSectionReader(b.File, b.Offset, b.Length))
	case gateway.ReaderBody:
		_, err = io.Copy(w, struct{ io.Reader }{b.Reader})
	case gateway.StreamBody:
		err = b.Stream(w)
	case gateway.TakeoverBody:
		err = fmt.Errorf("proxy: an answer that takes the connection over has no content")
	}
	r.NoContent()
	return err
}

// boundedSink keeps what is written, up to a limit.
type boundedSink struct {
	bytes   []byte
	most    int64
	trailer gateway.Header
}

// ErrTooLarge is what Collect fails with when a body is larger than was wanted.
var ErrTooLarge = fmt.Errorf("proxy: the answer is larger than what is kept of it")

func (s *boundedSink) Write(b []byte) (int, error) {
	if int64(len(s.bytes))+int64(len(b)) > s.most {
		return 0, ErrTooLarge
	}
	s.bytes = append(s.bytes, b...)
	return len(b), nil
}

func (s *boundedSink) Flush() error             { return nil }
func (s *boundedSink) Trailer() *gateway.Header { return &s.trailer }

// SubRequest makes an exchange that asks on behalf of another one: same host,
// client, scheme and id, no body, and the header fields without those that
// belong to a body. It lives until its Finish, which the caller calls.
func SubRequest(x *gateway.Exchange, ctx context.Context) *gateway.Exchange {
	r := &x.Request
	sub := new(gateway.Exchange)
	sub.Bind(nil, ctx)
	sub.Start, sub.Deadline = x.Start, x.Deadline
	sub.Request.Method, sub.Request.Target = r.Method, append([]byte(nil), r.Target...)
	sub.Request.Path, sub.Request.Query = append([]byte(nil), r.Path...), append([]byte(nil), r.Query...)
	sub.Request.Proto, sub.Request.Scheme, sub.Request.ID = gateway.HTTP11, r.Scheme, r.ID
	sub.Request.RemoteUser = r.RemoteUser
	sub.Request.Host, sub.Request.Client, sub.Request.TLS = append([]byte(nil), r.Host...), r.Client, r.TLS
	for _, f := range r.Header.Fields() {
		switch {
		case gateway.EqualFold(f.Name, "Content-Length"), gateway.EqualFold(f.Name, "Transfer-Encoding"),
			gateway.EqualFold(f.Name, "Content-Type"), gateway.EqualFold(f.Name, "Content-Encoding"),
			gateway.EqualFold(f.Name, "Expect"), gateway.EqualFold(f.Name, "Upgrade"), gateway.EqualFold(f.Name, "Trailer"):
			continue
		}
		sub.Request.Header.AddCopy(f.Name, f.Value)
	}
	sub.SetSpan(x.Span())
	return sub
}

// Test is a Condition that has been compiled.
type Test struct{ test *test }

// Condition makes a condition ready; nil for one that is not written.
func (e *Environment) Condition(c Condition) (*Test, error) {
	t, err := c.compile(e.proxy.maps)
	if t == nil || err != nil {
		return nil, err
	}
	return &Test{t}, nil
}

// Holds reports whether a condition holds of a request.
func (n Next) Holds(t *Test, x *gateway.Exchange) bool { return t.test.holds(x, &n.visit) }
