//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Ensure that the site that is measured answers as whoever measures it expects:
// an echo for every method, a page to GET and POST, files under plain names,
// and an upstream from the environment, whose prefix is taken off.
func TestBenchSite(t *testing.T) {
	upstream := backend(t, "tcp", "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %d", r.Method, r.URL.RequestURI(), len(b))
	}))
	dir := project(t, "bench")
	build(t, dir)
	s := start(t, dir, "UPSTREAM_URL=http://"+upstream)
	c := browser(t)

	plain := s.get(c, "/plaintext").expect(t, "the small answer", 200)
	if plain.body != "Hello, World!" || plain.header.Get("Set-Cookie") != "" || plain.header.Get("X-Frame-Options") != "" {
		t.Errorf("the small answer is %q with %v", plain.body, plain.header)
	}
	json := s.get(c, "/json").expect(t, "an object", 200)
	if strings.TrimSpace(json.body) != `{"message":"Hello, World!"}` || json.header.Get("Content-Type") != "application/json" {
		t.Errorf("the object is %q, %s", json.body, json.header.Get("Content-Type"))
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		if got := s.ask(c, method, "/echo", strings.Repeat("x", 100_000)).expect(t, "the echo of "+method, 200); got.body != "100000" {
			t.Errorf("%s: the echo counted %q", method, got.body)
		}
	}
	if got := s.get(c, "/echo").expect(t, "the echo of nothing", 200); got.body != "0" {
		t.Errorf("the echo of nothing counted %q", got.body)
	}
	s.get(c, "/").expect(t, "the page", 200).contains(t, "the page", "Hello, World!")
	s.ask(c, "POST", "/", "a=b").expect(t, "the page to a form", 200).contains(t, "the page to a form", "Hello, World!")
	for name, size := range map[string]int{"/static/1k.txt": 1 << 10, "/static/100k.txt": 100 << 10} {
		if got := s.get(c, name).expect(t, name, 200); len(got.body) != size {
			t.Errorf("%s has %d bytes", name, len(got.body))
		}
	}
	s.get(c, "/proxy/a/b?q=1").expect(t, "the upstream", 200).contains(t, "what the upstream saw", "GET /a/b?q=1 0")
	s.ask(c, "POST", "/proxy/", "body").expect(t, "a post to the upstream", 200).contains(t, "what the upstream saw", "POST / 4")
}
