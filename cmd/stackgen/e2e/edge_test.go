//go:build e2e

package e2e

import (
	"crypto/tls"
	"database/sql"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite"

	"stackgen.dev/internal/porttest"
)

// Ensure that what examples/edge.hcl promises holds, in each topology: pages, the disk, the application, two upstreams (one on a
// unix socket), redirects, header rules of both levels, error pages, maintenance, logs, metrics.
func TestEdge(t *testing.T) {
	answerAs := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Powered-By", "something old")
			w.Header().Set("Cache-Control", "max-age=60")
			if r.URL.Path == "/away" {
				w.WriteHeader(503)
			}
			n, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprintf(w, "%s %s %s edge=%s internal=%s for=%s body=%d", name, r.Method, r.URL.RequestURI(), r.Header.Get("X-Edge"), r.Header.Get("X-Internal"), r.Header.Get("X-Forwarded-For"), n)
		}
	}
	a := backend(t, "tcp", "127.0.0.1:0", answerAs("a"))
	socket := filepath.Join(t.TempDir(), "b.sock")
	backend(t, "unix", socket, answerAs("b"))
	shop := backend(t, "tcp", "127.0.0.1:0", answerAs("shop"))
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "edge")
			if mode == "process" {
				edit(t, dir, "site.hcl", "workers { metrics = var.metrics }", "workers {\n  mode    = \"process\"\n  count   = 2\n  metrics = var.metrics\n}")
			}
			build(t, dir)
			metrics := porttest.Free(t).String()
			pair(t, dir, "certificates/www", nil, "www.example.com", "example.com")
			pair(t, dir, "certificates/shop", nil, "shop.example.com")
			env := []string{"API_A=http://" + a, "API_B=unix:" + socket, "SHOP_URL=http://" + shop, "METRICS_ADDRESS=" + metrics}
			s := start(t, dir, env...)
			c := browser(t)

			page := s.get(c, "/").expect(t, "the page", 200).contains(t, "the page", "<h1>Edge</h1>")
			if page.header.Get("X-Content-Type-Options") != "nosniff" || page.header.Get("Referrer-Policy") == "" {
				t.Errorf("the page's header: %v", page.header)
			}
			if zipped := s.get(c, "/", "Accept-Encoding: gzip, br"); zipped.header.Get("Content-Encoding") != "br" {
				t.Errorf("the page is not compressed: %v", zipped.header)
			}
			file := s.get(c, "/downloads/notes.txt").expect(t, "a file of the disk", 200)
			if file.header.Get("Content-Disposition") != "attachment" || file.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("the levels of header rules do not merge: %v", file.header)
			}
			s.get(c, "/downloads/").expect(t, "the folder", 200).contains(t, "it", "notes.txt")
			s.get(c, "/downloads/../public/index.html").expect(t, "a path out of the folder", 404).contains(t, "the page", "There is nothing here")
			s.get(c, "/whoami/", "X-Forwarded-For: 192.0.2.7, 10.1.2.3").expect(t, "the application", 200).contains(t, "what it says", "192.0.2.7 at 127.0.0.1", " over http\n")

			seen := map[string]int{}
			for range 6 {
				got := s.get(c, "/api/x%2Fy?q=1", "X-Internal: forged").expect(t, "the api", 200)
				got.contains(t, "what the upstream saw", "GET /x%2Fy?q=1 edge=edge internal= ")
				seen[got.body[:1]]++
				if got.header.Get("X-Powered-By") != "" || got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("Cache-Control") != "no-store" {
					t.Errorf("header rules did not count: %v", got.header)
				}
			}
			if seen["a"] != 4 || seen["b"] != 2 {
				t.Errorf("of six requests a with weight 2 got %d and b %d", seen["a"], seen["b"])
			}
			s.ask(c, "POST", "/api/", "body").expect(t, "a post", 200).contains(t, "what the upstream saw", "POST /", "body=4")
			s.ask(c, "POST", "/api/", strings.Repeat("x", 1<<20+1)).expect(t, "a post that is too large", 413)

			s.get(c, "/shop/").expect(t, "the shop", 200).contains(t, "what it saw", "shop GET /shop/")
			s.get(c, "/", "Host: shop.example.com").expect(t, "the shop by its name", 200).contains(t, "what it saw", "shop GET /")
			away := s.get(c, "/away", "Host: shop.example.com").expect(t, "an error of the shop", 503).contains(t, "its page", "One moment")
			if away.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("the header rules do not count for errors: %v", away.header)
			}
			s.get(c, "/", "Host: other.example").expect(t, "a name that is not the site's", 421)
			for _, tt := range []struct {
				path, host, to string
				status         int
			}{
				{"/store", "www.example.com", "/shop/", 301},
				{"/a?b", "example.com", "https://www.example.com/a?b", 301},
				{"/blog/2024/a%20b", "www.example.com", "/archive/2024/a%20b", 308},
			} {
				if to := s.get(c, tt.path, "Host: "+tt.host).expect(t, tt.path, tt.status).header.Get("Location"); to != tt.to {
					t.Errorf("%s of %s leads to %s", tt.path, tt.host, to)
				}
			}

			// Closed for a while, but for those who ask how it is.
			create(t, dir, "data/maintenance", "")
			s.wait("the site to close", func() bool { return s.get(c, "/").status == 503 })
			closed := s.get(c, "/api/").expect(t, "the closed site", 503).contains(t, "its page", "One moment")
			if closed.header.Get("Retry-After") != "120" {
				t.Errorf("the closed site's header: %v", closed.header)
			}
			s.get(c, "/healthz").expect(t, "whether it lives", 200)
			if err := os.Remove(filepath.Join(dir, "data", "maintenance")); err != nil {
				t.Fatal(err)
			}
			s.wait("the site to open", func() bool { return s.get(c, "/").status == 200 })
			s.get(c, "/readyz").expect(t, "whether it is ready", 200)
			s.get(c, "/status").expect(t, "the status page", 200).contains(t, "it", "/api/", "shop")

			s.wait("the log's lines", func() bool {
				b, _ := os.ReadFile(filepath.Join(dir, "logs", "access.log"))
				return strings.Contains(string(b), `/api/x%2Fy?q=1`) && strings.Contains(string(b), `"status":421`) && !strings.Contains(string(b), "healthz")
			})
			s.wait("the figures", func() bool {
				resp, err := http.Get("http://" + metrics + "/metrics")
				if err != nil {
					return false
				}
				defer resp.Body.Close()
				b, _ := io.ReadAll(resp.Body)
				return strings.Contains(string(b), `stackgen_proxy_requests_total{location="/api/",class="2xx"}`)
			})
			if got := modules(t, dir); strings.Contains(got, "sqlite") || strings.Contains(got, "acme") || strings.Contains(got, "quic") {
				t.Errorf("the binary links more than it needs:\n%s", got)
			}
			if code := s.stop(syscall.SIGTERM); code != 0 {
				t.Errorf("the site ended with %d", code)
			}

			// Once more on its own addresses: the certificate of each name, the way to https, a balancer's word.
			plain, secure, balanced := porttest.Free(t).String(), porttest.Free(t).String(), porttest.Free(t).String()
			cmd := exec.Command("./site", "serve")
			cmd.Dir = dir
			cmd.Env = append(append(os.Environ(), env...), "HTTP_ADDRESS="+plain, "HTTPS_ADDRESS="+secure, "BALANCED_ADDRESS="+balanced)
			s = begin(t, dir, cmd)
			for name, want := range map[string]string{"www.example.com": "certificates/www", "shop.example.com": "certificates/shop"} {
				conn, err := tls.Dial("tcp", secure, &tls.Config{ServerName: name, InsecureSkipVerify: true})
				if err != nil {
					t.Fatal(err)
				}
				if got := conn.ConnectionState().PeerCertificates[0].Subject.CommonName; got != want {
					t.Errorf("%s shows the certificate %s", name, got)
				}
				io.WriteString(conn, "GET /whoami/ HTTP/1.1\r\nHost: "+name+"\r\nConnection: close\r\n\r\n")
				b, _ := io.ReadAll(conn)
				if !strings.Contains(string(b), "Strict-Transport-Security: max-age=15552000") {
					t.Errorf("%s: %s", name, b)
				}
				if name == "www.example.com" && !strings.Contains(string(b), "over https") {
					t.Errorf("the application says %s", b)
				}
				conn.Close()
			}
			s.url = "http://" + plain
			port := secure[strings.LastIndexByte(secure, ':'):]
			if to := s.get(c, "/a?b", "Host: www.example.com").expect(t, "plain HTTP", 301).header.Get("Location"); to != "https://www.example.com"+port+"/a?b" {
				t.Errorf("plain HTTP leads to %s", to)
			}
			s.url = "http://" + balanced
			if got := s.raw("PROXY TCP4 192.0.2.9 10.0.0.1 1234 80\r\nGET /whoami/ HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n"); !strings.Contains(got, "192.0.2.9 at www.example.com") {
				t.Errorf("behind a balancer: %s", got)
			}
			if got := s.raw("GET /whoami/ HTTP/1.1\r\nHost: www.example.com\r\n\r\n"); got != "" {
				t.Errorf("without a PROXY header: %s", got)
			}
		})
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
