package views_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/views"
	"stackgen.dev/runtime/web/webtest"
)

// note is a row that is dated by a day and by an instant.
type note struct {
	ID    int64
	Title string
	Day   model.Null[model.Date]
	At    model.Null[time.Time]
}

var (
	noteID    = model.NewField[*note]("note", "id", model.IntValue)
	noteDay   = model.NewNullField[*note]("note", "day", model.DateValue)
	noteAt    = model.NewNullField[*note]("note", "at", model.TimeValue)
	noteTitle = model.NewTextField[*note]("note", "title")
	noteTable = model.Table[note]{
		Name: "note", Columns: []string{"id", "title", "day", "at"},
		Ordering: []sqltext.Order{{By: sqltext.Column{Table: "note", Name: "title"}}},
		Read:     func(row model.Row, at int) *note { return &note{ID: row.Int64(at), Title: row.Text(at + 1)} },
	}
)

func (*note) ModelTable() *model.Table[note] { return &noteTable }

// notes are the rows of the tests: title, day, instant. It is half past midnight
// of the first of April 2024 in Berlin, and still March in Greenwich.
const notes = `
INSERT INTO note VALUES (1, 'old', '2022-12-31', '2022-12-31T22:59:59.999999Z');
INSERT INTO note VALUES (2, 'newyear', '2023-01-01', '2022-12-31T23:00:00Z');
INSERT INTO note VALUES (3, 'summer', '2023-07-14', '2023-07-14T12:00:00Z');
INSERT INTO note VALUES (4, 'before', '2024-03-30', '2024-03-30T22:59:59Z');
INSERT INTO note VALUES (5, 'early', '2024-03-31', '2024-03-30T23:00:00Z');
INSERT INTO note VALUES (6, 'late', '2024-03-31', '2024-03-31T21:59:59.999999Z');
INSERT INTO note VALUES (7, 'fool', '2024-04-01', '2024-03-31T22:00:00Z');
INSERT INTO note VALUES (8, 'soon', '2024-04-02', '2024-03-31T22:30:01Z');
INSERT INTO note VALUES (9, 'far', '2030-06-01', '2030-06-01T00:00:00Z');
INSERT INTO note VALUES (10, 'never', NULL, NULL);`

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

func clockOfArchives() time.Time { return time.Date(2024, 3, 31, 22, 30, 0, 0, time.UTC) }

// archives opens the site of the tests on each database.
func archives(t *testing.T, test func(t *testing.T, db *model.DB)) {
	ctx := context.Background()
	run := func(engine string, open func(t *testing.T) (*model.DB, error), moment string) {
		t.Run(engine, func(t *testing.T) {
			db, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
			script := "CREATE TABLE note (id integer PRIMARY KEY, title text NOT NULL, day date, at " + moment + ");" + notes
			if engine == "sqlite" {
				script = instants(script)
			}
			if err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, script) }); err != nil {
				t.Fatal(err)
			}
			test(t, db)
		})
	}
	run("sqlite", func(*testing.T) (*model.DB, error) {
		return sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{Clock: clockOfArchives})
	}, "datetime")
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Stop()
	run("postgres", func(t *testing.T) (*model.DB, error) {
		return postgres.Open(ctx, pg.Database(t), postgres.Options{Clock: clockOfArchives})
	}, "timestamptz")
}

// instants writes the instants of a script as SQLite has them.
func instants(script string) string {
	var out strings.Builder
	for _, part := range strings.SplitAfter(script, "'") {
		at, err := time.Parse(time.RFC3339Nano, strings.TrimSuffix(part, "'"))
		if err == nil {
			part = string(model.AppendTime(nil, at.UnixMicro())) + "'"
		}
		out.WriteString(part)
	}
	return out.String()
}

func titles(rows []*note) string {
	var list []string
	for _, n := range rows {
		list = append(list, n.Title)
	}
	return strings.Join(list, ",")
}

