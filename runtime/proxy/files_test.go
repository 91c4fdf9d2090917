package proxy

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// folder makes a folder with files; a name that ends in a slash is a folder,
// a content that begins with "->" a symbolic link.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, link := strings.CutPrefix(content, "->"); link {
			err = os.Symlink(to, path)
		} else if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o755)
		} else {
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFiles(t *testing.T) {
	outside := folder(t, map[string]string{"secret.txt": "secret"})
	root := folder(t, map[string]string{
		"index.html": "home", "a.txt": "text", "b c.txt": "blank", "100%.txt": "percent", "docs/index.html": "docs",
		"empty/": "", ".env": "hidden", ".git/config": "hidden", ".well-known/security.txt": "contact",
		"link.txt": "->a.txt", "out.txt": "->" + outside + "/secret.txt", "outdir": "->" + outside, "up": "->..", "loop": "->loop",
		"app.js": "script", "app.js.gz": "GZ", "app.js.br": "BR", "old.js": "new", "old.js.gz": "GZ", "pic.png": "png", "pic.png.gz": "GZ",
	})
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	changed := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"a.txt", "app.js", "app.js.gz", "app.js.br", "old.js"} {
		os.Chtimes(filepath.Join(root, name), changed, changed)
	}
	os.Chtimes(filepath.Join(root, "old.js.gz"), changed, changed.Add(-time.Second))
	p := newProxy(t, Config{Locations: []Location{
		{Path: "/m/", Action: Files{Root: root, Index: "index.html", Expires: time.Hour}},
		{Path: "/plain", Action: Files{Root: root}},
		{Path: "/spa/", Action: Files{Root: root, Index: "index.html", Fallback: "index.html"}},
		{Path: "= /one.txt", Action: Files{Root: root}},
		{Path: "= /a.txt", Action: Files{Root: root}},
	}})
	tests := []struct {
		name, line string
		fields     []string
		status     int
		body       string
		header     map[string]string
	}{
		{"a file", "GET /m/a.txt", nil, 200, "text", map[string]string{
			"Content-Type": "text/plain; charset=utf-8", "Last-Modified": "Sat, 14 Mar 2026 12:00:00 GMT",
			"Cache-Control": "public, max-age=3600", "Accept-Ranges": "bytes", "Vary": "Accept-Encoding",
		}},
		{"HEAD", "HEAD /m/a.txt", nil, 200, "text", nil},
		{"not modified", "GET /m/a.txt", []string{"If-Modified-Since: Sat, 14 Mar 2026 12:00:00 GMT"}, 304, "", nil},
		{"a range", "GET /m/a.txt", []string{"Range: bytes=1-2"}, 206, "ex", map[string]string{"Content-Range": "bytes 1-2/4"}},
		{"several ranges", "GET /m/a.txt", []string{"Range: bytes=0-0,3-3"}, 206, "*", nil},
		{"a blank", "GET /m/b%20c.txt", nil, 200, "blank", nil},
		{"a percent sign", "GET /m/100%25.txt", nil, 200, "percent", nil},
		{"index", "GET /m/", nil, 200, "home", map[string]string{"Content-Type": "text/html; charset=utf-8"}},
		{"index of a folder", "GET /m/docs/", nil, 200, "docs", nil},
		{"a folder without its slash", "GET /m/docs?x=1", nil, 301, "", map[string]string{"Location": "/m/docs/?x=1"}},
		{"the location without its slash", "GET /plain", nil, 301, "", map[string]string{"Location": "/plain/"}},
		{"a folder without index", "GET /m/empty/", nil, 404, "", nil},
		{"no index wanted", "GET /plain/", nil, 404, "", nil},
		{"location without slash", "GET /plain/a.txt", nil, 200, "text", nil},
		{"exact", "GET /a.txt", nil, 200, "text", nil},
		{"exact, not there", "GET /one.txt", nil, 404, "", nil},
		{"not there", "GET /m/none", nil, 404, "", nil},
		{"a file as a folder", "GET /m/a.txt/", nil, 404, "", nil},
		{"below a file", "GET /m/a.txt/b", nil, 404, "", nil},
		{"hidden", "GET /m/.env", nil, 404, "", nil},
		{"in a hidden folder", "GET /m/.git/config", nil, 404, "", nil},
		{"well known", "GET /m/.well-known/security.txt", nil, 200, "contact", nil},
		{"a link inside", "GET /m/link.txt", nil, 200, "text", nil},
		{"a link out", "GET /m/out.txt", nil, 404, "", nil},
		{"a linked folder outside", "GET /m/outdir/secret.txt", nil, 404, "", nil},
		{"a link upwards", "GET /m/up/x", nil, 404, "", nil},
		{"a link to itself", "GET /m/loop", nil, 404, "", nil},
		{"a pipe", "GET /m/pipe", nil, 404, "", nil},
		{"an encoded slash", "GET /m/docs%2findex.html", nil, 404, "", nil},
		{"a backslash", "GET /m/docs%5cindex.html", nil, 404, "", nil},
		{"an empty segment", "GET /m//a.txt", nil, 404, "", nil},
		{"a name too long", "GET /m/" + strings.Repeat("a", 300), nil, 404, "", nil},
		{"fallback", "GET /spa/posts/7", nil, 200, "home", map[string]string{"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}},
		{"fallback for a folder", "GET /spa/empty/", nil, 200, "home", nil},
		{"no fallback for what is there", "GET /spa/a.txt", nil, 200, "text", nil},
		{"no fallback for what is hidden", "GET /spa/.env", nil, 404, "", nil},
		{"a variant", "GET /m/app.js", []string{"Accept-Encoding: gzip, br"}, 200, "BR", map[string]string{
			"Content-Encoding": "br", "Content-Type": "text/javascript; charset=utf-8", "Vary": "Accept-Encoding",
		}},
		{"no variant that is older", "GET /m/old.js", []string{"Accept-Encoding: gzip"}, 200, "new", map[string]string{"Content-Encoding": ""}},
		{"no variant of a picture", "GET /m/pic.png", []string{"Accept-Encoding: gzip"}, 200, "png", map[string]string{"Vary": ""}},
		{"a variant by its own name", "GET /m/app.js.gz", nil, 200, "GZ", map[string]string{"Content-Type": "application/gzip"}},
		{"another method", "DELETE /m/a.txt", nil, 405, "", map[string]string{"Allow": "GET, HEAD"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, p, tt.line, tt.fields...)
			if a.status != tt.status {
				t.Fatalf("got %d, want %d", a.status, tt.status)
			}
			if tt.status < 300 && tt.body != "*" && a.body != tt.body {
				t.Errorf("body %q, want %q", a.body, tt.body)
			}
			for name, want := range tt.header {
				if got := a.field(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestEntityTagsOfFilesDiffer(t *testing.T) {
	root := folder(t, map[string]string{"a.js": "one", "a.js.br": "two"})
	for _, name := range []string{"a.js", "a.js.br"} {
		os.Chtimes(filepath.Join(root, name), testTime, testTime)
	}
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: Files{Root: root}}}})
	plain, br := ask(t, p, "GET /a.js").field("ETag"), ask(t, p, "GET /a.js", "Accept-Encoding: br").field("ETag")
	if plain == br || !strings.HasSuffix(br, `-br"`) {
		t.Errorf("%s and %s", plain, br)
	}
	if a := ask(t, p, "GET /a.js", "If-None-Match: "+plain); a.status != 304 {
		t.Errorf("its own tag got %d", a.status)
	}
	later := testTime.Add(time.Minute)
	os.Chtimes(filepath.Join(root, "a.js"), later, later)
	p.now = func() time.Time { return time.Now().Add(time.Hour) } // long after what is kept was looked at
	if a := ask(t, p, "GET /a.js", "If-None-Match: "+plain); a.status != 200 {
		t.Errorf("the tag of before the change got %d", a.status)
	}
}

func TestFilesOverSockets(t *testing.T) {
	big := strings.Repeat("0123456789", 50_000)
	root := folder(t, map[string]string{"big.bin": big})
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: Files{Root: root}}}})
	c := dial(t, serveOn(t, p))
	c.send("GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\nGET /big.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=10-19,30-39\r\n\r\nHEAD /big.bin HTTP/1.1\r\nHost: a\r\n\r\n")
	if a := c.read("GET"); a.status != 200 || a.body != big {
		t.Errorf("got %d with %d bytes", a.status, len(a.body))
	}
	if a := c.read("GET"); a.status != 206 || strings.Count(a.body, "0123456789") != 2 {
		t.Errorf("got %d %q", a.status, a.body)
	}
	if a := c.read("HEAD"); a.status != 200 || a.field("Content-Length") != "500000" {
		t.Errorf("got %d, length %s", a.status, a.field("Content-Length"))
	}
}
