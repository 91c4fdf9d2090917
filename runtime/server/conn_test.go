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

func TestKeepAliveAndPipelining(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) { x.Response.Bytes(x.Request.Path) })
	c := r.dial()
	c.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHo")
	for _, want := range []string{"/1", "/2"} {
		if _, body := c.response("GET"); body != want {
			t.Errorf("answer %q, want %q", body, want)
		}
	}
	c.send("st: a\r\nConnection: close\r\n\r\n")
	if res, body := c.response("GET"); body != "/3" || !res.Close {
		t.Errorf("answer %q, close %v", body, res.Close)
	}
	c.closed()
}

func TestHTTP10KeepAlive(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) { x.Response.Text("hello") })
	c := r.dial()
	c.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
	if res, _ := c.response("GET"); res.Header.Get("Connection") != "keep-alive" {
		t.Errorf("Connection: %q", res.Header.Get("Connection"))
	}
	c.send("GET / HTTP/1.0\r\n\r\n")
	c.response("GET")
	c.closed()
}

// Requests with bodies, one behind the other on one connection; the last
// shows that the framing of those before was understood.
func TestBodies(t *testing.T) {
	tests := []struct{ name, request, want string }{
		{"length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "hello"},
		{"chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;a=b\r\n, world\r\n0\r\nX-T: 1\r\n\r\n", "hello, world"},
		{"none", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "0"},
		{"large", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + strings.Repeat("x", 300000), strings.Repeat("x", 300000)},
	}
	r := start(t, Config{}, echo)
	c := r.dial()
	for _, tt := range tests {
		go io.WriteString(c, tt.request)
		if res, body := c.response("POST"); res.StatusCode != 200 || body != tt.want {
			t.Errorf("%s: %d %.50q, want %.50q", tt.name, res.StatusCode, body, tt.want)
		}
	}
}

func TestTrailerOfRequest(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {
		io.Copy(io.Discard, x.Request.Body)
		x.Response.Bytes(x.Request.Trailer.Get("x-sum"))
	})
	c := r.dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 42\r\n\r\n")
	if _, body := c.response("POST"); body != "42" {
		t.Errorf("trailer %q, want 42", body)
	}
}

// A body that the handler leaves is read for it, if it is not too large.
func TestUnreadBody(t *testing.T) {
	tests := []struct {
		name, head, body string
		kept             bool
	}{
		{"small", "Content-Length: 5", "hello", true},
		{"chunked", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", true},
		{"large", "Content-Length: 500000", strings.Repeat("x", 500000), false},
		{"expected", "Content-Length: 5\r\nExpect: 100-continue", "", false},
		{"malformed", "Transfer-Encoding: chunked", "x\r\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := start(t, Config{}, func(x *gateway.Exchange) { x.Response.Text("hello") }).dial()
			go io.WriteString(c, "POST / HTTP/1.1\r\nHost: a\r\n"+tt.head+"\r\n\r\n"+tt.body)
			if res, body := c.response("POST"); res.StatusCode != 200 || body != "hello" {
				t.Errorf("%d %q", res.StatusCode, body)
			}
			if !tt.kept {
				c.closed()
				return
			}
			c.send(get)
			c.response("GET")
		})
	}
}

func TestExpectContinue(t *testing.T) {
	r := start(t, Config{}, echo)
	c := r.dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
	const interim = "HTTP/1.1 100 Continue\r\n\r\n"
	got := make([]byte, len(interim))
	if _, err := io.ReadFull(c.r, got); err != nil || string(got) != interim {
		t.Fatalf("interim response %q, %v", got, err)
	}
	c.send("hello")
	if res, body := c.response("POST"); res.StatusCode != 200 || body != "hello" {
		t.Errorf("%d %q", res.StatusCode, body)
	}
}

func TestMaxBody(t *testing.T) {
	tests := []struct {
		name, request string
		status        int
	}{
		{"declared, fits", "Content-Length: 10\r\n\r\n0123456789", 200},
		{"declared, too large", "Content-Length: 11\r\n\r\n0123456789x", 413},
		{"chunked, fits", "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n", 200},
		{"chunked, too large", "Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789x\r\n0\r\n\r\n", 413},
		{"too large and expected", "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n", 413},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := start(t, Config{MaxBody: 10}, echo).dial()
			c.send("POST / HTTP/1.1\r\nHost: a\r\n" + tt.request)
			if res, _ := c.response("POST"); res.StatusCode != tt.status {
				t.Errorf("status %d, want %d", res.StatusCode, tt.status)
			}
		})
	}
}

