package proxy

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
	"stackgen.dev/runtime/server"
)

// answer is a response as a client sees it.
type answer struct {
	status int
	header gateway.Header
	body   string
}

// field is the value of a header field, all of them joined by "|".
func (a answer) field(name string) string {
	var values []string
	for _, f := range a.header.Fields() {
		if gateway.EqualFold(f.Name, name) {
			values = append(values, string(f.Value))
		}
	}
	return strings.Join(values, "|")
}

// peerAddress is where the requests of ask come from.
var peerAddress = netip.MustParseAddrPort("192.0.2.1:4711")

// ask plays the engine: it parses the request, given without its version and last
// empty line, has it served and collects the answer.
//
//	"GET /a", "Accept: text/html"
func ask(t testing.TB, h gateway.Handler, line string, fields ...string) answer {
	t.Helper()
	x := exchange(t, line, fields...)
	h.Serve(x)
	return collect(t, x)
}

func exchange(t testing.TB, line string, fields ...string) *gateway.Exchange {
	t.Helper()
	if !strings.Contains(line, " HTTP/") {
		line += " HTTP/1.1"
	}
	head := line + "\r\n"
	if !strings.Contains(strings.ToLower(strings.Join(fields, "\n")), "host:") && !strings.HasSuffix(line, "1.0") {
		head += "Host: example.com\r\n"
	}
	for _, f := range fields {
		head += f + "\r\n"
	}
	x := new(gateway.Exchange)
	if _, err := http1.ParseRequest([]byte(head+"\r\n"), &x.Request, http1.Limits{}); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	x.Request.Scheme, x.Request.Client = "http", peerAddress
	return x
}

func collect(t testing.TB, x *gateway.Exchange) answer {
	t.Helper()
	a := answer{status: x.Response.Status}
	if a.status == 0 {
		a.status = 200
	}
	for _, f := range x.Response.Header.Fields() {
		a.header.AddCopy(f.Name, f.Value)
	}
	b := x.Response.Body()
	var body []byte
	var err error
	switch x.Response.Kind() {
	case gateway.BytesBody:
		body = bytes.Clone(b.Bytes)
	case gateway.FileBody:
		body, err = io.ReadAll(io.NewSectionReader(b.File, b.Offset, b.Length))
	case gateway.ReaderBody:
		body, err = io.ReadAll(b.Reader)
	}
	if err != nil {
		t.Fatalf("body: %v", err)
	}
	if b.Length >= 0 && int64(len(body)) != b.Length {
		t.Fatalf("the body has %d bytes, %d were announced", len(body), b.Length)
	}
	a.body = string(body)
	x.Sent = b.Length
	x.Finish()
	return a
}

// newProxy compiles a Config that answers to every host unless it says otherwise.
func newProxy(t testing.TB, c Config) *Proxy {
	t.Helper()
	if c.Hosts == nil {
		c.Hosts = []string{"*"}
	}
	if netpoll.Supported { // as sites do
		pollers, err := netpoll.New()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pollers.Close)
		c.Pollers = pollers
	}
	p, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// serveOn starts the engine with a handler on a port of its own.
func serveOn(t testing.TB, h gateway.Handler) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := server.New(server.Config{Handler: h})
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Serve(l)
	}()
	t.Cleanup(func() {
		s.Close()
		<-done
	})
	return l.Addr().String()
}

// text is an application that answers with what a function says.
func text(f func(x *gateway.Exchange) string) gateway.Handler {
	return gateway.HandlerFunc(func(x *gateway.Exchange) { x.Response.Bytes([]byte(f(x))) })
}

func summary(r *gateway.Request) string {
	return fmt.Sprintf("%s %s client=%s scheme=%s host=%s", r.Method, r.Path, r.Client, r.Scheme, r.Host)
}
