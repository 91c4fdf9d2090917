package proxy

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"stackgen.dev/internal/porttest"
)

// serveHTTP2 serves h by HTTP/2 alone, over TLS where there is a certificate.
func serveHTTP2(t *testing.T, cert *tls.Certificate, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.Protocols = new(http.Protocols)
	scheme := "http://"
	if cert != nil {
		scheme = "https://"
		s.Config.Protocols.SetHTTP2(true)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{*cert}, NextProtos: []string{"h2"}}
		s.EnableHTTP2 = true
		s.StartTLS()
	} else {
		s.Config.Protocols.SetUnencryptedHTTP2(true)
		s.Start()
	}
	t.Cleanup(s.Close)
	return scheme + s.Listener.Addr().String()
}

// clientHTTP2 speaks HTTP/2 to the proxy by prior knowledge.
func clientHTTP2(t *testing.T) *http.Client {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}
}

// A server that speaks HTTP/2 gets and gives what one that speaks HTTP/1.1 does.
func TestServersWithHTTP2(t *testing.T) {
	cert, ca := certificate(t, "inner.test")
	echo := func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/broken":
			panic(http.ErrAbortHandler)
		case "/early":
			w.WriteHeader(413)
			return
		case "/short":
			w.Header().Set("Content-Length", "10")
			w.Write([]byte("short"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/hints":
			w.Header().Set("Link", "</a.css>; rel=preload")
			w.WriteHeader(103)
		}
		body, err := io.ReadAll(r.Body)
		w.Header().Set("Trailer", "Checksum")
		w.Header().Set("Connection", "close")
		fmt.Fprintf(w, "%s %s %s %s for %s te=%q ua=%q %d %v", r.Proto, r.Method, r.RequestURI, r.Host, r.Header.Get("X-Forwarded-For"), r.Header.Get("TE"), r.UserAgent(), len(body), err)
		if v := r.Trailer.Get("Sum"); v != "" {
			w.Header().Set("Checksum", v)
		}
	}
	for name, u := range map[string]UpstreamConfig{
		"h2c": {HTTP2: true, Servers: []Server{{URL: serveHTTP2(t, nil, echo)}}},
		"h2":  {HTTP2: true, TLS: ClientTLS{TrustedCertificate: ca, ServerName: "inner.test"}, Servers: []Server{{URL: serveHTTP2(t, &cert, echo)}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, address := front(t, u)
			c := dial(t, address)
			for _, tt := range []struct{ request, want string }{
				{"GET /a%2Fb?q=%20 HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n", `HTTP/2.0 GET /a%2Fb?q=%20 a for 127.0.0.1 te="trailers" ua="" 0 <nil>`},
				{"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", `HTTP/2.0 POST /p a for 127.0.0.1 te="" ua="" 5 <nil>`},
				{"POST /stream/p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", `HTTP/2.0 POST /stream/p a for 127.0.0.1 te="" ua="" 5 <nil>`},
				{"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", `HTTP/2.0 GET /ws a for 127.0.0.1 te="" ua="" 0 <nil>`},
			} {
				c.send(tt.request)
				method, _, _ := strings.Cut(tt.request, " ")
				if a := c.read(method); a.status != 200 || a.body != tt.want || a.field("Connection") != "" {
					t.Errorf("%q: %d %q %s", tt.request, a.status, a.body, a.field("Connection"))
				}
			}
			c.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n")
			if a := c.read("HEAD"); a.status != 200 || a.body != "" {
				t.Errorf("HEAD: %d %q", a.status, a.body)
			}
			c.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
			if a := c.read("GET"); a.status != 502 {
				t.Errorf("a stream that is reset: %d", a.status)
			}
			c.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + strings.Repeat("x", 200000))
			if a := c.read("POST"); a.status != 413 {
				t.Errorf("an early answer: %d", a.status)
			}

			req, _ := http.NewRequest("POST", "http://"+address+"/t", strings.NewReader("hello"))
			req.ContentLength = -1
			req.Trailer = http.Header{"Sum": {"42"}}
			resp, err := clientHTTP2(t).Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.Trailer.Get("Checksum") != "42" || !strings.Contains(string(body), " 5 <nil>") {
				t.Errorf("trailers: %q, %v, %v", body, resp.Trailer, err)
			}
			if resp, err = clientHTTP2(t).Get("http://" + address + "/short"); err == nil {
				if body, err := io.ReadAll(resp.Body); err == nil {
					t.Errorf("an answer that is shorter than it said is %q", body)
				}
			}
		})
	}
}

