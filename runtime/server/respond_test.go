package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// temp makes an open file of the given content.
func temp(t *testing.T, content string) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Every kind of body, with the head that goes with it; requests end the
// connection so that the whole answer can be compared.
func TestResponses(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 20<<10) // 320 KiB
	tests := []struct {
		name    string
		request string
		handler gateway.HandlerFunc
		head    []string // lines that have to be there
		absent  []string // field names that must not be
		body    string   // as it stands on the wire
	}{
		{"nothing", "GET / HTTP/1.1", func(x *gateway.Exchange) {},
			[]string{"HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close"}, []string{"Transfer-Encoding"}, ""},
		{"bytes", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Text("hello") },
			[]string{"HTTP/1.1 200 OK", "Content-Length: 5"}, nil, "hello"},
		{"large bytes", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Text(large) },
			[]string{"Content-Length: 327680"}, nil, large},
		{"HEAD of bytes", "HEAD / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Text("hello") },
			[]string{"Content-Length: 5"}, nil, ""},
		{"HEAD of a stream", "HEAD / HTTP/1.1", func(x *gateway.Exchange) {
			x.Response.Stream(func(gateway.BodyWriter) error { panic("called without need") })
		}, []string{"HTTP/1.1 200 OK"}, []string{"Transfer-Encoding", "Content-Length"}, ""},
		{"HEAD with the length a handler knows", "HEAD / HTTP/1.1", func(x *gateway.Exchange) {
			x.Response.Header.Set("Content-Length", "7")
		}, []string{"Content-Length: 7"}, nil, ""},
		{"204", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Status = 204; x.Response.Text("lost") },
			[]string{"HTTP/1.1 204 No Content"}, []string{"Content-Length", "Transfer-Encoding"}, ""},
		{"304", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Status = 304; x.Response.Text("lost") },
			[]string{"HTTP/1.1 304 Not Modified"}, []string{"Content-Length", "Transfer-Encoding"}, ""},
		{"small file", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.File(temp(t, "0123456789"), 2, 5) },
			[]string{"Content-Length: 5"}, nil, "23456"},
		{"large file", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.File(temp(t, large), 16, 300<<10) },
			[]string{"Content-Length: 307200"}, nil, large[16 : 16+300<<10]},
		{"empty file", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.File(temp(t, ""), 0, 0) },
			[]string{"Content-Length: 0"}, nil, ""},
		{"reader of known length", "GET / HTTP/1.1", func(x *gateway.Exchange) {
			x.Response.Reader(strings.NewReader(large), int64(len(large)))
		}, []string{"Content-Length: 327680"}, nil, large},
		{"reader that holds more", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Reader(strings.NewReader("hello, world"), 5) },
			[]string{"Content-Length: 5"}, nil, "hello"},
		{"reader of unknown length", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Reader(strings.NewReader("hello"), -1) },
			[]string{"Transfer-Encoding: chunked"}, []string{"Content-Length"}, "0005\r\nhello\r\n0\r\n\r\n"},
		{"empty reader of unknown length", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Reader(strings.NewReader(""), -1) },
			[]string{"Transfer-Encoding: chunked"}, nil, "0\r\n\r\n"},
		{"reader of unknown length on HTTP/1.0", "GET / HTTP/1.0", func(x *gateway.Exchange) { x.Response.Reader(strings.NewReader("hello"), -1) },
			[]string{"HTTP/1.1 200 OK", "Connection: close"}, []string{"Transfer-Encoding", "Content-Length"}, "hello"},
		{"stream with flush and trailer", "GET / HTTP/1.1", func(x *gateway.Exchange) {
			x.Response.Stream(func(w gateway.BodyWriter) error {
				io.WriteString(w, "a")
				io.WriteString(w, "b")
				w.Flush()
				io.WriteString(w, "c")
				w.Trailer().Add("X-Sum", "3")
				w.Trailer().Add("Content-Length", "3")
				return nil
			})
		}, []string{"Transfer-Encoding: chunked"}, nil, "2\r\nab\r\n1\r\nc\r\n0\r\nX-Sum: 3\r\n\r\n"},
		{"stream of declared length", "GET / HTTP/1.1", func(x *gateway.Exchange) {
			x.Response.Header.Add("Content-Length", "3")
			x.Response.Stream(func(w gateway.BodyWriter) error {
				_, err := io.WriteString(w, "abc")
				return err
			})
		}, []string{"Content-Length: 3"}, []string{"Transfer-Encoding"}, "abc"},
		{"stream on HTTP/1.0", "GET / HTTP/1.0", func(x *gateway.Exchange) {
			x.Response.Stream(func(w gateway.BodyWriter) error {
				_, err := io.WriteString(w, "abc")
				return err
			})
		}, nil, []string{"Transfer-Encoding"}, "abc"},
		{"fields of the connection are the engine's", "GET / HTTP/1.1", func(x *gateway.Exchange) {
			for _, name := range []string{"Transfer-Encoding", "Keep-Alive", "Proxy-Connection", "Upgrade"} {
				x.Response.Header.Add(name, "chunked")
			}
			x.Response.Header.Add("Content-Length", "99")
			x.Response.Text("hello")
		}, []string{"Content-Length: 5"}, []string{"Transfer-Encoding", "Keep-Alive", "Proxy-Connection", "Upgrade"}, "hello"},
		{"a value cannot end its line", "GET / HTTP/1.1", func(x *gateway.Exchange) {
			x.Response.Header.Add("Location", "/\r\nX-Evil: 1")
			x.Response.Header.Add("Bad Name", "lost")
		}, []string{"Location: /  X-Evil: 1"}, []string{"X-Evil", "Bad Name"}, ""},
		{"a Date of the handler's own", "GET / HTTP/1.1", func(x *gateway.Exchange) {
			x.Response.Header.Add("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
		}, []string{"Date: Thu, 01 Jan 1970 00:00:00 GMT"}, nil, ""},
		{"panic", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Text("lost"); panic("boom") },
			[]string{"HTTP/1.1 500 Internal Server Error"}, nil, "500 Internal Server Error\n"},
		{"status that is none", "GET / HTTP/1.1", func(x *gateway.Exchange) { x.Response.Status = 103 },
			[]string{"HTTP/1.1 500 Internal Server Error"}, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := start(t, Config{}, tt.handler).dial()
			c.send(tt.request + "\r\nHost: a\r\nConnection: close\r\n\r\n")
			head, body, _ := strings.Cut(c.rest(), "\r\n\r\n")
			lines := strings.Split(head, "\r\n")
			for _, want := range tt.head {
				if !contains(lines, func(l string) bool { return l == want }) {
					t.Errorf("no line %q in\n%s", want, head)
				}
			}
			for _, name := range tt.absent {
				if contains(lines, func(l string) bool { return strings.HasPrefix(l, name+":") }) {
					t.Errorf("field %s in\n%s", name, head)
				}
			}
			if !contains(lines, func(l string) bool { return strings.HasPrefix(l, "Date: ") }) {
				t.Errorf("no Date in\n%s", head)
			}
			if body != tt.body {
				t.Errorf("body of %d bytes %.80q, want %d bytes %.80q", len(body), body, len(tt.body), tt.body)
			}
		})
	}
}

