package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// Ensure which checks, one after the other, take a server out and bring it back.
func TestHealthChecks(t *testing.T) {
	for _, tt := range []struct {
		fails, passes int
		checks        string // f: fails, p: passes
		out           bool
	}{
		{1, 1, "", false}, {1, 1, "f", true}, {1, 1, "fp", false}, {1, 1, "fpf", true},
		{3, 1, "ff", false}, {3, 1, "ffpff", false}, {3, 1, "fff", true}, {3, 1, "fffp", false},
		{1, 2, "fp", true}, {1, 2, "fpfp", true}, {1, 2, "fpp", false},
	} {
		u := upstream(t, UpstreamConfig{Servers: servers("a b"), HealthCheck: &HealthCheck{Path: "/", Fails: tt.fails, Passes: tt.passes}})
		for _, c := range tt.checks {
			var err error
			if c == 'f' {
				err = errors.New("it failed")
			}
			u.checked(u.backends[0], err, testTime)
		}
		if u.backends[0].out(testTime) != tt.out {
			t.Errorf("%d fails, %d passes, %q: out is %v", tt.fails, tt.passes, tt.checks, !tt.out)
		}
	}
}

// Ensure what a server has to answer.
func TestProbe(t *testing.T) {
	big := strings.Repeat("x", 70<<10)
	for _, tt := range []struct {
		name   string
		check  HealthCheck
		answer string // "" closes the connection
		want   string // of the error; "" is well
	}{
		{"200", HealthCheck{}, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
		{"302", HealthCheck{}, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", ""},
		{"404", HealthCheck{}, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "it answers 404"},
		{"500", HealthCheck{}, "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", "it answers 500"},
		{"the status wanted", HealthCheck{Status: 404}, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ""},
		{"another", HealthCheck{Status: 204}, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "it answers 200"},
		{"interim first", HealthCheck{}, "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
		{"interim for ever", HealthCheck{}, strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100), "it answers 103"},
		{"the text", HealthCheck{Body: "fine"}, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nall fine", ""},
		{"the text in chunks", HealthCheck{Body: "all fine"}, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n5\r\n fine\r\n0\r\n\r\n", ""},
		{"the text until the end", HealthCheck{Body: "fine"}, "HTTP/1.1 200 OK\r\n\r\nall fine", ""},
		{"another text", HealthCheck{Body: "fine"}, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", "does not"},
		{"the text too late", HealthCheck{Body: "fine"}, "HTTP/1.1 200 OK\r\n\r\n" + big + "fine", "does not"},
		{"a body that is cut", HealthCheck{Body: "fine"}, "HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\nbad", "EOF"},
		{"nothing", HealthCheck{}, "", "no answer"},
		{"no HTTP", HealthCheck{}, "220 mail ESMTP\r\n\r\n", "malformed"},
		{"a head too large", HealthCheck{}, "HTTP/1.1 200 OK\r\nX: " + big + "\r\n\r\n", "too large"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			asked := make(chan string, 1)
			go func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				buf := make([]byte, 1<<10)
				n, _ := c.Read(buf)
				asked <- string(buf[:n])
				fmt.Fprint(c, tt.answer)
			}()
			tt.check.Path = "/healthz?deep=1"
			u := upstream(t, UpstreamConfig{Servers: []Server{{URL: "http://" + l.Addr().String()}}, HealthCheck: &tt.check})
			err = u.probe(context.Background(), u.backends[0])
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if got := <-asked; !strings.HasPrefix(got, "GET /healthz?deep=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n") {
				t.Errorf("asked with %q", got)
			}
		})
	}
	u := upstream(t, UpstreamConfig{Servers: []Server{{URL: "unix:/nowhere"}}, HealthCheck: &HealthCheck{Path: "/"}})
	if err := u.probe(context.Background(), u.backends[0]); err == nil {
		t.Error("a server that is not there is well")
	}
}

// Ensure that a check that hangs ends in time, and with its proxy.
func TestProbeEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	u := upstream(t, UpstreamConfig{Servers: []Server{{URL: "http://" + l.Addr().String()}}, HealthCheck: &HealthCheck{Path: "/", Timeout: 50 * time.Millisecond}})
	if err := u.probe(context.Background(), u.backends[0]); !errors.Is(err, context.DeadlineExceeded) && !timedOut(errors.Unwrap(err)) {
		t.Errorf("got %v", err)
	}
	u.config.HealthCheck.Timeout = time.Hour
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := u.probe(ctx, u.backends[0]); err == nil {
		t.Error("a check outlives its proxy")
	}
}
