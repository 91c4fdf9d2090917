package server

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1/http1test"
)

// Bytes that are no HTTP at all, and everything that fuzzing found once, never
// hang the engine or make it answer what it did not understand with success.
func FuzzEngine(f *testing.F) {
	for _, tt := range http1test.Requests() {
		f.Add([]byte(tt.Input + http1test.Smuggled))
	}
	for _, tt := range http1test.Refusals() {
		f.Add([]byte(tt.Input))
	}
	for _, tt := range http1test.BadBodies() {
		f.Add([]byte(http1test.Head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + tt.Coding))
	}
	methods := make(chan string, 1000)
	s := New(Config{Handler: gateway.HandlerFunc(func(x *gateway.Exchange) {
		methods <- x.Request.Method
		if x.Request.Body != nil {
			if _, err := io.Copy(io.Discard, x.Request.Body); err != nil {
				answerError(x, err)
				return
			}
		}
		x.Response.Text("hello")
	})})
	l, err := net.Listen("unix", f.TempDir()+"/s")
	if err != nil {
		f.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	f.Cleanup(func() {
		s.Close()
		<-done
	})
	f.Fuzz(func(t *testing.T, input []byte) {
		if bytes.HasPrefix(input, []byte("PRI ")) || len(input) > 64<<10 {
			return // HTTP/2 is another engine's
		}
		c, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(patience))
		go func() {
			c.Write(input)
			c.(*net.UnixConn).CloseWrite()
		}()
		all, err := io.ReadAll(c)
		if err != nil && !strings.Contains(err.Error(), "reset") {
			t.Fatalf("no end: %v after %q", err, all)
		}
		// What came are whole responses, one for every request that a handler
		// saw and at most one for what none did.
		in, answered, bad := bufio.NewReader(bytes.NewReader(all)), 0, 0
		for {
			method := "GET"
			if _, err := in.Peek(1); err != nil {
				break
			}
			select {
			case method = <-methods:
				answered++
			default:
				bad++
			}
			res, rerr := http.ReadResponse(in, &http.Request{Method: method})
			for rerr == nil && res.StatusCode == 100 {
				res, rerr = http.ReadResponse(in, &http.Request{Method: method})
			}
			if rerr != nil {
				t.Fatalf("answered %q: %v", all, rerr)
			}
			if _, berr := io.Copy(io.Discard, res.Body); berr != nil && err == nil {
				t.Fatalf("answered %q: %v", all, berr)
			}
			if bad > 0 && res.StatusCode < 400 {
				t.Fatalf("status %d although no handler was asked: %q", res.StatusCode, all)
			}
		}
		if bad > 1 {
			t.Fatalf("%d answers after %d requests: %q", bad, answered, all)
		}
		for len(methods) > 0 {
			<-methods
		}
	})
}
