package proxy

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/netpoll"
	"stackgen.dev/runtime/server"
)

// tunnelled is a client behind whose tunnel a server of a script is.
func tunnelled(t testing.TB, address string) *client {
	t.Helper()
	c := dial(t, address)
	c.send("GET /chat?room=1 HTTP/1.1\r\nHost: a\r\nUser-Agent: tester\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	if a := c.read("GET"); a.status != 101 {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	return c
}

// says sends a text and expects it back.
func (c *client) says(text string) {
	c.t.Helper()
	c.send(text)
	for len(c.in.Buffered()) < len(text) {
		if err := c.in.Fill(); err != nil {
			c.t.Fatalf("%q came back as %q, %v", text, c.in.Buffered(), err)
		}
	}
	if got := string(c.in.Buffered()); got != text {
		c.t.Fatalf("%q came back as %q", text, got)
	}
	c.in.Discard(len(text))
}

// switchingTo is a server that switches protocols and then does what a function says.
func switchingTo(then func(c *scriptConn)) func(c *scriptConn) {
	return func(c *scriptConn) {
		if c.request() == nil {
			return
		}
		c.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Room: one\r\n\r\n")
		then(c)
	}
}

func echoing(c *scriptConn) { io.Copy(c.Conn, c.in) }

// Ensure that a tunnel through which nothing goes has no goroutine, before and after it had something to do.
func TestSilentTunnelsHaveNoGoroutines(t *testing.T) {
	if !netpoll.Supported {
		return // there every connection has one
	}
	const tunnels = 50
	_, address := front(t, UpstreamConfig{}, script(t, "tcp", switchingTo(echoing)))
	before := runtime.NumGoroutine()
	var clients []*client
	for i := range tunnels {
		c := tunnelled(t, address)
		c.says(fmt.Sprint("hello of ", i))
		clients = append(clients, c)
	}
	for i, c := range clients {
		c.says(strings.Repeat(fmt.Sprint("much of ", i), 5000))
	}
	// The script has one for each. Pollers keep some for the next that have to wait.
	limit := before + tunnels + 20
	for deadline := time.Now().Add(testLimit); runtime.NumGoroutine() > limit; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d expected:\n%s", runtime.NumGoroutine(), limit, buf[:runtime.Stack(buf, true)])
		}
	}
	for i, c := range clients {
		c.says(fmt.Sprint("and again ", i))
	}
}

// Ensure that everything arrives, in both directions at once, with receivers that are slow and
// senders that send little and much.
func TestTunnelsLoseNothing(t *testing.T) {
	for name, start := range map[string]func(t *testing.T, url string) (dial func() net.Conn){
		"plain": func(t *testing.T, url string) func() net.Conn {
			_, address := front(t, UpstreamConfig{}, url)
			return func() net.Conn { return dialNetwork(t, "tcp", address) }
		},
		"client over TLS": func(t *testing.T, url string) func() net.Conn {
			p := newProxy(t, frontConfig(UpstreamConfig{}, url))
			cert, _ := certificate(t, "localhost")
			s := server.New(server.Config{Handler: p})
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go s.ServeTLS(l, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}})
			t.Cleanup(func() { s.Close() })
			return func() net.Conn {
				return tls.Client(dialNetwork(t, "tcp", l.Addr().String()), &tls.Config{InsecureSkipVerify: true})
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var group sync.WaitGroup
			url := script(t, "unix", switchingTo(func(c *scriptConn) {
				// What comes goes back, and its hash at the end of it.
				sum := sha256.New()
				if _, err := io.Copy(io.MultiWriter(sum, c.Conn), c.in); err == nil {
					c.Write(sum.Sum(nil))
				}
			}))
			dial := start(t, url)
			for i := range 4 {
				nc := dial()
				nc.SetDeadline(time.Now().Add(testLimit))
				group.Go(func() {
					if err := pump(nc, i); err != nil {
						t.Errorf("client %d: %v", i, err)
					}
				})
			}
			group.Wait()
		})
	}
}

