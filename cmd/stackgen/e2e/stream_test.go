//go:build e2e

package e2e

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rowsView yields a thousand rows, waits for the file "go", and then yields many
// more: what is not sent before it waits is never seen.
const rowsView = `package views

import (
	"errors"
	"iter"
	"os"
	"strings"
	"time"

	"stackgen.dev/runtime/web"
)

func Rows(r *web.Request) (*web.Response, error) {
	rows := func(yield func(string, error) bool) {
		for i := range 200_000 {
			if i == 1000 {
				for {
					if _, err := os.Stat("go"); err == nil {
						break
					}
					time.Sleep(5 * time.Millisecond)
				}
			}
			if !yield(strings.Repeat("x", 100), nil) {
				return
			}
		}
		if r.Query().Get("fail") != "" {
			yield("", errors.New("the rows are over"))
		}
	}
	return web.Render(r, "rows.html", map[string]any{"rows": iter.Seq2[string, error](rows)})
}
`

// Ensure that a streamed page is sent while its rows are read, in every topology;
// that its memory stays what it was; and that a failure in its midst ends the
// connection and is logged with its place.
func TestStreamedPage(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) { streamedPage(t, mode) })
	}
}

func streamedPage(t *testing.T, mode string) {
	dir := project(t, "hello")
	create(t, dir, "templates/rows.html", "<!doctype html><title>Rows</title>\n{% for row in rows %}<p>{{ forloop.counter }} {{ row }}</p>\n{% endfor %}<footer>the end</footer>\n")
	create(t, dir, "views/rows.go", rowsView)
	site, err := os.ReadFile(filepath.Join(dir, "site.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	create(t, dir, "site.hcl", string(site)+`
workers {
  mode  = "`+mode+`"
  count = 1
}
view "rows" {
  handler  = go.views.Rows
  template = "rows.html"
  stream   = true
}
route "/rows/" { view = view.rows }
`)
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	s.get(c, "/")
	before := s.resident(t, mode)
	res, err := c.Get(s.url + "/rows/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.ContentLength != -1 {
		t.Errorf("the page says that it has %d bytes", res.ContentLength)
	}
	in := bufio.NewReader(res.Body)
	for range 500 {
		if _, err := in.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	create(t, dir, "go", "") // it waits for that
	rest, err := io.ReadAll(in)
	if err != nil || !strings.HasSuffix(string(rest), "<p>200000 "+strings.Repeat("x", 100)+"</p>\n<footer>the end</footer>\n") {
		t.Errorf("%v; the page ends with %q", err, rest[max(0, len(rest)-100):])
	}

	if now := s.resident(t, mode); now > before+16<<20 { // the page has 22 MB
		t.Errorf("the application grew from %d MB to %d MB", before>>20, now>>20)
	}

	res, err = c.Get(s.url + "/rows/?fail=1")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if rest, err := io.ReadAll(res.Body); err == nil || strings.Contains(string(rest), "the end") {
		t.Errorf("a page that fails ends as one that is whole: %v, %q", err, rest[max(0, len(rest)-60):])
	}
	s.waitLog("templates/rows.html:2:1: the rows are over")
}

// resident is what the process holds that runs the application, in bytes.
func (s *site) resident(t *testing.T, mode string) int64 {
	t.Helper()
	for _, p := range s.status().Processes {
		if p.Role != applicationRole(mode) {
			continue
		}
		return residentOf(t, p.PID)
	}
	t.Fatal("no process runs the application")
	return 0
}