// A client that sends all of a body before it looks for an answer gets to see
// the refusal: the connection is not reset under it.
func TestMaxBodyReachesTheClient(t *testing.T) {
	c := start(t, Config{MaxBody: 10}, echo).dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33554432\r\n\r\n" + strings.Repeat("x", 32<<20))
	if res, _ := c.response("POST"); res.StatusCode != 413 {
		t.Errorf("status %d, want 413", res.StatusCode)
	}
}

// What cannot be read is answered with its status, and the connection ends.
func TestRefusals(t *testing.T) {
	tests := []struct {
		name, request string
		status        int
	}{
		{"malformed", "nonsense\r\n\r\n", 400},
		{"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"both framings", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
		{"long line", "GET /" + strings.Repeat("a", 20000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
		{"long head", "GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 20000) + "\r\n\r\n", 431},
		{"many fields", "GET / HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X: a\r\n", 101) + "\r\n", 431},
		{"expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: more\r\nContent-Length: 1\r\n\r\n", 417},
		{"coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
		{"version", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := start(t, Config{}, func(x *gateway.Exchange) { t.Error("the handler was called") }).dial()
			go io.WriteString(c, tt.request)
			res, _ := c.response("GET")
			if res.StatusCode != tt.status || !res.Close {
				t.Errorf("status %d (close %v), want %d and close", res.StatusCode, res.Close, tt.status)
			}
			c.CloseWrite()
			c.closed()
		})
	}
}

// A head larger than the first buffer arrives whole, as does what follows it.
func TestLargeHead(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {
		if got := len(x.Request.Header.Get("X")); got != 12000 {
			t.Errorf("field of %d bytes", got)
		}
		echo(x)
	})
	c := r.dial()
	for range 3 {
		c.send("POST / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 12000) + "\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" +
			strings.Repeat("b", 5000) + "\r\n0\r\n\r\n")
		if _, body := c.response("POST"); body != strings.Repeat("b", 5000) {
			t.Errorf("body of %d bytes", len(body))
		}
	}
}

func TestHeadByteByByte(t *testing.T) {
	c := start(t, Config{}, func(x *gateway.Exchange) { x.Response.Bytes(x.Request.Path) }).dial()
	c.SetNoDelay(true)
	for _, b := range "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" {
		c.send(string(b))
	}
	if _, body := c.response("GET"); body != "/slow" {
		t.Errorf("answer %q", body)
	}
}

func TestTimeouts(t *testing.T) {
	const short = 40 * time.Millisecond
	t.Run("nothing sent", func(t *testing.T) {
		c := start(t, Config{HeaderTimeout: short}, echo).dial()
		c.closed()
	})
	t.Run("head", func(t *testing.T) {
		inTime(t, func(short time.Duration) bool {
			status, said := start(t, Config{HeaderTimeout: short}, echo).dial().halfAHead()
			if said && status != 408 {
				t.Errorf("status %d, want 408", status)
			}
			return said
		})
	})
	t.Run("idle", func(t *testing.T) {
		c := start(t, Config{KeepAlive: short}, echo).dial()
		c.send(get)
		c.response("GET")
		c.closed()
	})
	t.Run("body", func(t *testing.T) {
		c := start(t, Config{BodyIdle: short}, echo).dial()
		c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
		if res, _ := c.response("POST"); res.StatusCode != 408 || !res.Close {
			t.Errorf("status %d, want 408 and close", res.StatusCode)
		}
	})
	t.Run("write", func(t *testing.T) {
		ended := make(chan struct{})
		r := start(t, Config{WriteIdle: short}, func(x *gateway.Exchange) {
			x.After(func(*gateway.Exchange) { close(ended) })
			x.Response.Bytes(make([]byte, 64<<20))
		})
		r.dial().send(get) // and nobody reads
		within(t, ended, "the response to be given up")
	})
}

// A handler that overstays its deadline is answered for, and its late answer is lost.
func TestDeadline(t *testing.T) {
	tests := map[string]func(*gateway.Exchange){
		"of the configuration": func(*gateway.Exchange) {},
		"of the handler":       func(x *gateway.Exchange) { x.SetDeadline(time.Now().Add(time.Millisecond)) },
	}
	for name, begin := range tests {
		t.Run(name, func(t *testing.T) {
			release, status := make(chan struct{}), make(chan int, 1)
			config := Config{BodyIdle: 40 * time.Millisecond} // the server looks often enough for that
			if name == "of the configuration" {
				config.Timeout = 40 * time.Millisecond
			}
			r := start(t, config, func(x *gateway.Exchange) {
				begin(x)
				x.After(func(x *gateway.Exchange) { status <- x.Response.Status })
				<-release
				x.Response.Text("late")
			})
			c := r.dial()
			c.send(get)
			res, _ := c.response("GET")
			if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || !res.Close {
				t.Errorf("status %d, Retry-After %q, close %v", res.StatusCode, res.Header.Get("Retry-After"), res.Close)
			}
			c.closed()
			close(release)
			if got := within(t, status, "the handler's end"); got != 503 {
				t.Errorf("the log sees status %d, want 503", got)
			}
		})
	}
}

// The time that a client takes to send its body is not the handler's.
func TestDeadlineStandsStillForTheBody(t *testing.T) {
	r := start(t, Config{Timeout: patience}, func(x *gateway.Exchange) {
		first := x.Deadline
		x.Request.Body.Read(make([]byte, 5))
		if !x.Deadline.After(first) {
			t.Error("the deadline did not move")
		}
		x.Response.Text("hello")
	})
	c := r.dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
	c.send("hello")
	if res, _ := c.response("POST"); res.StatusCode != 200 {
		t.Errorf("status %d, want 200", res.StatusCode)
	}
}

func TestClientGone(t *testing.T) {
	tests := map[string]func(*client){
		"reset":  func(c *client) { c.SetLinger(0); c.Close() },
		"closed": func(c *client) { c.Close() },
	}
	for name, leave := range tests {
		t.Run(name, func(t *testing.T) {
			began, ended := make(chan struct{}), make(chan error, 1)
			r := start(t, Config{BodyIdle: 40 * time.Millisecond}, func(x *gateway.Exchange) {
				ctx := x.Context()
				close(began)
				<-ctx.Done()
				ended <- ctx.Err()
			})
			c := r.dial()
			c.send(get)
			within(t, began, "the request")
			leave(c)
			if err := within(t, ended, "the context's end"); err != context.Canceled {
				t.Errorf("the context ended with %v", err)
			}
		})
	}
}

// A client that has said all it had to say still gets its answer.
func TestHalfClose(t *testing.T) {
	c := start(t, Config{}, func(x *gateway.Exchange) {
		if x.Context().Err() != nil {
			t.Error("taken for gone")
		}
		echo(x)
	}).dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
	c.CloseWrite()
	if _, body := c.response("POST"); body != "hello" {
		t.Errorf("answer %q", body)
	}
	c.closed()
}

// Nor is it taken for gone when the answer is long in coming; one that has closed both directions is.
func TestHalfCloseOfAPatientClient(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			address := "127.0.0.1:0"
			if network == "unix" {
				address = t.TempDir() + "/s"
			}
			l, err := net.Listen(network, address)
			if err != nil {
				t.Fatal(err)
			}
			left := make(chan struct{})
			s := New(Config{BodyIdle: 40 * time.Millisecond, Handler: gateway.HandlerFunc(func(x *gateway.Exchange) {
				if string(x.Request.Path) == "/for-ever" {
					<-x.Context().Done()
					close(left)
					return
				}
				select {
				case <-x.Context().Done():
					x.Response.Text("taken for gone")
				case <-time.After(200 * time.Millisecond): // 20 looks of the server
					x.Response.Text("hello")
				}
			})})
			go s.Serve(l)
			t.Cleanup(func() { s.Close() })
			dial := func(path string) net.Conn {
				nc, err := net.Dial(network, l.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { nc.Close() })
				nc.SetDeadline(time.Now().Add(patience))
				io.WriteString(nc, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n")
				nc.(interface{ CloseWrite() error }).CloseWrite()
				return nc
			}
			b, err := io.ReadAll(dial("/"))
			if err != nil || !strings.HasSuffix(string(b), "hello") {
				t.Errorf("got %q, %v", b, err)
			}
			dial("/for-ever").Close()
			within(t, left, "the client's leaving")
		})
	}
}

