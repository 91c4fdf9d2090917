package server

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Good, bad, slow and vanishing clients of every protocol at once, and a server
// that stops among them: every answer that was begun is right and whole, and no
// goroutine, file or buffer is left.
func TestMixedLoad(t *testing.T) {
	start(t, Config{}, echo).Close() // the first socket makes the poller's files
	before := inUse(t)
	t.Run("until all is said", func(t *testing.T) { mixedLoad(t, false) })
	// What is made once for all has been made now.
	before.memory = settle(t, usage{before.goroutines, before.files, 64 << 20}).memory
	for range 3 {
		t.Run("until the server stops", func(t *testing.T) { mixedLoad(t, true) })
	}
	// The rounds open thousands of connections: one buffer lost with each
	// would be more than this.
	settle(t, usage{before.goroutines, before.files, before.memory + 4<<20})
}

// usage is what a process has in use.
type usage struct {
	goroutines, files int
	memory            uint64 // reachable, without what pools hold, in bytes
}

// settle waits until no more than limit is in use: timers and goroutines that
// are about to end hold on to a server for a moment.
func settle(t *testing.T, limit usage) usage {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
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
	return usage{runtime.NumGoroutine(), openFiles(t), m.HeapAlloc}
}

// openFiles counts the descriptors of this process, 0 where nobody tells.
func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(entries)
}

// mixedHandler answers in every way that there is.
func mixedHandler(t *testing.T, file string) gateway.HandlerFunc {
	h := gateway.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "from net/http")
		w.(http.Flusher).Flush()
		io.Copy(w, r.Body)
	}))
	return func(x *gateway.Exchange) {
		switch string(x.Request.Path) {
		case "/echo":
			x.Context()
			echo(x)
		case "/http":
			h.Serve(x)
		case "/panic":
			panic("boom")
		case "/take":
			x.Response.Status = 101
			x.Response.Takeover(func(c gateway.Conn) { io.Copy(c, c) })
		case "/wait":
			<-x.Context().Done()
		case "/large":
			x.Response.Bytes(largePage)
		case "/file":
			f, err := os.Open(file)
			if err != nil {
				t.Error(err)
				return
			}
			x.After(func(*gateway.Exchange) { f.Close() })
			x.Response.File(f, 0, mixedFile)
		case "/stream":
			x.Response.Stream(func(w gateway.BodyWriter) error {
				for range 5 {
					io.WriteString(w, "part ")
					if err := w.Flush(); err != nil {
						return err
					}
				}
				return nil
			})
		case "/abort":
			x.Response.Stream(func(w gateway.BodyWriter) error {
				io.WriteString(w, "part ")
				w.Flush()
				return errors.New("no more")
			})
		}
	}
}

// largePage is a large answer.
var largePage = make([]byte, 4<<20)

// mixedFile is the size of the file that is served, in bytes.
const mixedFile = 300 << 10

func mixedLoad(t *testing.T, stop bool) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, make([]byte, mixedFile), 0o600); err != nil {
		t.Fatal(err)
	}
	// net/http may hold on to a connection that was cut off until its idle time
	// is over, so that is short.
	r := start(t, Config{KeepAlive: 10 * time.Second, BodyIdle: 10 * time.Second, WriteIdle: 10 * time.Second}, mixedHandler(t, file))
	files, _ := certificate(t)
	config, _, err := TLS{Certificates: []Certificate{files}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	secured := make(chan error, 1)
	go func() { secured <- r.ServeTLS(l, config) }()
	visitors := visitors(r.addr, l.Addr().String())
	var stopped atomic.Bool
	var busy, group sync.WaitGroup
	for name, visit := range visitors {
		busy.Add(1)
		group.Go(func() {
			for i := 0; i < 30 || stop; i++ {
				err := visit(i)
				if i == 0 {
					busy.Done()
				}
				switch {
				case stopped.Load() && (err == nil || errors.Is(err, errNoAnswer)):
					if err != nil {
						return
					}
				case err != nil:
					t.Errorf("%s, visit %d: %v", name, i, err)
					return
				}
			}
		})
	}
	if stop {
		busy.Wait()
		stopped.Store(true)
		r.shutdown()
	}
	group.Wait()
	r.shutdown()
	<-secured
	if st := r.Stats(); st.Connections != 0 || st.Busy != 0 {
		t.Errorf("after the shutdown: %+v", st)
	}
}

// errNoAnswer is the end of a connection before the first byte of an answer.
var errNoAnswer = errors.New("the connection ended before the answer began")

