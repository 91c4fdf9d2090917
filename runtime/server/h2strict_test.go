package server

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"stackgen.dev/runtime/gateway"
)

// h2client speaks frames.
type h2client struct {
	t *testing.T
	net.Conn
	*http2.Framer
	encoder *hpack.Encoder
	block   bytes.Buffer
	next    uint32
}

// dialHTTP2 opens a connection with prior knowledge and shakes hands.
func (r *running) dialHTTP2(t *testing.T) *h2client {
	c := r.dial()
	return newHTTP2Client(t, c)
}

func newHTTP2Client(t *testing.T, nc net.Conn) *h2client {
	c := &h2client{t: t, Conn: nc, next: 1}
	io.WriteString(nc, preface)
	c.Framer = http2.NewFramer(nc, nc)
	c.AllowIllegalWrites = true
	c.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	c.encoder = hpack.NewEncoder(&c.block)
	c.WriteSettings()
	c.WriteSettingsAck()
	return c
}

// encode is a header block of names and values.
func (c *h2client) encode(fields ...string) []byte {
	c.block.Reset()
	for i := 0; i < len(fields); i += 2 {
		c.encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return c.block.Bytes()
}

// ask opens a stream; end says that there is no body.
func (c *h2client) ask(end bool, fields ...string) uint32 {
	id := c.next
	c.next += 2
	c.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: c.encode(fields...), EndStream: end, EndHeaders: true})
	return id
}

// outcome is what became of a stream: a status with body and trailer, the word
// "reset" with its code, or "goaway".
type outcome struct {
	status, body, trailer string
}

func (c *h2client) outcome(id uint32) (o outcome) {
	c.t.Helper()
	for {
		f, err := c.ReadFrame()
		if err != nil {
			c.t.Fatalf("waiting for stream %d: %v", id, err)
		}
		switch f := f.(type) {
		case *http2.MetaHeadersFrame:
			if f.StreamID != id {
				continue
			}
			switch s := f.PseudoValue("status"); {
			case s == "":
				for _, field := range f.RegularFields() {
					o.trailer += field.Name + "=" + field.Value
				}
			case s != "100":
				o.status = s
			}
			if f.StreamEnded() {
				return o
			}
		case *http2.DataFrame:
			if f.StreamID == id {
				o.body += string(f.Data())
				if f.StreamEnded() {
					return o
				}
			}
		case *http2.RSTStreamFrame:
			if f.StreamID == id {
				if o.status == "" {
					o.status = "reset " + f.ErrCode.String()
				}
				return o
			}
		case *http2.GoAwayFrame:
			if f.ErrCode != http2.ErrCodeNo {
				o.status = "goaway " + f.ErrCode.String()
				return o
			}
		}
	}
}

// good are the pseudo-header fields of a request that nothing is wrong with.
func good(more ...string) []string {
	return append([]string{":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/"}, more...)
}

