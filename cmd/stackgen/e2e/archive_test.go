//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// archived are the entries of the journal that its archives lead through.
const archived = `INSERT INTO entry (title, slug, day, body) VALUES
	('Old', 'old', '2022-12-31', 'x'), ('New Year', 'new-year', '2023-01-01', 'x'), ('March', 'march', '2024-03-01', 'x'),
	('Saturday', 'saturday', '2024-03-30', 'x'), ('Easter', 'easter', '2024-03-31', 'x'), ('Far', 'far', '2999-06-01', 'x')`

// Ensure that the archives of the example journal lead through its entries, show
// nothing of the future, and say what is no day, in each topology.
func TestArchives(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "journal")
			edit(t, dir, "site.hcl", "database {", "cache { url = \"file:\" }\nworkers {\n  mode  = \""+mode+"\"\n  count = 2\n}\ndatabase {")
			build(t, dir)
			run(t, dir, "./site", "sql", archived)
			s := start(t, dir)
			c := browser(t)
			shows := func(path string, there []string, absent ...string) {
				t.Helper()
				p := s.get(c, path).expect(t, path, 200).contains(t, path, there...)
				for _, text := range absent {
					if strings.Contains(p.body, text) {
						t.Errorf("%s shows %s", path, text)
					}
				}
			}
			refuses := func(path, reason string) {
				t.Helper()
				s.get(c, path).expect(t, path, 404).contains(t, path, reason)
			}

			shows("/archive/", []string{`<a href="/2024/">2024</a> <a href="/2023/">2023</a> <a href="/2022/">2022</a>`, `<a href="/2024/3/31/easter/">Easter</a>`, "Page 1 of 2", `<a href="?page=2">Older</a>`}, "Far", "Old<", "Newer")
			shows("/archive/?page=2", []string{"New Year", "Old", "Page 2 of 2", "Newer"}, "Easter", "Older")
			refuses("/archive/?page=3", "Invalid page (3): That page contains no results")

			shows("/2024/", []string{"<h1>2024</h1>", `<a href="/2024/3/">March</a>`, `<a rel="prev" href="/2023/">2023</a>`}, `rel="next"`, "Easter")
			shows("/2023/", []string{`<a rel="prev" href="/2022/">`, `<a rel="next" href="/2024/">`})
			refuses("/2021/", "No entries available")
			refuses("/2999/", "No entries available")
			refuses("/99/", "Invalid date string “99____” given format “%Y____”")

			shows("/2024/3/", []string{"<h1>March 2024</h1>", `<a href="/2024/3/1/">1</a> <a href="/2024/3/30/">30</a> <a href="/2024/3/31/">31</a>`, "Easter", "Saturday", "Page 1 of 2", `<a rel="prev" href="/2023/1/">January 2023</a>`}, `rel="next"`, `>March</a>`)
			shows("/2024/03/?page=2", []string{">March</a>", "Page 2 of 2"}, "Easter")
			refuses("/2024/2/", "No entries available")
			refuses("/2024/13/", "Invalid date string “2024__13__” given format “%Y__%m__”")

			shows("/2024/week/13/", []string{"<h1>Week 13 of 2024</h1>", "Easter", "Saturday", `<a rel="prev" href="/2024/week/12/">`, `<a rel="next" href="/2024/week/14/">`}, ">March</a>")
			shows("/2024/week/20/", []string{"<h1>Week 20 of 2024</h1>", "Nothing."})
			shows("/2022/week/52/", []string{"Old", "New Year"})
			refuses("/2023/week/53/", "Invalid date string “2023__1__53” given format “%G__%w__%V”")

			shows("/2024/3/31/", []string{"<h1>31 March 2024</h1>", "Easter", `<a rel="prev" href="/2024/3/30/">`, `<a href="/2023/1/">January 2023</a>`}, "Saturday", `rel="next"`)
			shows("/2022/12/31/", []string{"Old", `<a rel="next" href="/2023/1/1/">`, `<a href="/2023/1/">January 2023</a>`}, `rel="prev"`)
			refuses("/2024/3/29/", "No entries available")
			refuses("/2024/2/30/", "Invalid date string “2024__2__30” given format “%Y__%m__%d”")
			refuses("/9999/12/31/", "Date out of range")

			shows("/2024/3/31/easter/", []string{"<h1>Easter</h1>", `Before: <a href="/saturday/">Saturday</a>`})
			s.get(c, "/2024/3/30/easter/").expect(t, "another day's entry", 404)
			refuses("/2999/6/1/far/", "Future entries not available because date_detail.allow_future is false.")
			refuses("/2999/13/1/far/", "Invalid date string")

			answers := func(path string, status int, want string) {
				t.Helper()
				p := s.get(c, path).expect(t, path, status)
				got := strings.ReplaceAll(p.body, s.url, "")
				if status == 200 && got != want || status != 200 && !strings.Contains(got, want) {
					t.Errorf("%s\n got %s\nwant %s", path, got, want)
				}
			}
			run(t, dir, "./site", "sql", `INSERT INTO entry (title, slug, day, body) VALUES ('Draft', 'draft-one', '2024-04-02', 'x'), ('Ancient', 'ancient', '1999-12-31', 'x')`)
			answers("/2024/feed.json", 200, `{"date_list":["2024-03-01"],"year":"2024-01-01","previous_year":"2023-01-01","next_year":null}`)
			answers("/2024/3/feed.json", 200, `{"count":3,"next":"/2024/3/feed.json?page=2","previous":null,"results":[{"title":"Easter","day":"2024-03-31"},{"title":"Saturday","day":"2024-03-30"}],`+
				`"date_list":["2024-03-01","2024-03-30","2024-03-31"],"month":"2024-03-01","previous_month":"2023-01-01","next_month":null}`)
			answers("/2024/3/feed.json?page=2", 200, `{"count":3,"next":null,"previous":"/2024/3/feed.json?page=1","results":[{"title":"March","day":"2024-03-01"}],`+
				`"date_list":["2024-03-01","2024-03-30","2024-03-31"],"month":"2024-03-01","previous_month":"2023-01-01","next_month":null}`)
			answers("/2024/2/feed.json", 404, `"detail":"No entries available"`)
			answers("/2024/13/feed.json", 404, `"status":404`)
			answers("/1999/12/feed.json", 404, `"status":404`)
			answers("/2024/3/feed.json?page=x", 404, `"status":404`)

			// The day may end while this is looked at; one of two looks is of one day.
			day := func() string { return time.Now().UTC().Format("2 January 2006") }
			if before, p := day(), s.get(c, "/today/").expect(t, "today", 200); !strings.Contains(p.body, "<h1>"+before+"</h1>") && !strings.Contains(p.body, "<h1>"+day()+"</h1>") {
				t.Errorf("today is not %s:\n%s", day(), p.body)
			}
			if allow := s.ask(c, "OPTIONS", "/2024/", "").expect(t, "OPTIONS", 200).header.Get("Allow"); allow != "GET, HEAD, OPTIONS" {
				t.Errorf("Allow: %s", allow)
			}
			s.ask(c, "HEAD", "/2024/", "").expect(t, "HEAD", 200)
		})
	}
}

