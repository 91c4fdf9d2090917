package proxy

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/porttest"
)

// once answers the first request of every connection with ok and does with the
// second what a function says.
func once(t testing.TB, then func(c *scriptConn)) (url string, requests *atomic.Int32) {
	requests = new(atomic.Int32)
	return script(t, "tcp", func(c *scriptConn) {
		if c.request() == nil {
			return
		}
		requests.Add(1)
		c.say(ok)
		if c.request() == nil {
			return
		}
		requests.Add(1)
		then(c)
	}), requests
}

// A server that closes a kept connection just as a request comes: the request
// is repeated unseen where it may be, and never otherwise.
func TestAStaleConnection(t *testing.T) {
	tests := []struct {
		name, method string
		then         func(c *scriptConn)
		status       int
		requests     int32 // that reached the server
	}{
		{"a safe request is repeated", "GET", func(*scriptConn) {}, 200, 3},
		{"after a reset too", "HEAD", (*scriptConn).reset, 200, 3},
		{"an unsafe one is never sent twice", "POST", func(*scriptConn) {}, 502, 2},
		{"nor after a reset", "DELETE", (*scriptConn).reset, 502, 2},
		{"nor an idempotent one that changes things", "PUT", func(*scriptConn) {}, 502, 2},
		{"nothing is repeated once an answer has begun", "GET", func(c *scriptConn) { c.say("HTTP/1.1 2") }, 502, 2},
		{"not even by an interim response", "GET", func(c *scriptConn) { c.say("HTTP/1.1 103 Early Hints\r\n\r\n") }, 502, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, requests := once(t, tt.then)
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			if a := c.read("GET"); a.status != 200 {
				t.Fatalf("the first request got %d", a.status)
			}
			c.send(tt.method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
			a := c.read(tt.method)
			for a.status == 103 {
				a = c.read(tt.method)
			}
			if a.status != tt.status || requests.Load() != tt.requests {
				t.Errorf("got %d after %d requests, want %d after %d", a.status, requests.Load(), tt.status, tt.requests)
			}
		})
	}
}

// A connection that the server closed while it was idle is not used at all,
// so even an unsafe request survives.
func TestAConnectionClosedWhileIdleIsNotUsed(t *testing.T) {
	for name, farewell := range map[string]string{"closed": "", "closed with a word": "HTTP/1.1 408 Request Timeout\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			conns := make(chan *scriptConn, 10)
			url := script(t, "tcp", func(c *scriptConn) {
				if c.request() != nil {
					c.say(ok)
					conns <- c
					c.in.ReadByte()
				}
			})
			p, address := front(t, UpstreamConfig{}, url)
			client := dial(t, address)
			client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			client.read("GET")
			first := <-conns
			pool := &p.Upstream("u").backends[0].pool
			pool.mu.Lock()
			idle := pool.idle[0]
			pool.mu.Unlock()
			first.say(farewell)
			first.Close()
			for !idle.dead() { // the end is on its way
			}
			client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
			if a := client.read("POST"); a.status != 200 {
				t.Errorf("got %d", a.status)
			}
		})
	}
}

// Which server gets a request after another one has failed.
func TestAnotherServer(t *testing.T) {
	refusing := "http://" + porttest.Refusing(t).String()
	tests := []struct {
		name, method string
		failing      int // servers that take the request and close
		refusing     bool
		status       int
		sent         int32 // times the request reached a failing server
	}{
		{"a safe request goes to another one", "GET", 1, false, 200, 1},
		{"once", "GET", 3, false, 502, 2},
		{"an unsafe one does not", "POST", 1, false, 502, 1},
		{"what was not sent may go anywhere", "POST", 0, true, 200, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sent atomic.Int32
			var urls []string
			for range tt.failing {
				urls = append(urls, script(t, "tcp", func(c *scriptConn) {
					if c.request() != nil {
						sent.Add(1)
					}
				}))
			}
			if tt.refusing {
				urls = append(urls, refusing)
			}
			good, _ := recorder(t, "tcp")
			_, address := front(t, UpstreamConfig{}, append(urls, good)...)
			c := dial(t, address)
			c.send(tt.method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
			if a := c.read(tt.method); a.status != tt.status || sent.Load() != tt.sent {
				t.Errorf("got %d after %d tries, want %d after %d", a.status, sent.Load(), tt.status, tt.sent)
			}
		})
	}
}

func TestConnectionsAreKept(t *testing.T) {
	tests := []struct {
		name, answer string
		connections  int32 // for three requests
	}{
		{"with its length", ok, 1},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 1},
		{"without body", "HTTP/1.1 204 No Content\r\n\r\n", 1},
		{"HTTP/1.0 that keeps", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 1},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 3},
		{"closing", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 3},
		{"more than announced", ok + "x", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var connections atomic.Int32
			url := script(t, "unix", func(c *scriptConn) {
				connections.Add(1)
				for c.request() != nil {
					c.say(tt.answer)
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			for range 3 {
				c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
				if a := c.read("GET"); a.status/100 != 2 {
					t.Fatalf("got %d", a.status)
				}
			}
			if n := connections.Load(); n != tt.connections {
				t.Errorf("%d connections, want %d", n, tt.connections)
			}
		})
	}
}

