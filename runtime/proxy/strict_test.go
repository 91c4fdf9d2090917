package proxy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/http1/http1test"
)

// tape is a server of an upstream that records every byte of every connection
// until its end, and answers each request with ok.
type tape struct {
	url   string
	ended chan string // what came on a connection, when it is over
	other []string    // taken from ended while looking for another
}

func newTape(t testing.TB) *tape {
	tp := &tape{ended: make(chan string, 100)}
	tp.url = script(t, "tcp", func(c *scriptConn) {
		var all bytes.Buffer
		c.in = bufio.NewReaderSize(io.TeeReader(c.Conn, &all), 128<<10)
		for r := c.request(); r != nil; r = c.request() {
			c.say(ok)
		}
		io.Copy(io.Discard, c.in)
		tp.ended <- all.String()
	})
	return tp
}

// next is what came on the next connection that ended.
func (tp *tape) next(t testing.TB) string {
	t.Helper()
	select {
	case raw := <-tp.ended:
		return raw
	case <-time.After(testLimit):
		t.Fatal("nothing was forwarded")
		return ""
	}
}

// of is what came on the connection of the request with that id.
func (tp *tape) of(t testing.TB, id string) string {
	t.Helper()
	for {
		for i, raw := range tp.other {
			if strings.Contains(raw, "X-Request-ID: "+id+"\r\n") {
				tp.other = slices.Delete(tp.other, i, i+1)
				return raw
			}
		}
		tp.other = append(tp.other, tp.next(t))
	}
}

// ways are the two ways of forwarding a body. No connection is kept, so that
// each holds one request.
func ways(t testing.TB, tp *tape) map[string]string {
	addresses := map[string]string{}
	for name, unbuffered := range map[string]bool{"buffered": false, "unbuffered": true} {
		addresses[name] = serveOn(t, newProxy(t, Config{
			Hosts:     []string{"*"},
			Upstreams: []UpstreamConfig{{Name: "u", Servers: []Server{{URL: tp.url}}}},
			Locations: []Location{{Path: "/", Action: Forward{Upstream: "u", Unbuffered: unbuffered}}},
		}))
	}
	return addresses
}

// Nothing of a refused request is forwarded, and nothing of what follows it.
func TestStrictRefusalsReachNoServer(t *testing.T) {
	tp := newTape(t)
	for way, address := range ways(t, tp) {
		for _, tt := range http1test.Refusals() {
			t.Run(tt.Name+" "+way, func(t *testing.T) {
				c := dial(t, address)
				go io.WriteString(c.Conn, tt.Input+http1test.Smuggled)
				if a := c.read("GET"); a.status != tt.Status || a.field("Connection") != "close" {
					t.Errorf("%s: status %d, Connection %q, want %d and close", tt.Rule, a.status, a.field("Connection"), tt.Status)
				}
				c.end()
			})
		}
	}
	if len(tp.ended) > 0 {
		t.Errorf("forwarded: %q", <-tp.ended)
	}
}

// end asserts that no more is answered.
func (c *client) end() {
	c.t.Helper()
	c.Conn.(*net.TCPConn).CloseWrite()
	b, _ := io.ReadAll(&c.in)
	if len(b) > 0 {
		c.t.Errorf("more came: %q", b)
	}
	c.Close()
}