// Ensure that a name that an archive's page does not have is an error of the build.
func TestArchiveTemplatesAreChecked(t *testing.T) {
	dir := project(t, "journal")
	edit(t, dir, "templates/entry_archive_month.html", "{{ month|date:\"F Y\" }}", "{{ month.century }}{{ next_week }}")
	holds(t, fails(t, dir, stackgen, "check"), "templates/entry_archive_month.html:3", "century", "next_week")
}

// notesByDay is what the site of the example postgres needs to show its notes by
// day in the time zone of Berlin.
const notesByDay = `
view "month" {
  archive {
    model      = model.note
    date_field = "created"
    period     = "month"
  }
}
view "day" {
  archive {
    model        = model.note
    date_field   = "created"
    period       = "day"
    allow_future = true
  }
  template = "note_archive_month.html"
}
view "note_of_day" {
  date_detail {
    model      = model.note
    date_field = "created"
  }
  json { fields = ["title"] }
}
route "/<int:year>/<slug:month>/"                    { view = view.month }
route "/<int:year>/<slug:month>/<int:day>/"          { view = view.day }
route "/<int:year>/<slug:month>/<int:day>/<int:id>/" { view = view.note_of_day }
`

// Ensure that instants belong to the days of the site's time zone, also to that
// of 23 hours, on each engine.
func TestArchivesOfInstants(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	dir := project(t, "postgres")
	edit(t, dir, "site.hcl", "domains = [\"notes.example.com\"]", "domains   = [\"notes.example.com\"]\n  time_zone = \"Europe/Berlin\"")
	edit(t, dir, "site.hcl", "route \"/\" ", notesByDay+"\nroute \"/\" ")
	create(t, dir, "templates/note_archive_month.html", "{% for note in note_list %}{{ note.title }} {% endfor %}\nprevious {{ previous_month|date:\"M Y\" }} next {{ next_month|date:\"M Y\" }}\n")
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" {
				t.Setenv("DATABASE_URL", pg.URL("postgres"))
			}
			build(t, dir)
			for title, at := range map[string]string{
				"before": "2024-03-30 22:59:59.999999+00:00", "first": "2024-03-30 23:00:00.000000+00:00",
				"last": "2024-03-31 21:59:59.999999+00:00", "after": "2024-03-31 22:00:00.000000+00:00", "far": "2999-01-01 00:00:00.000000+00:00",
			} {
				run(t, dir, "./site", "sql", "INSERT INTO note (title, stars, data, created) VALUES ('"+title+"', 0, '{}', '"+at+"')")
			}
			s := start(t, dir)
			c := browser(t)
			for path, want := range map[string]string{
				"/2024/mar/":    "last first before \nprevious  next Apr 2024\n",
				"/2024/Apr/":    "after \nprevious Mar 2024 next \n",
				"/2024/mar/30/": "before \nprevious  next Apr 2024\n",
				"/2024/mar/31/": "last first \nprevious  next Apr 2024\n",
				"/2024/apr/1/":  "after \nprevious Mar 2024 next Jan 2999\n",
			} {
				if p := s.get(c, path).expect(t, path, 200); p.body != want {
					t.Errorf("%s\n got %q\nwant %q", path, p.body, want)
				}
			}
			s.get(c, "/2024/3/").expect(t, "a month by its number", 404).contains(t, "the reason", "given format “%Y__%b__”")
			s.get(c, "/2999/jan/").expect(t, "a month of the future", 404)
			s.get(c, "/2024/mar/31/999/").expect(t, "no row", 404)
		})
	}
}
