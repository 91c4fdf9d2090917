package netpoll

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/nettest"
)

// patience bounds every wait of the tests; nothing waits that long unless it fails.
const patience = 2 * time.Minute

// group makes pollers that end with the test.
func group(t *testing.T) *Group {
	t.Helper()
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

// listen makes a listener of the group.
func listen(t *testing.T, g *Group, network string) *Listener {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	driven, ok := g.Listen(l)
	if !ok {
		t.Fatal("the listener is not driven")
	}
	t.Cleanup(func() { driven.Close() })
	return driven
}

// dial connects to a listener and returns both ends.
func dial(t *testing.T, l *Listener) (client net.Conn, served *Conn) {
	t.Helper()
	client, err := net.Dial(l.Addr().Network(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	nc, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); nc.Close() })
	client.SetDeadline(time.Now().Add(patience))
	return client, nc.(*Conn)
}

// talker answers what it reads, by events.
type talker struct {
	conn  *Conn
	first func(d *Driver) // called before the first answer, if set
	ended chan error
}

func (h *talker) Ready(d *Driver) {
	if h.first != nil {
		h.first(d)
		h.first = nil
	}
	b := make([]byte, 4)
	for {
		n, err := h.conn.TryRead(b)
		switch {
		case err == ErrWait:
			if h.conn.Await() {
				return
			}
			continue
		case err != nil:
			h.ended <- err
			return
		}
		if _, err := h.conn.TryWrite(bytes.ToUpper(b[:n])); err != nil {
			h.ended <- err
			return
		}
	}
}

func talk(t *testing.T, c *Conn, first func(d *Driver)) *talker {
	t.Helper()
	h := &talker{conn: c, first: first, ended: make(chan error, 1)}
	if err := c.Open(h); err != nil {
		t.Fatal(err)
	}
	return h
}

// says sends what and expects it back in upper case.
func says(t *testing.T, c net.Conn, what string) {
	t.Helper()
	if _, err := io.WriteString(c, what); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, len(what))
	if _, err := io.ReadFull(c, answer); err != nil {
		t.Fatal(err)
	}
	if string(answer) != strings.ToUpper(what) {
		t.Fatalf("answered %q to %q", answer, what)
	}
}

func within[T any](t *testing.T, c <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	}
	return v
}

// Ensure that handlers hear of everything that comes, and of the end.
func TestHandlers(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			l := listen(t, group(t), network)
			var all sync.WaitGroup
			for range 50 {
				c, s := dial(t, l)
				h := talk(t, s, nil)
				all.Go(func() {
					for range 200 {
						says(t, c, "ping")
						says(t, c, "a longer line than fits")
					}
					c.Close()
					if err := within(t, h.ended, "the end"); err != io.EOF {
						t.Errorf("ended by %v", err)
					}
				})
			}
			all.Wait()
		})
	}
}

// Ensure that an end which comes with the last bytes is seen.
func TestEndWithBytes(t *testing.T) {
	l := listen(t, group(t), "tcp")
	c, s := dial(t, l)
	says := make(chan struct{})
	h := talk(t, s, func(d *Driver) { d.Leave(); <-says })
	io.WriteString(c, "by")
	c.(*net.TCPConn).CloseWrite()
	close(says)
	if b, err := io.ReadAll(io.LimitReader(c, 2)); string(b) != "BY" {
		t.Errorf("answered %q, %v", b, err)
	}
	if err := within(t, h.ended, "the end"); err != io.EOF {
		t.Errorf("ended by %v", err)
	}
}

