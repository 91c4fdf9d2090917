//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// newAlbum makes an album with one track, by its page.
func newAlbum(t *testing.T, s *site, c *http.Client, title string) {
	t.Helper()
	s.post(c, "/new/", url.Values{
		"title": {title}, "year": {"1971"}, "tracks-TOTAL_FORMS": {"1"}, "tracks-INITIAL_FORMS": {"0"},
		"tracks-0-number": {"1"}, "tracks-0-title": {"First"},
	}).expect(t, "a new album", 302)
}

// forms are the values of a formset of that name: how many forms there are, how many of them
// of rows, and then of each form "field=value" with spaces between.
func forms(set string, total, initial int, each ...string) map[string]string {
	values := map[string]string{
		"title": "Blue", "year": "1971",
		set + "-TOTAL_FORMS": fmt.Sprint(total), set + "-INITIAL_FORMS": fmt.Sprint(initial),
	}
	for i, one := range each {
		for _, field := range strings.Fields(one) {
			name, value, _ := strings.Cut(field, "=")
			values[fmt.Sprintf("%s-%d-%s", set, i, name)] = value
		}
	}
	return values
}

// pages are the rows of the booklet by place, as "1 Front, 2 Back".
func pages(t *testing.T, dir string) string {
	t.Helper()
	return column(run(t, dir, "./site", "sql", "SELECT position || ' ' || caption AS it FROM page ORDER BY position, id"))
}

// column are the rows of one column that the site's command sql printed.
func column(printed string) string {
	var lines []string
	for n, line := range strings.Split(strings.TrimSpace(printed), "\n") {
		if n > 0 && !strings.HasPrefix(line, "(") { // the number of rows
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ", ")
}

// Ensure that forms of a formset put their rows in order and take files, in each topology.
func TestBooklet(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "albums")
			edit(t, dir, "site.hcl", `mode  = "inline"`, `mode  = "`+mode+`"`)
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			newAlbum(t, s, c, "Blue")
			orderPages(t, s, c, dir)
			filesOfPages(t, s, c, dir)
			refusedPages(t, s, c, dir)
		})
	}
}

// orderPages makes pages and changes their order, by the rows' keys: 1 Back, 2 Front, 3 Inlay.
func orderPages(t *testing.T, s *site, c *http.Client, dir string) {
	t.Helper()
	content := string(picture(t))
	send := func(what, want string, values map[string]string, files map[string][2]string) {
		t.Helper()
		photo(t, s, c, "/1/booklet/", values, files).expect(t, what, 302)
		if got := pages(t, dir); got != want {
			t.Errorf("%s: the pages are %s, want %s", what, got, want)
		}
	}
	s.get(c, "/1/booklet/").contains(t, "the page", `<label for="id_pages-0-ORDER">Order:</label> <input type="number" name="pages-0-ORDER" id="id_pages-0-ORDER">`,
		`<input type="file" name="pages-0-picture" accept="image/*" id="id_pages-0-picture">`)
	send("three pages", "1 Front, 2 Back, 3 Inlay", forms("pages", 3, 0, "caption=Back ORDER=9", "caption=Front ORDER=-1", "caption=Inlay"),
		map[string][2]string{"pages-0-picture": {"back.png", content}, "pages-1-picture": {"front.png", content}, "pages-2-picture": {"inlay.png", content}})
	shown := s.get(c, "/1/booklet/")
	shown.contains(t, "the first form", `name="pages-0-ORDER" value="1"`, `name="pages-0-id" value="2"`, `name="pages-0-caption" value="Front"`,
		`name="pages-2-ORDER" value="3"`, `name="pages-3-ORDER" id=`)

	send("nothing changed", "1 Front, 2 Back, 3 Inlay", forms("pages", 4, 3, "id=2 ORDER=1 caption=Front", "id=1 ORDER=2 caption=Back", "id=3 ORDER=3 caption=Inlay"), nil)
	send("two change places", "1 Back, 2 Front, 3 Inlay", forms("pages", 4, 3, "id=2 ORDER=2 caption=Front", "id=1 ORDER=1 caption=Back", "id=3 ORDER=3 caption=Inlay"), nil)
	send("one goes to the front", "1 Inlay, 2 Back, 3 Front", forms("pages", 4, 3, "id=1 ORDER=1 caption=Back", "id=2 ORDER=2 caption=Front", "id=3 ORDER=0 caption=Inlay"), nil)
	send("a place that is left empty is the last", "1 Back, 2 Front, 3 Inlay", forms("pages", 4, 3, "id=3 ORDER= caption=Inlay", "id=1 ORDER=2 caption=Back", "id=2 ORDER=3 caption=Front"), nil)
	send("a new page in the middle", "1 Back, 2 Poster, 3 Front, 4 Inlay", forms("pages", 4, 3, "id=1 ORDER=1 caption=Back", "id=2 ORDER=3 caption=Front", "id=3 ORDER=4 caption=Inlay", "ORDER=2 caption=Poster"),
		map[string][2]string{"pages-3-picture": {"poster.png", content}})
	send("the first is deleted", "1 Poster, 2 Front, 3 Inlay", forms("pages", 5, 4, "id=1 ORDER=1 caption=Back DELETE=on", "id=4 ORDER=2 caption=Poster", "id=2 ORDER=3 caption=Front", "id=3 ORDER=4 caption=Inlay"), nil)
	send("the poster is deleted", "1 Front, 2 Inlay", forms("pages", 4, 3, "id=4 ORDER=1 caption=Poster DELETE=on", "id=2 ORDER=2 caption=Front", "id=3 ORDER=3 caption=Inlay"), nil)
}