func TestContextEndsWithTheResponse(t *testing.T) {
	contexts := make(chan context.Context, 1)
	c := start(t, Config{}, func(x *gateway.Exchange) { contexts <- x.Context() }).dial()
	c.send(get)
	c.response("GET")
	within(t, (<-contexts).Done(), "the context's end")
}

func TestCutBody(t *testing.T) {
	failed := make(chan error, 1)
	c := start(t, Config{}, func(x *gateway.Exchange) {
		_, err := io.ReadAll(x.Request.Body)
		failed <- err
	}).dial()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
	c.CloseWrite()
	if err := within(t, failed, "the handler"); err != gateway.ErrBodyCut {
		t.Errorf("reading failed with %v", err)
	}
	c.rest()
}

func TestShutdown(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	r := start(t, Config{}, func(x *gateway.Exchange) {
		if string(x.Request.Path) == "/slow" {
			close(began)
			<-release
		}
		x.Response.Text("hello")
	})
	idle := r.dial()
	idle.send(get)
	idle.response("GET")
	busy := r.dial()
	busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
	within(t, began, "the request")

	stopped := make(chan struct{})
	go func() { r.shutdown(); close(stopped) }()
	idle.closed() // at once, while the other is still answered
	select {
	case <-stopped:
		t.Error("Shutdown did not wait for the request in flight")
	default:
	}
	close(release)
	if res, body := busy.response("GET"); body != "hello" || !res.Close {
		t.Errorf("answer %q, close %v", body, res.Close)
	}
	busy.closed()
	within(t, stopped, "Shutdown")
	if _, err := net.Dial("tcp", r.addr); err == nil {
		t.Error("the port is still open")
	}
	if err := within(t, r.done, "Serve"); err != ErrClosed {
		t.Errorf("Serve returned %v", err)
	}
	r.done <- nil
}