// pump switches protocols and has a lot come back. Clients send pieces of other sizes each.
func pump(nc net.Conn, i int) error {
	sum, sent := sha256.New(), make(chan error, 1)
	sizes := []int{1, 100, 4 << 10, 16 << 10, 200 << 10}
	go func() {
		io.WriteString(nc, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		for n := range 40 {
			piece := bytes.Repeat([]byte{byte(n), byte(i)}, sizes[(n+i)%len(sizes)])
			sum.Write(piece)
			if _, err := nc.Write(piece); err != nil {
				sent <- err
				return
			}
			if n%7 == 0 {
				time.Sleep(time.Millisecond) // so that the tunnel falls silent in between
			}
		}
		sent <- nc.(interface{ CloseWrite() error }).CloseWrite()
	}()
	var all []byte
	buf := make([]byte, 10<<10)
	for n := 0; ; n++ {
		k, err := nc.Read(buf)
		all = append(all, buf[:k]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if n%200 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	if err := <-sent; err != nil {
		return err
	}
	_, body, _ := bytes.Cut(all, []byte("\r\n\r\n"))
	got := sha256.New()
	if len(body) < sha256.Size {
		return fmt.Errorf("%d bytes in all: %q", len(all), all)
	}
	got.Write(body[:len(body)-sha256.Size])
	if want := sum.Sum(nil); !bytes.Equal(got.Sum(nil), want) || !bytes.Equal(body[len(body)-sha256.Size:], want) {
		return errors.New("what came back is not what was sent")
	}
	return nil
}

// Ensure that tunnels whose clients take nothing hold nobody else up.
func TestStuckTunnelsStandInNobodysWay(t *testing.T) {
	flooding := script(t, "tcp", switchingTo(func(c *scriptConn) {
		for {
			if _, err := c.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}))
	config := frontConfig(UpstreamConfig{}, flooding)
	config.Upstreams = append(config.Upstreams, UpstreamConfig{Name: "echo", Servers: []Server{{URL: script(t, "tcp", switchingTo(echoing))}}})
	config.Locations = append(config.Locations, Location{Path: "/echo/", Action: Forward{Upstream: "echo"}})
	address := serveOn(t, newProxy(t, config))
	for range 4 * runtime.GOMAXPROCS(0) {
		tunnelled(t, address)
	}
	c := dial(t, address)
	c.send("GET /echo/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	if a := c.read("GET"); a.status != 101 {
		t.Fatalf("got %d", a.status)
	}
	for i := range 100 {
		c.says(fmt.Sprint("still here ", i))
	}
}

// Ensure that the log has a tunnel when it is over, with what its request said, and that both
// sides are closed, whoever ends it and how.
func TestTunnelsEnd(t *testing.T) {
	reset := func(c net.Conn) {
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
	}
	for name, end := range map[string]func(front *server.Server, client net.Conn, sender net.Conn){
		"the client closes": func(_ *server.Server, client, _ net.Conn) { client.Close() },
		"the client resets": func(_ *server.Server, client, _ net.Conn) { reset(client) },
		"the server closes": func(_ *server.Server, _, sender net.Conn) { sender.Close() },
		"the server resets": func(_ *server.Server, _, sender net.Conn) { reset(sender) },
		"the engine closes": func(s *server.Server, _, _ net.Conn) { s.Close() },
		"the drain is over": func(s *server.Server, _, _ net.Conn) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			s.Shutdown(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			senders, gone := make(chan net.Conn, 1), make(chan struct{})
			url := script(t, "tcp", switchingTo(func(c *scriptConn) {
				defer close(gone)
				senders <- c.Conn
				echoing(c)
			}))
			log := new(logText)
			config := frontConfig(UpstreamConfig{}, url)
			config.AccessLog, config.AccessLogFormat = log, LogJSON
			s := server.New(server.Config{Handler: newProxy(t, config)})
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go s.Serve(l)
			defer s.Close()
			c := tunnelled(t, l.Addr().String())
			sender := <-senders
			c.says("hello")
			if text := log.String(); text != "" {
				t.Errorf("the log has it already: %s", text)
			}
			end(s, c.Conn, sender)
			if _, err := c.Conn.Read(make([]byte, 1)); err == nil || timedOut(err) {
				t.Errorf("the client reads on: %v", err)
			}
			c.Conn.Close() // its direction may go on by itself
			for deadline := time.Now().Add(testLimit); !strings.Contains(log.String(), "\n"); time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("logged %q, %+v", log.String(), s.Stats())
				}
			}
			<-gone
			for _, want := range []string{`"target":"/chat?room=1"`, `"status":101`, `"user_agent":"tester"`, `"host":"a"`, `"method":"GET"`} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("logged %s, without %s", log.String(), want)
				}
			}
			for deadline := time.Now().Add(testLimit); s.Stats().Connections+int(s.Stats().Busy) > 0; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("left are %+v", s.Stats())
				}
			}
		})
	}
}

// logText is a log.
type logText struct {
	mu  sync.Mutex
	all []byte
}

func (l *logText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, b...)
	return len(b), nil
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.all)
}

// Ensure that WebSockets get their close frames when the process has to end, silent or busy.
func TestTunnelsAreToldToGo(t *testing.T) {
	closing := make(chan struct{})
	told := make(chan string, 10)
	url := script(t, "tcp", switchingTo(func(c *scriptConn) {
		b, _ := io.ReadAll(io.TeeReader(c.in, c.Conn))
		told <- string(b)
	}))
	config := frontConfig(UpstreamConfig{}, url)
	config.Closing = closing
	address := serveOn(t, newProxy(t, config))
	var clients []*client
	for range 5 {
		c := tunnelled(t, address)
		c.says("hello")
		clients = append(clients, c)
	}
	close(closing)
	for _, c := range append(clients, tunnelled(t, address)) { // one that comes too late is told at once
		for c.in.Fill() == nil {
		}
		if got := string(c.in.Buffered()); got != closeToClient {
			t.Errorf("the client was told %q", got)
		}
		if got := strings.TrimPrefix(<-told, "hello"); got != closeToServer {
			t.Errorf("the server was told %q", got)
		}
	}
}
