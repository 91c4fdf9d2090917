package views

import (
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Period is the time that an archive shows.
type Period int

// The periods of archives; each is one of Django's date-based views.
const (
	// ArchiveIndex shows all rows, newest first (ArchiveIndexView).
	ArchiveIndex Period = iota
	// ArchiveYear to ArchiveDay show the rows of the time that the route captures
	// under year, month, week and day (YearArchiveView and the others).
	ArchiveYear
	ArchiveMonth
	ArchiveWeek
	ArchiveDay
	// ArchiveToday shows the rows of the day that it is in the site's zone (TodayArchiveView).
	ArchiveToday
)

// Archive shows the rows of a period of time (django.views.generic.dates). What
// is no date, what lies in the future and, unless it is allowed, what has no
// rows is 404.
type Archive[T any] struct {
	Period Period
	// Query has the rows there are, in the order in which they are shown (get_queryset, get_ordering).
	Query func(r *web.Request) (model.Query[T], error)
	// Date is the field by which rows belong to a day (date_field).
	Date Dated[T]
	// Captures says how months and weeks are written.
	Captures Captures
	// DateList is the step of the list of dates; empty for no list (date_list_period).
	DateList model.Unit
	// PaginateBy is the number of rows on a page; 0 shows all.
	PaginateBy int
	// AllowEmpty shows periods without rows, AllowFuture rows that are dated later than now.
	AllowEmpty, AllowFuture bool
	// MakeObjectList reads the rows of a year, which otherwise shows its months alone.
	MakeObjectList bool
	// Plural is what several rows are called (verbose_name_plural).
	Plural string

	// Template is the page's name, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, page *ArchivePage[T]) ([]byte, error)
	// JSON appends one row; where it is set the view answers with JSON. DatesJSON has a year
	// that reads no rows do so. Names are what JSON calls the period's first day and those of
	// its neighbours, in the order of ArchivePage.
	JSON      func(b []byte, r *web.Request, row *T) ([]byte, error)
	DatesJSON bool
	Names     []string
}

// ArchivePage is what an archive's template sees.
type ArchivePage[T any] struct {
	ListPage[T]
	// DateList has the years, months or days that have rows, each by its first day.
	DateList []model.Date
	// Date is the first day of the period, the zero Date in an index; Previous and
	// Next are those of its neighbours that can be shown.
	Date           model.Date
	Previous, Next model.Null[model.Date]
	// PreviousMonth and NextMonth are the neighbours of a day's month.
	PreviousMonth, NextMonth model.Null[model.Date]
}

// Handler is the view: GET.
func (v Archive[T]) Handler() web.Handler {
	if v.JSON != nil || v.DatesJSON {
		return asJSON(v.json, "GET")
	}
	return only(func(r *web.Request) (*web.Response, error) {
		page, err := v.read(r)
		if err != nil {
			return nil, err
		}
		return r.Page(v.Template, page, func(b []byte, r *web.Request) ([]byte, error) { return v.Render(b, r, page) })
	}, "GET")
}

// View is the view of that name.
func (v Archive[T]) View(name string) *web.View { return view(name, v.Handler()) }

func (v *Archive[T]) read(r *web.Request) (*ArchivePage[T], error) {
	all, err := v.Query(r)
	if err != nil {
		return nil, missing(err)
	}
	now := clock{zone: r.TimeZone()}
	now.time = model.Now(r).In(now.zone)
	page := &ArchivePage[T]{}
	rows := all
	if v.Period != ArchiveIndex {
		if page.Date, err = v.begin(r, now); err != nil {
			return nil, err
		}
		end, ok := v.step().next(page.Date)
		if !ok {
			return nil, outOfRange()
		}
		rows = rows.Filter(v.Date.since(page.Date, now.zone), v.Date.before(end, now.zone))
	}
	if !v.AllowFuture {
		rows = rows.Filter(v.Date.until(now))
	}
	if rows, err = v.dates(page, rows, now.zone); err != nil {
		return nil, err
	}
	list := List[T]{PaginateBy: v.PaginateBy, Query: func(*web.Request) (model.Query[T], error) { return rows, nil }}
	found, err := list.read(r)
	if err != nil {
		return nil, err
	}
	page.ListPage = *found
	return page, v.neighbours(page, all, now)
}

// begin is the first day of the period that the request asks for.
func (v *Archive[T]) begin(r *web.Request, now clock) (model.Date, error) {
	switch v.Period {
	case ArchiveYear:
		return v.Captures.year(r.Arg("year"))
	case ArchiveMonth:
		return v.Captures.month(r.Arg("year"), r.Arg("month"))
	case ArchiveWeek:
		return v.Captures.week(r.Arg("year"), r.Arg("week"))
	case ArchiveDay:
		return v.Captures.day(r.Arg("year"), r.Arg("month"), r.Arg("day"))
	}
	return model.DateOf(now.time), nil
}

// step is how long the period is.
func (v *Archive[T]) step() step {
	switch v.Period {
	case ArchiveYear:
		return yearStep
	case ArchiveMonth:
		return monthStep
	case ArchiveWeek:
		return v.Captures.weekStep()
	}
	return dayStep
}

// dates fills in the list of dates, and has the rows that are to be shown.
func (v *Archive[T]) dates(page *ArchivePage[T], rows model.Query[T], zone *time.Location) (model.Query[T], error) {
	if v.DateList == "" {
		if !v.AllowEmpty {
			if some, err := rows.Exists(); err != nil {
				return nil, missing(err)
			} else if !some {
				return nil, v.none()
			}
		}
		return rows, nil
	}
	dates, err := v.Date.list(rows, v.DateList, v.Period == ArchiveIndex, zone)
	if err != nil {
		return nil, missing(err)
	}
	if len(dates) == 0 && !v.AllowEmpty {
		return nil, v.none()
	}
	page.DateList = dates
	if v.Period == ArchiveIndex && len(dates) == 0 || v.Period == ArchiveYear && !v.MakeObjectList {
		return rows.None(), nil
	}
	return rows, nil
}

// neighbours finds the periods before and after that can be shown.
func (v *Archive[T]) neighbours(page *ArchivePage[T], all model.Query[T], now clock) (err error) {
	if v.Period == ArchiveIndex {
		return nil
	}
	if page.Previous, page.Next, err = v.around(page.Date, v.step(), all, now); err != nil {
		return err
	}
	if v.Period == ArchiveDay || v.Period == ArchiveToday {
		page.PreviousMonth, page.NextMonth, err = v.around(page.Date, monthStep, all, now)
	}
	return err
}

// around are the first days of the periods before and after that of a day:
// those next to it where empty ones may be shown, else the nearest with rows.
func (v *Archive[T]) around(day model.Date, s step, all model.Query[T], now clock) (previous, next model.Null[model.Date], err error) {
	start := s.begin(day)
	end, more := s.next(day)
	if v.AllowEmpty {
		shown := func(d model.Date, ok bool) model.Null[model.Date] {
			if !ok || !v.AllowFuture && d.Compare(model.DateOf(now.time)) > 0 {
				return model.Null[model.Date]{}
			}
			return model.Some(d)
		}
		before, ok := plusDays(start, -1)
		if ok {
			before = s.begin(before)
		}
		return shown(before, ok && before.Valid()), shown(end, more), nil
	}
	if !v.AllowFuture {
		all = all.Filter(v.Date.until(now))
	}
	if previous, err = v.Date.first(all.Filter(v.Date.before(start, now.zone)), true, now.zone); err != nil {
		return previous, next, missing(err)
	}
	if more {
		if next, err = v.Date.first(all.Filter(v.Date.since(end, now.zone)), false, now.zone); err != nil {
			return previous, next, missing(err)
		}
	}
	return begun(previous, s), begun(next, s), nil
}

// begun is the first day of the piece that a day lies in, if there is one.
func begun(d model.Null[model.Date], s step) model.Null[model.Date] {
	if d.Valid {
		d.V = s.begin(d.V)
	}
	return d
}

func (v *Archive[T]) none() error { return web.NotFound.With("No " + v.Plural + " available") }

// clock is the time of a request, told in the site's zone.
type clock struct {
	time time.Time
	zone *time.Location
}
