//go:build e2e

package e2e

import (
	"database/sql"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// Ensure that a proxy alone serves its pages, the disk, two upstreams (one on a
// unix socket) and a redirect, and links no application.
func TestEdge(t *testing.T) {
	answerAs := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Powered-By", "something old")
			fmt.Fprintf(w, "%s %s %s edge=%s", name, r.Method, r.URL.RequestURI(), r.Header.Get("X-Edge"))
		}
	}
	a := backend(t, "tcp", "127.0.0.1:0", answerAs("a"))
	socket := filepath.Join(t.TempDir(), "b.sock")
	backend(t, "unix", socket, answerAs("b"))
	dir := project(t, "edge")
	build(t, dir)
	s := start(t, dir, "API_A=http://"+a, "API_B=unix:"+socket, "SHOP_URL=http://127.0.0.1:1")
	c := browser(t)

	s.get(c, "/").expect(t, "the page", 200).contains(t, "the page", "<h1>Edge</h1>")
	s.get(c, "/downloads/notes.txt").expect(t, "a file of the disk", 200)
	s.get(c, "/downloads/../public/index.html").expect(t, "a path out of the folder", 404)
	seen := map[string]int{}
	for range 6 {
		got := s.get(c, "/api/x%2Fy?q=1").expect(t, "the api", 200)
		got.contains(t, "what the upstream saw", "GET /x%2Fy?q=1 edge=edge")
		seen[got.body[:1]]++
		if got.header.Get("X-Powered-By") != "" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("header rules did not count: %v", got.header)
		}
	}
	if seen["a"] != 4 || seen["b"] != 2 {
		t.Errorf("of six requests a with weight 2 got %d and b %d", seen["a"], seen["b"])
	}
	s.ask(c, "POST", "/api/", "body").expect(t, "a post", 200).contains(t, "what the upstream saw", "POST /")
	s.get(c, "/shop/").expect(t, "an upstream that is away", 502)
	if to := s.get(c, "/store").expect(t, "a redirect", 301).header.Get("Location"); to != "/shop/" {
		t.Errorf("the redirect leads to %s", to)
	}
	if got := modules(t, dir); strings.Contains(got, "sqlite") || strings.Contains(got, "acme") {
		t.Errorf("the binary links more than a proxy:\n%s", got)
	}
}

// Ensure that a file that is kept open is noticed when it changes, and that an
// upstream with an https address is spoken to over TLS, and only if it is believed.
func TestEdgeKeepsFilesAndSpeaksTLS(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "over %v for %s", r.TLS != nil, r.URL.Path)
	}))
	t.Cleanup(secure.Close)
	dir := project(t, "edge")
	edit(t, dir, "site.hcl", `open_file_cache_valid = "5s"`, `open_file_cache_valid = "1ms"`)
	edit(t, dir, "site.hcl", `queue_timeout = "10s"`, "queue_timeout = \"10s\"\n  tls {\n    trusted_certificate = \"ca.pem\"\n    server_name         = \"example.com\"\n  }")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o644); err != nil {
		t.Fatal(err)
	}
	build(t, dir)
	s := start(t, dir, "SHOP_URL="+secure.URL)
	c := browser(t)
	s.get(c, "/shop/a").expect(t, "the shop", 200).contains(t, "what it says", "over true for /shop/a")
	before := s.get(c, "/downloads/notes.txt").expect(t, "a file", 200)
	if err := os.WriteFile(filepath.Join(dir, "downloads", "notes.txt"), []byte("quite another text"), 0o644); err != nil {
		t.Fatal(err)
	}
	after := s.get(c, "/downloads/notes.txt").expect(t, "the file changed", 200)
	for after.body == before.body { // it was looked at less than a millisecond ago
		after = s.get(c, "/downloads/notes.txt").expect(t, "the file changed", 200)
	}
	if after.body != "quite another text" || after.header.Get("ETag") == before.header.Get("ETag") {
		t.Errorf("got %q with the entity tag %s", after.body, after.header.Get("ETag"))
	}
}

// Ensure that the smallest site answers in each topology and links neither a
// database nor ACME.
func TestHello(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "hello")
			if mode == "process" {
				edit(t, dir, "site.hcl", `site "hello" {}`, "site \"hello\" {}\nworkers {\n  mode = \"process\"\n  count = 2\n}")
			}
			build(t, dir)
			s := start(t, dir)
			got := s.get(browser(t), "/").expect(t, "hello", 200)
			if got.body != "Hello, world!\n" {
				t.Errorf("got %q", got.body)
			}
			for _, name := range []string{"sqlite", "acme", "quic"} {
				if strings.Contains(modules(t, dir), name) {
					t.Errorf("the binary links %s", name)
				}
			}
		})
	}
}

// modules lists what a binary is built from.
func modules(t *testing.T, dir string) string {
	return run(t, dir, "go", "version", "-m", "./site")
}

// Ensure that a site builds in a network namespace without interfaces, and that
// a clean clone of it builds there with the go command alone.
func TestOffline(t *testing.T) {
	dir := project(t, "blog")
	run(t, dir, "unshare", "--net", stackgen, "build", "-o", "site")

	run(t, dir, "git", "init", "-q")
	run(t, dir, "git", "add", "-A")
	run(t, dir, "git", "-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "commit", "-qm", "site")
	clone := filepath.Join(t.TempDir(), "clone")
	run(t, dir, "git", "clone", "-q", dir, clone)
	cmd := exec.Command("unshare", "--net", "go", "build", "-o", "site", "./gen")
	cmd.Dir = clone
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build ./gen in a clone: %v\n%s", err, out)
	}
	run(t, clone, "./site", "migrate")
	s := start(t, clone)
	s.get(browser(t), "/").expect(t, "the clone's page", 200)
	// What stackgen build compresses ahead of time is committed with the rest.
	if m := stylesheetOf(s.get(browser(t), "/").body); m == "" ||
		s.get(browser(t), m, "Accept-Encoding: br").header.Get("Content-Encoding") != "br" {
		t.Error("the clone's stylesheet is not precompressed")
	}
}

func stylesheetOf(page string) string {
	_, rest, _ := strings.Cut(page, `rel="stylesheet" href="`)
	path, _, _ := strings.Cut(rest, `"`)
	return path
}

// lockDatabase takes the database for itself until the returned function is called.
func lockDatabase(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := db.Exec("ROLLBACK"); err != nil {
			t.Error(err)
		}
		db.Close()
	}
}