// Ensure that handlers which wait hold up nobody, whether they say so or not.
func TestWaitingHandlers(t *testing.T) {
	for name, leave := range map[string]func(*Driver){
		"leaves": func(d *Driver) { d.Leave() },
		"stays":  func(*Driver) {},
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t, group(t), "tcp")
			release, began := make(chan struct{}), make(chan struct{}, 100)
			var waiting []net.Conn
			for range 4 * runtime.GOMAXPROCS(0) {
				c, s := dial(t, l)
				talk(t, s, func(d *Driver) {
					leave(d)
					began <- struct{}{}
					<-release
				})
				io.WriteString(c, "wait")
				within(t, began, "the handler")
				waiting = append(waiting, c)
			}
			for range 4 * runtime.GOMAXPROCS(0) {
				c, s := dial(t, l)
				talk(t, s, nil)
				says(t, c, "ping")
			}
			close(release)
			for _, c := range waiting {
				b := make([]byte, 4)
				if _, err := io.ReadFull(c, b); err != nil || string(b) != "WAIT" {
					t.Errorf("answered %q, %v", b, err)
				}
				says(t, c, "ping")
			}
		})
	}
}

// called is a handler that only tells it was called.
type called chan struct{}

func (c called) Ready(*Driver) { c <- struct{}{} }

// Ensure that either the handler has the connection, or who dismisses it.
func TestDismiss(t *testing.T) {
	l := listen(t, group(t), "tcp")
	for range 300 {
		c, s := dial(t, l)
		h := make(called, 2)
		if err := s.Open(h); err != nil {
			t.Fatal(err)
		}
		go io.WriteString(c, "ping")
		dismissed := s.Dismiss() != nil
		if !dismissed {
			within(t, h, "the handler")
		}
		b := make([]byte, 4)
		if _, err := io.ReadFull(s, b); err != nil || string(b) != "ping" {
			t.Fatalf("read %q, %v", b, err)
		}
		if dismissed && len(h) > 0 {
			t.Fatal("the handler was called after Dismiss")
		}
		s.Close()
		c.Close()
	}
}

// Ensure that a connection which is closed, or fails, cannot be awaited.
func TestAwaitClosed(t *testing.T) {
	l := listen(t, group(t), "tcp")
	for name, end := range map[string]func(*Conn){
		"closed":  func(s *Conn) { s.Close() },
		"overdue": func(s *Conn) { s.SetReadDeadline(time.Unix(1, 0)) },
	} {
		c, s := dial(t, l)
		h := make(called, 2)
		if err := s.Open(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, "ping")
		within(t, h, "the handler")
		s.TryRead(make([]byte, 100))
		end(s)
		if s.Await() {
			t.Errorf("%s: nobody would hear of it", name)
		}
		if _, err := s.TryRead(make([]byte, 1)); err == nil || err == ErrWait {
			t.Errorf("%s: read %v", name, err)
		}
	}
}

// Ensure that connections behave as package net's do.
func TestNetConn(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			g := group(t)
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				l := listen(t, g, network)
				nc, err := net.Dial(network, l.Addr().String())
				if err != nil {
					return nil, nil, nil, err
				}
				accepted, err := l.Accept()
				if err != nil {
					return nil, nil, nil, err
				}
				served := accepted.(*Conn)
				if err := served.Open(nil); err != nil {
					return nil, nil, nil, err
				}
				taken, err := g.Take(nc)
				if err != nil {
					return nil, nil, nil, err
				}
				return served, taken, func() { served.Close(); taken.Close(); l.Close() }, nil
			})
		})
	}
}

// Ensure that files are sent whole to a client that takes its time, and as far as they go.
func TestSendFile(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, tt := range []struct {
		name         string
		offset, n    int64
		sent         int64
		wantBeginEnd string
	}{
		{"all", 0, int64(len(content)), int64(len(content)), "0f"},
		{"part", 17, 100_000, 100_000, "10"},
		{"beyond the end", int64(len(content)) - 16, 32, 16, "0f"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, s := dial(t, listen(t, group(t), "tcp"))
			if err := s.Open(nil); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() {
				sent, err := s.SendFile(f, tt.offset, tt.n)
				if err == nil && sent != tt.sent {
					err = errors.New("another number of bytes")
				}
				s.Close()
				done <- err
			}()
			got, err := io.ReadAll(c)
			if err != nil || !bytes.Equal(got, content[tt.offset:tt.offset+tt.sent]) {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
			if ends := string(got[:1]) + string(got[len(got)-1:]); ends != tt.wantBeginEnd {
				t.Errorf("begins and ends with %q", ends)
			}
			if err := within(t, done, "SendFile"); err != nil {
				t.Error(err)
			}
		})
	}
}