// filesOfPages sends files of rows, and takes them away.
func filesOfPages(t *testing.T, s *site, c *http.Client, dir string) {
	t.Helper()
	first, second := "id=2 ORDER=1 caption=Front", "id=3 ORDER=2 caption=Inlay"
	send := func(what string, values map[string]string, files map[string][2]string) answer {
		t.Helper()
		photo(t, s, c, "/1/booklet/", values, files).expect(t, what, 302)
		return s.get(c, "/1/booklet/").expect(t, "the page after "+what, 200)
	}
	long := strings.Repeat("liner notes ", 20000) // goes through a temporary file
	after := send("notes", forms("pages", 3, 2, first, second), map[string][2]string{"pages-0-notes": {"front.txt", long}, "pages-1-notes": {"inlay.txt", "x"}})
	after.contains(t, "the forms", `Currently: <a href="/media/booklets/front.png">`, `Currently: <a href="/media/notes/front.txt">`, `name="pages-1-notes-clear"`)
	if strings.Contains(after.body, "picture-clear") {
		t.Errorf("a picture that must be there can be cleared:\n%s", after.body)
	}
	if got := s.get(c, "/media/notes/front.txt").expect(t, "the notes", 200); got.body != long {
		t.Errorf("of %d bytes %d are there", len(long), len(got.body))
	}

	after = send("no files", forms("pages", 3, 2, first, "id=3 ORDER=2 caption=Inside"), nil)
	after.contains(t, "the files that stay", "/media/booklets/front.png", "/media/booklets/inlay.png", "/media/notes/front.txt", "/media/notes/inlay.txt", `value="Inside"`)
	after = send("notes taken away", forms("pages", 3, 2, first, second+" notes-clear=on"), nil)
	if strings.Contains(after.body, "inlay.txt") || !strings.Contains(after.body, "front.txt") {
		t.Errorf("after notes were taken away:\n%s", after.body)
	}
	after = send("another picture", forms("pages", 3, 2, first, second), map[string][2]string{"pages-1-picture": {"better.png", string(picture(t))}})
	if strings.Contains(after.body, "/media/booklets/inlay.png") || !strings.Contains(after.body, "/media/booklets/better.png") {
		t.Errorf("after another picture:\n%s", after.body)
	}
}

