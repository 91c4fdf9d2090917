package proxy

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/http1/http1test"
	"stackgen.dev/runtime/server"
)

// serveUnix starts the engine on a unix socket: fuzzing would use up the ports.
func serveUnix(f *testing.F, h gateway.Handler) (address string) {
	l, err := net.Listen("unix", f.TempDir()+"/s")
	if err != nil {
		f.Fatal(err)
	}
	s := server.New(server.Config{Handler: h})
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	f.Cleanup(func() {
		s.Close()
		<-done
	})
	return l.Addr().String()
}

// converse sends bytes, ends, and returns all that comes back.
func converse(t *testing.T, address string, input []byte) []byte {
	c, err := net.Dial("unix", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(testLimit))
	go func() {
		c.Write(input)
		c.(*net.UnixConn).CloseWrite()
	}()
	all, err := io.ReadAll(c)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Fatalf("no end: %v after %q", err, all)
	}
	return all
}

// FuzzForwarding sends anything through engine and proxy to a server that
// records bytes. What arrives there is read alike by our parser and net/http,
// means what the client's request meant, and holds nothing besides.
func FuzzForwarding(f *testing.F) {
	for _, tt := range http1test.Requests() {
		f.Add([]byte(tt.Input + http1test.Smuggled))
	}
	for _, tt := range http1test.Refusals() {
		if len(tt.Input) < 1000 {
			f.Add([]byte(tt.Input + http1test.Smuggled))
		}
	}
	for _, tt := range http1test.BadBodies() {
		f.Add([]byte(http1test.Head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + tt.Coding + http1test.Smuggled))
	}
	// The largest trailer, which grows by a space a field.
	f.Add([]byte(http1test.Head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "0\r\n" +
		strings.Repeat("X:"+strings.Repeat("a", 496)+"\r\n", 8) + "\r\n"))
	tp := &tape{ended: make(chan string, 1000)}
	tp.url = script(f, "unix", func(c *scriptConn) {
		var all bytes.Buffer
		c.in = bufio.NewReaderSize(io.TeeReader(c.Conn, &all), 128<<10)
		if c.request() != nil {
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Tape: 1\r\n\r\nok")
		}
		io.Copy(io.Discard, c.in)
		tp.ended <- all.String()
	})
	p := newProxy(f, Config{
		Hosts:     []string{"*"},
		Upstreams: []UpstreamConfig{{Name: "u", Servers: []Server{{URL: tp.url}}}},
		Locations: []Location{{Path: "/", Action: Forward{Upstream: "u"}}},
	})
	address := serveUnix(f, p)
	f.Fuzz(func(t *testing.T, input []byte) {
		if bytes.HasPrefix(input, []byte("PRI ")) || len(input) > 64<<10 {
			return
		}
		rest := input
		for _, answer := range taped.FindAllSubmatch(converse(t, address, input), -1) {
			raw := tp.of(t, string(answer[1]))
			ours, err := receive(raw)
			if err != nil {
				t.Fatalf("our parser refuses %q: %v", raw, err)
			}
			if theirs, err := receiveHTTP(raw); err != nil {
				t.Fatalf("net/http refuses %q: %v", raw, err)
			} else if ours != theirs {
				t.Fatalf("forwarded as %q: we read\n%+v, net/http\n%+v", raw, ours, theirs)
			}
			if rest = sameRequest(t, ours, rest); t.Failed() {
				t.Fatalf("from %q was forwarded %q", input, raw)
			}
		}
		tp.other = nil
	})
}

// taped finds, in what a client gets, the answers that a tape gave.
var taped = regexp.MustCompile(`X-Tape: 1\r\n(?:[^\r]+\r\n)*?X-Request-ID: ([0-9a-f]+)\r\n`)

