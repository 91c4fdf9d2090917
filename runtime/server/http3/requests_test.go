package http3_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	quichttp3 "github.com/quic-go/quic-go/http3"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
)

// Ensure that requests come to the handler as those of HTTP/1.1 and HTTP/2 do.
func TestRequests(t *testing.T) {
	s := newSite(t)
	s.serve(server.Config{}, func(x *gateway.Exchange) {
		q, r := &x.Request, &x.Response
		switch string(q.Path) {
		case "/echo":
			b, err := io.ReadAll(q.Body)
			if err != nil {
				r.Status = err.(*gateway.Error).Status
				return
			}
			if v := q.Trailer.Get("Sum"); v != nil {
				r.Header.AddBytes("Sum", v)
			}
			r.Bytes(b)
		case "/trailer":
			r.Stream(func(w gateway.BodyWriter) error {
				io.WriteString(w, "body")
				w.Trailer().Add("Sum", "1")
				return nil
			})
		case "/hints":
			h := gateway.Header{}
			h.Add("Link", "</a.css>; rel=preload")
			x.Inform(103, &h)
			r.Text("page")
		default:
			fmt.Fprintf(builder{r}, "%s %s %s %s?%s body=%t length=%d tls=%t", q.Proto, q.Scheme, q.Host, q.Path, q.Query, q.Body != nil, q.ContentLength, q.TLS != nil)
		}
	})
	c := s.client()
	get, err := c.Get(url + "/a%20b/../c?d=e")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(get.Body)
	if want := "HTTP/3.0 https a.example /c?d=e body=false length=0 tls=true"; string(b) != want || get.ProtoMajor != 3 {
		t.Errorf("got %q, want %q", b, want)
	}
	if get.Header.Get("Alt-Svc") != "" {
		t.Error("HTTP/3 is advertised to who speaks it")
	}

	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<18) // 4 MiB
	res, err := c.Post(url+"/echo", "text/plain", bytes.NewReader(large))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(res.Body); !bytes.Equal(b, large) || err != nil {
		t.Errorf("%d bytes of %d came back (%v)", len(b), len(large), err)
	}

	req, _ := http.NewRequest("POST", url+"/echo", io.MultiReader(strings.NewReader("streamed"))) // of unknown length
	req.Trailer = http.Header{"Sum": {"7"}}
	if res, err = c.Do(req); err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(res.Body); string(b) != "streamed" || res.Header.Get("Sum") != "7" {
		t.Errorf("%q, trailer %q", b, res.Header.Get("Sum"))
	}

	if res, err = c.Get(url + "/trailer"); err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(res.Body); string(b) != "body" || res.Trailer.Get("Sum") != "1" {
		t.Errorf("%q, trailer %v", b, res.Trailer)
	}
	if res, err = c.Head(url + "/"); err != nil || res.ContentLength <= 0 {
		t.Errorf("HEAD: %v, %v", res, err)
	}

	hinted := ""
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		hinted = fmt.Sprint(code, h.Get("Link"))
		return nil
	}}
	req, _ = http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", url+"/hints", nil)
	if res, err = c.Do(req); err != nil || hinted != "103</a.css>; rel=preload" {
		t.Errorf("hints: %q, %v", hinted, err)
	}
	if b, _ := io.ReadAll(res.Body); string(b) != "page" || res.Header.Get("Link") != "" {
		t.Errorf("after hints: %q, %v", b, res.Header)
	}
}

// builder collects a text body.
type builder struct{ r *gateway.Response }

func (b builder) Write(p []byte) (int, error) {
	b.r.Text(string(p))
	return len(p), nil
}

// Ensure that what is malformed or too large is refused with the status that it has elsewhere, and that other
// requests on the connection go on.
func TestRefusals(t *testing.T) {
	s := newSite(t)
	s.serve(server.Config{MaxBody: 1000}, func(x *gateway.Exchange) {
		if x.Request.Body != nil {
			if _, err := io.Copy(io.Discard, x.Request.Body); err != nil {
				var refusal *gateway.Error
				errors.As(err, &refusal)
				x.Response.Status = refusal.Status
				return
			}
		}
		x.Response.Text("fine")
	})
	c := s.client()
	many := http.Header{}
	for i := range 150 {
		many.Set(fmt.Sprintf("X-%d", i), "1")
	}
	for _, test := range []struct {
		name, method, path, body string
		header                   http.Header
		status                   int
	}{
		{"a request", "GET", "/", "", nil, 200},
		{"a large field", "GET", "/", "", http.Header{"X-Large": {strings.Repeat("a", 20<<10)}}, 431},
		{"many fields", "GET", "/", "", many, 431},
		{"a path above the root", "GET", "/a/../../b", "", nil, 400},
		{"two content types", "POST", "/", "x", http.Header{"Content-Type": {"a/b", "c/d"}}, 400},
		{"an expectation", "POST", "/", "x", http.Header{"Expect": {"magic"}}, 417},
		{"an expectation that is met", "POST", "/", "x", http.Header{"Expect": {"100-continue"}}, 200},
		{"a large body", "POST", "/", strings.Repeat("a", 2000), nil, 413},
		{"a GET with a body", "GET", "/", "body", nil, 200},
	} {
		req, _ := http.NewRequest(test.method, url, strings.NewReader(test.body))
		req.URL.Opaque = "//a.example" + test.path
		if test.body == "" {
			req.Body = nil
		}
		if test.header != nil {
			req.Header = test.header
		}
		res, err := c.Do(req)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != test.status {
			t.Errorf("%s: %d, want %d", test.name, res.StatusCode, test.status)
		}
	}
}

