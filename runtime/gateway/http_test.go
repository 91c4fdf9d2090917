package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// patience bounds every wait; nothing waits that long unless it fails.
const patience = time.Minute

func within[T any](t *testing.T, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// serve runs h on net/http over a real socket.
func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = false
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// there and back: h as a Handler, and that as an http.Handler again.
func thereAndBack(h http.HandlerFunc) http.Handler { return gateway.ToHTTP(gateway.FromHTTP(h)) }

// What an http.Handler answers is what it answers when it has been a Handler
// meanwhile: status, fields, body and trailer.
func TestThereAndBack(t *testing.T) {
	large := strings.Repeat("0123456789", 20<<10)
	tests := []struct {
		name, method string
		body         string
		handler      http.HandlerFunc
	}{
		{"nothing", "GET", "", func(http.ResponseWriter, *http.Request) {}},
		{"text", "GET", "", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }},
		{"sniffed type", "GET", "", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>hello") }},
		{"status and fields", "GET", "", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("X-A", "1")
			w.Header().Add("X-A", "2")
			http.Error(w, "gone", http.StatusGone)
			w.Header().Set("X-Late", "lost")
		}},
		{"second status is ignored", "GET", "", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(201)
			w.WriteHeader(500)
		}},
		{"large", "GET", "", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, large) }},
		{"large of declared length", "GET", "", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(large)))
			io.WriteString(w, large)
		}},
		{"HEAD", "HEAD", "", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }},
		{"HEAD of declared length", "HEAD", "", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5")
		}},
		{"no content", "GET", "", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(204)
			if _, err := io.WriteString(w, "hello"); err != http.ErrBodyNotAllowed {
				panic(err)
			}
		}},
		{"not modified", "GET", "", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(304) }},
		{"flushed", "GET", "", func(w http.ResponseWriter, r *http.Request) {
			for range 3 {
				io.WriteString(w, "hello\n")
				w.(http.Flusher).Flush()
			}
		}},
		{"announced trailer", "GET", "", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Sum")
			io.WriteString(w, "hello")
			w.Header().Set("X-Sum", "5")
		}},
		{"trailer without announcement", "GET", "", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "hello")
			w.(http.Flusher).Flush()
			w.Header().Set(http.TrailerPrefix+"X-Sum", "5")
		}},
		{"request body", "POST", "hello", func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }},
		{"large request body", "POST", large, func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
				panic(err)
			}
			io.Copy(w, r.Body)
		}},
		{"request", "POST", "hello", func(w http.ResponseWriter, r *http.Request) {
			r.Header.Del("User-Agent")
			fmt.Fprintln(w, r.Method, r.URL, r.URL.Path, r.URL.RawQuery, r.Proto, r.Host != "", r.RequestURI, r.ContentLength, r.Header, r.RemoteAddr != "", r.TLS == nil)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := exchange(t, serve(t, tt.handler), tt.method, tt.body)
			got := exchange(t, serve(t, thereAndBack(tt.handler)), tt.method, tt.body)
			if got != want {
				t.Errorf("answered\n%.500s\nwithout the detour\n%.500s", got, want)
			}
		})
	}
}

// exchange makes a request and describes the response.
func exchange(t *testing.T, s *httptest.Server, method, body string) string {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+"/a%20b/c%2Fd?e=f", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	res.Header.Del("Date")
	// A stream may have a length here and none there; the content tells enough.
	var names []string
	for name := range res.Header {
		names = append(names, fmt.Sprintf("%s=%q", name, res.Header[name]))
	}
	slices.Sort(names)
	return fmt.Sprintln(res.StatusCode, names, res.ContentLength, res.Trailer) + string(b)
}

// Each flush reaches the client before the handler goes on.
func TestFlushIsSeenAtOnce(t *testing.T) {
	seen := make(chan struct{})
	s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			io.WriteString(w, "tick\n")
			w.(http.Flusher).Flush()
			<-seen
		}
	}))
	res, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	for range 3 {
		if line, err := lines.ReadString('\n'); err != nil || line != "tick\n" {
			t.Fatalf("read %q, %v", line, err)
		}
		seen <- struct{}{}
	}
}

