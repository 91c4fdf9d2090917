package http1

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

func TestParseResponseAccepts(t *testing.T) {
	tests := []struct {
		name, method, input string
		want                string // status reason framing length close
	}{
		{"length", "GET", head("HTTP/1.1 200 OK", "Content-Length: 5"), "200 OK length 5 false"},
		{"no length and no body", "GET", head("HTTP/1.1 200 OK", "Content-Length: 0"), "200 OK none 0 false"},
		{"chunked", "GET", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "200 OK chunked -1 false"},
		{"until close", "GET", head("HTTP/1.1 200 OK"), "200 OK close -1 true"},
		{"close", "GET", head("HTTP/1.1 200 OK", "Content-Length: 5", "Connection: close"), "200 OK length 5 true"},
		{"version 1.0", "GET", head("HTTP/1.0 200 OK", "Content-Length: 5"), "200 OK length 5 true"},
		{"version 1.0 kept alive", "GET", head("HTTP/1.0 200 OK", "Content-Length: 5", "Connection: keep-alive"), "200 OK length 5 false"},
		{"HEAD", "HEAD", head("HTTP/1.1 200 OK", "Content-Length: 5"), "200 OK none 5 false"},
		{"HEAD of a chunked one", "HEAD", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "200 OK none -1 false"},
		{"304", "GET", head("HTTP/1.1 304 Not Modified", "Content-Length: 5"), "304 Not Modified none 5 false"},
		{"204", "GET", head("HTTP/1.1 204 No Content"), "204 No Content none -1 false"},
		{"204 with length 0", "GET", head("HTTP/1.1 204 No Content", "Content-Length: 0"), "204 No Content none 0 false"},
		{"interim", "GET", head("HTTP/1.1 103 Early Hints", "Link: </a>"), "103 Early Hints none -1 false"},
		{"upgrade", "GET", head("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: upgrade"), "101 Switching Protocols none -1 true"},
		{"tunnel", "CONNECT", head("HTTP/1.1 200 OK"), "200 OK none -1 true"},
		{"refused tunnel", "CONNECT", head("HTTP/1.1 403 No", "Content-Length: 2"), "403 No length 2 false"},
		{"empty reason", "GET", head("HTTP/1.1 200 ", "Content-Length: 5"), "200  length 5 false"},
		{"no reason", "GET", head("HTTP/1.1 200", "Content-Length: 5"), "200  length 5 false"},
		{"reason beyond ASCII", "GET", head("HTTP/1.1 200 Schön", "Content-Length: 5"), "200 Schön length 5 false"},
		{"Host and Expect mean nothing", "GET", head("HTTP/1.1 200 OK", "Content-Length: 5", "Expect: x", "Host: a", "Host: b"), "200 OK length 5 false"},
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

func TestParseResponseRefuses(t *testing.T) {
	tests := []struct{ name, rule, method, input string }{
		{"not HTTP", "RFC 9112, 4", "GET", "SSH-2.0-OpenSSH_9.6\r\n\r\n"},
		{"not HTTP, incomplete", "RFC 9112, 4", "GET", "220 "},
		{"HTTP/2", "RFC 9112, 2.3", "GET", head("HTTP/2.0 200 OK")},
		{"status of two digits", "RFC 9112, 4", "GET", head("HTTP/1.1 20 OK")},
		{"status of four digits", "RFC 9112, 4", "GET", head("HTTP/1.1 2000 OK")},
		{"status that is no number", "RFC 9112, 4", "GET", head("HTTP/1.1 2x0 OK")},
		{"status out of range", "RFC 9110, 15", "GET", head("HTTP/1.1 600 OK")},
		{"control character in the reason", "RFC 9112, 4", "GET", head("HTTP/1.1 200 O\x01K")},
		{"bare LF", "RFC 9112, 2.2", "GET", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"},
		{"folded field", "RFC 9112, 5.2", "GET", head("HTTP/1.1 200 OK", "X: a", " b")},
		{"space before the colon", "RFC 9112, 5.1", "GET", head("HTTP/1.1 200 OK", "Content-Length : 5")},
		{"both framings", "RFC 9112, 6.3", "GET", head("HTTP/1.1 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked")},
		{"different lengths", "RFC 9112, 6.3", "GET", head("HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6")},
		{"malformed length", "RFC 9112, 6.3", "GET", head("HTTP/1.1 200 OK", "Content-Length: 5 5")},
		{"chunked on HTTP/1.0", "RFC 9112, 6.1", "GET", head("HTTP/1.0 200 OK", "Transfer-Encoding: chunked")},
		{"unknown coding", "RFC 9112, 6.1", "GET", head("HTTP/1.1 200 OK", "Transfer-Encoding: gzip")},
		{"coding twice", "RFC 9112, 6.1", "GET", head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked")},
		{"204 with a body", "RFC 9110, 15.3.5", "GET", head("HTTP/1.1 204 No Content", "Content-Length: 5")},
		{"interim with a body", "RFC 9110, 15.2", "GET", head("HTTP/1.1 100 Continue", "Transfer-Encoding: chunked")},
		{"large head", "limit", "GET", head("HTTP/1.1 200 OK", "X: "+strings.Repeat("a", DefaultHead))},
		{"many fields", "limit", "GET", head("HTTP/1.1 200 OK", strings.Repeat("X: a\r\n", 101)+"X: a")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r Response
			n, err := ParseResponse([]byte(tt.input), tt.method, &r, Limits{})
			var refusal *gateway.Error
			if n != 0 || !errors.As(err, &refusal) || refusal.Status != 502 {
				t.Errorf("%s: ParseResponse = %d, %v, want a refusal with 502", tt.rule, n, err)
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
