package http1

import (
	"errors"
	"fmt"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1/http1test"
)

func TestParseResponseAccepts(t *testing.T) {
	tests := []struct {
		name, method, input string
		want                string // status reason framing length close
	}{
		{"length", "GET", http1test.Head("HTTP/1.1 200 OK", "Content-Length: 5"), "200 OK length 5 false"},
		{"no length and no body", "GET", http1test.Head("HTTP/1.1 200 OK", "Content-Length: 0"), "200 OK none 0 false"},
		{"chunked", "GET", http1test.Head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "200 OK chunked -1 false"},
		{"until close", "GET", http1test.Head("HTTP/1.1 200 OK"), "200 OK close -1 true"},
		{"close", "GET", http1test.Head("HTTP/1.1 200 OK", "Content-Length: 5", "Connection: close"), "200 OK length 5 true"},
		{"version 1.0", "GET", http1test.Head("HTTP/1.0 200 OK", "Content-Length: 5"), "200 OK length 5 true"},
		{"version 1.0 kept alive", "GET", http1test.Head("HTTP/1.0 200 OK", "Content-Length: 5", "Connection: keep-alive"), "200 OK length 5 false"},
		{"HEAD", "HEAD", http1test.Head("HTTP/1.1 200 OK", "Content-Length: 5"), "200 OK none 5 false"},
		{"HEAD of a chunked one", "HEAD", http1test.Head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "200 OK none -1 false"},
		{"304", "GET", http1test.Head("HTTP/1.1 304 Not Modified", "Content-Length: 5"), "304 Not Modified none 5 false"},
		{"204", "GET", http1test.Head("HTTP/1.1 204 No Content"), "204 No Content none -1 false"},
		{"204 with length 0", "GET", http1test.Head("HTTP/1.1 204 No Content", "Content-Length: 0"), "204 No Content none 0 false"},
		{"interim", "GET", http1test.Head("HTTP/1.1 103 Early Hints", "Link: </a>"), "103 Early Hints none -1 false"},
		{"upgrade", "GET", http1test.Head("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: upgrade"), "101 Switching Protocols none -1 true"},
		{"tunnel", "CONNECT", http1test.Head("HTTP/1.1 200 OK"), "200 OK none -1 true"},
		{"refused tunnel", "CONNECT", http1test.Head("HTTP/1.1 403 No", "Content-Length: 2"), "403 No length 2 false"},
		{"empty reason", "GET", http1test.Head("HTTP/1.1 200 ", "Content-Length: 5"), "200  length 5 false"},
		{"no reason", "GET", http1test.Head("HTTP/1.1 200", "Content-Length: 5"), "200  length 5 false"},
		{"reason beyond ASCII", "GET", http1test.Head("HTTP/1.1 200 Schön", "Content-Length: 5"), "200 Schön length 5 false"},
		{"Host and Expect mean nothing", "GET", http1test.Head("HTTP/1.1 200 OK", "Content-Length: 5", "Expect: x", "Host: a", "Host: b"), "200 OK length 5 false"},
	}
	framings := [...]string{"none", "length", "chunked", "close"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r Response
			n, err := ParseResponse([]byte(tt.input+"body"), tt.method, &r, Limits{})
			if err != nil || n != len(tt.input) {
				t.Fatalf("ParseResponse = %d, %v, want %d", n, err, len(tt.input))
			}
			got := fmt.Sprintf("%d %s %s %d %v", r.Status, r.Reason, framings[r.Framing], r.ContentLength, r.Close)
			if got != tt.want {
				t.Errorf("parsed as %s, want %s", got, tt.want)
			}
			for i := range len(tt.input) {
				if n, err := ParseResponse([]byte(tt.input[:i]), tt.method, &r, Limits{}); n != 0 || err != ErrIncomplete {
					t.Fatalf("after %d bytes: %d, %v, want ErrIncomplete", i, n, err)
				}
			}
		})
	}
}

// Every answer of the table that a proxy must not pass on is refused, however
// it arrives; or is the beginning of one, where the server closes too early.
func TestParseResponseRefuses(t *testing.T) {
	for _, tt := range http1test.BadAnswers() {
		t.Run(tt.Name, func(t *testing.T) {
			input := []byte(tt.Input)
			for interim := 0; ; interim++ {
				var r Response
				n, err := ParseResponse(input, tt.Method, &r, Limits{Head: 64 << 10, Fields: 200})
				var refusal *gateway.Error
				switch {
				case err == nil && (r.Interim() || r.Status == 101):
					if r.Status == 101 || interim > 32 {
						return // whether it was asked for is the proxy's to know
					}
					input = input[n:]
					continue
				case err == ErrIncomplete && n == 0 && len(input) < 64<<10:
					return
				case n != 0 || !errors.As(err, &refusal) || refusal.Status != 502:
					t.Errorf("%s: ParseResponse = %d, %v, want a refusal with 502", tt.Rule, n, err)
				}
				return
			}
		})
	}
}

func TestInterim(t *testing.T) {
	for status, want := range map[int]bool{100: true, 103: true, 101: false, 200: false} {
		if r := (Response{Status: status}); r.Interim() != want {
			t.Errorf("%d is interim: %v", status, !want)
		}
	}
}
