package http1

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1/http1test"
)

// Every refusal of the table, also where the head arrives in two pieces: the
// parser sees the beginning first and says the same, or that it is incomplete.
func TestParseRequestRefuses(t *testing.T) {
	for _, tt := range http1test.Refusals() {
		t.Run(tt.Name, func(t *testing.T) {
			for i := 1; i <= len(tt.Input); i++ {
				if len(tt.Input) > 4<<10 && i < len(tt.Input) && i%997 != 0 {
					continue
				}
				var r gateway.Request
				n, err := ParseRequest([]byte(tt.Input[:i]), &r, Limits{})
				if i < len(tt.Input) && err == ErrIncomplete {
					continue
				}
				var refusal *gateway.Error
				if n != 0 || !errors.As(err, &refusal) {
					t.Fatalf("%s: after %d bytes ParseRequest = %d, %v, want a refusal", tt.Rule, i, n, err)
				}
				if refusal.Status != tt.Status {
					t.Errorf("%s: after %d bytes status %d (%s), want %d", tt.Rule, i, refusal.Status, refusal.Reason, tt.Status)
				}
			}
		})
	}
}

func TestParseRequestAccepts(t *testing.T) {
	for _, tt := range http1test.Requests() {
		t.Run(tt.Name, func(t *testing.T) {
			var r gateway.Request
			n, err := ParseRequest([]byte(tt.Input+http1test.Smuggled), &r, Limits{})
			if err != nil || n <= 0 || n > len(tt.Input) {
				t.Fatalf("%s: ParseRequest = %d, %v in %d bytes", tt.Rule, n, err, len(tt.Input))
			}
			got := fmt.Sprintf("%s %q%q?%q %d persistent=%v", r.Method, r.Host, r.Path, r.Query, r.ContentLength, Persistent(r.Proto, &r.Header))
			want := fmt.Sprintf("%s %q%q?%q %d persistent=%v", tt.Method, tt.Host, tt.Path, tt.Query, tt.Length, tt.Persistent)
			if got != want {
				t.Errorf("%s: parsed as %s, want %s", tt.Rule, got, want)
			}
			body, trailer, rest := readBody(t, &r, tt.Input[n:]+http1test.Smuggled)
			if body != tt.Body || trailer != tt.Trailer || rest != http1test.Smuggled {
				t.Errorf("%s: body %q, trailer %q, then %q", tt.Rule, body, trailer, rest)
			}
			for i := range n {
				if n, err := ParseRequest([]byte(tt.Input[:i]), &r, Limits{}); n != 0 || err != ErrIncomplete {
					t.Fatalf("after %d bytes: %d, %v, want ErrIncomplete", i, n, err)
				}
			}
		})
	}
}

// readBody reads the body of a request from what follows its head.
func readBody(t *testing.T, r *gateway.Request, input string) (body, trailer, rest string) {
	t.Helper()
	in := reader(input)
	var err error
	switch {
	case r.ContentLength > 0:
		var l LengthReader
		l.Reset(in, r.ContentLength)
		body, err = readAll(&l, 100)
	case r.ContentLength < 0:
		var c ChunkedReader
		c.Reset(in, &r.Trailer)
		body, err = readAll(&c, 100)
	}
	if err != nil {
		t.Fatalf("reading the body: %v", err)
	}
	left, _ := io.ReadAll(in)
	return body, list(&r.Trailer), string(left)
}

// list is a header as one string.
func list(h *gateway.Header) string {
	var fields []string
	for _, f := range h.Fields() {
		fields = append(fields, string(f.Name)+"="+string(f.Value))
	}
	return strings.Join(fields, ";")
}

func TestParseRequestFields(t *testing.T) {
	var r gateway.Request
	input := http1test.Head("GET / HTTP/1.1", "Host: a", "Accept:  text/html \t", "X-Empty:", "accept: b", "X:\ta\tb")
	if _, err := ParseRequest([]byte(input), &r, Limits{}); err != nil {
		t.Fatal(err)
	}
	if got, want := list(&r.Header), "Host=a;Accept=text/html;X-Empty=;accept=b;X=a\tb"; got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
}

func TestParseRequestAllocatesNothing(t *testing.T) {
	input := []byte(http1test.Head("GET /a%20b/../c?d=e HTTP/1.1", "Host: example.com", "Accept: text/html",
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko", "Cookie: a=b; c=d", "Connection: keep-alive, x"))
	var r gateway.Request
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := ParseRequest(input, &r, Limits{}); err != nil {
			t.Fatal(err)
		}
		if !Persistent(r.Proto, &r.Header) || ExpectsContinue(&r) {
			t.Fatal("read wrongly")
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations per request, want 0", allocs)
	}
}

func TestValidValue(t *testing.T) {
	// Every byte at every place of a word and behind it.
	for c := range 256 {
		want := c >= ' ' && c != 0x7f || c == '\t'
		for at := range 17 {
			b := bytes.Repeat([]byte{'a'}, 17)
			b[at] = byte(c)
			if ValidValue(b) != want {
				t.Errorf("byte %#x at %d: valid is %v, want %v", c, at, !want, want)
			}
		}
	}
}

func BenchmarkParseRequest(b *testing.B) {
	input := []byte(http1test.Head("GET /posts/hello-world/ HTTP/1.1", "Host: example.com", "Accept: text/html,application/xhtml+xml",
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Accept-Encoding: gzip, deflate, br",
		"Accept-Language: en-US,en;q=0.5", "Cookie: sessionid=0123456789abcdef0123456789abcdef", "Connection: keep-alive"))
	var r gateway.Request
	b.SetBytes(int64(len(input)))
	for b.Loop() {
		if _, err := ParseRequest(input, &r, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
