//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"stackgen.dev/runtime/http1/http1test"
)

// Ensure that a built site is as strict as its parts: what must be refused
// reaches no upstream, and of a malformed answer nothing reaches the client.
func TestStrictSite(t *testing.T) {
	reached := make(chan string, 1000)
	record := func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		reached <- fmt.Sprintf("%s %s %s %q", r.Method, r.URL.RequestURI(), r.Host, b)
	}
	a, b := backend(t, "tcp", "127.0.0.1:0", record), backend(t, "tcp", "127.0.0.1:0", record)
	bad := make(chan string, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				if nc.Read(make([]byte, 4096)); len(bad) > 0 {
					io.WriteString(nc, <-bad)
				}
			}()
		}
	}()
	dir := project(t, "edge")
	build(t, dir)
	s := start(t, dir, "API_A=http://"+a, "API_B=http://"+b, "SHOP_URL=http://"+l.Addr().String())

	const to = "Host: localhost"
	status := func(answer string) string {
		code, _, _ := strings.Cut(strings.TrimPrefix(answer, "HTTP/1.1 "), " ")
		return code
	}
	for _, tt := range http1test.Refusals() {
		if got := s.raw(tt.Input + http1test.Smuggled); status(got) != fmt.Sprint(tt.Status) || strings.Count(got, "HTTP/1.1 ") != 1 {
			t.Errorf("%s (%s): answered %.200q, want %d alone", tt.Name, tt.Rule, got, tt.Status)
		}
	}
	for _, tt := range http1test.BadBodies() {
		got := s.raw(http1test.Head("POST /api/ HTTP/1.1", to, "Transfer-Encoding: chunked") + tt.Coding + http1test.Smuggled)
		if status(got) != "400" || strings.Count(got, "HTTP/1.1 ") != 1 {
			t.Errorf("%s (%s): answered %.200q, want 400 alone", tt.Name, tt.Rule, got)
		}
	}
	if len(reached) > 0 {
		t.Errorf("an upstream got %s", <-reached)
	}
	got := s.raw(http1test.Head("POST /api/a/../b%2fc?d HTTP/1.1", to, "Connection: close", "Transfer-Encoding: chunked") + "2\r\nhi\r\n0\r\n\r\n")
	if seen := <-reached; status(got) != "200" || seen != `POST /b%2Fc?d localhost "hi"` {
		t.Errorf("the upstream got %s, the client %.200q", seen, got)
	}
	for _, tt := range http1test.BadAnswers() {
		bad <- tt.Input
		got := s.raw(http1test.Head(tt.Method+" /shop/ HTTP/1.1", to, "Connection: close"))
		for strings.HasPrefix(got, "HTTP/1.1 10") { // interim responses before
			_, got, _ = strings.Cut(got, "\r\n\r\n")
		}
		if status(got) != "502" || strings.Contains(got, "secret") {
			t.Errorf("%s (%s): the client gets %.200q", tt.Name, tt.Rule, got)
		}
		for len(bad) > 0 {
			<-bad
		}
	}
}
