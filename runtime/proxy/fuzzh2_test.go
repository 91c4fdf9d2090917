package proxy

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"stackgen.dev/runtime/gateway"
)

// FuzzHTTP2Forwarding sends any HTTP/2 request through engine and proxy. What
// is forwarded as HTTP/1.1 is one request, read alike by two parsers, with the
// method, the host, the path and the content that were asked for.
func FuzzHTTP2Forwarding(f *testing.F) {
	f.Add("GET", "/", "a", "x", "y", "")
	f.Add("POST", "/a/../b%2fc?d", "a:80", "content-length", "2", "hi")
	f.Add("POST", "/", "a", "transfer-encoding", "chunked", "0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n")
	f.Add("GET /evil HTTP/1.1", "/ HTTP/1.1\r\n", "a\r\nx: y", "host", "b", "")
	f.Add("OPTIONS", "*", "a", "te", "trailers", "")
	f.Add("CONNECT", "", "a:80", "expect", "100-continue", "hi")
	f.Add("PUT", "//evil/%00", "[::1]", "cookie", "a=b", "x")
	f.Add("GET", "/", "a", "upgrade", "websocket", "")
	f.Add("GET", "/", "a", "connection", "x", "")
	f.Add("GET", "/", "", "host", "a", "")
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
	f.Fuzz(func(t *testing.T, method, path, authority, name, value, body string) {
		if len(method)+len(path)+len(authority)+len(name)+len(value) > 8<<10 || len(body) > 8<<10 {
			return
		}
		id := askHTTP2(t, address, body, ":method", method, ":scheme", "http", ":authority", authority, ":path", path, name, value)
		if id == "" {
			return // refused, or answered by the proxy
		}
		raw := tp.of(t, id)
		tp.other = nil
		ours, err := receive(raw)
		if err != nil {
			t.Fatalf("our parser refuses %q: %v", raw, err)
		}
		if theirs, err := receiveHTTP(raw); err != nil {
			t.Fatalf("net/http refuses %q: %v", raw, err)
		} else if ours != theirs {
			t.Fatalf("forwarded as %q: we read\n%+v, net/http\n%+v", raw, ours, theirs)
		}
		if authority == "" && name == "host" {
			authority = value
		}
		asked, _, _ := strings.Cut(path, "?")
		want, werr := gateway.NormalizePath(nil, []byte(asked))
		target, _, _ := strings.Cut(ours.target, "?")
		got, gerr := gateway.NormalizePath(nil, []byte(target))
		if werr != nil || gerr != nil || !bytes.Equal(got, want) {
			t.Errorf("path %q became %q", path, ours.target)
		}
		if ours.method != method || ours.host != authority || ours.body != body {
			t.Errorf("%s of %q with %q became %+v", method, authority, body, ours)
		}
	})
}

// askHTTP2 sends one request on a connection of its own and returns its id if a
// tape has answered it.
func askHTTP2(t *testing.T, address, body string, fields ...string) (id string) {
	c, err := net.Dial("unix", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(testLimit))
	var out, block bytes.Buffer
	out.WriteString("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	framer := http2.NewFramer(&out, c)
	framer.AllowIllegalWrites = true
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	encoder := hpack.NewEncoder(&block)
	for i := 0; i < len(fields); i += 2 {
		encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	framer.WriteSettings()
	framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndStream: body == "", EndHeaders: true})
	if body != "" {
		framer.WriteData(1, true, []byte(body))
	}
	c.Write(out.Bytes())
	taped := false
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			if e, ok := err.(net.Error); ok && e.Timeout() {
				t.Fatalf("no answer to %q", fields)
			}
			return ""
		}
		switch frame := frame.(type) {
		case *http2.MetaHeadersFrame:
			for _, field := range frame.RegularFields() {
				switch field.Name {
				case "x-tape":
					taped = true
				case "x-request-id":
					id = field.Value
				}
			}
			if s := frame.PseudoValue("status"); s != "100" && !taped {
				return ""
			}
		case *http2.RSTStreamFrame, *http2.GoAwayFrame:
			return ""
		}
		if h := frame.Header(); h.StreamID == 1 && h.Flags.Has(http2.FlagDataEndStream) {
			return id
		}
	}
}