// visitors are the clients, each a function of one visit.
func visitors(plain, secure string) map[string]func(i int) error {
	insecure := &tls.Config{InsecureSkipVerify: true}
	rude := func(s string) func(int) error {
		return func(int) error { return talk(plain, leave(s)) }
	}
	return map[string]func(int) error{
		"kept alive and pipelined": func(int) error {
			return talk(plain, func(nc net.Conn, in *bufio.Reader) error {
				for range 5 {
					fmt.Fprintf(nc, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloPOST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n")
					for _, want := range []string{"hello", "world"} {
						if err := expect(in, want); err != nil {
							return err
						}
					}
				}
				return nil
			})
		},
		"net/http's handler": ask(plain, "POST /http HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nConnection: close\r\n\r\n, too!", "from net/http, too!"),
		"stream":             ask(plain, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", "part part part part part "),
		"file":               ask(plain, "GET /file HTTP/1.1\r\nHost: a\r\n\r\n", string(make([]byte, mixedFile))),
		"malformed":          ask(plain, "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "Bad Request: malformed header field name\n"),
		"half-closed": func(int) error {
			return talk(plain, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
				nc.(*net.TCPConn).CloseWrite()
				return expect(in, "hello")
			})
		},
		"upgrade": func(int) error {
			return talk(plain, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, "GET /take HTTP/1.1\r\nHost: a\r\n\r\nping")
				if _, err := response(in); err != nil {
					return err
				}
				b := make([]byte, 4)
				if _, err := io.ReadFull(in, b); err != nil || string(b) != "ping" {
					return fmt.Errorf("echoed %q, %v", b, err)
				}
				return nil
			})
		},
		"expecting": func(int) error {
			return talk(plain, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
				if res, err := response(in); err != nil || res.StatusCode != 100 {
					return fmt.Errorf("not told to continue: %w", err)
				}
				io.WriteString(nc, "hello")
				return expect(in, "hello")
			})
		},
		"cut off": func(int) error {
			return talk(plain, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, "GET /abort HTTP/1.1\r\nHost: a\r\n\r\n")
				if err := expect(in, "part "); err == nil || errors.Is(err, errNoAnswer) {
					return err
				}
				return nil
			})
		},
		"TLS": func(int) error {
			nc, err := tls.Dial("tcp", secure, insecure)
			if err != nil {
				return begun(err)
			}
			defer nc.Close()
			io.WriteString(nc, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
			return expect(bufio.NewReader(nc), "hello")
		},
		"HTTP/2":           overHTTP2("https://"+secure, insecure),
		"HTTP/2, plain":    overHTTP2("http://"+plain, nil),
		"leaving a wait":   rude("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"),
		"leaving a page":   rude("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"),
		"leaving a file":   rude("GET /file HTTP/1.1\r\nHost: a\r\n\r\n"),
		"leaving a body":   rude("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhe"),
		"leaving a panic":  rude("GET /panic HTTP/1.1\r\nHost: a\r\n\r\n"),
		"leaving a stream": rude("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"),
		"leaving HTTP/2":   rude(preface + "\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
		"nonsense":         func(i int) error { return talk(plain, leave(strings.Repeat("nonsense", i%40+1))) },
	}
}

// overHTTP2 visits by a connection of its own, with several requests at once.
func overHTTP2(url string, config *tls.Config) func(int) error {
	return func(int) error {
		protocols := new(http.Protocols)
		protocols.SetHTTP2(config != nil)
		protocols.SetUnencryptedHTTP2(config == nil)
		tr := &http.Transport{Protocols: protocols, TLSClientConfig: config.Clone()}
		defer tr.CloseIdleConnections()
		client := &http.Client{Transport: tr, Timeout: patience}
		failures := make(chan error, 3)
		for range 3 {
			go func() {
				res, err := client.Post(url+"/echo", "text/plain", strings.NewReader("hello"))
				if err != nil {
					failures <- begun(err)
					return
				}
				defer res.Body.Close()
				if b, err := io.ReadAll(res.Body); err != nil || string(b) != "hello" {
					failures <- fmt.Errorf("answered %d %q, %v", res.StatusCode, b, err)
					return
				}
				failures <- nil
			}()
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "GET", url+"/large", nil)
		if res, err := client.Do(req); err == nil {
			cancel() // in the middle
			res.Body.Close()
		}
		return errors.Join(<-failures, <-failures, <-failures)
	}
}

// begun marks a failure that came before an answer: one may see it when the
// server stops.
func begun(err error) error {
	return fmt.Errorf("%w: %w", errNoAnswer, err)
}

func talk(addr string, speak func(net.Conn, *bufio.Reader) error) error {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		return begun(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(patience))
	return speak(nc, bufio.NewReader(nc))
}

// ask is a visit with one request.
func ask(addr, request, want string) func(int) error {
	return func(int) error {
		return talk(addr, func(nc net.Conn, in *bufio.Reader) error {
			io.WriteString(nc, request)
			return expect(in, want)
		})
	}
}

// leave says something and goes, rudely.
func leave(s string) func(net.Conn, *bufio.Reader) error {
	return func(nc net.Conn, _ *bufio.Reader) error {
		io.WriteString(nc, s)
		return nc.(*net.TCPConn).SetLinger(0)
	}
}

// response reads a response's head.
func response(in *bufio.Reader) (*http.Response, error) {
	if _, err := in.Peek(1); err != nil {
		return nil, begun(err)
	}
	return http.ReadResponse(in, nil)
}

func expect(in *bufio.Reader, want string) error {
	res, err := response(in)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	if err == nil && string(b) != want {
		err = fmt.Errorf("answered %d %.100q, want %.100q", res.StatusCode, b, want)
	}
	return err
}
