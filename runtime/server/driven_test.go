package server

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// panicking is a body that panics when it is read.
type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("in a body") }

// Ensure that what an exchange leaves behind which a panic ended reaches nobody:
// neither its fields nor its functions, nor the way its bytes were read.
func TestPanicBehindTheHandler(t *testing.T) {
	inTime(t, func(short time.Duration) bool { return panicsBehindTheHandler(t, short) })
}

// panicsBehindTheHandler reports whether clients had the time to say what they had to.
func panicsBehindTheHandler(t *testing.T, short time.Duration) bool {
	called := make(chan struct{}, 100)
	r := start(t, Config{HeaderTimeout: short}, func(x *gateway.Exchange) {
		if string(x.Request.Path) == "/panic" {
			x.Response.Header.Add("Set-Cookie", "secret=1")
			x.After(func(*gateway.Exchange) { called <- struct{}{} })
			x.Response.Reader(panicking{}, 10)
			return
		}
		x.Response.Text("hello")
	})
	for range 10 {
		c := r.dial()
		io.WriteString(c, "GET /panic HTTP/1.1\r\nHost: a\r\n\r\n")
		io.ReadAll(c.r)
		d := r.dial()
		io.WriteString(d, get)
		res, err := http.ReadResponse(d.r, nil)
		if err != nil {
			return false
		}
		if b, _ := io.ReadAll(res.Body); string(b) != "hello" || res.Header.Get("Set-Cookie") != "" {
			t.Fatalf("another client got %d %q with %v", res.StatusCode, b, res.Header)
		}
		status, said := r.dial().halfAHead()
		if !said {
			return false
		}
		if status != 408 {
			t.Fatalf("half a head got %d", status)
		}
	}
	if len(called) > 0 {
		t.Errorf("functions of exchanges that were given up were called %d times", len(called))
	}
	if busy := r.Stats().Busy; busy != 0 {
		t.Errorf("%d requests are still counted", busy)
	}
	return true
}

// halfAHead sends a part of a head and waits for what comes of that. It reports whether
// it was said before the server gave up a client that said nothing.
func (c *client) halfAHead() (status int, said bool) {
	io.WriteString(c, "GET / HTTP/1.1\r\nHos")
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return 0, false
	}
	return res.StatusCode, true
}

// Ensure that a connection that was taken over can be used, in vain, when it is over.
func TestTakenOverAndEnded(t *testing.T) {
	taken := make(chan gateway.Conn, 1)
	c := start(t, Config{}, func(x *gateway.Exchange) {
		x.Response.Status = 101
		x.Response.Takeover(func(nc gateway.Conn) {
			io.WriteString(nc, "taken")
			taken <- nc
		})
	}).dial()
	c.send(get + "ahead")
	if rest := c.rest(); !strings.HasSuffix(rest, "taken") {
		t.Fatalf("got %q", rest)
	}
	nc := within(t, taken, "the connection")
	b, err := io.ReadAll(nc)
	if string(b) != "ahead" || !errors.Is(err, net.ErrClosed) {
		t.Errorf("read %q, %v", b, err)
	}
}

// Ensure that a client which goes on sending behind a malformed request can read why it was refused.
func TestRefusalLingers(t *testing.T) {
	c := start(t, Config{}, func(x *gateway.Exchange) { t.Error("a handler was called") }).dial()
	c.send("GET / HTTP/1.1\r\nno field\r\n\r\n")
	res, err := http.ReadResponse(c.r, nil)
	if err != nil || res.StatusCode != 400 {
		t.Fatalf("got %v, %v", res, err)
	}
	io.Copy(io.Discard, res.Body)
	c.closed() // the server's direction
	for range 10 {
		c.send("more of it")
	}
}

// Ensure that a client which connects while the server drains and says nothing does not hold it up.
func TestDrainOfASilentConnection(t *testing.T) {
	r := start(t, Config{HeaderTimeout: time.Hour}, func(x *gateway.Exchange) { x.Response.Text("hello") })
	c := r.dial()
	c.send(get)
	c.response("GET")
	down := make(chan error, 1)
	go func() { down <- r.Shutdown(context.Background()) }()
	for !r.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	if nc, err := net.Dial("tcp", r.addr); err == nil {
		defer nc.Close()
	}
	if err := within(t, down, "the shutdown"); err != nil {
		t.Error(err)
	}
}

// Ensure that 413 is the last answer on its connection, also when the body has come.
func TestTooLargeCloses(t *testing.T) {
	c := start(t, Config{MaxBody: 4}, func(x *gateway.Exchange) {
		if _, err := io.ReadAll(x.Request.Body); errors.Is(err, gateway.ErrBodyTooLarge) {
			x.Response.Status = 413
		}
	}).dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get)
	res, _ := c.response("POST")
	if res.StatusCode != 413 || !res.Close {
		t.Errorf("got %d, to be closed: %v", res.StatusCode, res.Close)
	}
	c.closed()
}