// refusedPages sends what is wrong, of which nothing may stay.
func refusedPages(t *testing.T, s *site, c *http.Client, dir string) {
	t.Helper()
	content := string(picture(t))
	before, files := pages(t, dir), uploads(t, dir)
	first, second := "id=2 ORDER=1 caption=Changed", "id=3 ORDER=2 caption=Inlay"
	for name, try := range map[string]struct {
		values map[string]string
		files  map[string][2]string
		want   string
	}{
		"no picture":              {forms("pages", 3, 2, first, second, "caption=New"), nil, "This field is required."},
		"no picture but notes":    {forms("pages", 3, 2, first, second), map[string][2]string{"pages-2-notes": {"a.txt", "x"}}, "This field is required."},
		"no image":                {forms("pages", 3, 2, first, second), map[string][2]string{"pages-0-picture": {"a.png", "text"}, "pages-1-picture": {"good.png", content}}, "Upload a valid image."},
		"another kind of file":    {forms("pages", 3, 2, first, second), map[string][2]string{"pages-1-notes": {"a.exe", "x"}}, "File extension “exe” is not allowed."},
		"an empty file":           {forms("pages", 3, 2, first, second), map[string][2]string{"pages-1-notes": {"a.txt", ""}}, "The submitted file is empty."},
		"a file sent and cleared": {forms("pages", 3, 2, first+" notes-clear=on", second), map[string][2]string{"pages-0-notes": {"a.txt", "x"}}, "Please either submit a file or check the clear checkbox, not both."},
		"no number":               {forms("pages", 3, 2, first, "id=3 ORDER=x caption=Inlay"), nil, "Enter a whole number."},
		"no number there is":      {forms("pages", 3, 2, first, "id=3 ORDER=99999999999999999999 caption=Inlay"), nil, "errorlist"},
		"a page of nobody":        {forms("pages", 3, 2, first, "id=77 ORDER=2 caption=Inlay"), map[string][2]string{"pages-1-picture": {"good.png", content}}, "Select a valid choice."},
		"only a place":            {forms("pages", 3, 2, first, second, "ORDER=5"), nil, "This field is required."},
	} {
		photo(t, s, c, "/1/booklet/", try.values, try.files).expect(t, name, 200).contains(t, name, try.want)
		if got := pages(t, dir); got != before {
			t.Errorf("%s: the pages are %s, want %s", name, got, before)
		}
	}
	photo(t, s, c, "/1/booklet/", forms("pages", 3, 2, first, second), map[string][2]string{"pages-0-notes": {"a.txt", strings.Repeat("x", 1<<20)}}).expect(t, "files that are too large", 413)
	if got := pages(t, dir); got != before {
		t.Errorf("the pages are %s, want %s", got, before)
	}
	if got := uploads(t, dir); got != files {
		t.Errorf("files that were refused stay: %s, before %s", got, files)
	}
}