// archive is an archive that says in plain words what its template would see.
func archive(period views.Period, date views.Dated[note], change func(*views.Archive[note])) views.Archive[note] {
	v := views.Archive[note]{
		Period: period, Date: date, Plural: "notes",
		Captures: views.Captures{Month: views.MonthNumber, Week: views.WeekFromMonday},
		DateList: map[views.Period]model.Unit{views.ArchiveIndex: model.ToYear, views.ArchiveYear: model.ToMonth, views.ArchiveMonth: model.ToDay}[period],
		Query: func(r *web.Request) (model.Query[note], error) {
			return model.All[note](r).OrderBy(noteAt.Desc(), noteID.Desc()), nil
		},
		Render: func(b []byte, _ *web.Request, page *views.ArchivePage[note]) ([]byte, error) {
			b = fmt.Appendf(b, "rows %s", titles(page.ObjectList))
			if len(page.DateList) > 0 {
				b = fmt.Appendf(b, " dates %v", page.DateList)
			}
			if !page.Date.IsZero() {
				b = fmt.Appendf(b, " at %v", page.Date)
			}
			for _, n := range []struct {
				name string
				date model.Null[model.Date]
			}{{"previous", page.Previous}, {"next", page.Next}, {"previous_month", page.PreviousMonth}, {"next_month", page.NextMonth}} {
				if n.date.Valid {
					b = fmt.Appendf(b, " %s %v", n.name, n.date.V)
				}
			}
			if page.PageObj != nil {
				b = fmt.Appendf(b, " page %d of %d", page.PageObj.Number, page.Paginator.NumPages())
			}
			return b, nil
		},
	}
	if change != nil {
		change(&v)
	}
	return v
}

// archiveRoutes has the archives by day beneath /day/, and by instant beneath /at/.
func archiveRoutes() []web.Route {
	var routes []web.Route
	for prefix, date := range map[string]views.Dated[note]{"/day": views.ByDate(&noteDay.FieldOf), "/at": views.ByTime(&noteAt.FieldOf)} {
		add := func(pattern string, period views.Period, change func(*views.Archive[note])) {
			routes = append(routes, web.Route{Pattern: prefix + pattern, View: archive(period, date, change).View("x")})
		}
		empty := func(v *views.Archive[note]) { v.AllowEmpty = true }
		future := func(v *views.Archive[note]) { v.AllowFuture = true }
		both := func(v *views.Archive[note]) { v.AllowEmpty, v.AllowFuture = true, true }
		paged := func(v *views.Archive[note]) { v.PaginateBy = 2 }
		add("/", views.ArchiveIndex, nil)
		add("/future/", views.ArchiveIndex, future)
		add("/paged/", views.ArchiveIndex, paged)
		add("/months/", views.ArchiveIndex, func(v *views.Archive[note]) { v.DateList = model.ToMonth })
		none := func(v *views.Archive[note]) {
			query := v.Query
			v.Query = func(r *web.Request) (model.Query[note], error) {
				rows, err := query(r)
				return rows.Filter(noteTitle.Eq("far")), err
			}
		}
		add("/none/", views.ArchiveIndex, none)
		add("/none/empty/", views.ArchiveIndex, func(v *views.Archive[note]) { none(v); empty(v) })
		add("/<int:year>/", views.ArchiveYear, nil)
		add("/rows/<int:year>/", views.ArchiveYear, func(v *views.Archive[note]) { v.MakeObjectList = true })
		add("/empty/<int:year>/", views.ArchiveYear, empty)
		add("/future/<int:year>/", views.ArchiveYear, future)
		add("/both/<int:year>/", views.ArchiveYear, both)
		add("/<int:year>/<int:month>/", views.ArchiveMonth, nil)
		add("/paged/<int:year>/<int:month>/", views.ArchiveMonth, paged)
		add("/empty/<int:year>/<int:month>/", views.ArchiveMonth, empty)
		add("/future/<int:year>/<int:month>/", views.ArchiveMonth, future)
		add("/both/<int:year>/<int:month>/", views.ArchiveMonth, both)
		add("/named/<int:year>/<slug:month>/", views.ArchiveMonth, func(v *views.Archive[note]) { v.Captures.Month = views.MonthName })
		add("/<int:year>/week/<int:week>/", views.ArchiveWeek, nil)
		add("/sunday/<int:year>/week/<int:week>/", views.ArchiveWeek, func(v *views.Archive[note]) { v.Captures.Week = views.WeekFromSunday })
		add("/iso/<int:year>/week/<int:week>/", views.ArchiveWeek, func(v *views.Archive[note]) { v.Captures.Week = views.WeekISO })
		add("/both/<int:year>/week/<int:week>/", views.ArchiveWeek, both)
		add("/<int:year>/<int:month>/<int:day>/", views.ArchiveDay, nil)
		add("/empty/<int:year>/<int:month>/<int:day>/", views.ArchiveDay, empty)
		add("/future/<int:year>/<int:month>/<int:day>/", views.ArchiveDay, future)
		add("/both/<int:year>/<int:month>/<int:day>/", views.ArchiveDay, both)
		add("/today/", views.ArchiveToday, nil)
		for name, allow := range map[string]bool{"": false, "/future": true} {
			get := views.DateDetail[note]{
				Query: func(r *web.Request) (model.Query[note], error) { return model.All[note](r), nil },
				Date:  date, Captures: views.Captures{Month: views.MonthNumber},
				Lookup:      func(r *web.Request) model.Cond[note] { return noteTitle.Eq(r.Arg("title")) },
				AllowFuture: allow, Plural: "notes",
			}.Get
			routes = append(routes, web.Route{Pattern: prefix + name + "/<int:year>/<int:month>/<int:day>/<slug:title>/", View: views.Detail[note]{
				Get:    get,
				Render: func(b []byte, _ *web.Request, n *note) ([]byte, error) { return append(b, "row "+n.Title...), nil },
			}.View("x")})
		}
	}
	return routes
}

