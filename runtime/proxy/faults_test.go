package proxy

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// faultyServer answers every request with its own path, many times over, and
// now and then does what servers do at the worst moment.
func faultyServer(t testing.TB, network string, seen *sync.Map) (url string) {
	var requests atomic.Int32
	return script(t, network, func(c *scriptConn) {
		for r := c.request(); r != nil; r = c.request() {
			if r.Method == "POST" {
				count, _ := seen.LoadOrStore(string(r.Path), new(atomic.Int32))
				count.(*atomic.Int32).Add(1)
			}
			if r.Header.Has("Upgrade") {
				c.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
				io.Copy(c.Conn, c.in)
				return
			}
			body := bodyFor(string(r.Path))
			head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))
			chunked := fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
			switch requests.Add(1) % 11 {
			case 1: // the kept connection is closed before the answer
				return
			case 2:
				c.reset()
				return
			case 3: // killed in the middle of it
				c.say(head + body[:len(body)/2])
				c.reset()
				return
			case 4:
				c.say(chunked[:len(chunked)/2])
				return
			case 5: // closed right behind it, without a word
				c.say(head + body)
				return
			case 6: // more than was announced
				c.say(head + body + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")
				return
			case 7:
				c.say(head[:10])
				runtime.Gosched()
				c.say(head[10:] + body)
			case 8:
				c.say(chunked)
			default:
				c.say(head + body)
			}
		}
	})
}

// bodyFor is the answer to a path; its size is anything between nothing much and half a megabyte.
func bodyFor(path string) string {
	n := 0
	for _, c := range path {
		n = n*31 + int(c)
	}
	return strings.Repeat(path+"\n", 1+n%7*n%5000)
}

// Servers that break off, reset and lie, clients that leave, are slow or
// upgrade, all at once: nobody ever gets what was another's, nothing that may change
// something is sent twice, and in the end nothing is left.
func TestFaultsUnderLoad(t *testing.T) {
	before := runtime.NumGoroutine()
	var posts sync.Map
	t.Run("load", func(t *testing.T) {
		config := frontConfig(UpstreamConfig{ReadTimeout: 5 * time.Second, Queue: 100, MaxTempFile: 1 << 20, Balance: LeastConn},
			faultyServer(t, "tcp", &posts), faultyServer(t, "unix", &posts), faultyServer(t, "tcp", &posts))
		for i := range config.Upstreams[0].Servers {
			config.Upstreams[0].Servers[i].MaxConns = 4
		}
		p := newProxy(t, config)
		address := serveOn(t, p)
		var clients sync.WaitGroup
		var whole, broken, refused atomic.Int32
		for n := range 10 {
			clients.Add(1)
			go func() {
				defer clients.Done()
				var c *client
				for i := range 40 {
					if c == nil {
						c = dial(t, address)
						c.Conn.(*net.TCPConn).SetReadBuffer(32 << 10)
					}
					path, method := fmt.Sprintf("/%d-%d", n, i), "GET"
					if i%3 == 1 {
						method = "POST"
					}
					fmt.Fprintf(c.Conn, "%s %s HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", method, path)
					switch {
					case i%13 == 5: // leaves at once
						c.Close()
						c = nil
						continue
					case i%13 == 7: // leaves in the middle of the answer
						c.in.Fill()
						c.Conn.(*net.TCPConn).SetLinger(0)
						c.Close()
						c = nil
						continue
					case i%13 == 9:
						time.Sleep(slowClient) // is slow
					}
					a, err := c.tryRead(method)
					switch {
					case err != nil:
						broken.Add(1)
						c.Close()
						c = nil
					case a.status == 502:
						refused.Add(1)
					case a.status != 200 || a.body != bodyFor(path):
						t.Errorf("%s %s: %d with %d bytes %.30q", method, path, a.status, len(a.body), a.body)
					default:
						whole.Add(1)
					}
				}
				if c != nil {
					c.Close()
				}
			}()
			clients.Add(1)
			go func() {
				defer clients.Done()
				c := dial(t, address)
				c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
				a, err := c.tryRead("GET")
				if err != nil || a.status != 101 {
					return // that server did something else
				}
				text := numbered(200_000)
				go io.WriteString(c.Conn, text)
				got := make([]byte, len(text))
				if _, err := io.ReadFull(&c.in, got); err != nil || string(got) != text {
					t.Errorf("the echo is another: %v", err)
				}
				c.Close()
			}()
		}
		clients.Wait()
		t.Logf("%d whole, %d broken off, %d refused", whole.Load(), broken.Load(), refused.Load())
		if whole.Load() < 100 {
			t.Errorf("only %d answers came through", whole.Load())
		}
		u := p.Upstream("u")
		for active := 1; active > 0; runtime.Gosched() { // the last answers are just being put away
			u.mu.Lock()
			active = len(u.waiting)
			for _, b := range u.backends {
				active += b.active
			}
			u.mu.Unlock()
		}
	})
	posts.Range(func(path, count any) bool {
		if n := count.(*atomic.Int32).Load(); n > 1 {
			t.Errorf("POST %s was sent %d times", path, n)
		}
		return true
	})
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
}
