//go:build e2e

package e2e

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// modes are the topologies that every site runs in unchanged.
var modes = []string{"inline", "process"}

// slowView waits for the file "go" in its folder, so that a test decides how
// long a request runs.
const slowView = `package views

import (
	"os"
	"time"

	"stackgen.dev/runtime/web"
)

// Slow answers when the file "go" is there.
func Slow(r *web.Request) (*web.Response, error) {
	os.WriteFile("running", nil, 0o666)
	for {
		if _, err := os.Stat("go"); err == nil {
			return web.Text("finished\n"), nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}
`

// Ensure that the starter does, in each topology, what its first visitor and
// its operator expect of it.
func TestGuestbook(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "guestbook")
			edit(t, dir, "site.hcl", `mode             = "inline"`, `mode             = "`+mode+`"`)
			create(t, dir, "views/slow.go", slowView)
			edit(t, dir, "site.hcl", `route "/count/" { view = view.count }`,
				"route \"/count/\" { view = view.count }\nview \"slow\" { handler = go.views.Slow }\nroute \"/slow/\" { view = view.slow }")
			build(t, dir)
			s := start(t, dir)
			visitGuestbook(t, s)
			staticFiles(t, s)
			badRequests(t, s)
			finishAtTERM(t, s)

			// What was written is there after a restart.
			again := start(t, dir)
			again.get(browser(t), "/").expect(t, "the page after a restart", 200).contains(t, "the page", "Ada &lt;b&gt;")
			if status := again.stop(syscall.SIGINT); status != 0 {
				t.Errorf("INT: status %d", status)
			}
		})
	}
}

func visitGuestbook(t *testing.T, s *site) {
	c := browser(t)
	s.get(c, "/").expect(t, "the page", 200).contains(t, "the page", "Nobody has signed yet", "<form method=\"post\">", "id_message")

	signed := s.post(c, "/", url.Values{"name": {"Ada <b>"}, "message": {"One\n\n<script>alert(1)</script>"}})
	signed.expect(t, "signing", 302)
	if to := signed.header.Get("Location"); to != "/" {
		t.Errorf("signing leads to %q", to)
	}
	page := s.get(c, "/").expect(t, "the list", 200)
	page.contains(t, "the list", "Ada &lt;b&gt;", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")
	if strings.Contains(page.body, "<script>alert") {
		t.Error("an entry came out as it went in")
	}
	if got := s.get(c, "/count/").expect(t, "the Go view", 200).body; got != "1 entries\n" {
		t.Errorf("the Go view says %q", got)
	}

	// The form says what is wrong, and keeps what was typed.
	wrong := s.post(c, "/", url.Values{"name": {strings.Repeat("x", 61)}, "message": {"kept"}})
	wrong.expect(t, "a name that is too long", 200).contains(t, "the form",
		"Ensure this value has at most 60 characters (it has 61).", ">\nkept</textarea>")
	s.post(c, "/", url.Values{"name": {""}, "message": {""}}).expect(t, "an empty form", 200).
		contains(t, "the form", "This field is required.")

	// A missing or wrong token is 403, and nothing is written.
	form := url.Values{"name": {"Eve"}, "message": {"x"}}
	post := func(c *http.Client, token string) answer {
		if token != "" {
			form.Set("csrfmiddlewaretoken", token)
		}
		return s.ask(c, "POST", "/", form.Encode(), "Content-Type: application/x-www-form-urlencoded")
	}
	post(browser(t), "").expect(t, "no cookie and no token", 403)
	post(c, "").expect(t, "no token", 403)
	post(c, strings.Repeat("a", 64)).expect(t, "a wrong token", 403)
	token := csrfInput.FindStringSubmatch(s.get(c, "/").body)[1]
	post(browser(t), token).expect(t, "a token without its cookie", 403)
	if got := s.get(c, "/count/").body; got != "1 entries\n" {
		t.Errorf("after refused posts: %q", got)
	}
}

var stylesheet = regexp.MustCompile(`href="(/static/style\.[0-9a-f]+\.css)"`)

// staticFiles checks the stylesheet that the page links.
func staticFiles(t *testing.T, s *site) {
	c := browser(t)
	m := stylesheet.FindStringSubmatch(s.get(c, "/").body)
	if m == nil {
		t.Fatal("the page links no hashed stylesheet")
	}
	path := m[1]
	original, err := os.ReadFile(filepath.Join(s.dir, "static/style.css"))
	if err != nil {
		t.Fatal(err)
	}
	plain := s.get(c, path).expect(t, "the stylesheet", 200)
	if plain.body != string(original) {
		t.Error("the stylesheet is not the file")
	}
	if got := plain.header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control: %s", got)
	}
	for _, coding := range []string{"gzip", "br", "zstd"} {
		a := s.get(c, path, "Accept-Encoding: "+coding).expect(t, coding, 200)
		if a.header.Get("Content-Encoding") != coding || len(a.body) >= len(original) || a.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Content-Encoding %q, Vary %q, %d bytes of %d", coding, a.header.Get("Content-Encoding"), a.header.Get("Vary"), len(a.body), len(original))
		}
	}
	head := s.ask(c, "HEAD", path, "").expect(t, "HEAD", 200)
	if head.body != "" || head.header.Get("Content-Length") != plain.header.Get("Content-Length") {
		t.Errorf("HEAD: %d bytes of body, Content-Length %s", len(head.body), head.header.Get("Content-Length"))
	}
	if a := s.get(c, path, "If-None-Match: "+plain.header.Get("ETag")).expect(t, "a conditional request", 304); a.body != "" {
		t.Error("304 with a body")
	}
	part := s.get(c, path, "Range: bytes=2-5").expect(t, "a range", 206)
	if part.body != string(original[2:6]) || !strings.HasPrefix(part.header.Get("Content-Range"), "bytes 2-5/") {
		t.Errorf("range: %q, %s", part.body, part.header.Get("Content-Range"))
	}
	s.get(c, path, "Range: bytes=99999-").expect(t, "a range beyond the end", 416)
	if a := s.get(c, "/static/style.css").expect(t, "the plain name", 200); strings.Contains(a.header.Get("Cache-Control"), "immutable") {
		t.Error("the plain name may be kept for ever")
	}
	s.ask(c, "HEAD", "/", "").expect(t, "HEAD of the page", 200)
}