// A request that a client was about to send on a kept connection when the
// server began to stop is answered; only then do idle connections end.
func TestShutdownAnswersKeptConnections(t *testing.T) {
	r := start(t, Config{}, echo)
	prompt, idle := r.dial(), r.dial()
	for _, c := range []*client{prompt, idle} {
		c.send(get)
		c.response("GET")
	}
	r.drain()
	prompt.send(get)
	if res, _ := prompt.response("GET"); !res.Close {
		t.Error("the last answer does not say that it is the last")
	}
	prompt.closed()
	r.closeIdle()
	idle.closed()
}

// Connections that were established before the stop are answered.
func TestShutdownServesTheBacklog(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, addr: l.Addr().String()}
	var queued []*client
	for range 20 {
		c := r.dial()
		c.send(get)
		queued = append(queued, c)
	}
	r.Server = New(Config{Handler: gateway.HandlerFunc(func(x *gateway.Exchange) { x.Response.Text("hello") })})
	gate := &gatedListener{TCPListener: l.(*net.TCPListener), asked: make(chan struct{}, 1), open: make(chan struct{})}
	served := make(chan error, 1)
	go func() { served <- r.Serve(gate) }()
	within(t, gate.asked, "the first Accept")
	stopped := make(chan struct{})
	go func() { r.shutdown(); close(stopped) }()
	for _, c := range queued {
		if res, body := c.response("GET"); body != "hello" || !res.Close {
			t.Errorf("answer %q, close %v", body, res.Close)
		}
	}
	within(t, stopped, "Shutdown")
	within(t, served, "Serve")
}

// gatedListener accepts nothing until the server drains.
type gatedListener struct {
	*net.TCPListener
	asked, open chan struct{}
}

func (g *gatedListener) Accept() (net.Conn, error) {
	select {
	case g.asked <- struct{}{}:
	default:
	}
	<-g.open
	return g.TCPListener.Accept()
}

// SetDeadline is the first thing that a draining server does.
func (g *gatedListener) SetDeadline(t time.Time) error {
	defer close(g.open)
	return g.TCPListener.SetDeadline(t)
}

func TestShutdownGivesUp(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	r := start(t, Config{}, func(x *gateway.Exchange) {
		close(began)
		<-release
	})
	defer close(release)
	r.dial().send(get)
	within(t, began, "the request")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown returned %v", err)
	}
}

func TestStats(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	r := start(t, Config{}, func(x *gateway.Exchange) {
		close(began)
		<-release
	})
	c := r.dial()
	c.send(get)
	within(t, began, "the request")
	if got := r.Stats(); got != (Stats{Connections: 1, Requests: 1, Busy: 1, Accepted: 1}) {
		t.Errorf("while busy: %+v", got)
	}
	close(release)
	c.response("GET")
}

func TestFromHTTPOnTheEngine(t *testing.T) {
	// net/http's own way of answering, through our engine.
	h := gateway.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	}))
	c := start(t, Config{}, h.Serve).dial()
	for range 2 {
		c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
		if res, body := c.response("POST"); body != "hello" || res.ContentLength != 5 {
			t.Errorf("answer %q of length %d", body, res.ContentLength)
		}
	}
}