// What HTTP/1.1 refuses HTTP/2 refuses as well: a proxy writes it all into a
// request line and header lines.
func TestStrictHTTP2(t *testing.T) {
	with := func(name, value string) []string {
		f := good()
		for i := 0; i < len(f); i += 2 {
			if f[i] == name {
				f[i+1] = value
			}
		}
		return f
	}
	const reset = "reset PROTOCOL_ERROR"
	tests := []struct {
		name, rule string
		fields     []string
		body       string
		want       string
	}{
		{"plain", "RFC 9113, 8.3.1", good("x", "y"), "", "200"},
		{"Host beside :authority", "RFC 9113, 8.3.1", good("host", "A"), "", "200"},
		{"Host without :authority", "RFC 9113, 8.3.1", []string{":method", "GET", ":scheme", "http", ":path", "/", "host", "a"}, "", "200"},
		{"asterisk", "RFC 9113, 8.3.1", []string{":method", "OPTIONS", ":scheme", "http", ":authority", "a", ":path", "*"}, "", "200"},
		{"length", "RFC 9113, 8.1.1", good("content-length", "2"), "hi", "200"},
		{"expectation", "RFC 9110, 10.1.1", good("expect", "100-continue", "content-length", "2"), "hi", "200"},
		{"trailers asked for", "RFC 9113, 8.2.2", good("te", "trailers"), "", "200"},

		{"request line in :method", "RFC 9110, 9.1", with(":method", "GET /evil HTTP/1.1\r\nhost: b\r\n\r\n"), "", reset},
		{"spaces in :method", "RFC 9110, 9.1", with(":method", "GET /evil HTTP/1.1"), "", "400"},
		{":method in lower case", "RFC 9110, 9.1", with(":method", "get"), "", "400"},
		{":method that nobody has", "RFC 9110, 9.1", with(":method", strings.Repeat("A", 33)), "", "501"},
		{"no :method", "RFC 9113, 8.3.1", good()[2:], "", reset},
		{"two :method", "RFC 9113, 8.3", append([]string{":method", "GET"}, good()...), "", reset},
		{"unknown pseudo-header field", "RFC 9113, 8.3", append([]string{":evil", "x"}, good()...), "", reset},
		{"pseudo-header field behind others", "RFC 9113, 8.3", append([]string{"x", "y"}, good()...), "", reset},
		{"relative :path", "RFC 9113, 8.3.1", with(":path", "index.html"), "", reset},
		{"absolute :path", "RFC 9113, 8.3.1", with(":path", "http://b/"), "", "400"},
		{"empty :path", "RFC 9113, 8.3.1", with(":path", ""), "", reset},
		{"asterisk for GET", "RFC 9113, 8.3.1", with(":path", "*"), "", "400"},
		{"space in :path", "RFC 3986, 2", with(":path", "/ HTTP/1.1"), "", "400"},
		{"space in the query", "RFC 3986, 2", with(":path", "/?a b"), "", "400"},
		{"fragment in :path", "RFC 9112, 3.2.1", with(":path", "/a#b"), "", "400"},
		{"NUL in :path", "RFC 3986, 7.3", with(":path", "/a%00"), "", "400"},
		{"dot segments above the root", "RFC 3986, 5.2.4", with(":path", "/../a"), "", "400"},
		{"path in :authority", "RFC 9113, 8.3.1", with(":authority", "a/b"), "", "400"},
		{"space in :authority", "RFC 9113, 8.3.1", with(":authority", "a b"), "", "400"},
		{"user information in :authority", "RFC 9113, 8.3.1", with(":authority", "u@a"), "", reset},
		{"empty :authority", "RFC 9113, 8.3.1", with(":authority", ""), "", "400"},
		{"Host against :authority", "RFC 9113, 8.3.1", good("host", "b"), "", "400"},
		{"two Hosts", "RFC 9112, 3.2", good("host", "a", "host", "a"), "", "400"},
		{"other scheme", "RFC 9113, 8.3.1", with(":scheme", "ftp"), "", reset},
		{"CONNECT with a path", "RFC 9113, 8.5", with(":method", "CONNECT"), "", reset},
		{"CONNECT without a port", "RFC 9113, 8.5", []string{":method", "CONNECT", ":authority", "a"}, "", "400"},

		{"name in upper case", "RFC 9113, 8.2.1", good("X", "y"), "", reset},
		{"name with a colon", "RFC 9113, 8.2.1", good("x:y", "z"), "", reset},
		{"name with a space", "RFC 9113, 8.2.1", good("x y", "z"), "", reset},
		{"line break in a value", "RFC 9113, 8.2.1", good("x", "y\r\ntransfer-encoding: chunked"), "", reset},
		{"NUL in a value", "RFC 9113, 8.2.1", good("x", "y\x00"), "", reset},
		{"space around a value", "RFC 9113, 8.2.1", good("x", " y"), "", "400"},
		{"Connection", "RFC 9113, 8.2.2", good("connection", "x"), "", "400"},
		{"Transfer-Encoding", "RFC 9113, 8.2.2", good("transfer-encoding", "chunked"), "0\r\n\r\n", "400"},
		{"Upgrade", "RFC 9113, 8.2.2", good("upgrade", "websocket"), "", "400"},
		{"another TE", "RFC 9113, 8.2.2", good("te", "gzip"), "", "400"},
		{"more than the length", "RFC 9113, 8.1.1", good("content-length", "1"), "hi", reset},
		{"less than the length", "RFC 9113, 8.1.1", good("content-length", "3"), "hi", "400"},
		{"a length and no body", "RFC 9113, 8.1.1", good("content-length", "3"), "", "400"},
		{"length that is no number", "RFC 9110, 8.6", good("content-length", "2x"), "hi", "*"},
		{"length with a sign", "RFC 9110, 8.6", good("content-length", "+2"), "hi", "*"},
		{"different lengths", "RFC 9110, 8.6", good("content-length", "2", "content-length", "3"), "hi", "400"},
		{"two Content-Types", "RFC 9110, 8.3", good("content-type", "a/b", "content-type", "a/b"), "", "400"},
		{"another expectation", "RFC 9110, 10.1.1", good("expect", "more"), "", "417"},
	}
	served := make(chan string, 1)
	r := start(t, Config{}, func(x *gateway.Exchange) {
		q := &x.Request
		if q.Body != nil {
			if _, err := io.ReadAll(q.Body); err != nil {
				answerError(x, err)
				return
			}
		}
		if q.Scheme != "http" || q.Header.Has("Host") || !strings.EqualFold(string(q.Host), "a") {
			t.Errorf("%s %s from %q, Host %q", q.Scheme, q.Path, q.Host, q.Header.Get("Host"))
		}
		served <- string(q.Path)
	})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := r.dialHTTP2(t)
			id := c.ask(tt.body == "", tt.fields...)
			if tt.body != "" {
				c.WriteData(id, true, []byte(tt.body))
			}
			o := c.outcome(id)
			if o.status != tt.want && (tt.want != "*" || o.status != "400" && o.status != reset) {
				t.Errorf("%s: %s, want %s", tt.rule, o.status, tt.want)
			}
			if answered := len(served) > 0; answered != (tt.want == "200") {
				t.Errorf("%s: a handler answered: %v", tt.rule, answered)
			}
			for len(served) > 0 {
				<-served
			}
		})
	}
}

