// Package proxytest plays the engine for tests of the proxy's layers: it parses
// a request, has it served, and collects the answer. Only tests import it.
package proxytest

import (
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/proxy"
)

// Answer is a response as a client sees it.
type Answer struct {
	Status  int
	Header  gateway.Header
	Body    string
	Flushes int
	Err     error // of the body
}

// Field is the value of a header field, all of them joined by "|".
func (a Answer) Field(name string) string {
	var values []string
	for _, f := range a.Header.Fields() {
		if gateway.EqualFold(f.Name, name) {
			values = append(values, string(f.Value))
		}
	}
	return strings.Join(values, "|")
}

// Client is where requests come from unless they say otherwise.
var Client = netip.MustParseAddrPort("192.0.2.1:4711")

// Request parses a request, given without its version and last empty line:
// "GET /a", "Accept: text/html". "From: 192.0.2.7" sets the client's address.
func Request(t testing.TB, line string, fields ...string) *gateway.Exchange {
	t.Helper()
	client := Client
	head := line + " HTTP/1.1\r\n"
	if !strings.Contains(strings.ToLower(strings.Join(fields, "\n")), "host:") {
		head += "Host: example.com\r\n"
	}
	for _, f := range fields {
		if from, ok := strings.CutPrefix(f, "From: "); ok {
			client = netip.AddrPortFrom(netip.MustParseAddr(from), 4711)
			continue
		}
		head += f + "\r\n"
	}
	x := new(gateway.Exchange)
	if _, err := http1.ParseRequest([]byte(head+"\r\n"), &x.Request, http1.Limits{}); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	x.Request.Scheme, x.Request.Client = "http", client
	return x
}

// Ask has a request served.
func Ask(t testing.TB, h gateway.Handler, line string, fields ...string) Answer {
	t.Helper()
	x := Request(t, line, fields...)
	h.Serve(x)
	return Collect(x)
}

// Collect reads the answer to its end and finishes the exchange.
func Collect(x *gateway.Exchange) Answer {
	a := Answer{Status: x.Response.Status}
	if a.Status == 0 {
		a.Status = 200
	}
	for _, f := range x.Response.Header.Fields() {
		a.Header.AddCopy(f.Name, f.Value)
	}
	var body strings.Builder
	b := x.Response.Body()
	if x.Request.Method == "HEAD" {
		x.Finish()
		return a
	}
	switch x.Response.Kind() {
	case gateway.BytesBody:
		body.Write(b.Bytes)
	case gateway.FileBody:
		_, a.Err = io.Copy(&body, io.NewSectionReader(b.File, b.Offset, b.Length))
	case gateway.ReaderBody:
		_, a.Err = io.Copy(&body, b.Reader)
	case gateway.StreamBody:
		a.Err = b.Stream(&writer{&body, &a, new(gateway.Header)})
	}
	a.Body = body.String()
	x.Sent = int64(len(a.Body))
	x.Finish()
	return a
}

type writer struct {
	io.Writer
	a       *Answer
	trailer *gateway.Header
}

func (w *writer) Flush() error             { w.a.Flushes++; return nil }
func (w *writer) Trailer() *gateway.Header { return w.trailer }

// New compiles a proxy with one location for everything, whose action is an
// application.
func New(t testing.TB, clock *Clock, app gateway.HandlerFunc, layers ...proxy.Layer) *proxy.Proxy {
	t.Helper()
	return NewConfig(t, clock, proxy.Config{App: app,
		Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: layers}}})
}

// NewConfig compiles a proxy that answers to every host.
func NewConfig(t testing.TB, clock *Clock, c proxy.Config) *proxy.Proxy {
	t.Helper()
	c.Hosts = []string{"*"}
	if clock != nil {
		c.Now = clock.Now
	}
	p, err := proxy.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// Clock is a time that tests move.
type Clock struct{ T time.Time }

// NewClock begins at a fixed moment.
func NewClock() *Clock { return &Clock{time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)} }

// Now is the time.
func (c *Clock) Now() time.Time { return c.T }

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) { c.T = c.T.Add(d) }
