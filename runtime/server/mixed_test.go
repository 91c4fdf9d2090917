package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// Good, bad, slow and vanishing clients at once, until the server stops: every
// well-behaved request is answered rightly, and no goroutine or file is left.
func TestMixedLoad(t *testing.T) {
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	func() {
		t.Run("load", mixedLoad)
	}()
	for range 1000 {
		if runtime.NumGoroutine() <= goroutines && openFiles(t) <= files {
			return
		}
		runtime.Gosched()
		runtime.GC() // also gives the last goroutines time to end
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines, %d before:\n%s", n, goroutines, buf[:runtime.Stack(buf, true)])
	}
	if n := openFiles(t); n > files {
		t.Errorf("%d open files, %d before", n, files)
	}
}

// openFiles counts the descriptors of this process, 0 where nobody tells.
func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(entries)
}

func mixedLoad(t *testing.T) {
	h := gateway.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "from net/http")
		w.(http.Flusher).Flush()
		io.Copy(w, r.Body)
	}))
	r := start(t, Config{}, func(x *gateway.Exchange) {
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
			x.Response.Bytes(make([]byte, 4<<20))
		}
	})
	const rounds = 40
	visitors := []func(i int) error{
		func(i int) error { // kept alive, pipelined
			return talk(r.addr, func(nc net.Conn, in *bufio.Reader) error {
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
		func(i int) error {
			return talk(r.addr, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, "POST /http HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nConnection: close\r\n\r\n, too!")
				return expect(in, "from net/http, too!")
			})
		},
		func(i int) error {
			return talk(r.addr, func(nc net.Conn, in *bufio.Reader) error {
				io.WriteString(nc, "GET /take HTTP/1.1\r\nHost: a\r\n\r\nping")
				if _, err := http.ReadResponse(in, nil); err != nil {
					return err
				}
				b := make([]byte, 4)
				_, err := io.ReadFull(in, b)
				return err
			})
		},
		func(i int) error { return talk(r.addr, leave("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")) },
		func(i int) error { return talk(r.addr, leave("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")) },
		func(i int) error {
			return talk(r.addr, leave("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhe"))
		},
		func(i int) error { return talk(r.addr, leave("GET /panic HTTP/1.1\r\nHost: a\r\n\r\n")) },
		func(i int) error { return talk(r.addr, leave(strings.Repeat("nonsense", i+1))) },
	}
	var group sync.WaitGroup
	for n, visit := range visitors {
		group.Go(func() {
			for i := range rounds {
				if err := visit(i); err != nil {
					t.Errorf("visitor %d: %v", n, err)
					return
				}
			}
		})
	}
	group.Wait()
	r.shutdown()
	if st := r.Stats(); st.Connections != 0 || st.Busy != 0 {
		t.Errorf("after the shutdown: %+v", st)
	}
}

func talk(addr string, speak func(net.Conn, *bufio.Reader) error) error {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer nc.Close()
	return speak(nc, bufio.NewReader(nc))
}

// leave says something and goes, rudely.
func leave(s string) func(net.Conn, *bufio.Reader) error {
	return func(nc net.Conn, _ *bufio.Reader) error {
		io.WriteString(nc, s)
		return nc.(*net.TCPConn).SetLinger(0)
	}
}

func expect(in *bufio.Reader, want string) error {
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	if err == nil && string(b) != want {
		err = fmt.Errorf("answered %q, want %q", b, want)
	}
	return err
}