// Ensure that formsets hold on PostgreSQL what they hold on SQLite, and when others change the same rows.
func TestFormSetsOnPostgres(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	dir := project(t, "albums")
	t.Setenv("DATABASE_URL", pg.URL("postgres"))
	edit(t, dir, "site.hcl", `database { url = "sqlite:data/albums.db" }`, `variable "database_url" {
  default = "postgres://localhost/albums"
  env     = "DATABASE_URL"
}

database {
  url     = var.database_url
  engines = [postgres]
}`)
	if err := os.RemoveAll(filepath.Join(dir, "migrations")); err != nil {
		t.Fatal(err)
	}
	run(t, dir, stackgen, "migrate", "diff", "site.hcl", "initial")
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	newAlbum(t, s, c, "Blue")
	orderPages(t, s, c, dir)

	tracks := func() string {
		t.Helper()
		return column(run(t, dir, "./site", "sql", "SELECT number || ' ' || title AS it FROM track ORDER BY number"))
	}
	change := func(values map[string]string) answer {
		t.Helper()
		sent := url.Values{}
		for name, value := range values {
			sent.Set(name, value)
		}
		return s.post(c, "/1/", sent)
	}
	const taken = "The album has a track of that number."
	change(forms("tracks", 3, 1, "id=1 number=1 title=First", "number=2 title=Second", "number=3 title=Third")).expect(t, "more tracks", 302)
	change(forms("tracks", 4, 3, "id=1 number=1 title=First", "id=2 number=3 title=Second", "id=3 number=3 title=Third")).expect(t, "two forms with one number", 200).contains(t, "the page", taken)
	change(forms("tracks", 5, 3, "id=1 number=1 title=Changed", "id=2 number=2 title=Second", "id=3 number=3 title=Third", "number=4 title=Fourth", "number=4 title=Again")).
		expect(t, "two new forms with one number", 200).contains(t, "the page", taken)
	if got := tracks(); got != "1 First, 2 Second, 3 Third" {
		t.Errorf("after refusals the tracks are %s", got)
	}
	// What goes is gone before what comes: a new track takes the number of one that is deleted.
	change(forms("tracks", 4, 3, "id=1 number=1 title=One", "id=2 number=2 title=Second DELETE=on", "id=3 number=3 title=Third", "number=2 title=Two")).expect(t, "a change", 302)
	if got := tracks(); got != "1 One, 2 Two, 3 Third" {
		t.Errorf("after a change the tracks are %s", got)
	}

	// Somebody else changes the album at the same time, and is done first.
	other, err := pgconn.Connect(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close(context.Background())
	execute := func(sql string) {
		t.Helper()
		if _, err := other.Exec(context.Background(), sql).ReadAll(); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	meanwhile := func(sql, end string, values map[string]string) answer {
		t.Helper()
		execute("BEGIN; " + sql)
		answers := make(chan answer, 1)
		go func() { answers <- change(values) }()
		waitFor(t, "the change to wait for the other's", func() bool {
			out, _ := try(dir, "./site", "sql", "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
			return strings.Contains(out, "n\n1\n")
		})
		execute(end)
		return <-answers
	}
	key := func(title string) string {
		t.Helper()
		return "id=" + column(run(t, dir, "./site", "sql", "SELECT id FROM track WHERE title = '"+title+"'"))
	}
	fourth := forms("tracks", 4, 3, "id=1 number=1 title=One", "id=3 number=3 title=Third", key("Two")+" number=2 title=Two", "number=4 title=Mine")
	insert := "INSERT INTO track (album_id, number, title) VALUES (1, 4, 'Theirs')"
	meanwhile(insert, "COMMIT", fourth).expect(t, "a number that another took", 200).contains(t, "the page", taken, `value="Mine"`)
	execute("DELETE FROM track WHERE title = 'Theirs'")
	meanwhile(insert, "ROLLBACK", fourth).expect(t, "a number that another nearly took", 302)
	if got := tracks(); got != "1 One, 2 Two, 3 Third, 4 Mine" {
		t.Errorf("the tracks are %s", got)
	}
	gone := forms("tracks", 2, 2, "id=1 number=1 title=Mine", "id=3 number=3 title=Mine")
	meanwhile("DELETE FROM track WHERE id = 3", "COMMIT", gone).expect(t, "a track that another deleted", 200).contains(t, "the page", "Select a valid choice. That choice is not one of the available choices.")
	if got := tracks(); got != "1 One, 2 Two, 4 Mine" {
		t.Errorf("the tracks are %s", got)
	}
	both := forms("tracks", 2, 2, "id=1 number=1 title=One", key("Two")+" number=2 title=Two DELETE=on")
	meanwhile("DELETE FROM track WHERE title = 'Two'", "COMMIT", both).expect(t, "a track that both delete", 302)
	lost := forms("tracks", 1, 1, "id=1 number=1 title=Late")
	meanwhile("DELETE FROM page; DELETE FROM track; DELETE FROM album", "COMMIT", lost).expect(t, "an album that another deleted", 404)
}

// party is a page of a formset of plain forms, by Go code of the project's own.
const party = `package views

import (
	"fmt"
	"strings"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

var guests = &forms.FormSet{
	Prefix: "guests", Extra: 1, MinNum: 1, ValidateMin: true, MaxNum: 3, ValidateMax: true, CanDelete: true, CanOrder: true,
	Form: &forms.Spec{Fields: []forms.Field{
		{Name: "name", Kind: forms.Char, Required: true, MaxLength: 20},
		{Name: "seats", Kind: forms.Integer, Min: int64(1), Initial: int64(1)},
	}},
	Clean: func(all *forms.Forms) {
		seen := map[string]bool{}
		for _, one := range all.Forms() {
			name := one.String("name")
			if name != "" && seen[name] {
				all.AddError(name+" comes twice.", "twice")
			}
			seen[name] = true
		}
	},
}

func Party(r *web.Request) (*web.Response, error) {
	initial := []map[string]any{{"name": "Ada", "seats": int64(2)}}
	list := guests.Unbound(r, initial)
	if r.Method() == "POST" {
		var err error
		if list, err = guests.Bind(r, initial); err != nil {
			return nil, err
		}
		if list.Valid() {
			var names []string
			for _, one := range list.OrderedForms() {
				names = append(names, fmt.Sprint(one.String("name"), " ", one.Int("seats")))
			}
			return web.Text(fmt.Sprintf("%s; %d changed, %d gone", strings.Join(names, ", "), len(list.ChangedForms()), len(list.DeletedForms()))), nil
		}
	}
	return web.Render(r, "party.html", map[string]any{"guests": list})
}
`

const partyPage = `<!doctype html>
<title>Party</title>
<form method="post">
{% csrf_token %}
{{ guests.non_form_errors }}{{ guests.management_form }}
{% for guest in guests %}<p>{{ forloop.counter }}: {{ guest.name }} {{ guest.name.errors }} {{ guest.seats }} {{ guest.seats.errors }} {{ guest.ORDER }} {{ guest.DELETE }}</p>
{% endfor %}<template>{{ guests.empty_form.name }}</template>
</form>
`

// Ensure that Go code of the project's own has formsets of forms of no model, in each topology.
func TestPlainFormSet(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "guestbook")
			create(t, dir, "views/party.go", party)
			create(t, dir, "templates/party.html", partyPage)
			edit(t, dir, "site.hcl", `mode             = "inline"`, `mode = "`+mode+`"`)
			edit(t, dir, "site.hcl", `route "/" `, "view \"party\" {\n  handler  = go.views.Party\n  template = \"party.html\"\n}\nroute \"/party/\" { view = view.party }\nroute \"/\" ")
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			page := s.get(c, "/party/").expect(t, "the page", 200)
			page.contains(t, "the page", `name="guests-TOTAL_FORMS" value="2"`, `name="guests-INITIAL_FORMS" value="1"`, `1: <input type="text" name="guests-0-name" value="Ada"`,
				`name="guests-0-ORDER" value="1"`, `2: <input type="text" name="guests-1-name"`, `<template><input type="text" name="guests-__prefix__-name"`)
			if strings.Contains(page.body, "guests-2-") {
				t.Errorf("there is a form too many:\n%s", page.body)
			}
			for _, tt := range []struct {
				name, want string
				values     map[string]string
			}{
				{"nothing changed", "Ada 2; 0 changed, 0 gone", forms("guests", 2, 1, "name=Ada seats=2 ORDER=1", "seats=1")},
				{"another guest", "Bob 1, Ada 2; 1 changed, 0 gone", forms("guests", 2, 1, "name=Ada seats=2 ORDER=1", "name=Bob seats=1 ORDER=0")},
				{"a guest who stays away", "Bob 1; 1 changed, 1 gone", forms("guests", 2, 1, "name=Ada seats=2 ORDER=1 DELETE=on", "name=Bob seats=1")},
				{"no name", "This field is required.", forms("guests", 2, 1, "seats=2 ORDER=1")},
				{"no seat", "Ensure this value is greater than or equal to 1.", forms("guests", 2, 1, "name=Ada seats=0 ORDER=1")},
				{"a guest twice", "Ada comes twice.", forms("guests", 2, 1, "name=Ada seats=2 ORDER=1", "name=Ada seats=1")},
				{"nobody", "Please submit at least 1 form.", forms("guests", 1, 1, "name=Ada seats=2 DELETE=on")},
				{"a crowd", "Please submit at most 3 forms.", forms("guests", 4, 1, "name=Ada seats=2", "name=B seats=1", "name=C seats=1", "name=D seats=1")},
				{"no management form", "ManagementForm data is missing or has been tampered with.", map[string]string{"guests-0-name": "Ada"}},
			} {
				sent := url.Values{}
				for name, value := range tt.values {
					sent.Set(name, value)
				}
				s.post(c, "/party/", sent).expect(t, tt.name, 200).contains(t, tt.name, tt.want)
			}
		})
	}
}
