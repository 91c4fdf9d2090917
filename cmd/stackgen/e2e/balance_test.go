//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// Ensure that a site's upstreams send a key and a client to one server each, take servers out that fail
// their checks while requests go elsewhere, take them back, and leave those alone that are down.
func TestUpstreams(t *testing.T) {
	var sick atomic.Bool
	var urls []string
	for _, name := range []string{"a", "b", "c"} {
		urls = append(urls, "http://"+backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/healthz" && name == "a" && sick.Load() {
				w.WriteHeader(500)
				return
			}
			fmt.Fprint(w, name)
		}))
	}
	group := func(name, rest string) string {
		return fmt.Sprintf("upstream %q {\n  server \"a\" { url = %q }\n  server \"b\" { url = %q }\n%s\n}\n", name, urls[0], urls[1], rest)
	}
	dir := t.TempDir()
	create(t, dir, "site.hcl", `
site "groups" {}
proxy {
  location "/hash/" { forward = upstream.hash }
  location "/client/" { forward = upstream.client }
  location "/sticky/" { forward = upstream.sticky }
  location "/checked/" { forward = upstream.checked }
  location "/random/" { forward = upstream.random }
}
`+group("hash", "  balance = \"hash\"\n  hash_key = \"${request.uri}\"")+
		group("client", "  balance = \"ip_hash\"")+
		group("sticky", "  server \"c\" {\n    url = \""+urls[2]+"\"\n    drain = true\n  }\n  sticky { cookie = \"stick\" }")+
		group("checked", "  server \"c\" {\n    url = \""+urls[2]+"\"\n    down = true\n  }\n  health_check {\n    path = \"/healthz\"\n    interval = \"50ms\"\n    fails = 2\n  }")+
		group("random", "  balance = \"random\"\n  tries = 1\n  retry_budget = 0"))
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	seen := func(path string, n int, fields ...string) string {
		var all strings.Builder
		for range n {
			all.WriteString(s.get(&http.Client{}, path, fields...).expect(t, path, 200).body)
		}
		return all.String()
	}
	both := func(text string) bool { return strings.Contains(text, "a") && strings.Contains(text, "b") }
	keys := ""
	for k := range 40 {
		path := fmt.Sprintf("/hash/%d", k)
		one := seen(path, 2)
		if one[:1] != one[1:] {
			t.Errorf("%s went to %s", path, one)
		}
		keys += one
	}
	if !both(keys) {
		t.Errorf("40 keys went to %s", keys)
	}
	if one := seen("/client/", 6); both(one) {
		t.Errorf("one client went to %s", one)
	}
	if one := seen("/random/", 60); !both(one) || strings.Contains(one, "c") {
		t.Errorf("by chance: %s", one)
	}

	first := s.get(c, "/sticky/").expect(t, "the first visit", 200)
	if cookie := first.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "stick=") || !strings.Contains(cookie, "HttpOnly") || first.body == "c" {
		t.Errorf("the first visit: %q sets %q", first.body, cookie)
	}
	for range 4 {
		again := s.get(c, "/sticky/").expect(t, "another visit", 200)
		if again.body != first.body || again.header.Get("Set-Cookie") != "" {
			t.Errorf("another visit went to %s, the first to %s: %v", again.body, first.body, again.header)
		}
	}
	if got := seen("/sticky/", 6, "Cookie: stick=0123456789abcdef"); !both(got) {
		t.Errorf("with a cookie that is made up: %s", got)
	}

	if got := seen("/checked/", 6); !both(got) || strings.Contains(got, "c") {
		t.Errorf("while all are well: %s", got)
	}
	sick.Store(true)
	s.waitLog("taken out by its health check")
	if got := seen("/checked/", 6); got != "bbbbbb" {
		t.Errorf("while a is not well: %s", got)
	}
	sick.Store(false)
	s.waitLog("server is well again")
	if got := seen("/checked/", 6); !both(got) {
		t.Errorf("when a is well again: %s", got)
	}
}