func contains(lines []string, is func(string) bool) bool {
	for _, l := range lines {
		if is(l) {
			return true
		}
	}
	return false
}

// A body that fails half-way must not look complete.
func TestResponseAborts(t *testing.T) {
	fails := errors.New("fails")
	tests := map[string]gateway.HandlerFunc{
		"short reader": func(x *gateway.Exchange) { x.Response.Reader(strings.NewReader("hello"), 10) },
		"failing reader": func(x *gateway.Exchange) {
			x.Response.Reader(io.MultiReader(strings.NewReader("hello"), failing{fails}), -1)
		},
		"cut file": func(x *gateway.Exchange) { x.Response.File(temp(t, "0123456789"), 5, 10) },
		"failing stream": func(x *gateway.Exchange) {
			x.Response.Stream(func(w gateway.BodyWriter) error {
				io.WriteString(w, "hello")
				w.Flush()
				return fails
			})
		},
		"panicking stream": func(x *gateway.Exchange) {
			x.Response.Stream(func(w gateway.BodyWriter) error {
				io.WriteString(w, "hello")
				w.Flush()
				panic("boom")
			})
		},
		"short stream of declared length": func(x *gateway.Exchange) {
			x.Response.Header.Add("Content-Length", "9")
			x.Response.Stream(func(w gateway.BodyWriter) error {
				_, err := io.WriteString(w, "hello")
				return err
			})
		},
		"wish to abort": func(x *gateway.Exchange) { panic(http.ErrAbortHandler) },
	}
	for name, handler := range tests {
		t.Run(name, func(t *testing.T) {
			for _, proto := range []string{"HTTP/1.1", "HTTP/1.0"} {
				c := start(t, Config{}, handler).dial()
				c.send("GET / " + proto + "\r\nHost: a\r\n\r\n")
				res, err := http.ReadResponse(c.r, nil)
				if err == nil {
					_, err = io.ReadAll(res.Body)
				}
				if err == nil {
					t.Errorf("the client of %s saw a complete response", proto)
				}
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) { panicHere() })
	c := r.dial()
	c.send(get)
	if res, _ := c.response("GET"); res.StatusCode != 500 {
		t.Errorf("status %d, want 500", res.StatusCode)
	}
	if log := r.log.String(); !strings.Contains(log, "boom") || !strings.Contains(log, "panicHere") {
		t.Errorf("neither value nor place in the log:\n%s", log)
	}
	c.send(get) // the connection lives
	c.response("GET")
}

func panicHere() { panic("boom") }

func TestTakeover(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {
		x.Response.Status = 101
		x.Response.Header.Add("Connection", "Upgrade")
		x.Response.Header.Add("Upgrade", "echo")
		x.Response.Takeover(func(c gateway.Conn) {
			io.Copy(c, c)
			io.WriteString(c, "bye")
			c.CloseWrite()
		})
	})
	c := r.dial()
	// What follows the head at once belongs to the new protocol.
	c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello ")
	res, err := http.ReadResponse(c.r, nil)
	if err != nil || res.StatusCode != 101 || res.Header.Get("Upgrade") != "echo" {
		t.Fatalf("response %v, %v", res, err)
	}
	c.send("world ")
	c.CloseWrite()
	if got := c.rest(); got != "hello world bye" {
		t.Errorf("echoed %q", got)
	}
}

func TestInform(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {
		var h gateway.Header
		h.Add("Link", "</a.css>; rel=preload")
		if err := x.Inform(103, &h); err != nil {
			t.Error(err)
		}
		x.Response.Text("hello")
	})
	c := r.dial()
	c.send(get)
	const interim = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
	got := make([]byte, len(interim))
	if _, err := io.ReadFull(c.r, got); err != nil || string(got) != interim {
		t.Errorf("interim response %q, %v", got, err)
	}
	if res, _ := c.response("GET"); res.StatusCode != 200 {
		t.Errorf("final status %d", res.StatusCode)
	}
	c = r.dial()
	c.send("GET / HTTP/1.0\r\n\r\n")
	if res, _ := c.response("GET"); res.StatusCode != 200 {
		t.Errorf("HTTP/1.0 got status %d first", res.StatusCode)
	}
}

