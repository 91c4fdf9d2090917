//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load is clients that send one request after the other: on kept connections
// and on new ones, GET and POST. Every request is counted, and every one that is not
// answered as it should be is a failure.
type load struct {
	t       *testing.T
	address string
	stop    chan struct{}
	clients sync.WaitGroup

	requests, posts, connections atomic.Int64
	begun                        [loadClients]atomic.Int64 // requests of each client

	mu       sync.Mutex
	failures []failure
	// tolerate says which failures are as promised; nil allows none.
	tolerate func(failure) bool
}

// failure is a request that went wrong.
type failure struct {
	method string
	kept   bool // on a connection that had served requests before
	status int  // 0 for none
	err    error
}

func (f failure) String() string {
	return fmt.Sprintf("%s kept=%v status=%d: %v", f.method, f.kept, f.status, f.err)
}

// startLoad has loadClients clients ask a site until finish.
func startLoad(s *site) *load {
	l := &load{t: s.t, address: strings.TrimPrefix(s.url, "http://"), stop: make(chan struct{})}
	for i := range loadClients {
		l.clients.Add(1)
		go l.client(i)
	}
	s.wait("the load to begin", func() bool { return l.requests.Load() > loadClients })
	return l
}

// answered waits until every request is over that was on its way when it is
// called. A request that was in a worker when that was killed is not to be in the next, too.
func (l *load) answered(s *site) {
	l.t.Helper()
	var before [loadClients]int64
	for i := range l.begun {
		before[i] = l.begun[i].Load()
	}
	s.wait("the requests in flight to be answered", func() bool {
		for i := range l.begun {
			if l.begun[i].Load() == before[i] {
				return false
			}
		}
		return true
	})
}

// finish ends the load and fails the test for each failure that is not allowed.
func (l *load) finish(what string) {
	l.t.Helper()
	close(l.stop)
	l.clients.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.t.Logf("%s: %d requests (%d POST) on %d connections, %d failed", what, l.requests.Load(), l.posts.Load(), l.connections.Load(), len(l.failures))
	shown := 0
	for _, f := range l.failures {
		if l.tolerate != nil && l.tolerate(f) {
			continue
		}
		if shown++; shown <= 10 {
			l.t.Errorf("%s: failed request: %v", what, f)
		}
	}
	if shown > 10 {
		l.t.Errorf("%s: and %d more", what, shown-10)
	}
}

// client is one client: an even one keeps its connection, an odd one makes a
// new one for each request; every third request is a POST.
func (l *load) client(number int) {
	defer l.clients.Done()
	var c *kept
	defer func() { c.close() }()
	for i := number; ; i++ {
		select {
		case <-l.stop:
			return
		default:
		}
		if c == nil || c.ended() {
			c.close()
			if c = l.connect(); c == nil {
				continue
			}
		}
		l.begun[number].Add(1)
		if !l.exchange(c, i, number%2 == 0) {
			c.close()
			c = nil
		}
	}
}

// kept is a connection of a client.
type kept struct {
	net.Conn
	in     *bufio.Reader
	served int
}

func (c *kept) close() {
	if c != nil {
		c.Close()
	}
}

// ended reports whether the server has closed a connection that rests, as
// every client looks before it sends.
func (c *kept) ended() bool {
	if c.served == 0 {
		return false
	}
	c.SetReadDeadline(time.Now().Add(-time.Second))
	_, err := c.in.Peek(1)
	c.SetReadDeadline(time.Time{})
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

func (l *load) connect() *kept {
	nc, err := net.DialTimeout("tcp", l.address, 20*time.Second)
	if err != nil {
		l.failed(failure{method: "CONNECT", err: err})
		time.Sleep(time.Millisecond)
		return nil
	}
	l.connections.Add(1)
	return &kept{Conn: nc, in: bufio.NewReader(nc)}
}

// exchange sends one request and checks its answer; it reports whether the
// connection goes on.
func (l *load) exchange(c *kept, i int, keep bool) bool {
	method, body := "GET", ""
	if i%3 == 0 {
		method, body = "POST", strings.Repeat("x", 1+i*37%5000)
		l.posts.Add(1)
	}
	l.requests.Add(1)
	fail := func(status int, err error) bool {
		l.failed(failure{method, c.served > 0, status, err})
		return false
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s /echo HTTP/1.1\r\nHost: %s\r\n", method, l.address)
	if method == "POST" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	if !keep {
		b.WriteString("Connection: close\r\n")
	}
	b.WriteString("\r\n" + body)
	c.SetDeadline(time.Now().Add(60 * time.Second))
	if _, err := c.Write(b.Bytes()); err != nil {
		return fail(0, err)
	}
	resp, err := http.ReadResponse(c.in, &http.Request{Method: method})
	if err != nil {
		return fail(0, err)
	}
	answer, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	want := fmt.Sprintf("%s %d ", method, len(body))
	switch {
	case err != nil:
		return fail(resp.StatusCode, err)
	case resp.StatusCode != 200:
		return fail(resp.StatusCode, fmt.Errorf("%s", firstLine(answer)))
	case !strings.HasPrefix(string(answer), want):
		return fail(resp.StatusCode, fmt.Errorf("the answer is %q, not %q", firstLine(answer), want))
	}
	c.served++
	return keep && !resp.Close
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(string(b), "\n")
	return line
}

func (l *load) failed(f failure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, f)
}