// A call of gRPC is answered while it is still being asked, and ends with its trailers; one that the client
// gives up ends at the server, too.
func TestGRPC(t *testing.T) {
	gone := make(chan struct{})
	url := serveHTTP2(t, nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		if r.URL.Path == "/refused" {
			w.Header().Set("Grpc-Status", "12")
			return
		}
		w.(http.Flusher).Flush()
		buf := make([]byte, 100)
		for {
			n, err := r.Body.Read(buf)
			if n > 0 {
				w.Write(bytes.ToUpper(buf[:n]))
				w.(http.Flusher).Flush()
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				close(gone)
				return
			}
		}
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
		w.Header().Set(http.TrailerPrefix+"Grpc-Message", "fine")
	})
	_, address := front(t, UpstreamConfig{HTTP2: true}, url)
	client := clientHTTP2(t)
	call := func(path string) (*io.PipeWriter, *http.Response) {
		t.Helper()
		r, w := io.Pipe()
		req, _ := http.NewRequest("POST", "http://"+address+path, r)
		req.Header.Set("Content-Type", "application/grpc+proto")
		req.Header.Set("TE", "trailers")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return w, resp
	}
	w, resp := call("/chat")
	for _, word := range []string{"ping", "pong"} {
		io.WriteString(w, word)
		got := make([]byte, 4)
		if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != strings.ToUpper(word) {
			t.Fatalf("got %q, %v", got, err)
		}
	}
	w.Close()
	if _, err := io.ReadAll(resp.Body); err != nil || resp.Trailer.Get("Grpc-Status") != "0" || resp.Trailer.Get("Grpc-Message") != "fine" {
		t.Errorf("the end: %v, %v", resp.Trailer, err)
	}
	w, resp = call("/refused")
	if resp.Header.Get("Grpc-Status") != "12" {
		t.Errorf("a refusal: %v", resp.Header)
	}
	w.Close()
	resp.Body.Close()
	w, resp = call("/chat")
	resp.Body.Close()
	w.CloseWithError(errors.New("enough"))
	<-gone
}

// Servers that are away, silent, or speak something else.
func TestServersWithHTTP2ThatFail(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	refusing := "http://" + porttest.Refusing(t).String()
	old, _ := recorder(t, "tcp")
	slow := make(chan struct{})
	t.Cleanup(func() { close(slow) })
	hanging := serveHTTP2(t, nil, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-slow:
		case <-r.Context().Done():
		}
	})
	good := serveHTTP2(t, nil, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "good") })
	for _, tt := range []struct {
		name   string
		urls   []string
		status int
		read   time.Duration // the timeout; 0 is the usual one
	}{
		{"nobody there", []string{refusing}, 502, 0},
		{"the next one is", []string{refusing, good}, 200, 0},
		{"HTTP/1.1", []string{old}, 502, 0},
		{"no answer", []string{hanging}, 504, 300 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, address := front(t, UpstreamConfig{HTTP2: true, ReadTimeout: tt.read}, tt.urls...)
			for range 2 {
				c := dial(t, address)
				c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
				if a := c.read("GET"); a.status != tt.status {
					t.Errorf("got %d", a.status)
				}
			}
		})
	}
}

// A health check of such a server speaks its protocol.
func TestHealthOfServersWithHTTP2(t *testing.T) {
	url := serveHTTP2(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" || r.Proto != "HTTP/2.0" {
			w.WriteHeader(500)
		}
		io.WriteString(w, "all is well")
	})
	for body, well := range map[string]bool{"well": true, "ill": false} {
		u, err := NewUpstream(UpstreamConfig{HTTP2: true, HealthCheck: &HealthCheck{Path: "/healthz", Body: body}, Servers: []Server{{URL: url}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := u.probe(t.Context(), u.backends[0]); (err == nil) != well {
			t.Errorf("%s: %v", body, err)
		}
	}
}
