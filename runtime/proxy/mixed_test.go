package proxy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
)

// Load, upgrades, servers that break off, clients that leave, and a proxy that
// stops among them: whatever was begun is right and whole, and no goroutine, file,
// spooled body or buffer is left on either side.
func TestMixedLoad(t *testing.T) {
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close() // the first socket makes the poller's files
	}
	before := inUse(t)
	t.Run("until all is said", func(t *testing.T) { mixedLoad(t, false) })
	// What is made once for all has been made now.
	before.memory = calm(t, usage{before.goroutines, before.files, 64 << 20}).memory
	for range 3 {
		t.Run("until the proxy stops", func(t *testing.T) { mixedLoad(t, true) })
	}
	calm(t, usage{before.goroutines, before.files, before.memory + 4<<20})
}

// usage is what a process has in use.
type usage struct {
	goroutines, files int
	memory            uint64 // reachable, without what pools hold, in bytes
}

// calm waits until no more than limit is in use.
func calm(t *testing.T, limit usage) usage {
	t.Helper()
	for deadline := time.Now().Add(testLimit); ; {
		now := inUse(t)
		if now.goroutines <= limit.goroutines && now.files <= limit.files && now.memory <= limit.memory {
			return now
		}
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("in use are %+v, no more than %+v expected:\n%s", now, limit, buf[:runtime.Stack(buf, true)])
		}
	}
}

