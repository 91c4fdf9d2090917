package proxy

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// gate is a server that answers each request when it is told to, and knows how many it had at a time.
type gate struct {
	arrived       chan string // paths
	open          chan struct{}
	running, most atomic.Int32
}

func newGate(t testing.TB) (url string, g *gate) {
	g = &gate{arrived: make(chan string, 100), open: make(chan struct{}, 100)}
	return script(t, "tcp", func(c *scriptConn) {
		for r := c.request(); r != nil; r = c.request() {
			if n := g.running.Add(1); n > g.most.Load() {
				g.most.Store(n)
			}
			g.arrived <- string(r.Path)
			<-g.open
			g.running.Add(-1)
			c.say(ok)
		}
	}), g
}

// gatedFront is a proxy before a server that gets so many requests at a time.
func gatedFront(t *testing.T, u UpstreamConfig, most int) (*Upstream, string, *gate) {
	t.Helper()
	url, g := newGate(t)
	config := frontConfig(u, url)
	config.Upstreams[0].Servers[0].MaxConns = most
	p := newProxy(t, config)
	return p.Upstream("u"), serveOn(t, p), g
}

func (u *Upstream) awaitWaiting(n int) {
	for {
		u.mu.Lock()
		waiting := len(u.waiting)
		u.mu.Unlock()
		if waiting == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// A server gets as many requests at a time as it may; the others wait in order.
func TestMaxConns(t *testing.T) {
	u, address, g := gatedFront(t, UpstreamConfig{Queue: 10}, 2)
	var clients []*client
	for i := range 5 {
		c := dial(t, address)
		c.send(fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i))
		clients = append(clients, c)
		if i < 2 {
			<-g.arrived
		} else {
			u.awaitWaiting(i - 1)
		}
	}
	for i := 2; i < 5; i++ {
		g.open <- struct{}{}
		if path := <-g.arrived; path != fmt.Sprintf("/%d", i) {
			t.Errorf("%s came, want /%d", path, i)
		}
	}
	g.open <- struct{}{}
	g.open <- struct{}{}
	for _, c := range clients {
		if a := c.read("GET"); a.status != 200 {
			t.Errorf("got %d", a.status)
		}
	}
	if n := g.most.Load(); n != 2 {
		t.Errorf("the server had %d requests at a time", n)
	}
}

func TestWaitingIsBounded(t *testing.T) {
	t.Run("in number", func(t *testing.T) {
		u, address, g := gatedFront(t, UpstreamConfig{Queue: 1}, 1)
		first, second, third := dial(t, address), dial(t, address), dial(t, address)
		first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		<-g.arrived
		second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		u.awaitWaiting(1)
		third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if a := third.read("GET"); a.status != 503 || a.field("Retry-After") == "" {
			t.Errorf("the third got %d", a.status)
		}
		g.open <- struct{}{}
		g.open <- struct{}{}
		for _, c := range []*client{first, second} {
			if a := c.read("GET"); a.status != 200 {
				t.Errorf("got %d", a.status)
			}
		}
	})
	t.Run("in time", func(t *testing.T) {
		_, address, g := gatedFront(t, UpstreamConfig{Queue: 1, QueueTimeout: time.Millisecond}, 1)
		first, second := dial(t, address), dial(t, address)
		first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		<-g.arrived
		second.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
		if a := second.read("POST"); a.status != 503 {
			t.Errorf("the second got %d", a.status)
		}
		g.open <- struct{}{}
	})
	t.Run("by the client's patience", func(t *testing.T) {
		u, address, g := gatedFront(t, UpstreamConfig{Queue: 1}, 1)
		first, second := dial(t, address), dial(t, address)
		first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		<-g.arrived
		second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		u.awaitWaiting(1)
		second.Conn.(*net.TCPConn).SetLinger(0)
		second.Close()
		u.awaitWaiting(0)
		g.open <- struct{}{}
		if a := first.read("GET"); a.status != 200 {
			t.Errorf("the first got %d", a.status)
		}
	})
}

// A server that is free once it has sent its answer, whatever the client does with it.
func TestASlowClientTakesNoPlace(t *testing.T) {
	body := numbered(bigBody)
	url, _ := bigAnswers(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", bigBody), body)
	config := frontConfig(UpstreamConfig{MaxTempFile: 1 << 30, Queue: 10}, url)
	config.Upstreams[0].Servers[0].MaxConns = 1
	address := serveOn(t, newProxy(t, config))
	slow := stuck(t, address, "GET / HTTP/1.1")
	fast := dial(t, address)
	fast.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	if a := fast.read("GET"); a.body != body {
		t.Errorf("got %d bytes", len(a.body))
	}
	if a := slow.read("GET"); a.body != body {
		t.Errorf("the slow one got %d bytes", len(a.body))
	}
}

// Under load nobody is forgotten, and the server never has more than it may.
func TestWaitingUnderLoad(t *testing.T) {
	var running, most atomic.Int32
	url := script(t, "unix", func(c *scriptConn) {
		for c.request() != nil {
			if n := running.Add(1); n > most.Load() {
				most.Store(n)
			}
			running.Add(-1)
			c.say(ok)
		}
	})
	config := frontConfig(UpstreamConfig{Queue: 100}, url)
	config.Upstreams[0].Servers[0].MaxConns = 3
	address := serveOn(t, newProxy(t, config))
	var clients sync.WaitGroup
	for range 20 {
		clients.Add(1)
		go func() {
			defer clients.Done()
			c := dial(t, address)
			for range 50 {
				if _, err := io.WriteString(c.Conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
					t.Error(err)
					return
				}
				if a, err := c.tryRead("GET"); err != nil || a.status != 200 {
					t.Errorf("got %d, %v", a.status, err)
					return
				}
			}
		}()
	}
	clients.Wait()
	if n := most.Load(); n > 3 {
		t.Errorf("the server had %d requests at a time", n)
	}
}

// idle counts the connections that a pool keeps.
func idle(p *pool) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.idle)
}
