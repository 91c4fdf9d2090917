package proxy

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// numbered is a text of that many bytes, of which no two parts are the same.
func numbered(size int) string {
	var b strings.Builder
	for b.Len() < size {
		fmt.Fprintf(&b, "%08x", b.Len())
	}
	return b.String()[:size]
}

// bigAnswers is a server that answers with a large body, and tells when it has
// sent it.
func bigAnswers(t testing.TB, head, body string) (url string, sent chan bool) {
	sent = make(chan bool, 100)
	return script(t, "unix", func(c *scriptConn) {
		for c.request() != nil {
			_, err := io.WriteString(c.Conn, head+body)
			sent <- err == nil
			if err != nil || !strings.Contains(head, "Length") && !strings.Contains(head, "chunked") {
				return
			}
		}
	}), sent
}

// stuck is a client that asks, and reads nothing of the answer yet.
func stuck(t testing.TB, address, line string) *client {
	t.Helper()
	c := dial(t, address)
	c.Conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	c.send(line + "\r\nHost: a\r\n\r\n")
	return c
}

const bigBody = 8 << 20 // more than the sockets hold

// A client that reads slowly does not keep the server from going on: the
// answer waits in memory and in a file.
func TestASlowClientHoldsNoServer(t *testing.T) {
	body := numbered(bigBody)
	tests := []struct{ name, head, body string }{
		{"with its length", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", bigBody), body},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", fmt.Sprintf("%x\r\n%s\r\n0\r\nX-Sum: 7\r\n\r\n", bigBody, body)},
		{"up to the end", "HTTP/1.1 200 OK\r\n\r\n", body},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, sent := bigAnswers(t, tt.head, tt.body)
			config := frontConfig(UpstreamConfig{MaxTempFile: 1 << 30}, url)
			config.SpoolDir = t.TempDir()
			c := stuck(t, serveOn(t, newProxy(t, config)), "GET / HTTP/1.1")
			if !<-sent {
				t.Fatal("the server could not send its answer")
			}
			if a := c.read("GET"); a.body != body {
				t.Errorf("got %d bytes, not what was sent", len(a.body))
			}
			if left, _ := filepath.Glob(config.SpoolDir + "/*"); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// What a fast client takes goes from socket to socket, and by Read where that cannot be; in
// any case it is what the server sent.
func TestLargeAnswersPassThrough(t *testing.T) {
	body := numbered(3 << 20)
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			url := script(t, network, func(c *scriptConn) {
				for c.request() != nil {
					c.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
				}
			})
			p, address := front(t, UpstreamConfig{}, url)
			u := p.Upstream("u")
			c := dial(t, address)
			for range 3 {
				c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
				if a := c.read("GET"); a.body != body {
					t.Errorf("got %d bytes, not what was sent", len(a.body))
				}
			}
			u.pipes.mu.Lock()
			defer u.pipes.mu.Unlock()
			if splicing && len(u.pipes.idle) != 1 {
				t.Errorf("%d pipes were used", len(u.pipes.idle))
			}
		})
	}
}

// What is held is bounded: where no more is allowed the server waits as well.
func TestWhatIsHeldIsBounded(t *testing.T) {
	body := numbered(bigBody)
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n", bigBody)
	tests := []struct {
		name   string
		head   string
		config UpstreamConfig
	}{
		{"in memory", head, UpstreamConfig{ResponseBuffer: 40_000, MaxTempFile: -1}},
		{"in a file", head, UpstreamConfig{ResponseBuffer: 40_000, MaxTempFile: 100_000}},
		{"where there is no file to be had", head, UpstreamConfig{MaxTempFile: 1 << 30, SpoolDir: "/nonexistent"}},
		{"not at all", head, UpstreamConfig{ResponseBuffer: -1, MaxTempFile: 1 << 30}},
		{"an event stream", head + "Content-Type: text/event-stream; charset=utf-8\r\n", UpstreamConfig{MaxTempFile: 1 << 30}},
		{"where the server says so", head + "X-Accel-Buffering: no\r\n", UpstreamConfig{MaxTempFile: 1 << 30}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, sent := bigAnswers(t, tt.head+"\r\n", body)
			_, address := front(t, tt.config, url)
			c := stuck(t, address, "GET / HTTP/1.1")
			if err := c.in.Fill(); err != nil {
				t.Fatal(err)
			}
			// Twice as long as it takes for the client to count as slow. Nothing is decided by
			// that: a server that has sent all by then could not have without what is checked here.
			select {
			case <-sent:
				t.Error("the server has sent all although nobody could hold it")
			case <-time.After(2 * slowClient):
			}
			if a := c.read("GET"); a.body != body {
				t.Errorf("got %d bytes, not what was sent", len(a.body))
			}
		})
	}
}

