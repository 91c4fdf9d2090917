package http1

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1/http1test"
)

// FuzzRequests reads a whole stream of requests beside net/http. As long as both
// accept, every message must have the same head, the same content and the same
// end: a difference there is what request smuggling is made of.
func FuzzRequests(f *testing.F) {
	for _, tt := range http1test.Requests() {
		f.Add([]byte(tt.Input + http1test.Smuggled))
	}
	for _, tt := range http1test.Refusals() {
		if len(tt.Input) < 1000 {
			f.Add([]byte(tt.Input + "hello" + http1test.Smuggled))
		}
	}
	for _, tt := range http1test.BadBodies() {
		f.Add([]byte(http1test.Head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + tt.Coding + http1test.Smuggled))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		ourSource, theirSource := bytes.NewReader(input), bytes.NewReader(input)
		var in Reader
		in.Reset(ourSource, make([]byte, 32<<10))
		theirs := bufio.NewReader(theirSource)
		for range 5 {
			r, err := nextRequest(&in)
			if err != nil {
				return
			}
			body, err := content(&in, r)
			if err != nil {
				return
			}
			req, terr := http.ReadRequest(theirs)
			if terr != nil || r.Method == "CONNECT" {
				return
			}
			compare(t, r, req)
			theirBody, terr := io.ReadAll(req.Body)
			if terr != nil {
				return
			}
			if !bytes.Equal(body, theirBody) {
				t.Fatalf("content %q, net/http reads %q", body, theirBody)
			}
			for name, values := range req.Trailer {
				if n := r.Trailer.Count(name); n != len(values) {
					t.Errorf("%d trailer fields %s, net/http reads %d", n, name, len(values))
				}
			}
			left, theirLeft := len(in.Buffered())+ourSource.Len(), theirs.Buffered()+theirSource.Len()
			if left != theirLeft {
				t.Fatalf("%d bytes behind the message, net/http leaves %d", left, theirLeft)
			}
		}
	})
}

// nextRequest reads a head from in, into memory of its own.
func nextRequest(in *Reader) (*gateway.Request, error) {
	for {
		r := new(gateway.Request)
		n, err := ParseRequest(bytes.Clone(in.Buffered()), r, Limits{})
		if err == nil {
			in.Discard(n)
			return r, nil
		}
		if err != ErrIncomplete {
			return nil, err
		}
		if err := in.Fill(); err != nil {
			return nil, err
		}
	}
}

// content reads a request's body.
func content(in *Reader, r *gateway.Request) ([]byte, error) {
	switch {
	case r.ContentLength > 0:
		var l LengthReader
		l.Reset(in, r.ContentLength)
		return io.ReadAll(&l)
	case r.ContentLength < 0:
		var c ChunkedReader
		c.Reset(in, &r.Trailer)
		return io.ReadAll(&c)
	}
	return nil, nil
}

// FuzzAnswers reads an answer with its body beside net/http.
func FuzzAnswers(f *testing.F) {
	for _, tt := range http1test.Answers() {
		f.Add([]byte(tt.Input), tt.Method == "HEAD")
	}
	for _, tt := range http1test.BadAnswers() {
		if len(tt.Input) < 1000 {
			f.Add([]byte(tt.Input), tt.Method == "HEAD")
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, head bool) {
		method := "GET"
		if head {
			method = "HEAD"
		}
		var r Response
		n, err := ParseResponse(input, method, &r, Limits{})
		if err != nil {
			return
		}
		source := bytes.NewReader(input[n:])
		var in Reader
		in.Reset(source, make([]byte, 32<<10))
		var body []byte
		var trailer gateway.Header
		switch r.Framing {
		case FramingLength:
			var l LengthReader
			l.Reset(&in, r.ContentLength)
			body, err = io.ReadAll(&l)
		case FramingChunked:
			var c ChunkedReader
			c.Reset(&in, &trailer)
			body, err = io.ReadAll(&c)
		case FramingClose:
			body, err = io.ReadAll(&in)
		}
		if err != nil {
			return
		}
		theirSource := bytes.NewReader(input)
		buffered := bufio.NewReader(theirSource)
		res, err := http.ReadResponse(buffered, &http.Request{Method: method})
		if err != nil {
			return
		}
		theirBody, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode == 101 {
			return
		}
		if res.StatusCode != r.Status || !bytes.Equal(body, theirBody) {
			t.Fatalf("%d with %q, net/http reads %d with %q", r.Status, body, res.StatusCode, theirBody)
		}
		left, theirLeft := len(in.Buffered())+source.Len(), buffered.Buffered()+theirSource.Len()
		if left != theirLeft {
			t.Errorf("%d bytes behind the message, net/http leaves %d", left, theirLeft)
		}
		for name, values := range res.Header {
			if name == "Connection" || name == "Content-Length" || name == "Cache-Control" {
				continue // net/http joins or adds these
			}
			if n := r.Header.Count(name); n != len(values) {
				t.Errorf("%d fields %s, net/http reads %d", n, name, len(values))
			}
		}
	})
}