// badRequests checks that what is wrong gets its status and a line in the log.
func badRequests(t *testing.T, s *site) {
	c := browser(t)
	unknown := s.get(c, "/nothing/").expect(t, "an unknown path", 404)
	s.waitLog(`"GET /nothing/ HTTP/1.1" 404`)
	if unknown.header.Get("X-Request-ID") == "" {
		t.Error("an answer without a request id")
	}
	s.get(c, "/", "Host: evil.example").expect(t, "an unknown host", 421)
	wrong := s.ask(c, "DELETE", "/count/", "").status
	if wrong != 403 && wrong != 405 {
		t.Errorf("DELETE without a token: %d", wrong)
	}
	if a := s.ask(c, "PUT", "/static/style.css", "x").expect(t, "PUT to a file", 405); a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("Allow: %s", a.header.Get("Allow"))
	}
	if a := s.get(c, "/count").expect(t, "a missing slash", 301); a.header.Get("Location") != "/count/" {
		t.Errorf("a missing slash leads to %s", a.header.Get("Location"))
	}
	for _, raw := range []struct{ name, request, status string }{
		{"malformed", "GET / HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n", "400"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
		{"both lengths", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
		{"a header that is too large", "GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: " + strings.Repeat("x", 20000) + "\r\n\r\n", "431"},
		{"a target that is too long", "GET /" + strings.Repeat("x", 20000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "414"},
		{"a body that is too large", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", "413"},
		{"another version", "GET / HTTP/3.7\r\nHost: localhost\r\n\r\n", "505"},
	} {
		if got := s.raw(raw.request); !strings.HasPrefix(got, "HTTP/1.1 "+raw.status+" ") {
			t.Errorf("%s: got %.60q, want %s", raw.name, got, raw.status)
		}
	}
}

// finishAtTERM checks that a request which runs when TERM comes is answered,
// and that the site then ends with status 0.
func finishAtTERM(t *testing.T, s *site) {
	got := make(chan answer, 1)
	go func() { got <- s.get(browser(t), "/slow/") }()
	s.wait("the slow request to run", func() bool {
		_, err := os.Stat(filepath.Join(s.dir, "running"))
		return err == nil
	})
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.waitLog("signal=terminated")
	create(t, s.dir, "go", "")
	if a := <-got; a.status != 200 || a.body != "finished\n" {
		t.Errorf("the running request got %d %q", a.status, a.body)
	}
	if status := s.stop(0); status != 0 {
		t.Errorf("TERM: status %d", status)
	}
	os.Remove(filepath.Join(s.dir, "go"))
}
