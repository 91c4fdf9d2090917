//go:build e2e

package e2e

import "testing"

// Ensure that a page of an origin that the example resource names may ask it, and
// no other page, in each topology.
func TestCORS(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "resource")
			edit(t, dir, "site.hcl", "database {", "workers {\n  mode  = \""+mode+"\"\n  count = 2\n}\n\ndatabase {")
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			const app = "https://app.example.com"
			ask := s.ask(c, "OPTIONS", "/api/tasks/", "", "Origin: "+app, "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: content-type").expect(t, "a preflight", 200)
			for name, want := range map[string]string{
				"Access-Control-Allow-Origin": app, "Access-Control-Allow-Methods": "DELETE, GET, OPTIONS, PATCH, POST, PUT", "Access-Control-Max-Age": "86400", "Content-Length": "0",
			} {
				if got := ask.header.Get(name); got != want {
					t.Errorf("%s of a preflight is %q, not %q", name, got, want)
				}
			}
			list := s.get(c, "/api/tasks/", "Origin: "+app).expect(t, "a list", 200)
			if list.header.Get("Access-Control-Allow-Origin") != app || list.header.Get("Access-Control-Expose-Headers") != "ETag, Location" {
				t.Errorf("a list for another origin: %v", list.header)
			}
			if missing := s.get(c, "/api/tasks/99/", "Origin: "+app).expect(t, "no such row", 404); missing.header.Get("Access-Control-Allow-Origin") != app {
				t.Errorf("a failure for another origin: %v", missing.header)
			}
			if evil := s.get(c, "/api/tasks/", "Origin: https://evil.example.com"); evil.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("an origin that nobody named: %v", evil.header)
			}
		})
	}
}