// Ensure that archives show what Django's documentation of its date-based views
// says, by days and by instants in the site's zone, on both databases.
func TestArchives(t *testing.T) {
	rows := []struct{ path, want string }{
		// ArchiveIndexView: newest first, nothing of the future.
		{"/day/", "rows fool,late,early,before,summer,newyear,old dates [2024-01-01 2023-01-01 2022-01-01]"},
		{"/at/", "rows fool,late,early,before,summer,newyear,old dates [2024-01-01 2023-01-01 2022-01-01]"},
		{"/at/months/", "rows fool,late,early,before,summer,newyear,old dates [2024-04-01 2024-03-01 2023-07-01 2023-01-01 2022-12-01]"},
		{"/at/paged/?page=3", "rows summer,newyear dates [2024-01-01 2023-01-01 2022-01-01] page 3 of 4"},
		{"/at/paged/?page=9", "404 Invalid page (9): That page contains no results"},
		{"/at/none/", "404 No notes available"},
		{"/at/none/empty/", "rows "},
		{"/day/none/", "404 No notes available"},
		// YearArchiveView: the months alone, unless make_object_list is set.
		{"/day/2023/", "rows  dates [2023-01-01 2023-07-01] at 2023-01-01 previous 2022-01-01 next 2024-01-01"},
		{"/at/2023/", "rows  dates [2023-01-01 2023-07-01] at 2023-01-01 previous 2022-01-01 next 2024-01-01"},
		{"/at/2022/", "rows  dates [2022-12-01] at 2022-01-01 next 2023-01-01"},
		{"/at/2024/", "rows  dates [2024-03-01 2024-04-01] at 2024-01-01 previous 2023-01-01"},
		{"/at/rows/2023/", "rows summer,newyear dates [2023-01-01 2023-07-01] at 2023-01-01 previous 2022-01-01 next 2024-01-01"},
		{"/at/2021/", "404 No notes available"},
		{"/at/2030/", "404 No notes available"},
		{"/at/empty/2021/", "rows  at 2021-01-01 previous 2020-01-01 next 2022-01-01"},
		{"/at/empty/2024/", "rows  dates [2024-03-01 2024-04-01] at 2024-01-01 previous 2023-01-01"},
		{"/at/empty/2030/", "rows  at 2030-01-01"},
		{"/at/both/2030/", "rows  dates [2030-06-01] at 2030-01-01 previous 2029-01-01 next 2031-01-01"},
		{"/at/future/2024/", "rows  dates [2024-03-01 2024-04-01] at 2024-01-01 previous 2023-01-01 next 2030-01-01"},
		{"/at/future/2030/", "rows  dates [2030-06-01] at 2030-01-01 previous 2024-01-01"},
		{"/at/99/", "404 Invalid date string “99____” given format “%Y____”"},
		{"/at/0000/", "404 Invalid date string"},
		{"/at/9999/", "404 Date out of range"},
		{"/at/both/9998/", "rows  at 9998-01-01 previous 9997-01-01 next 9999-01-01"},
		{"/at/both/0001/", "rows  at 0001-01-01 next 0002-01-01"},
		{"/day/both/0001/", "rows  at 0001-01-01 next 0002-01-01"},
		// MonthArchiveView.
		{"/day/2024/3/", "rows late,early,before dates [2024-03-30 2024-03-31] at 2024-03-01 previous 2023-07-01 next 2024-04-01"},
		{"/at/2024/03/", "rows late,early,before dates [2024-03-30 2024-03-31] at 2024-03-01 previous 2023-07-01 next 2024-04-01"},
		{"/at/2024/4/", "rows fool dates [2024-04-01] at 2024-04-01 previous 2024-03-01"},
		{"/at/future/2024/4/", "rows soon,fool dates [2024-04-01] at 2024-04-01 previous 2024-03-01 next 2030-06-01"},
		{"/day/future/2024/4/", "rows soon,fool dates [2024-04-01 2024-04-02] at 2024-04-01 previous 2024-03-01 next 2030-06-01"},
		{"/at/2022/12/", "rows old dates [2022-12-31] at 2022-12-01 next 2023-01-01"},
		{"/at/paged/2024/3/", "rows late,early dates [2024-03-30 2024-03-31] at 2024-03-01 previous 2023-07-01 next 2024-04-01 page 1 of 2"},
		{"/at/paged/2024/3/?page=2", "rows before dates [2024-03-30 2024-03-31] at 2024-03-01 previous 2023-07-01 next 2024-04-01 page 2 of 2"},
		{"/at/empty/2024/2/", "rows  at 2024-02-01 previous 2024-01-01 next 2024-03-01"},
		{"/at/empty/2024/4/", "rows fool dates [2024-04-01] at 2024-04-01 previous 2024-03-01"},
		{"/at/both/2024/4/", "rows soon,fool dates [2024-04-01] at 2024-04-01 previous 2024-03-01 next 2024-05-01"},
		{"/at/2024/2/", "404 No notes available"},
		{"/at/2024/5/", "404 No notes available"},
		{"/at/2024/13/", "404 Invalid date string “2024__13__” given format “%Y__%m__”"},
		{"/at/named/2024/mar/", "rows late,early,before dates [2024-03-30 2024-03-31] at 2024-03-01 previous 2023-07-01 next 2024-04-01"},
		{"/at/named/2024/MAR/", "rows late,early,before dates [2024-03-30 2024-03-31] at 2024-03-01 previous 2023-07-01 next 2024-04-01"},
		{"/at/named/2024/3/", "404 Invalid date string “2024__3__” given format “%Y__%b__”"},
		{"/at/both/9999/12/", "404 Date out of range"},
		// WeekArchiveView. 31 March 2024 is a Sunday.
		{"/at/2024/week/13/", "rows late,early,before at 2024-03-25 previous 2023-07-10 next 2024-04-01"},
		{"/day/2024/week/13/", "rows late,early,before at 2024-03-25 previous 2023-07-10 next 2024-04-01"},
		{"/at/2024/week/14/", "rows fool at 2024-04-01 previous 2024-03-25"},
		{"/at/sunday/2024/week/13/", "rows fool,late,early at 2024-03-31 previous 2024-03-24"},
		{"/at/sunday/2024/week/12/", "rows before at 2024-03-24 previous 2023-07-09 next 2024-03-31"},
		{"/at/iso/2024/week/13/", "rows late,early,before at 2024-03-25 previous 2023-07-10 next 2024-04-01"},
		{"/at/iso/2022/week/52/", "rows newyear,old at 2022-12-26 next 2023-07-10"},
		{"/at/2023/week/0/", "rows newyear,old at 2022-12-26 next 2023-07-10"},
		{"/at/both/2024/week/20/", "rows  at 2024-05-13 previous 2024-05-06 next 2024-05-20"},
		{"/at/2024/week/20/", "404 No notes available"},
		{"/at/2024/week/54/", "404 Invalid date string “2024__1__54” given format “%Y__%w__%W”"},
		{"/at/iso/2023/week/53/", "404 Invalid date string “2023__1__53” given format “%G__%w__%V”"},
		// DayArchiveView: 31 March has 23 hours in Berlin.
		{"/day/2024/3/31/", "rows late,early at 2024-03-31 previous 2024-03-30 next 2024-04-01 previous_month 2023-07-01 next_month 2024-04-01"},
		{"/at/2024/3/31/", "rows late,early at 2024-03-31 previous 2024-03-30 next 2024-04-01 previous_month 2023-07-01 next_month 2024-04-01"},
		{"/at/2024/3/30/", "rows before at 2024-03-30 previous 2023-07-14 next 2024-03-31 previous_month 2023-07-01 next_month 2024-04-01"},
		{"/at/2022/12/31/", "rows old at 2022-12-31 next 2023-01-01 next_month 2023-01-01"},
		{"/at/empty/2024/3/29/", "rows  at 2024-03-29 previous 2024-03-28 next 2024-03-30 previous_month 2024-02-01 next_month 2024-04-01"},
		{"/at/empty/2024/4/1/", "rows fool at 2024-04-01 previous 2024-03-31 previous_month 2024-03-01"},
		{"/at/both/2024/4/1/", "rows soon,fool at 2024-04-01 previous 2024-03-31 next 2024-04-02 previous_month 2024-03-01 next_month 2024-05-01"},
		{"/day/future/2024/4/2/", "rows soon at 2024-04-02 previous 2024-04-01 next 2030-06-01 previous_month 2024-03-01 next_month 2030-06-01"},
		{"/day/2024/4/2/", "404 No notes available"},
		{"/at/2024/3/29/", "404 No notes available"},
		{"/at/2024/2/30/", "404 Invalid date string “2024__2__30” given format “%Y__%m__%d”"},
		{"/at/both/9999/12/31/", "404 Date out of range"},
		{"/at/both/0001/1/1/", "rows  at 0001-01-01 next 0001-01-02 next_month 0001-02-01"},
		// TodayArchiveView: today is Berlin's.
		{"/at/today/", "rows fool at 2024-04-01 previous 2024-03-31 previous_month 2024-03-01"},
		{"/day/today/", "rows fool at 2024-04-01 previous 2024-03-31 previous_month 2024-03-01"},
		// DateDetailView.
		{"/at/2024/3/31/late/", "row late"},
		{"/day/2024/3/31/late/", "row late"},
		{"/at/2024/3/30/late/", "404"},
		{"/at/2024/4/1/fool/", "row fool"},
		{"/at/2024/4/1/soon/", "row soon"}, // the day has come, if not the hour
		{"/day/2024/4/2/soon/", "404 Future notes not available because date_detail.allow_future is false."},
		{"/day/future/2024/4/2/soon/", "row soon"},
		{"/at/2024/3/31/nothing/", "404"},
		{"/at/2024/13/1/late/", "404 Invalid date string “2024__13__1” given format “%Y__%m__%d”"},
		{"/at/9999/12/31/late/", "404 Date out of range"},
	}
	archives(t, func(t *testing.T, db *model.DB) {
		app, err := web.New(web.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Database: db, TimeZone: berlin, Routes: archiveRoutes()})
		if err != nil {
			t.Fatal(err)
		}
		client := webtest.New(app)
		for _, tt := range rows {
			got := client.Get(tt.path)
			if reason, missing := strings.CutPrefix(tt.want, "404"); missing {
				if got.Status != 404 || !strings.Contains(got.Body, strings.TrimSpace(reason)) {
					t.Errorf("%s\n got %d %s\nwant %s", tt.path, got.Status, got.Body, tt.want)
				}
			} else if got.Status != 200 || got.Body != tt.want {
				t.Errorf("%s\n got %d %s\nwant %s", tt.path, got.Status, got.Body, tt.want)
			}
		}
		rangesOfTheColumn(t, db)
	})
}

// rangesOfTheColumn ensures that rows are found by ranges of the column itself, which an index serves.
func rangesOfTheColumn(t *testing.T, db *model.DB) {
	t.Helper()
	var statements []string
	watched := db.Watched(func(_ context.Context, sql string) (func(error), error) {
		statements = append(statements, sql)
		return nil, nil
	})
	app, err := web.New(web.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Database: watched, TimeZone: berlin, Routes: archiveRoutes()})
	if err != nil {
		t.Fatal(err)
	}
	webtest.New(app).Get("/at/2024/3/")
	if len(statements) != 4 {
		t.Errorf("%d statements, not those of dates, rows, previous and next:\n%s", len(statements), strings.Join(statements, "\n"))
	}
	for _, sql := range statements {
		_, where, found := strings.Cut(sql, "WHERE ")
		where, _, _ = strings.Cut(where, "ORDER BY")
		if !found || !strings.Contains(where, `"note"."at" <`) || strings.Contains(strings.ToLower(where), "trunc") || strings.Contains(where, "model_part") {
			t.Errorf("rows are not found by ranges:\n%s", sql)
		}
	}
}
