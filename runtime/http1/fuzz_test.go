package http1

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1/http1test"
)

// FuzzParseRequest holds the parser against net/http: whatever both accept has
// to mean the same. What we accept is also written down again, as a
// proxy would, and has to be read as the same request by both.
func FuzzParseRequest(f *testing.F) {
	for _, tt := range http1test.Requests() {
		f.Add([]byte(tt.Input + "body"))
	}
	for _, tt := range http1test.Refusals() {
		f.Add([]byte(tt.Input))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		var r gateway.Request
		n, err := ParseRequest(input, &r, Limits{})
		if err != nil {
			var refusal *gateway.Error
			if n != 0 || err != ErrIncomplete && !errors.As(err, &refusal) {
				t.Fatalf("ParseRequest = %d, %v", n, err)
			}
			return
		}
		if n <= 0 || n > len(input) {
			t.Fatalf("a head of %d bytes in %d", n, len(input))
		}
		if len(r.Path) > 0 && r.Path[0] != '/' && string(r.Path) != "*" {
			t.Fatalf("path %q", r.Path)
		}
		for i := range min(n, 400) {
			if _, err := ParseRequest(input[:i], new(gateway.Request), Limits{}); err != ErrIncomplete {
				t.Fatalf("the first %d of %d bytes: %v", i, n, err)
			}
		}
		if theirs, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(input))); err == nil {
			compare(t, &r, theirs)
		}
		forward(t, &r)
	})
}

// compare holds what we read against what net/http read.
func compare(t *testing.T, r *gateway.Request, theirs *http.Request) {
	t.Helper()
	if r.Method != theirs.Method {
		t.Errorf("method %q, net/http reads %q", r.Method, theirs.Method)
	}
	if string(r.Host) != theirs.Host {
		t.Errorf("host %q, net/http reads %q", r.Host, theirs.Host)
	}
	chunked := len(theirs.TransferEncoding) > 0
	if chunked != (r.ContentLength < 0) || !chunked && theirs.ContentLength != r.ContentLength {
		t.Errorf("length %d, net/http reads %d, %v", r.ContentLength, theirs.ContentLength, theirs.TransferEncoding)
	}
	if r.Method != "CONNECT" && string(r.Query) != theirs.URL.RawQuery {
		t.Errorf("query %q, net/http reads %q", r.Query, theirs.URL.RawQuery)
	}
	if p := theirs.URL.Path; r.Method != "CONNECT" && p != "" && p != "*" && !strings.Contains(p, "/.") {
		if ours := string(gateway.AppendSegment(nil, r.Path)); ours != p {
			t.Errorf("path %q, net/http reads %q", ours, p)
		}
	}
	for name, values := range theirs.Header {
		if name == "Connection" || name == "Content-Length" || name == "Pragma" || name == "Cache-Control" {
			continue // net/http joins or adds these
		}
		if n := r.Header.Count(name); n != len(values) {
			t.Errorf("%d fields %s, net/http reads %d", n, name, len(values))
		}
	}
}

// forward writes the request anew and reads that.
func forward(t *testing.T, r *gateway.Request) {
	t.Helper()
	if r.Method == "CONNECT" || string(r.Path) == "*" {
		return
	}
	target := gateway.AppendPath(nil, r.Path)
	if len(r.Query) > 0 {
		target = append(append(target, '?'), r.Query...)
	}
	out := AppendRequestLine(nil, r.Method, target)
	out = AppendField(out, []byte("Host"), append([]byte("x"), r.Host...))
	for _, f := range r.Header.Fields() {
		if !gateway.EqualFold(f.Name, "Host") {
			out = AppendField(out, f.Name, f.Value)
		}
	}
	out = AppendEnd(out)
	var again gateway.Request
	if len(r.Host) > 0 && r.Host[0] == '[' || r.Proto == gateway.HTTP10 {
		return
	}
	n, err := ParseRequest(out, &again, Limits{Head: 1 << 20, Fields: 1000})
	if err != nil || n != len(out) {
		t.Fatalf("forwarded as %q: %d, %v", out, n, err)
	}
	if !bytes.Equal(again.Path, r.Path) || !bytes.Equal(again.Query, r.Query) || again.ContentLength != r.ContentLength ||
		again.Header.Len() != r.Header.Len() && r.Header.Has("Host") {
		t.Errorf("forwarded as %q, which reads differently", out)
	}
}

// FuzzParseResponse checks the bounds of the parser on bytes of an upstream.
func FuzzParseResponse(f *testing.F) {
	f.Add([]byte(http1test.Head("HTTP/1.1 200 OK", "Content-Length: 5")+"hello"), "GET")
	f.Add([]byte(http1test.Head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")+"0\r\n\r\n"), "GET")
	f.Add([]byte(http1test.Head("HTTP/1.0 304")), "HEAD")
	f.Fuzz(func(t *testing.T, input []byte, method string) {
		var r Response
		n, err := ParseResponse(input, method, &r, Limits{})
		if err != nil {
			return
		}
		if n <= 0 || n > len(input) || r.Status < 100 || r.Status > 599 {
			t.Fatalf("a head of %d bytes in %d, status %d", n, len(input), r.Status)
		}
		theirs, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(input)), &http.Request{Method: method})
		if err != nil || method == "CONNECT" {
			return
		}
		if theirs.StatusCode != r.Status {
			t.Errorf("status %d, net/http reads %d", r.Status, theirs.StatusCode)
		}
		want := map[Framing]int64{FramingNone: theirs.ContentLength, FramingLength: r.ContentLength, FramingChunked: -1, FramingClose: -1}[r.Framing]
		if r.Framing != FramingNone && theirs.ContentLength != want {
			t.Errorf("framing %d of %d bytes, net/http reads %d", r.Framing, r.ContentLength, theirs.ContentLength)
		}
	})
}

// FuzzChunkedReader holds the decoder against net/http's, and against itself
// on input that comes in other pieces.
func FuzzChunkedReader(f *testing.F) {
	f.Add([]byte("5;a=b\r\nhello\r\n0\r\nX: a\r\n\r\nnext"), 3)
	f.Add([]byte("0\r\n\r\n"), 1)
	f.Add([]byte("5\r\nhello"), 100)
	f.Fuzz(func(t *testing.T, input []byte, size int) {
		size = 1 + (size&0xffff)%9000
		content, rest, err := decode(input, 4096)
		content2, rest2, err2 := decode(input, size)
		if content != content2 || rest != rest2 || (err == nil) != (err2 == nil) {
			t.Fatalf("by 4096: %q, %v, rest %q; by %d: %q, %v, rest %q", content, err, rest, size, content2, err2, rest2)
		}
		if err != nil {
			return
		}
		req, rerr := http.ReadRequest(bufio.NewReader(io.MultiReader(
			strings.NewReader("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), bytes.NewReader(input))))
		if rerr != nil {
			t.Fatal(rerr)
		}
		if theirs, terr := io.ReadAll(req.Body); terr == nil && string(theirs) != content {
			t.Errorf("content %q, net/http reads %q", content, theirs)
		}
	})
}

func decode(input []byte, size int) (content, rest string, err error) {
	var in Reader
	in.Reset(bytes.NewReader(input), make([]byte, 2*MinBuffer))
	var c ChunkedReader
	c.Reset(&in, new(gateway.Header))
	content, err = readAll(&c, size)
	if err == nil {
		b, _ := io.ReadAll(&in)
		rest = string(b)
	}
	return content, rest, err
}