// A malformed body reaches no server, or, where it is passed on as it comes,
// never as a whole.
func TestStrictBodiesReachNoServerWhole(t *testing.T) {
	tp := newTape(t)
	for way, address := range ways(t, tp) {
		for _, tt := range http1test.BadBodies() {
			t.Run(tt.Name+" "+way, func(t *testing.T) {
				c := dial(t, address)
				go io.WriteString(c.Conn, http1test.Head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")+tt.Coding+http1test.Smuggled)
				if a := c.read("POST"); a.status != 400 || a.field("Connection") != "close" {
					t.Errorf("%s: status %d, Connection %q, want 400 and close", tt.Rule, a.status, a.field("Connection"))
				}
				c.end()
				if way == "buffered" {
					return
				}
				raw := tp.next(t)
				if m, err := receive(raw); err == nil {
					t.Errorf("%s: forwarded whole as %+v", tt.Rule, m)
				}
				if m, err := receiveHTTP(raw); err == nil {
					t.Errorf("%s: to net/http it is whole: %+v", tt.Rule, m)
				}
			})
		}
	}
	if len(tp.ended) > 0 {
		t.Errorf("forwarded: %q", <-tp.ended)
	}
}

// What is forwarded of a request that is understood is exactly what the table
// says, whoever reads it, and the request behind it is another one.
func TestStrictRequestsAreForwarded(t *testing.T) {
	tp := newTape(t)
	for way, address := range ways(t, tp) {
		for _, tt := range http1test.Requests() {
			t.Run(tt.Name+" "+way, func(t *testing.T) {
				c := dial(t, address)
				go io.WriteString(c.Conn, tt.Input+http1test.Smuggled)
				a := c.final(tt.Method)
				if tt.Answer != 0 {
					if a.status != tt.Answer {
						t.Errorf("%s: answered %d, want %d", tt.Rule, a.status, tt.Answer)
					}
				} else {
					if a.status != 200 {
						t.Fatalf("%s: answered %d", tt.Rule, a.status)
					}
					checkForwarded(t, tt, tp.of(t, a.field("X-Request-ID")), a.field("X-Request-ID"), way == "unbuffered")
				}
				if !tt.Persistent {
					c.end()
					return
				}
				a = c.final("GET")
				if a.status != 200 {
					t.Errorf("the next request was answered %d", a.status)
				}
				if raw := tp.of(t, a.field("X-Request-ID")); !strings.HasPrefix(raw, "GET /smuggled HTTP/1.1\r\nHost: a\r\n") {
					t.Errorf("the next request was forwarded as %q", raw)
				}
				c.end()
			})
		}
	}
	if len(tp.ended) > 0 || len(tp.other) > 0 {
		t.Errorf("%d connections and %q beside them", len(tp.ended), tp.other)
	}
}

// final reads the next final response.
func (c *client) final(method string) answer {
	c.t.Helper()
	for {
		if a := c.read(method); a.status >= 200 {
			return a
		}
	}
}

func checkForwarded(t *testing.T, tt http1test.Request, raw, id string, unbuffered bool) {
	t.Helper()
	host, port := tt.Host, "80"
	if host == "" {
		host = "localhost"
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		port = host[i+1:]
	}
	want := []string{tt.Method + " " + tt.Target + " HTTP/1.1", "Host: " + host}
	want = append(want, tt.Fields...)
	want = append(want, "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "X-Forwarded-Proto: http",
		"X-Forwarded-Host: "+host, "X-Forwarded-Port: "+port, "X-Request-ID: "+id)
	want = append(want, tt.Asks...)
	switch {
	case tt.Kept != "" || unbuffered && tt.Length < 0:
		want = append(want, "Transfer-Encoding: chunked")
	case tt.Length != 0 || tt.Method == "POST":
		want = append(want, "Content-Length: "+strconv.Itoa(len(tt.Body)))
	}
	head := http1test.Head(want...)
	if !strings.HasPrefix(raw, head) {
		t.Errorf("%s: forwarded as\n%q\nwant\n%q", tt.Rule, raw, head)
		return
	}
	ours, err := receive(raw)
	if err != nil {
		t.Fatalf("%s: our parser refuses what was forwarded: %v in %q", tt.Rule, err, raw)
	}
	theirs, err := receiveHTTP(raw)
	if err != nil {
		t.Fatalf("%s: net/http refuses what was forwarded: %v in %q", tt.Rule, err, raw)
	}
	if ours != theirs {
		t.Errorf("%s: we read %+v, net/http %+v", tt.Rule, ours, theirs)
	}
	if ours.body != tt.Body || ours.trailer != tt.Kept {
		t.Errorf("%s: body %q, trailer %q", tt.Rule, ours.body, ours.trailer)
	}
}

// message is a forwarded request as a receiver reads it.
type message struct {
	method, target, host, fields, body, trailer string
}

// receive reads raw with our own parser; it must hold one request and nothing else.
func receive(raw string) (message, error) {
	var r gateway.Request
	n, err := http1.ParseRequest([]byte(raw), &r, http1.Limits{Head: 64 << 10, Fields: 200})
	if err != nil {
		return message{}, err
	}
	var in http1.Reader
	in.Reset(strings.NewReader(raw[n:]), make([]byte, 64<<10))
	var body []byte
	switch {
	case r.ContentLength > 0:
		var l http1.LengthReader
		l.Reset(&in, r.ContentLength)
		body, err = io.ReadAll(&l)
	case r.ContentLength < 0:
		var c http1.ChunkedReader
		c.Reset(&in, &r.Trailer)
		body, err = io.ReadAll(&c)
	}
	if err != nil {
		return message{}, err
	}
	if rest, _ := io.ReadAll(&in); len(rest) > 0 {
		return message{}, fmt.Errorf("followed by %q", rest)
	}
	m := message{method: r.Method, target: string(r.Target), host: string(r.Host), body: string(body)}
	var fields, trailer []string
	for _, f := range r.Header.Fields() {
		if name := http.CanonicalHeaderKey(string(f.Name)); !framesMessage(name) {
			fields = append(fields, name+"="+string(f.Value))
		}
	}
	for _, f := range r.Trailer.Fields() {
		trailer = append(trailer, http.CanonicalHeaderKey(string(f.Name))+"="+string(f.Value))
	}
	slices.Sort(fields)
	slices.Sort(trailer)
	m.fields, m.trailer = strings.Join(fields, ";"), strings.Join(trailer, ";")
	return m, nil
}

// framesMessage names the fields that net/http takes out of the header, or adds to it.
func framesMessage(name string) bool {
	switch name {
	case "Host", "Content-Length", "Transfer-Encoding", "Trailer", "Connection", "Cache-Control":
		return true
	}
	return false
}

// receiveHTTP is receive with net/http.
func receiveHTTP(raw string) (message, error) {
	in := bufio.NewReader(strings.NewReader(raw))
	r, err := http.ReadRequest(in)
	if err != nil {
		return message{}, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return message{}, err
	}
	if rest, _ := io.ReadAll(in); len(rest) > 0 {
		return message{}, fmt.Errorf("followed by %q", rest)
	}
	m := message{method: r.Method, target: r.RequestURI, host: r.Host, body: string(body)}
	list := func(h http.Header) string {
		var all []string
		for name, values := range h {
			for _, v := range values {
				if !framesMessage(name) {
					all = append(all, name+"="+v)
				}
			}
		}
		slices.Sort(all)
		return strings.Join(all, ";")
	}
	m.fields, m.trailer = list(r.Header), list(r.Trailer)
	return m, nil
}

// A client that waits for 100 Continue gets it from the proxy, when the body is
// wanted; a server is engaged when the body is there.
func TestStrictContinue(t *testing.T) {
	tp := newTape(t)
	for way, address := range ways(t, tp) {
		t.Run(way, func(t *testing.T) {
			c := dial(t, address)
			c.send(http1test.Head("POST / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 2"))
			if a := c.read("POST"); a.status != 100 {
				t.Fatalf("got %d, want 100", a.status)
			}
			c.send("hi")
			if a := c.read("POST"); a.status != 200 {
				t.Errorf("answered %d", a.status)
			}
			if m, err := receive(tp.next(t)); err != nil || m.body != "hi" || strings.Contains(m.fields, "Expect") {
				t.Errorf("forwarded as %+v, %v", m, err)
			}
		})
	}
}
