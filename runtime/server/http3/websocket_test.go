package http3_test

import (
	"bufio"
	"context"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	quichttp3 "github.com/quic-go/quic-go/http3"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server"
)

// webSocket asks for a WebSocket on a stream of a connection of its own.
func (s *site) webSocket(protocol, path string) (*quichttp3.RequestStream, *http.Response) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	s.t.Cleanup(cancel)
	conn, err := quic.DialAddr(ctx, s.addr, &tls.Config{RootCAs: s.roots, ServerName: "a.example", NextProtos: []string{"h3"}}, &quic.Config{})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.CloseWithError(0, "") })
	c := (&quichttp3.Transport{}).NewClientConn(conn)
	select {
	case <-c.ReceivedSettings():
	case <-ctx.Done():
		s.t.Fatal("no settings came")
	}
	if !c.Settings().EnableExtendedConnect {
		s.t.Fatal("extended CONNECT is not offered")
	}
	stream, err := c.OpenRequestStream(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	stream.SetDeadline(time.Now().Add(patience))
	req, _ := http.NewRequestWithContext(ctx, http.MethodConnect, url+path, nil)
	req.Proto = protocol
	req.Header.Set("Sec-WebSocket-Version", "13")
	req.Header.Set("Sec-WebSocket-Protocol", "chat")
	if err := stream.SendRequestHeader(req); err != nil {
		s.t.Fatal(err)
	}
	res, err := stream.ReadResponse()
	if err != nil {
		s.t.Fatal(err)
	}
	return stream, res
}

// webSocketServer answers as servers of WebSockets do, and sends back what comes.
func webSocketServer(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/page":
			io.WriteString(w, "a page")
			return
		case "/no":
			http.Error(w, "not here", http.StatusForbidden)
			return
		}
		if r.Method != "GET" || r.Header.Get("Upgrade") != "websocket" || r.Header.Get("Sec-Websocket-Version") != "13" {
			http.Error(w, "no handshake", http.StatusBadRequest)
			return
		}
		nc, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer nc.Close()
		accept := acceptOf(r.Header.Get("Sec-Websocket-Key"))
		if r.URL.Path == "/lie" {
			accept = "x"
		}
		io.WriteString(nc, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: "+accept+"\r\n\r\nearly ")
		io.Copy(nc, rw)
		io.WriteString(nc, " bye")
	}))
	return l.Addr().String()
}

// Ensure that a WebSocket on a stream of HTTP/3 reaches an upstream as one of HTTP/1.1, both ways to
// the end, and what comes of requests that do not come to one.
func TestWebSockets(t *testing.T) {
	p, err := proxy.New(proxy.Config{Hosts: []string{"*"}, Upstreams: []proxy.UpstreamConfig{{Name: "u", Servers: []proxy.Server{{URL: "http://" + webSocketServer(t)}}}},
		Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{Upstream: "u"}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	s := newSite(t)
	srv := s.serve(server.Config{}, p.Serve)
	stream, res := s.webSocket("websocket", "/chat?room=1")
	if res.StatusCode != 200 || res.Header.Get("Sec-Websocket-Protocol") != "chat" || res.Header.Get("Sec-Websocket-Accept")+res.Header.Get("Upgrade")+res.Header.Get("Connection") != "" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	in := bufio.NewReader(stream)
	expect := func(want string) {
		t.Helper()
		got := make([]byte, len(want))
		if _, err := io.ReadFull(in, got); err != nil || string(got) != want {
			t.Fatalf("got %.40q, %v", got, err)
		}
	}
	expect("early ")
	for _, text := range []string{"hello", "again", strings.Repeat("much ", 200<<10)} {
		written := make(chan struct{})
		go func() {
			defer close(written)
			io.WriteString(stream, text)
		}()
		expect(text)
		<-written // a stream is written to by one at a time
	}
	stream.Close()
	if rest, err := io.ReadAll(in); string(rest) != " bye" || err != nil {
		t.Errorf("at the end %q, %v", rest, err)
	}
	for deadline := time.Now().Add(patience); srv.Stats().Busy > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("left are %+v", srv.Stats())
		}
	}

	for path, want := range map[string]int{"/no": 403, "/page": 501, "/lie": 502} {
		if _, res := s.webSocket("websocket", path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	if _, res := s.webSocket("connect-udp", "/chat"); res.StatusCode != 501 {
		t.Errorf("another protocol: %d", res.StatusCode)
	}

	// Who leaves rudely leaves nothing behind.
	stream, _ = s.webSocket("websocket", "/chat")
	stream.CancelRead(0x10c)
	stream.CancelWrite(0x10c)
	for deadline := time.Now().Add(patience); srv.Stats().Busy > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("left are %+v", srv.Stats())
		}
	}
}

// Ensure that a view which hijacks its connection has the stream, and that the drain limit ends it.
func TestWebSocketsOfViews(t *testing.T) {
	s := newSite(t)
	ended := make(chan error, 1)
	h := gateway.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nc, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer nc.Close()
		io.WriteString(nc, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "+acceptOf(r.Header.Get("Sec-Websocket-Key"))+"\r\n\r\n")
		_, err = io.Copy(nc, rw)
		ended <- err
	}))
	srv := s.serve(server.Config{}, h.Serve)
	stream, res := s.webSocket("websocket", "/")
	if res.StatusCode != 200 {
		t.Fatal(res.Status)
	}
	io.WriteString(stream, "hello")
	got := make([]byte, 5)
	if _, err := io.ReadFull(stream, got); err != nil || string(got) != "hello" {
		t.Fatalf("%q, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	srv.Shutdown(ctx)
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the view reads on")
	}
}

// acceptOf is the answer to a key (RFC 6455, section 4.2.2).
func acceptOf(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