// A request without content that gets a byte body allocates nothing.
func TestNoAllocation(t *testing.T) {
	r := start(t, Config{Timeout: patience}, func(x *gateway.Exchange) {
		x.Response.Header.Add("Content-Type", "text/plain")
		x.Response.Text("hello")
	})
	c := r.dial()
	request := []byte("GET /a%20b?c=d HTTP/1.1\r\nHost: example.com\r\nAccept: text/html\r\nCookie: a=b\r\n\r\n")
	answer := make([]byte, 4096)
	roundTrip(t, c, request, answer)
	allocs := testing.AllocsPerRun(2000, func() { roundTrip(t, c, request, answer) })
	// The Date is made anew once a second. The race detector has pools forget some of
	// what they hold.
	if allocs > 0 && !raceDetector {
		t.Errorf("%v allocations per request, want 0", allocs)
	}
}

func roundTrip(t testing.TB, c net.Conn, request, answer []byte) {
	if _, err := c.Write(request); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(answer); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkSmallAnswer(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := New(Config{Handler: gateway.HandlerFunc(func(x *gateway.Exchange) { x.Response.Text("hello") })})
	go s.Serve(l)
	defer s.Close()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	request := []byte("GET /posts/hello/ HTTP/1.1\r\nHost: example.com\r\nAccept: text/html\r\nCookie: a=b\r\n\r\n")
	answer := make([]byte, 4096)
	b.ReportAllocs()
	for b.Loop() {
		roundTrip(b, nc, request, answer)
	}
}
