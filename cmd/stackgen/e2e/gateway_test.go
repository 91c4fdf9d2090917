//go:build e2e

package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure that the gateway limits, asks who somebody is, chooses by field and
// pattern, serves internal files, and closes and opens by a file.
func TestGateway(t *testing.T) {
	api := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v1/missing":
			http.NotFound(w, r)
		case r.URL.Path == "/v1/report":
			w.Header().Set("X-Accel-Redirect", "/reports/2026.csv")
			w.Header().Set("Content-Disposition", "attachment")
		case strings.HasPrefix(r.URL.Path, "/exports/"):
			fmt.Fprint(w, strings.Repeat("x", 200<<10))
		default:
			w.Header().Set("X-Saw", fmt.Sprintf("tier=%s way=%s admin=%s", r.Header.Get("X-Tier"), r.Header.Get("X-Way"), r.Header.Get("X-Remote-User")))
			fmt.Fprintf(w, "api %s %s user=%s auth=%s", r.Method, r.URL.RequestURI(), r.Header.Get("X-User"), r.Header.Get("Authorization"))
		}
	})
	beta := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "beta") })
	auth := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer good" {
			http.Error(w, "who are you?", 401)
			return
		}
		w.Header().Set("X-User", "alice "+r.Header.Get("X-Original-Uri"))
	})
	dir := project(t, "gateway")
	edit(t, dir, "site.hcl", `"10/m"`, `"10/h"`) // so that a reload may take its time
	build(t, dir)
	s := start(t, dir, "API_URL=http://"+api, "BETA_URL=http://"+beta, "AUTH_URL=http://"+auth)
	c := browser(t)

	// By field, method and pattern.
	s.get(c, "/v1/a", "X-Beta: yes").expect(t, "the next version", 200).contains(t, "it", "beta")
	s.get(c, "/v1/a").expect(t, "the api", 200).contains(t, "it", "api GET /v1/a user= ")
	if allow := s.ask(c, "PUT", "/v1/a", "x").expect(t, "another method", 405).header.Get("Allow"); allow != "GET, POST, DELETE, HEAD" {
		t.Errorf("Allow: %s", allow)
	}
	if to := s.get(c, "/v0/a%20b/c").expect(t, "an address that moved", 308).header.Get("Location"); to != "/v1/a%20b/c" {
		t.Errorf("it leads to %s", to)
	}

	// Maps choose locations and make fields, whose values no client can end.
	s.get(c, "/v1/fast/a", "X-Api-Key: K-4711").expect(t, "a key that is known", 200).contains(t, "it", "beta")
	trial := s.get(c, "/v1/fast/a", "X-Api-Key: trial-acme").expect(t, "a key of a pattern", 200)
	if got := trial.header.Get("X-Saw"); got != "tier=trial of acme way=127.0.0.1 http admin=" {
		t.Errorf("the api saw %s", got)
	}
	if trial.header.Get("X-Upstream") != "api" || trial.header.Get("X-Zone") != "here" {
		t.Errorf("the answer's header is %v", trial.header)
	}
	if got := s.get(c, "/nowhere").header; len(got["X-Upstream"]) != 0 || got.Get("X-Zone") != "here" {
		t.Errorf("the header of an answer of the gateway's own is %v", got)
	}

	// Somebody else says who passes.
	s.get(c, "/users/bob/orders/7").expect(t, "without a word", 401).contains(t, "the answer", "who are you?")
	s.get(c, "/users/bob/orders/7", "Authorization: Bearer good", "X-User: mallory").expect(t, "with one", 200).
		contains(t, "what the api sees", "/v1/orders/7?user=bob user=alice /users/bob/orders/7 auth=Bearer good")

	// A password, which the api does not see.
	secret := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("admin:gateway"))
	if ask := s.get(c, "/admin/").expect(t, "no password", 401).header.Get("WWW-Authenticate"); !strings.HasPrefix(ask, `Basic realm="back office"`) {
		t.Errorf("it asks by %s", ask)
	}
	admin := s.get(c, "/admin/", secret, "X-Remote-User: mallory").expect(t, "the password", 200).contains(t, "what the api sees", "auth=")
	if got := admin.header.Get("X-Saw"); got != "tier= way= admin=admin" {
		t.Errorf("the api saw %s", got)
	}
	s.get(c, "/admin/", strings.Replace(secret, "Basic ", "Basic x", 1)).expect(t, "a wrong one", 401)

	// Errors have the site's pages, the api's own too; a file that only an answer leads to.
	s.get(c, "/v1/missing").expect(t, "nothing there", 404).contains(t, "the page", `{"error": "there is nothing`)
	s.get(c, "/nowhere").expect(t, "no location", 404).contains(t, "the page", `{"error": "there is nothing`)
	report := s.get(c, "/v1/report").expect(t, "a report", 200).contains(t, "it", "quarter,revenue")
	if report.header.Get("Content-Disposition") != "attachment" || report.header.Get("X-Accel-Redirect") != "" {
		t.Errorf("its header is %v", report.header)
	}
	s.get(c, "/reports/2026.csv").expect(t, "the file from outside", 404)
	if got := s.get(c, "/exports/all").expect(t, "a slow answer", 200); len(got.body) != 200<<10 {
		t.Errorf("it has %d bytes", len(got.body))
	}

	// A key has its burst, then waits, after a reload as well; another key does not.
	for i := range 6 {
		s.get(c, "/v1/a", "X-Api-Key: k").expect(t, fmt.Sprintf("request %d of a key", i+1), 200)
	}
	limited := s.get(c, "/v1/a", "X-Api-Key: k").expect(t, "one too many", 429)
	if after := limited.header.Get("Retry-After"); after == "" || after == "0" {
		t.Errorf("Retry-After: %q", after)
	}
	s.get(c, "/v1/a", "X-Api-Key: other").expect(t, "another key", 200)
	before := run(t, dir, "./site", "status")
	run(t, dir, "./site", "reload")
	s.wait("another process", func() bool { return run(t, dir, "./site", "status") != before })
	s.get(c, "/v1/a", "X-Api-Key: k").expect(t, "one too many after a reload", 429)

	// Closed by a file, and opened again; pages answer that as well.
	closed := filepath.Join(dir, "data", "maintenance")
	if err := os.WriteFile(closed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.wait("the site to close", func() bool { return s.get(c, "/v1/b").status == 503 })
	if got := s.get(c, "/v1/b"); got.header.Get("Retry-After") != "120" || !strings.Contains(got.body, "come again") {
		t.Errorf("closed with %v %s", got.header, got.body)
	}
	if err := os.Remove(closed); err != nil {
		t.Fatal(err)
	}
	s.wait("the site to open", func() bool { return s.get(c, "/v1/b").status == 200 })
}