// Ensure that whoever uses the descriptor directly can wait for it.
func TestSyscallConn(t *testing.T) {
	c, s := dial(t, listen(t, group(t), "tcp"))
	if err := s.Open(nil); err != nil {
		t.Fatal(err)
	}
	raw, err := s.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	looked := make(chan struct{}, 10)
	done := make(chan error, 1)
	go func() {
		first := true
		done <- raw.Read(func(uintptr) bool {
			looked <- struct{}{}
			defer func() { first = false }()
			return !first
		})
	}()
	within(t, looked, "the first look")
	io.WriteString(c, "ping")
	if err := within(t, done, "Read"); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 4)
	if _, err := io.ReadFull(s, b); err != nil || string(b) != "ping" {
		t.Errorf("read %q, %v: what the look did not read has to stay", b, err)
	}
	if err := raw.Write(func(uintptr) bool { return true }); err != nil {
		t.Error(err)
	}
	s.Close()
	if err := raw.Control(func(uintptr) {}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// Ensure that accepting ends with its deadline, and with Close.
func TestListener(t *testing.T) {
	l := listen(t, group(t), "tcp")
	l.SetDeadline(time.Unix(1, 0))
	if _, err := l.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after the deadline: %v", err)
	}
	l.SetDeadline(time.Time{})
	ended := make(chan error, 1)
	go func() { _, err := l.Accept(); ended <- err }()
	l.Close()
	if err := within(t, ended, "the end of Accept"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("the socket is still open")
	}
}

// Ensure that nothing is left of a group: neither descriptors nor goroutines.
func TestNothingIsLeft(t *testing.T) {
	count := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	// The process' own poller opens its descriptors with the first use.
	round := func() {
		g, err := New()
		if err != nil {
			t.Fatal(err)
		}
		l := listen(t, g, "tcp")
		for range 20 {
			c, s := dial(t, l)
			talk(t, s, func(d *Driver) { d.Leave() })
			says(t, c, "ping")
			c.Close()
			s.Close()
		}
		l.Close()
		g.Close()
	}
	round()
	before, routines := count(), runtime.NumGoroutine()
	for range 5 {
		round()
	}
	late := time.After(patience)
	for count() > before || runtime.NumGoroutine() > routines {
		select {
		case <-late:
			t.Fatalf("%d descriptors, were %d; %d goroutines, were %d", count(), before, runtime.NumGoroutine(), routines)
		default:
			runtime.Gosched()
		}
	}
}

// Ensure that a question and its answer take one call each, and that what comes
// unasked is seen before the next question.
func TestAsk(t *testing.T) {
	g := group(t)
	c, s := dial(t, listen(t, g, "tcp"))
	if err := s.Open(nil); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4)
	for range 50 {
		if !s.Quiet() {
			t.Fatal("nobody has said anything")
		}
		go func() {
			question := make([]byte, 4)
			io.ReadFull(c, question)
			c.Write(bytes.ToUpper(question))
		}()
		if sent, n, err := s.Ask([]byte("ping"), answer); sent != 4 || err != nil || string(answer[:n]) != "PING" {
			t.Fatalf("sent %d, got %q, %v", sent, answer[:n], err)
		}
	}
	s.SetReadDeadline(time.Unix(1, 0))
	if sent, n, err := s.Ask([]byte("ping"), answer); sent != 4 || n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after the deadline: sent %d, read %d, %v", sent, n, err)
	}
	s.SetReadDeadline(time.Time{})
	c.(*net.TCPConn).CloseWrite()
	late := time.After(patience)
	for s.Quiet() { // until the event has come
		select {
		case <-late:
			t.Fatal("the end was not noticed")
		default:
			runtime.Gosched()
		}
	}
	s.Close()
	if s.Quiet() {
		t.Error("a closed connection is not quiet")
	}
}
