//go:build e2e

package e2e

import (
	"errors"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

// Ensure that the functions of the example journal take part in its generic
// views, in each topology, and that a view's limit holds.
func TestJournal(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "journal")
			edit(t, dir, "site.hcl", "database {", "cache { url = \"file:\" }\nworkers {\n  mode  = \""+mode+"\"\n  count = 2\n}\ndatabase {")
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			keep := func(title, day string) answer {
				return s.post(c, "/new/", url.Values{"title": {title}, "day": {day}, "body": {"Three words here."}})
			}

			keep("A bridge", "2024-05-01").expect(t, "an entry", 302)
			s.get(c, "/").expect(t, "the list", 200).contains(t, "the list", "A line a day", `href="/a-bridge/"`, "“A bridge” is kept under a-bridge.", "<p>3 words</p>")
			keep("Tomorrow & later", "2999-01-01").expect(t, "an entry of the future", 302)
			list := s.get(c, "/")
			if strings.Contains(list.body, `href="/tomorrow-later/"`) {
				t.Error("the list shows what queryset leaves out")
			}
			s.get(c, "/tomorrow-later/").expect(t, "a row that queryset leaves out", 404)
			s.get(c, "/tomorrow-later/edit/").expect(t, "changing it", 404)
			keep("Old", "1999-12-31").expect(t, "what form_valid refuses", 200).contains(t, "the form", "This journal begins in the year 2000.")
			s.get(c, "/old/").expect(t, "what was refused", 404)
			keep("A river", "2024-05-02").expect(t, "another entry", 302)
			s.get(c, "/a-river/").contains(t, "the names of the page", `Before: <a href="/a-bridge/">A bridge</a>`)

			s.post(c, "/a-river/edit/", url.Values{"title": {"A lake"}, "day": {"1998-01-01"}, "body": {"x"}}).expect(t, "a change that form_valid refuses", 200).
				contains(t, "the form", "This journal begins in the year 2000.")
			s.post(c, "/a-river/edit/", url.Values{"title": {"A lake"}, "day": {"2024-05-03"}, "body": {"x"}}).expect(t, "a change", 302)
			s.get(c, "/").contains(t, "the list", "100% of A lake is kept.")
			s.get(c, "/a-lake/").expect(t, "the slug that form_valid makes", 200)

			token := csrfInput.FindStringSubmatch(s.get(c, "/new/").body)[1]
			robot := url.Values{"csrfmiddlewaretoken": {token}, "title": {""}, "day": {"soon"}}.Encode()
			if p := s.ask(c, "POST", "/new/", robot, "Content-Type: application/x-www-form-urlencoded", "Accept: text/plain").expect(t, "form_invalid", 422); p.body != "The entry is not valid.\n" {
				t.Errorf("form_invalid answers %q", p.body)
			}
			limited := keep("One too many", "2024-05-04").expect(t, "a request beyond the limit", 429)
			if after := limited.header.Get("Retry-After"); after != "3600" {
				t.Errorf("Retry-After: %s", after)
			}
			s.get(c, "/new/").expect(t, "a method that does not count", 200)
		})
	}
}

// Ensure that the journal's own command is explained, reads its command line, sees
// the database, and ends with the status that it says.
func TestOwnCommand(t *testing.T) {
	dir := project(t, "journal")
	build(t, dir)
	for _, day := range []string{"2024-05-01", "2024-05-02", "2026-01-31"} {
		run(t, dir, "./site", "sql", "INSERT INTO entry (title, slug, day, body) VALUES ('x', '"+day+"', '"+day+"', 'x')")
	}
	for _, tt := range []struct {
		args   string
		status int
		says   string
	}{
		{"help", 0, "prune [--dry-run] [--most INTEGER] BEFORE"},
		{"prune --help", 0, "Delete the entries before a day."},
		{"prune", 2, "the argument BEFORE is missing"},
		{"prune soon", 2, `"soon" is not a day`},
		{"prune 2026-01-31 --most 1", 3, "2 entries would go, and --most is 1"},
		{"prune 2026-01-31 --dry-run", 0, "2 entries."},
		{"prune --most 2 2026-01-31", 0, "2 entries."},
		{"prune 2026-01-31", 0, "0 entries."},
	} {
		cmd := exec.Command("./site", strings.Fields(tt.args)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if status := cmd.ProcessState.ExitCode(); status != tt.status || !strings.Contains(string(out), tt.says) {
			t.Errorf("%s: status %d, not %d:\n%s", tt.args, status, tt.status, out)
		}
	}
}