// A server that breaks off, and a client that leaves, while an answer is held.
func TestAnAnswerThatIsHeldAndBreaksOff(t *testing.T) {
	body := numbered(bigBody)
	t.Run("the server breaks off", func(t *testing.T) {
		url, _ := bigAnswers(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nConnection: x\r\nContent-Length: %d\r\n\r\n", bigBody+1), body)
		logged := make(lines, 10)
		config := frontConfig(UpstreamConfig{MaxTempFile: 1 << 30, ReadTimeout: 2 * time.Second}, url)
		config.Log = slog.New(slog.NewTextHandler(logged, nil))
		c := stuck(t, serveOn(t, newProxy(t, config)), "GET / HTTP/1.1")
		if line := <-logged; !strings.Contains(line, "answer broken off") || !strings.Contains(line, "timed out") {
			t.Errorf("the log says %q", line)
		}
		if a, err := c.tryRead("GET"); err == nil {
			t.Errorf("the client takes %d bytes for the whole", len(a.body))
		}
	})
	t.Run("the client leaves", func(t *testing.T) {
		url, sent := bigAnswers(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", bigBody), body)
		p, address := front(t, UpstreamConfig{ResponseBuffer: 40_000, MaxTempFile: -1}, url)
		c := stuck(t, address, "GET / HTTP/1.1")
		if err := c.in.Fill(); err != nil {
			t.Fatal(err)
		}
		c.Conn.(*net.TCPConn).SetLinger(0)
		c.Close()
		if <-sent {
			t.Error("the server has sent all")
		}
		if n := idle(&p.Upstream("u").backends[0].pool); n != 0 {
			t.Errorf("%d connections are kept", n)
		}
	})
}

// Clients of every speed on kept connections, and servers that answer now like this and now
// like that: everybody gets what was meant for it.
func TestSlowAndFastClientsUnderLoad(t *testing.T) {
	all := numbered(400_000)
	url := script(t, "tcp", func(c *scriptConn) {
		for r := c.request(); r != nil; r = c.request() {
			size := 0
			fmt.Sscanf(string(r.Path), "/%d", &size)
			body := all[:size]
			if size%2 == 0 {
				c.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", size, body))
			} else {
				c.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", size, body))
			}
		}
	})
	_, address := front(t, UpstreamConfig{MaxTempFile: 200_000}, url)
	var clients sync.WaitGroup
	for n := range 8 {
		clients.Add(1)
		go func() {
			defer clients.Done()
			c := dial(t, address)
			c.Conn.(*net.TCPConn).SetReadBuffer(32 << 10)
			for i := range 12 {
				size := 10 + (n*7919+i*104729)%399_000
				if _, err := fmt.Fprintf(c.Conn, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", size); err != nil {
					t.Error(err)
					return
				}
				if n%2 == 0 {
					time.Sleep(time.Duration(i%4) * slowClient) // a slow client is one that waits
				}
				a, err := c.tryRead("GET")
				if err != nil || a.body != all[:size] {
					t.Errorf("%d bytes asked for, %d got, %v", size, len(a.body), err)
					return
				}
			}
		}()
	}
	clients.Wait()
}