func TestEarlyHints(t *testing.T) {
	s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</a.css>")
		w.WriteHeader(103)
		w.Header().Del("Link")
		io.WriteString(w, "hello")
	}))
	nc, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	io.WriteString(nc, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	b, _ := io.ReadAll(nc)
	if got := string(b); !strings.HasPrefix(got, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\n") || strings.Count(got, "Link") != 1 {
		t.Errorf("answered %q", got)
	}
}

// A hijacker speaks its own protocol after the head it writes.
func TestHijack(t *testing.T) {
	s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
		nc, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nwelcome ")
		rw.Flush()
		go func() { // as WebSocket libraries do, after the handler has returned
			defer nc.Close()
			io.Copy(nc, rw)
		}()
	}))
	nc, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	io.WriteString(nc, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
	r := bufio.NewReader(nc)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != 101 || res.Header.Get("Upgrade") != "echo" {
		t.Fatalf("response %v, %v", res, err)
	}
	io.WriteString(nc, "hello")
	nc.(*net.TCPConn).CloseWrite()
	if b, err := io.ReadAll(r); err != nil || string(b) != "welcome hello" {
		t.Errorf("read %q, %v", b, err)
	}
}

func TestHijackWithoutAWord(t *testing.T) {
	s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
		nc, _, _ := w.(http.Hijacker).Hijack()
		nc.Close()
	}))
	if res, err := s.Client().Get(s.URL); err == nil {
		t.Errorf("answered %d", res.StatusCode)
	}
}

// The context of a request ends when its client leaves.
func TestClientGone(t *testing.T) {
	began, ended := make(chan struct{}), make(chan error, 1)
	s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		ended <- r.Context().Err()
	}))
	ctx, cancel := context.WithCancel(context.Background())
	req, _ := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	go s.Client().Do(req)
	within(t, began, "the request")
	cancel()
	if err := within(t, ended, "the context's end"); err != context.Canceled {
		t.Errorf("the context ended with %v", err)
	}
}

// A streaming handler hears that the client has left when it writes.
func TestClientGoneWhileStreaming(t *testing.T) {
	ended := make(chan error, 1)
	s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				ended <- err
				return
			}
		}
	}))
	res, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	within(t, ended, "the handler")
}

// A panic before the answer is the serving goroutine's; one after it aborts.
func TestPanics(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		h := gateway.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic("boom") }))
		defer func() {
			p, ok := recover().(*gateway.Panic)
			if !ok || p.Value != "boom" || !strings.Contains(string(p.Stack), "TestPanics") {
				t.Errorf("recovered %+v", p)
			}
		}()
		x := newExchange("GET", "/")
		defer x.Finish()
		h.Serve(x)
	})
	t.Run("after", func(t *testing.T) {
		s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "hello")
			w.(http.Flusher).Flush()
			panic("boom")
		}))
		res, err := s.Client().Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(res.Body); err == nil {
			t.Error("the client saw a complete response")
		}
	})
	t.Run("wish to abort", func(t *testing.T) {
		s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }))
		if res, err := s.Client().Get(s.URL); err == nil {
			t.Errorf("answered %d", res.StatusCode)
		}
	})
	t.Run("less than was promised", func(t *testing.T) {
		s := serve(t, thereAndBack(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10")
			io.WriteString(w, "hello")
		}))
		res, err := s.Client().Get(s.URL)
		if err == nil {
			_, err = io.ReadAll(res.Body)
		}
		if err == nil {
			t.Error("the client saw a complete response")
		}
	})
}

// newExchange is an exchange that no engine made.
func newExchange(method, path string) *gateway.Exchange {
	x := &gateway.Exchange{}
	x.Request.Method, x.Request.Target, x.Request.Path = method, []byte(path), []byte(path)
	x.Request.Proto = gateway.HTTP11
	return x
}

// A response that an outer tier replaces ends the handler behind it.
func TestReplacedResponse(t *testing.T) {
	ended := make(chan error, 1)
	inner := gateway.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		_, err := io.WriteString(w, "nobody hears this")
		ended <- errors.Join(err, r.Context().Err())
	}))
	x := newExchange("GET", "/")
	inner.Serve(x)
	x.Response.Reset()
	x.Response.Text("instead")
	x.Finish()
	if err := within(t, ended, "the handler"); err == nil {
		t.Error("the handler was not told that nobody listens")
	}
}

