package proxy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a folder shows: what can be asked for, escaped, and nothing hidden or outside.
func TestListing(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for _, name := range []string{"b.txt", "a & <b>.txt", ".hidden", "java\u00e9:x.txt", "sub/inner.txt", "with/index.html", "100%.txt"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), "content")
	}
	write(t, filepath.Join(outside, "secret"), "secret")
	for name, to := range map[string]string{"out": outside, "gone": "nowhere", "link": "sub"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	p := newProxy(t, Config{Hosts: []string{"*"}, Locations: []Location{
		{Path: "/files/", Action: Files{Root: dir, Index: "index.html", Listing: true}},
		{Path: "/none/", Action: Files{Root: dir, Index: "index.html"}},
		{Path: "/app/", Action: Files{Root: dir, Index: "index.html", Fallback: "b.txt", Listing: true}},
	}})
	a := ask(t, p, "GET /files/", "Accept: application/json")
	var got []listed
	if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.field("Content-Type") != "application/json" || a.field("Vary") != "Accept" {
		t.Fatalf("%v: %s", err, a.body)
	}
	var names []string
	for _, l := range got {
		names = append(names, l.Type[:1]+" "+l.Name)
	}
	if want := "d link|d sub|d with|f a & <b>.txt|f b.txt|f java\u00e9:x.txt"; strings.Join(names, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(names, "|"), want)
	}
	a = ask(t, p, "GET /files/", "Accept: text/html, application/json")
	for _, want := range []string{`<a href="./a%20&amp;%20%3Cb%3E.txt">a &amp; &lt;b&gt;.txt</a>`, `<a href="./sub/">sub/</a>`, `<a href="./java%C3%A9:x.txt">`, "<title>/files/</title>"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not hold %s:\n%s", want, a.body)
		}
	}
	if strings.Contains(a.body, "..</a>") || strings.Contains(a.body, "secret") || strings.Contains(a.body, "hidden") {
		t.Errorf("the page shows too much:\n%s", a.body)
	}
	for path, want := range map[string]int{"/files/sub/": 200, "/files/with/": 200, "/files/sub": 301, "/files/out/": 404, "/files/.hidden/": 404, "/files/nothing/": 404, "/none/": 404, "/app/": 200, "/app/nothing/": 200} {
		if a := ask(t, p, "GET "+path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	if a := ask(t, p, "GET /files/with/"); a.body != "content" {
		t.Errorf("an index: %s", a.body)
	}
	if a := ask(t, p, "GET /app/"); !strings.Contains(a.body, "sub/") {
		t.Errorf("a folder before the fallback: %s", a.body)
	}
	if a := ask(t, p, "GET /files/sub/"); !strings.Contains(a.body, `<a href="../">`) {
		t.Errorf("no way up: %s", a.body)
	}
	if a := ask(t, p, "POST /files/"); a.status != 405 {
		t.Errorf("POST: %d", a.status)
	}
}
