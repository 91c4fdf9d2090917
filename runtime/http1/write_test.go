package http1

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

func TestAppend(t *testing.T) {
	var h gateway.Header
	h.Add("A", "1")
	h.Add("B C", "lost")
	h.Add("D", "x\r\ny\x00z\tw")
	tests := []struct{ name, got, want string }{
		{"request line", string(AppendRequestLine(nil, "GET", []byte("/a?b"))), "GET /a?b HTTP/1.1\r\n"},
		{"status line", string(AppendStatusLine(nil, 404)), "HTTP/1.1 404 Not Found\r\n"},
		{"status line without a phrase", string(AppendStatusLine(nil, 299)), "HTTP/1.1 299 \r\n"},
		{"fields", string(AppendFields(nil, &h)), "A: 1\r\nD: x  y z\tw\r\n"},
		{"length", string(AppendContentLength(nil, 42)), "Content-Length: 42\r\n"},
		{"end", string(AppendEnd(nil)), "\r\n"},
		{"empty chunk", string(AppendChunk(nil, nil)), ""},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestDateCache(t *testing.T) {
	var c DateCache
	at := time.Date(2026, 3, 1, 12, 30, 59, 0, time.FixedZone("", 3600))
	for _, tt := range []struct {
		later time.Duration
		want  string
	}{{0, "11:30:59"}, {999 * time.Millisecond, "11:30:59"}, {time.Second, "11:31:00"}, {0, "11:30:59"}} {
		got := string(c.AppendDate(nil, at.Add(tt.later)))
		if want := "Date: Sun, 01 Mar 2026 " + tt.want + " GMT\r\n"; got != want {
			t.Errorf("after %v: %q, want %q", tt.later, got, want)
		}
	}
}

func TestHopByHop(t *testing.T) {
	for name, want := range map[string]bool{"Connection": true, "keep-alive": true, "Proxy-Connection": true, "TE": true,
		"Transfer-Encoding": true, "Upgrade": true, "Proxy-Authenticate": true, "Proxy-Authorization": true,
		"Trailer": false, "Host": false, "Content-Length": false, "Accept": false} {
		if HopByHop([]byte(name)) != want {
			t.Errorf("%s is hop-by-hop: %v", name, !want)
		}
	}
	var h gateway.Header
	h.Add("Connection", "close, X-Mine ,")
	h.Add("connection", "x-other")
	for name, want := range map[string]bool{"x-mine": true, "X-Other": true, "Close": true, "x": false, "": false} {
		if ConnectionListed(&h, []byte(name)) != want {
			t.Errorf("Connection lists %q: %v", name, !want)
		}
	}
	if !Underscored([]byte("X_A")) || Underscored([]byte("X-A")) {
		t.Error("Underscored")
	}
}

// Every status with a phrase has it on one line and nothing else.
func TestReasonPhrases(t *testing.T) {
	for status := range 1000 {
		if p := ReasonPhrase(status); strings.ContainsAny(p, "\r\n") {
			t.Errorf("%d: %q", status, p)
		}
	}
}