// FromHTTP shows the request as the tiers before it left it.
func TestFromHTTPSeesThePathOfTheExchange(t *testing.T) {
	var got string
	h := gateway.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.Path + " " + r.URL.EscapedPath() + " " + r.RequestURI
	}))
	x := newExchange("GET", "/prefix/a%2fb%20c")
	x.Request.Path = []byte("/a%2Fb c") // the prefix was taken off
	h.Serve(x)
	x.Finish()
	if want := "/a/b c /a%2Fb%20c /prefix/a%2fb%20c"; got != want {
		t.Errorf("saw %q, want %q", got, want)
	}
}

func TestToHTTPDeadline(t *testing.T) {
	release, status := make(chan struct{}), make(chan int, 1)
	s := serve(t, gateway.ToHTTP(gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.After(func(x *gateway.Exchange) { status <- x.Response.Status })
		x.SetDeadline(time.Now().Add(time.Millisecond))
		<-release
		x.Response.Text("late")
	})))
	res, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
	}
	close(release)
	if got := within(t, status, "the handler's end"); got != 503 {
		t.Errorf("the log sees status %d, want 503", got)
	}
}

// The limits of a client's pauses do not run while it waits for the handler: a
// stream may be silent, and a body unread, for as long as the handler likes.
func TestToHTTPLimitsOnlyTheClient(t *testing.T) {
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	h := &gateway.HTTPHandler{BodyIdle: time.Minute, WriteIdle: time.Minute, Handler: gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Request.Body.Read(make([]byte, 1))
		if !w.readSet || !w.read.IsZero() {
			t.Errorf("between two reads the deadline is %v", w.read)
		}
		x.Response.Stream(func(b gateway.BodyWriter) error {
			io.WriteString(b, "hello")
			err := b.Flush()
			if !w.writeSet || !w.write.IsZero() {
				t.Errorf("between two writes the deadline is %v", w.write)
			}
			return err
		})
	})}
	h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader("hello")))
	if w.Body.String() != "hello" {
		t.Errorf("body %q", w.Body)
	}
}

// deadlines remembers the deadlines of a connection.
type deadlines struct {
	*httptest.ResponseRecorder
	read, write       time.Time
	readSet, writeSet bool
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.read, d.readSet = t, d.readSet || !t.IsZero()
	return nil
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.write, d.writeSet = t, d.writeSet || !t.IsZero()
	return nil
}

func TestToHTTPMaxBody(t *testing.T) {
	h := gateway.ToHTTP(gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Request.MaxBody = 5
		if _, err := io.ReadAll(x.Request.Body); err != nil {
			x.Response.Status = err.(*gateway.Error).Status
		}
	}))
	for body, want := range map[string]int{"hello": 200, "hello!": 413} {
		for _, length := range []int64{int64(len(body)), -1} {
			req := httptest.NewRequest("POST", "/", strings.NewReader(body))
			req.ContentLength = length
			w := httptest.NewRecorder()
			h.ServeHTTP(w, req)
			if w.Code != want {
				t.Errorf("%q declared as %d: status %d, want %d", body, length, w.Code, want)
			}
		}
	}
}

func TestToHTTPRefusesBadPaths(t *testing.T) {
	h := gateway.ToHTTP(gateway.HandlerFunc(func(*gateway.Exchange) { t.Error("the handler was called") }))
	req := httptest.NewRequest("GET", "/a", nil)
	req.URL.Path = "/../b"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if w.Code != 400 {
		t.Errorf("status %d, want 400", w.Code)
	}
}

// Bodies that are closers are closed, sent or not.
func TestToHTTPClosesBodies(t *testing.T) {
	for _, method := range []string{"GET", "HEAD"} {
		closed := make(chan struct{})
		h := gateway.ToHTTP(gateway.HandlerFunc(func(x *gateway.Exchange) {
			x.Response.Reader(&closing{strings.NewReader("hello"), closed}, -1)
		}))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, "/", nil))
		within(t, closed, "the body to be closed")
	}
}

type closing struct {
	io.Reader
	closed chan struct{}
}

func (c *closing) Close() error { close(c.closed); return nil }