// Ensure that the context of a request ends when its client leaves, and that a client which does that without end
// is hung up on.
func TestClientsThatLeave(t *testing.T) {
	s := newSite(t)
	var left, came atomic.Int64
	r := s.serve(server.Config{}, func(x *gateway.Exchange) {
		if string(x.Request.Path) == "/" {
			x.Response.Text("here")
			return
		}
		came.Add(1)
		<-x.Context().Done()
		left.Add(1)
	})
	c := s.client()
	leave := func() error {
		ctx, cancel := context.WithCancel(context.Background())
		before := came.Load()
		go func() {
			for came.Load() == before && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		req, _ := http.NewRequestWithContext(ctx, "GET", url+"/stay", nil)
		_, err := c.Do(req)
		cancel()
		return err
	}
	if err := leave(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	wait(t, "the handler hears of it", func() bool { return left.Load() == 1 })
	if _, got, err := get(c, "/"); got != "here" || err != nil {
		t.Errorf("another request: %q, %v", got, err)
	}

	conn, err := quic.DialAddr(t.Context(), s.addr, &tls.Config{RootCAs: s.roots, ServerName: "a.example", NextProtos: []string{"h3"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	flood := (&quichttp3.Transport{}).NewClientConn(conn)
	wait(t, "the connection is closed", func() bool {
		var open []*quichttp3.RequestStream
		before := came.Load()
		for range 100 {
			str, err := flood.OpenRequestStream(t.Context())
			if err != nil {
				return conn.Context().Err() != nil
			}
			req, _ := http.NewRequest("GET", url+"/stay", nil)
			str.SendRequestHeader(req)
			str.Close()
			open = append(open, str)
		}
		for came.Load() < before+100 && conn.Context().Err() == nil {
			time.Sleep(100 * time.Microsecond)
		}
		for _, str := range open {
			str.CancelRead(quic.StreamErrorCode(quichttp3.ErrCodeRequestCanceled))
		}
		return conn.Context().Err() != nil
	})
	var closed *quic.ApplicationError
	if cause := context.Cause(conn.Context()); !errors.As(cause, &closed) || closed.ErrorCode != quic.ApplicationErrorCode(quichttp3.ErrCodeExcessiveLoad) {
		t.Errorf("the connection ends with %v", cause)
	}
	wait(t, "all handlers have ended", func() bool { return r.Stats().Busy == 0 })
}

// Ensure that slow bodies and handlers are answered for, and that a connection which rests too long is given up.
func TestTimes(t *testing.T) {
	t.Run("a handler that is stuck", func(t *testing.T) {
		s := newSite(t)
		s.serve(server.Config{Timeout: 300 * time.Millisecond}, func(x *gateway.Exchange) {
			<-x.Context().Done()
			time.Sleep(100 * time.Millisecond)
		})
		if status, _, err := get(s.client(), "/"); status != 503 || err != nil {
			t.Errorf("got %d, %v", status, err)
		}
	})
	t.Run("a body that stops", func(t *testing.T) {
		s := newSite(t)
		s.serve(server.Config{BodyIdle: 100 * time.Millisecond}, func(x *gateway.Exchange) {
			if _, err := io.Copy(io.Discard, x.Request.Body); err != nil {
				x.Response.Status = err.(*gateway.Error).Status
			}
		})
		pr, pw := io.Pipe()
		defer pw.Close()
		go pw.Write([]byte("some"))
		res, err := s.client().Post(url+"/", "text/plain", pr)
		if err != nil || res.StatusCode != 408 {
			t.Fatalf("got %v, %v", res, err)
		}
		res.Body.Close()
	})
	t.Run("a connection that rests", func(t *testing.T) {
		s := newSite(t)
		r := s.serve(server.Config{KeepAlive: 300 * time.Millisecond}, func(x *gateway.Exchange) {})
		c := s.client()
		wait(t, "it is there", func() bool { // on a busy machine it may be given up before its first request
			status, _, err := get(c, "/")
			return status == 200 && err == nil
		})
		wait(t, "it is given up", func() bool { return r.Stats().Connections == 0 })
	})
}

// Ensure that under many handshakes clients are asked to show that their address is theirs, and are served then.
func TestAddressValidation(t *testing.T) {
	s := newSite(t)
	h := newNamed(t, "a")
	r := s.serve(server.Config{HeaderTimeout: patience}, h.serve) // for all handshakes to be under way at once
	packet := initialOf(t, s)
	for i := range 100 { // clients that do not exist
		packet.send(byte(i))
	}
	trace := make(chan bool, 1)
	c := s.client()
	go func() {
		_, got, err := get(c, "/")
		trace <- got == "a" && err == nil
	}()
	if !<-trace {
		t.Error("a client was not served")
	}
	wait(t, "a Retry was sent", packet.retried)
	if r.Stats().TLS13 != 1 {
		t.Errorf("%d handshakes", r.Stats().TLS13)
	}
}