func TestAServerThatFailsIsTakenOut(t *testing.T) {
	var hits atomic.Int32
	bad := script(t, "tcp", func(c *scriptConn) {
		if c.request() != nil {
			hits.Add(1)
		}
	})
	good, _ := recorder(t, "tcp")
	_, address := front(t, UpstreamConfig{MaxFails: 2}, bad, good)
	c := dial(t, address)
	for range 10 {
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if a := c.read("GET"); a.status != 200 {
			t.Fatalf("got %d", a.status)
		}
	}
	if hits.Load() != 2 {
		t.Errorf("the failing server got %d requests, want MaxFails", hits.Load())
	}
}

func TestServersChangeWhileRunning(t *testing.T) {
	var connections atomic.Int32
	serve := func(name string) string {
		return script(t, "unix", func(c *scriptConn) {
			connections.Add(1)
			for c.request() != nil {
				c.say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name)
			}
		})
	}
	a, b := serve("a"), serve("b")
	p, address := front(t, UpstreamConfig{}, a)
	c := dial(t, address)
	get := func() string {
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		return c.read("GET").body
	}
	got := get()
	u := p.Upstream("u")
	for _, servers := range [][]Server{{{URL: a}, {URL: b, Backup: true}}, {{URL: a, Weight: 5}}, {{URL: b}}} {
		if err := u.SetServers(servers); err != nil {
			t.Fatal(err)
		}
		got += get()
	}
	if err := u.SetServers(nil); err != nil {
		t.Fatal(err)
	}
	if got += get(); !strings.HasPrefix(got, "aaab503") || connections.Load() != 2 {
		t.Errorf("got %q over %d connections", got, connections.Load())
	}
	for _, bad := range [][]Server{{{URL: "ftp://a"}}, {{URL: "unix:"}}, {{URL: "ftp://a"}}, {{URL: a}, {URL: a}}, {{URL: a, Weight: -1}}, {{URL: "http://a/path"}}} {
		if err := u.SetServers(bad); err == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
}

func TestUpgrade(t *testing.T) {
	url := script(t, "tcp", func(c *scriptConn) {
		r := c.request()
		if string(r.Header.Get("Upgrade")) != "websocket" || string(r.Header.Get("Connection")) != "Upgrade" {
			c.say("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n")
			return
		}
		c.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nearly")
		all := make([]byte, 0, 100)
		for {
			b, err := c.in.ReadByte()
			if err != nil {
				break // the client has ended its direction
			}
			all = append(all, b)
		}
		c.say("|got " + string(all)) // ours goes on
	})
	_, address := front(t, UpstreamConfig{}, url)
	c := dial(t, address)
	c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\npipelined ")
	if a := c.read("GET"); a.status != 101 || a.field("Upgrade") != "websocket" || a.field("Connection") != "Upgrade" || a.field("Sec-WebSocket-Accept") != "x" {
		t.Fatalf("got %d, Upgrade %q, Connection %q", a.status, a.field("Upgrade"), a.field("Connection"))
	}
	c.send("hello")
	c.Conn.(*net.TCPConn).CloseWrite()
	var got strings.Builder
	for {
		got.Write(c.in.Buffered())
		c.in.Discard(len(c.in.Buffered()))
		if c.in.Fill() != nil {
			break
		}
	}
	if got.String() != "early|got pipelined hello" {
		t.Errorf("got %q", got.String())
	}
}

func TestAnUpgradeThatIsDeclinedIsAnOrdinaryAnswer(t *testing.T) {
	url, got := recorder(t, "tcp")
	_, address := front(t, UpstreamConfig{}, url)
	c := dial(t, address)
	for range 2 {
		c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		if a := c.read("GET"); a.status != 200 || a.body != "ok" {
			t.Errorf("got %d %q", a.status, a.body)
		}
		if r := <-got; !r.Header.Has("Upgrade") {
			t.Error("the server was not asked")
		}
	}
}

func TestAnUpstreamServesByItself(t *testing.T) {
	url, got := recorder(t, "unix")
	u, err := NewUpstream(UpstreamConfig{Name: "u", Servers: []Server{{URL: url}}})
	if err != nil {
		t.Fatal(err)
	}
	if a := ask(t, u, "GET /x"); a.status != 200 || a.body != "ok" {
		t.Errorf("got %d %q", a.status, a.body)
	}
	if r := <-got; string(r.Path) != "/x" {
		t.Errorf("the server got %s", r.Path)
	}
	if err := u.SetServers(nil); err != nil {
		t.Fatal(err)
	}
	if a := ask(t, u, "GET /x"); a.status != 503 {
		t.Errorf("without servers: %d", a.status)
	}
}

var _ gateway.Handler = (*Upstream)(nil)
