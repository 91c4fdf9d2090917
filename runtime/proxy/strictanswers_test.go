package proxy

import (
	"io"
	"strings"
	"testing"

	"stackgen.dev/runtime/http1/http1test"
)

// An answer that is malformed is a 502 that shows nothing of it, and the
// client's connection goes on.
func TestStrictBadAnswers(t *testing.T) {
	for _, tt := range http1test.BadAnswers() {
		t.Run(tt.Name, func(t *testing.T) {
			url := script(t, "tcp", func(c *scriptConn) {
				if c.request() != nil {
					c.say(tt.Input)
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			for range 2 {
				c.send(http1test.Head(tt.Method+" / HTTP/1.1", "Host: a"))
				a := c.final(tt.Method)
				if a.status != 502 {
					t.Fatalf("%s: got %d, want 502", tt.Rule, a.status)
				}
				seen := a.body
				for _, f := range a.header.Fields() {
					seen += string(f.Name) + string(f.Value)
				}
				if strings.Contains(seen, "secret") {
					t.Errorf("%s: the client sees %q", tt.Rule, seen)
				}
			}
			c.end()
		})
	}
}

// An answer that is passed on reaches the client as the table says, and its
// connection is used again only where nothing on it can be misread.
func TestStrictAnswers(t *testing.T) {
	for _, tt := range http1test.Answers() {
		t.Run(tt.Name, func(t *testing.T) {
			connections := make(chan int, 10)
			first := make(chan bool, 1)
			first <- true
			url := script(t, "tcp", func(c *scriptConn) {
				for n := 0; c.request() != nil; n++ {
					connections <- n
					select {
					case <-first:
						c.say(tt.Input)
						if tt.Closes {
							return
						}
					default:
						c.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext")
					}
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send(http1test.Head(tt.Method+" / HTTP/1.1", "Host: a"))
			a, err := c.tryRead(tt.Method)
			for err == nil && a.status < 200 {
				if a.status == 100 {
					t.Errorf("%s: the client is told to continue", tt.Rule)
				}
				a, err = c.tryRead(tt.Method)
			}
			if (err != nil) != tt.Cut || a.status != tt.Status && !tt.Cut {
				t.Fatalf("%s: the client got %d %q, %v", tt.Rule, a.status, a.body, err)
			}
			if !tt.Cut && a.body != tt.Body {
				t.Errorf("%s: body %q, want %q", tt.Rule, a.body, tt.Body)
			}
			for _, f := range tt.Fields {
				name, want, _ := strings.Cut(f, ":")
				if got := a.field(name); got != strings.TrimSpace(want) {
					t.Errorf("%s: %s is %q, want %q", tt.Rule, name, got, want)
				}
			}
			if tt.Cut {
				if rest, _ := io.ReadAll(&c.in); len(rest) > 0 {
					t.Errorf("%s: %q came behind the cut", tt.Rule, rest)
				}
				c = dial(t, address)
			}
			c.send(http1test.Smuggled)
			if a := c.read("GET"); a.status != 200 || a.body != "next" {
				t.Errorf("%s: the next request got %d %q", tt.Rule, a.status, a.body)
			}
			if <-connections != 0 {
				t.Fatal("the first request came second")
			}
			if kept := <-connections == 1; kept != tt.Kept {
				t.Errorf("%s: the connection was used again: %v", tt.Rule, kept)
			}
		})
	}
}

// A client of HTTP/1.0 knows the end of a body by the end of the connection: one
// that is cut short ends by a reset.
func TestStrictCutsForOldClients(t *testing.T) {
	for _, tt := range http1test.Answers() {
		if !tt.Cut {
			continue
		}
		t.Run(tt.Name, func(t *testing.T) {
			url := script(t, "tcp", func(c *scriptConn) {
				if c.request() != nil {
					c.say(tt.Input)
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send(http1test.Head(tt.Method+" / HTTP/1.0", "Host: a"))
			if a, err := c.tryRead(tt.Method); err == nil {
				t.Errorf("%s: the client takes %q for the whole", tt.Rule, a.body)
			}
		})
	}
}

// A server that answers before it has the whole body is out of step with us:
// its connection is not used again.
func TestStrictEarlyAnswer(t *testing.T) {
	for _, path := range []string{"/", "/stream/"} {
		t.Run(path, func(t *testing.T) {
			connections := make(chan int, 10)
			url := script(t, "tcp", func(c *scriptConn) {
				for n := 0; ; n++ {
					r := c.head()
					if r == nil {
						return
					}
					connections <- n
					c.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
					if r.Method == "POST" {
						io.CopyN(io.Discard, c.in, 1<<10) // some of it, and then what follows
					}
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send(http1test.Head("POST "+path+" HTTP/1.1", "Host: a", "Content-Length: 16777216"))
			go io.CopyN(c.Conn, zeros{}, 16<<20)
			if a := c.read("POST"); a.status != 403 || a.body != "no" {
				t.Errorf("got %d %q", a.status, a.body)
			}
			again := dial(t, address)
			again.send(http1test.Head("GET "+path+" HTTP/1.1", "Host: a"))
			if a := again.read("GET"); a.status != 403 {
				t.Errorf("the next request got %d", a.status)
			}
			for range 2 {
				if n := <-connections; n != 0 {
					t.Errorf("a request came as number %d of its connection", n+1)
				}
			}
		})
	}
}

// A server switches to a protocol that was offered to it, or its answer is malformed.
func TestStrictSwitch(t *testing.T) {
	tests := []struct {
		name, upgrade, answer string
		status                int
	}{
		{"what was offered", "websocket", "websocket", 101},
		{"one of several", "a, b", "B", 101},
		{"another", "websocket", "h2c", 502},
		{"several", "a, b", "a, b", 502},
		{"none", "websocket", "", 502},
		{"what was not passed on", "h2c", "h2c", 502},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := script(t, "tcp", func(c *scriptConn) {
				if c.request() != nil {
					c.say(http1test.Head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: "+tt.answer))
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send(http1test.Head("GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: "+tt.upgrade))
			if a := c.read("GET"); a.status != tt.status {
				t.Errorf("got %d, want %d", a.status, tt.status)
			}
		})
	}
}
