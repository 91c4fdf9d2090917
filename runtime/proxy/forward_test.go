package proxy

import (
	"fmt"
	"io"
	"syscall"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// Whose fault a failure is decides its status.
func TestStatusOfFailures(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{errNoServer, 503},
		{fmt.Errorf("server a: %w: refused", errConnect), 502},
		{fmt.Errorf("server a: %w: %w", errConnect, errTimeout), 504},
		{fmt.Errorf("send: %w", errTimeout), 504},
		{errUnanswered, 502},
		{errNothingSent, 502},
		{fmt.Errorf("%w: x", errBadAnswer), 502},
		{fmt.Errorf("%w: cancelled", errClientGone), 499},
		{fmt.Errorf("%w: %w", errClientBody, gateway.ErrBodyTooLarge), 413},
		{fmt.Errorf("%w: %w", errClientBody, gateway.ErrBodyTimeout), 408},
		{fmt.Errorf("%w: %w", errClientBody, io.ErrUnexpectedEOF), 499},
		{spoolError{fmt.Errorf("write: %w", syscall.ENOSPC)}, 507},
		{spoolError{syscall.EACCES}, 500},
	}
	for _, tt := range tests {
		if got := statusOf(tt.err); got != tt.want {
			t.Errorf("%v: %d, want %d", tt.err, got, tt.want)
		}
	}
}

// An application in the same process gets the very exchange: nothing of
// header or body is copied.
func TestTheApplicationIsAFunctionCall(t *testing.T) {
	var seen *gateway.Exchange
	var first []byte
	app := gateway.HandlerFunc(func(x *gateway.Exchange) {
		seen, first = x, x.Request.Header.Fields()[0].Value
		x.Response.Bytes(x.Request.Path)
	})
	p := newProxy(t, Config{App: app, MaxBody: 100, Locations: []Location{
		{Path: "/", Action: Forward{App: true}},
		{Path: "/up/", MaxBody: 1000, Action: Forward{App: true, StripPrefix: true}},
	}})
	x := exchange(t, "POST /up/a", "Content-Length: 200")
	host := x.Request.Header.Fields()[0].Value
	x.Request.MaxBody = 50
	p.Serve(x)
	if seen != x || &first[0] != &host[0] {
		t.Error("the application got a copy")
	}
	if x.Request.MaxBody != 1000 {
		t.Errorf("MaxBody is %d, not the location's", x.Request.MaxBody)
	}
	if a := collect(t, x); a.body != "/a" {
		t.Errorf("the path is %q", a.body)
	}
	if a := ask(t, p, "POST /", "Content-Length: 200"); a.status != 413 {
		t.Errorf("a body over the proxy's limit got %d", a.status)
	}
	x = exchange(t, "GET /")
	allocs := testing.AllocsPerRun(1000, func() {
		x.Request.ID = ""
		x.Response.Reset()
		p.Serve(x)
	})
	if allocs > poolAllocs {
		t.Errorf("%v allocations on the way to the application", allocs)
	}
}

// A small answer of a server that keeps its connection costs no memory either.
func TestAForwardedRequestAllocatesNothing(t *testing.T) {
	reply := []byte(ok)
	url := script(t, "tcp", func(c *scriptConn) {
		for {
			for line := []byte("first"); len(line) > 2; {
				var err error
				if line, err = c.in.ReadSlice('\n'); err != nil {
					return
				}
			}
			c.Write(reply)
		}
	})
	p := newProxy(t, frontConfig(UpstreamConfig{}, url))
	x := exchange(t, "GET /", "Accept: */*", "User-Agent: test")
	request := x.Request
	allocs := testing.AllocsPerRun(1000, func() {
		x.Request = request
		p.Serve(x)
		if x.Response.Status != 200 || string(x.Response.Body().Bytes) != "ok" {
			t.Fatalf("answered %d", x.Response.Status)
		}
		x.Finish()
	})
	if allocs > poolAllocs {
		t.Errorf("%v allocations", allocs)
	}
}
