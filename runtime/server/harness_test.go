package server

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// patience bounds every wait of the tests; nothing waits that long unless it fails.
const patience = time.Minute

// running is a server under test on a real socket.
type running struct {
	*Server
	t    testing.TB
	addr string
	log  *logBuffer
	done chan error
}

// start serves h on a free loopback port until the test ends.
func start(t testing.TB, config Config, h gateway.HandlerFunc) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, addr: l.Addr().String(), log: &logBuffer{}, done: make(chan error, 1)}
	config.Handler = h
	config.Log = slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.Server = New(config)
	go func() { r.done <- r.Serve(l) }()
	t.Cleanup(func() {
		r.Close()
		<-r.done
		r.running.Wait()
	})
	return r
}

// logBuffer collects what the server logs.
type logBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// client is a raw connection to the server.
type client struct {
	*net.TCPConn
	t testing.TB
	r *bufio.Reader
}

func (r *running) dial() *client {
	r.t.Helper()
	nc, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(patience))
	r.t.Cleanup(func() { nc.Close() })
	return &client{nc.(*net.TCPConn), r.t, bufio.NewReader(nc)}
}

func (c *client) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		c.t.Fatal(err)
	}
}

// response reads the next response and its body.
func (c *client) response(method string) (*http.Response, string) {
	c.t.Helper()
	res, err := http.ReadResponse(c.r, &http.Request{Method: method})
	if err != nil {
		c.t.Fatalf("reading the response: %v", err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("reading the body: %v", err)
	}
	return res, string(body)
}

// rest reads what comes until the server closes.
func (c *client) rest() string {
	c.t.Helper()
	b, err := io.ReadAll(c.r)
	if err != nil {
		c.t.Fatalf("reading until the end: %v", err)
	}
	return string(b)
}

// closed asserts that the server has closed and sent nothing more.
func (c *client) closed() {
	c.t.Helper()
	if rest := c.rest(); rest != "" {
		c.t.Errorf("more came before the end: %q", rest)
	}
}

// within fails the test if ch yields nothing.
func within[T any](t testing.TB, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// inTime has a client do something for which it has a short time, with more of it each time
// that the machine did not let it in time.
func inTime(t testing.TB, do func(short time.Duration) bool) {
	t.Helper()
	for short := 40 * time.Millisecond; !do(short); short *= 3 {
		if short > patience {
			t.Fatalf("it does not succeed within %s either", short)
		}
	}
}

// shutdown stops the server gracefully.
func (r *running) shutdown() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.Shutdown(ctx); err != nil {
		r.t.Errorf("Shutdown: %v", err)
	}
}

// echo answers with the length of the body it read.
func echo(x *gateway.Exchange) {
	if x.Request.Body == nil {
		x.Response.Text("0")
		return
	}
	b, err := io.ReadAll(x.Request.Body)
	if err != nil {
		answerError(x, err)
		return
	}
	x.Response.Bytes(b)
}

// answerError answers a failed read with its status.
func answerError(x *gateway.Exchange, err error) {
	x.Response.Status = 500
	if e, ok := err.(*gateway.Error); ok {
		x.Response.Status = e.Status
	}
	x.Response.Text(err.Error())
}

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