func inUse(t *testing.T) usage {
	for range 3 {
		runtime.GC() // the second empties the pools
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	entries, err := os.ReadDir("/proc/self/fd") // where nobody tells there are none
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return usage{runtime.NumGoroutine(), len(entries), m.HeapAlloc}
}

// mixedPage is a large answer.
var mixedPage = strings.Repeat("0123456789abcdef", 64<<10)

// mixedBackend is a server of the upstream that answers in every way.
func mixedBackend(x *gateway.Exchange) {
	switch strings.TrimPrefix(string(x.Request.Path), "/stream") {
	case "/echo":
		if x.Request.Body == nil {
			x.Response.NoContent()
			return
		}
		b, err := io.ReadAll(x.Request.Body)
		if err != nil {
			x.Response.Status = 400
		}
		x.Response.Bytes(b)
	case "/refuse": // without reading the body
		x.Response.Status = 403
		x.Response.Text("no")
	case "/page":
		x.Response.Bytes([]byte(mixedPage))
	case "/events":
		x.Response.Stream(func(w gateway.BodyWriter) error {
			for range 5 {
				io.WriteString(w, "event ")
				if err := w.Flush(); err != nil {
					return err
				}
			}
			return nil
		})
	case "/broken":
		x.Response.Stream(func(w gateway.BodyWriter) error {
			io.WriteString(w, "event ")
			w.Flush()
			return errors.New("no more")
		})
	case "/wait":
		<-x.Context().Done()
	case "/upgrade":
		x.Response.Status = 101
		x.Response.Header.Add("Connection", "Upgrade")
		x.Response.Header.Add("Upgrade", "echo")
		x.Response.Takeover(func(c gateway.Conn) { io.Copy(c, c) })
	}
}

func mixedLoad(t *testing.T, stop bool) {
	back := server.New(server.Config{Handler: gateway.HandlerFunc(mixedBackend)})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	go func() { done <- back.Serve(l) }()
	config := frontConfig(UpstreamConfig{}, "http://"+l.Addr().String())
	config.SpoolDir = t.TempDir()
	p := newProxy(t, config)
	front := server.New(server.Config{Handler: p})
	fl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { done <- front.Serve(fl) }()
	var stopped atomic.Bool
	var busy, group sync.WaitGroup
	for name, visit := range mixedVisitors(fl.Addr().String()) {
		busy.Add(1)
		group.Go(func() {
			for i := 0; i < 20 || stop; i++ {
				err := visit()
				if i == 0 {
					busy.Done()
				}
				switch {
				case err == nil:
				case stopped.Load() && errors.Is(err, errNoAnswer):
					return
				default:
					t.Errorf("%s, visit %d: %v", name, i, err)
					return
				}
			}
		})
	}
	if stop {
		busy.Wait()
		stopped.Store(true)
	} else {
		group.Wait()
	}
	ctx, cancel := context.WithTimeout(context.Background(), testLimit)
	defer cancel()
	for _, s := range []*server.Server{front, back} {
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		p.Close() // idle connections, so that the server behind can end
		<-done
		if st := s.Stats(); st.Connections != 0 || st.Busy != 0 {
			t.Errorf("after the shutdown: %+v", st)
		}
	}
	group.Wait()
	if left, err := os.ReadDir(config.SpoolDir); err != nil || len(left) != 0 {
		t.Errorf("%d spooled bodies are left, %v", len(left), err)
	}
}

// errNoAnswer is the end of a connection before the first byte of an answer:
// one may see it when the proxy stops.
var errNoAnswer = errors.New("the connection ended before the answer began")

// mixedVisitors are the clients, each a function of one visit.
func mixedVisitors(address string) map[string]func() error {
	large := strings.Repeat("x", 100<<10) // more than is held in memory
	post := func(path, body string) string {
		return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	}
	get := func(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n" }
	visit := func(wants []string, requests ...string) func() error {
		return func() error {
			return talk(address, func(nc net.Conn, in *bufio.Reader) error {
				go io.WriteString(nc, strings.Join(requests, ""))
				for _, want := range wants {
					if err := expect(in, want); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	rude := func(s string) func() error {
		return func() error {
			return talk(address, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, s)
				return nc.(*net.TCPConn).SetLinger(0)
			})
		}
	}
	return map[string]func() error{
		"pipelined":             visit([]string{"hello", mixedPage, "event event event event event "}, post("/echo", "hello"), get("/page"), get("/events")),
		"large":                 visit([]string{large}, post("/echo", large)),
		"streamed":              visit([]string{large}, post("/stream/echo", large)),
		"chunked":               visit([]string{"hello"}, "POST /stream/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX-T: 1\r\n\r\n"),
		"refused":               visit([]string{"no"}, post("/refuse", large)),
		"refused in the middle": visit([]string{"no"}, post("/stream/refuse", large)),
		"broken off": func() error {
			err := visit([]string{"event "}, get("/broken"))()
			if err == nil || errors.Is(err, errNoAnswer) {
				return err
			}
			return nil
		},
		"upgrade": func() error {
			return talk(address, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nping")
				if _, err := in.Peek(1); err != nil {
					return fmt.Errorf("%w: %w", errNoAnswer, err)
				}
				if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode != 101 {
					return fmt.Errorf("no upgrade: %v", err)
				}
				b := make([]byte, 4)
				if _, err := io.ReadFull(in, b); err != nil || string(b) != "ping" {
					return fmt.Errorf("echoed %q, %v", b, err)
				}
				return nil
			})
		},
		"leaving an upgrade": rude("GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nping"),
		"leaving a wait":     rude(get("/wait")),
		"leaving a page":     rude(get("/page")),
		"leaving events":     rude(get("/events")),
		"leaving a body":     rude("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + large),
		"leaving a stream":   rude("POST /stream/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + large),
		"nonsense":           rude("nonsense\r\n\r\n"),
	}
}

func talk(address string, speak func(net.Conn, *bufio.Reader) error) error {
	nc, err := net.Dial("tcp", address)
	if err != nil {
		return fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(testLimit))
	return speak(nc, bufio.NewReader(nc))
}

func expect(in *bufio.Reader, want string) error {
	if _, err := in.Peek(1); err != nil {
		return fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	if err == nil && string(b) != want {
		err = fmt.Errorf("answered %d %.100q, want %.100q", res.StatusCode, b, want)
	}
	return err
}
