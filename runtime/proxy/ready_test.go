package proxy

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// What a site says of itself: whatever the Host, during maintenance, and by the servers that it needs.
func TestHealthPaths(t *testing.T) {
	closed := filepath.Join(t.TempDir(), "maintenance")
	p := newProxy(t, Config{
		Hosts: []string{"example.com"}, App: text(func(*gateway.Exchange) string { return "app" }),
		Health: &Health{Live: "/healthz", Ready: "/readyz"}, Maintenance: &Maintenance{File: closed},
		Upstreams: []UpstreamConfig{
			{Name: "needed", MaxFails: 1, Servers: []Server{{Name: "a", URL: "http://127.0.0.1:1"}, {Name: "b", URL: "http://127.0.0.1:2", Down: true}}},
			{Name: "other"},
		},
		Locations: []Location{{Path: "/", Action: Forward{App: true}}, {Path: "/up/", Action: Forward{Upstream: "needed", Mirror: &Mirror{Upstream: "other"}}}},
	})
	is := func(what, path string, status int, body string) {
		t.Helper()
		a := ask(t, p, "GET "+path, "Host: 10.0.0.1")
		if a.status != status || a.body != body || a.field("Cache-Control") != "no-store" {
			t.Errorf("%s: %s is %d, %q, %q", what, path, a.status, a.body, a.field("Cache-Control"))
		}
	}
	is("at first", "/healthz", 200, "live\n")
	is("at first", "/readyz", 200, "ready\n")
	u := p.Upstream("needed")
	u.failed(u.backends[0], time.Now())
	is("without a server", "/readyz", 503, "upstream needed: no server is up\n")
	is("without a server", "/healthz", 200, "live\n")
	u.succeeded(u.backends[0], time.Now())
	if err := p.drain("needed", "a", true); err != nil {
		t.Fatal(err)
	}
	is("while the server drains", "/readyz", 503, "upstream needed: no server is up\n")
	p.drain("needed", "a", false)
	is("with the server again", "/readyz", 200, "ready\n")
	if err := os.WriteFile(closed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	q := newProxy(t, p.config)
	p = q
	is("during maintenance", "/healthz", 200, "live\n")
	is("during maintenance", "/readyz", 503, "the site is closed for maintenance\n")
	if a := ask(t, p, "POST /healthz", "Host: 10.0.0.1"); a.status != 405 || a.field("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d", a.status)
	}
	if a := ask(t, p, "GET /healthz/", "Host: 10.0.0.1"); a.status != 421 {
		t.Errorf("another path: %d", a.status)
	}
	for _, bad := range []string{"healthz", "/a/../b"} {
		if _, err := New(Config{Hosts: []string{"*"}, Health: &Health{Live: bad}}); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}
