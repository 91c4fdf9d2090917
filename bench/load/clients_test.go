package main

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Ensure that each request of connect has a handshake of its own, and that wrong
// answers are errors.
func TestConnect(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		fails  bool
	}{
		{"answers", 200, false},
		{"failures", 503, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.TLS.DidResume || !r.Close {
					t.Errorf("resumed is %t, closing is %t", r.TLS.DidResume, r.Close)
				}
				w.WriteHeader(test.status)
			}))
			defer server.Close()
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			var r report
			var err error
			for duration := 200 * time.Millisecond; err == nil && r.Requests+r.Errors == 0 && duration < time.Minute; duration *= 5 { // until the machine lets one connect
				r, err = connect(t.Context(), job{address: server.Listener.Addr().String(), path: "/", connections: 2, duration: duration})
			}
			if err != nil || (r.Errors > 0) != test.fails || (r.Requests > 0) == test.fails {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// told cancels when it is written to.
type told struct {
	bytes.Buffer
	cancel context.CancelFunc
}

func (w *told) Write(b []byte) (int, error) {
	defer w.cancel()
	return w.Buffer.Write(b)
}

// Ensure that slow clients all begin, say so once, and end when they are told to.
func TestDawdle(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	begun := make(chan string, 2)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b := make([]byte, 1024)
			n, _ := c.Read(b)
			begun <- string(b[:n])
			defer c.Close()
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	ready := &told{cancel: cancel}
	got, err := dawdle(ctx, job{address: l.Addr().String(), path: "/slow", slowPath: "/large", connections: 2}, ready)
	if err != nil || got.Clients != 2 || got.Held != 2 || ready.String() != "ready\n" {
		t.Errorf("%+v, %v, said %q", got, err, ready)
	}
	var ended, open int
	for range 2 {
		switch request := <-begun; {
		case strings.HasPrefix(request, "GET /large HTTP/1.1\r\n") && strings.HasSuffix(request, "\r\n\r\n"):
			ended++
		case strings.HasPrefix(request, "GET /slow HTTP/1.1\r\n") && !strings.Contains(request, "\r\n\r\n"):
			open++
		default:
			t.Errorf("a slow client began with %q", request)
		}
	}
	if ended != 1 || open != 1 {
		t.Errorf("%d clients read slowly and %d write slowly; want one each", ended, open)
	}
}

// Ensure that the probes measure something.
func TestProbe(t *testing.T) {
	s, err := probe(time.Millisecond)
	if err != nil || s.Compute <= 0 || s.Kernel < 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if d := bounce(time.Millisecond); d.Line < 0 {
		t.Errorf("%+v", d)
	}
}

// Ensure that a command line that would measure nothing is refused.
func TestParseJob(t *testing.T) {
	for _, test := range []struct{ name, kind, args, err string }{
		{"a probe needs no address", "probe", "", ""},
		{"a load does", "pace", "", "-address"},
		{"no rate", "pace", "-address x:1 -rate 0", "more than 0"},
		{"no time", "probe", "-time 0s", "more than 0"},
		{"all of it", "pace", "-address x:1 -rate 10 -time 1s -connections 2 -spin", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseJob(test.kind, strings.Fields(test.args), &bytes.Buffer{})
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}