// sameRequest holds a forwarded request against the next forwardable one of
// the client's bytes, and returns what follows that.
func sameRequest(t *testing.T, m message, input []byte) (rest []byte) {
	for {
		r := new(gateway.Request)
		n, err := http1.ParseRequest(input, r, http1.Limits{})
		if err != nil {
			t.Errorf("nothing was to be forwarded: %v", err)
			return nil
		}
		var in http1.Reader
		source := bytes.NewReader(input[n:])
		in.Reset(source, make([]byte, 64<<10))
		var body []byte
		switch {
		case r.ContentLength > 0:
			var l http1.LengthReader
			l.Reset(&in, r.ContentLength)
			body, err = io.ReadAll(&l)
		case r.ContentLength < 0:
			var c http1.ChunkedReader
			c.Reset(&in, nil)
			body, err = io.ReadAll(&c)
		}
		if err != nil {
			t.Errorf("a body was forwarded that is none: %v", err)
			return nil
		}
		rest, _ = io.ReadAll(&in)
		if r.Method == "CONNECT" || string(r.Path) == "*" || len(r.Host) > 0 && !forwardable(r) {
			input = rest
			continue // answered by the proxy
		}
		target, _, _ := strings.Cut(m.target, "?")
		path, err := gateway.NormalizePath(nil, []byte(target))
		if err != nil || !bytes.Equal(path, r.Path) {
			t.Errorf("path %q became %q, %v", r.Path, m.target, err)
		}
		if m.method != r.Method || m.body != string(body) {
			t.Errorf("%s with %q became %s with %q", r.Method, body, m.method, m.body)
		}
		if len(r.Host) > 0 && m.host != string(r.Host) {
			t.Errorf("host %q became %q", r.Host, m.host)
		}
		return rest
	}
}

// forwardable reports whether the proxy answers to the host of a request at all.
func forwardable(r *gateway.Request) bool {
	_, ok := hostname(r.Host)
	return ok
}

// FuzzAnswering lets a server answer anything. What the client gets is a whole
// answer that reads alike to our parser and net/http, or one that is visibly cut.
func FuzzAnswering(f *testing.F) {
	for _, tt := range http1test.Answers() {
		f.Add([]byte(tt.Input), tt.Method == "HEAD")
	}
	for _, tt := range http1test.BadAnswers() {
		if len(tt.Input) < 1000 {
			f.Add([]byte(tt.Input), tt.Method == "HEAD")
		}
	}
	says := make(chan []byte, 1)
	url := script(f, "unix", func(c *scriptConn) {
		if c.request() != nil {
			select {
			case b := <-says:
				c.Write(b)
			default: // it is asked again after an answer of nothing
			}
		}
	})
	p := newProxy(f, Config{
		Hosts:     []string{"*"},
		Upstreams: []UpstreamConfig{{Name: "u", Servers: []Server{{URL: url}}}},
		Locations: []Location{{Path: "/", Action: Forward{Upstream: "u"}}},
	})
	address := serveUnix(f, p)
	f.Fuzz(func(t *testing.T, input []byte, head bool) {
		if len(input) > 64<<10 {
			return
		}
		select {
		case <-says:
		default:
		}
		says <- input
		method := "GET"
		if head {
			method = "HEAD"
		}
		got := converse(t, address, []byte(http1test.Head(method+" / HTTP/1.1", "Host: a", "Connection: close")))
		for {
			var r http1.Response
			n, err := http1.ParseResponse(got, method, &r, http1.Limits{Head: 128 << 10, Fields: 300})
			if err != nil {
				t.Fatalf("to %q the client gets %q: %v", input, got, err)
			}
			res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(got)), &http.Request{Method: method})
			if err != nil || res.StatusCode != r.Status {
				t.Fatalf("to %q the client gets %q, to net/http %v", input, got, err)
			}
			if got = got[n:]; r.Interim() {
				continue
			}
			theirs, terr := io.ReadAll(res.Body)
			ours, rest, oerr := receiveBody(&r, got)
			if (terr == nil) != (oerr == nil) || terr == nil && (string(theirs) != ours || rest != "") {
				t.Fatalf("to %q the client reads %q, %v, then %q; with net/http %q, %v", input, ours, oerr, rest, theirs, terr)
			}
			return
		}
	})
}

// receiveBody reads the body of a response and what follows it.
func receiveBody(r *http1.Response, input []byte) (body, rest string, err error) {
	var in http1.Reader
	in.Reset(bytes.NewReader(input), make([]byte, 64<<10))
	var b []byte
	switch r.Framing {
	case http1.FramingLength:
		var l http1.LengthReader
		l.Reset(&in, r.ContentLength)
		b, err = io.ReadAll(&l)
	case http1.FramingChunked:
		var c http1.ChunkedReader
		c.Reset(&in, nil)
		b, err = io.ReadAll(&c)
	case http1.FramingClose:
		b, err = io.ReadAll(&in)
	}
	left, _ := io.ReadAll(&in)
	return string(b), string(left), err
}