// The scheme is the connection's, whatever the client says.
func TestStrictHTTP2Scheme(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {
		scheme := x.Request.Scheme
		if x.Request.TLS != nil {
			scheme += " " + x.Request.TLS.NegotiatedProtocol
		}
		x.Response.Text(scheme)
	})
	files, pool := certificate(t)
	config, _, err := TLS{Certificates: []Certificate{files}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go r.ServeTLS(l, config)
	secure, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pool, ServerName: "localhost", NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer secure.Close()
	secure.SetDeadline(time.Now().Add(patience))
	for scheme, c := range map[string]*h2client{"http": r.dialHTTP2(t), "https h2": newHTTP2Client(t, secure)} {
		for _, said := range []string{"http", "https"} {
			id := c.ask(true, ":method", "GET", ":scheme", said, ":authority", "a", ":path", "/")
			if o := c.outcome(id); o.status != "200" || o.body != scheme {
				t.Errorf("said to be %s: %s %s, want %s", said, o.status, o.body, scheme)
			}
		}
	}
}

// Bodies, trailers and HEAD are what they are on HTTP/1.1.
func TestStrictHTTP2Messages(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {
		q := &x.Request
		var b []byte
		if q.Body != nil {
			b, _ = io.ReadAll(q.Body)
		}
		x.Response.Header.Add("Trailer", "X-Sum")
		x.Response.Stream(func(w gateway.BodyWriter) error {
			fmt.Fprintf(w, "%s %s %s", q.Method, b, q.Trailer.Get("X-A"))
			w.Trailer().Add("X-Sum", "7")
			return nil
		})
	})
	c := r.dialHTTP2(t)
	id := c.ask(false, ":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/", "trailer", "x-a")
	c.WriteData(id, false, []byte("hi"))
	c.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: c.encode("x-a", "1"), EndStream: true, EndHeaders: true})
	if o := c.outcome(id); o != (outcome{"200", "POST hi 1", "x-sum=7"}) {
		t.Errorf("got %+v", o)
	}
	id = c.ask(true, ":method", "HEAD", ":scheme", "http", ":authority", "a", ":path", "/")
	if o := c.outcome(id); o.status != "200" || o.body != "" {
		t.Errorf("HEAD: %+v", o)
	}
}
