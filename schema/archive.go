package schema

import (
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// ArchiveView shows the rows of a model that belong to a period of time, which
// the route captures (ArchiveIndexView, YearArchiveView and the others).
type ArchiveView struct {
	Model Ref[Model]
	Where Predicate
	// DateField is the date or datetime by which rows belong to days.
	DateField *Field
	// Period is year, month, week, day or today; empty for all times.
	Period String
	// DateListPeriod is the step of date_list; DateList has what goes without saying.
	DateListPeriod String
	// AllowEmpty shows periods without rows, AllowFuture rows of days to come, and
	// MakeObjectList the rows of a year, not its months alone.
	AllowEmpty, AllowFuture, MakeObjectList Bool
	// MonthFormat is %b or %m; Site.MonthFormat has what goes without saying.
	MonthFormat String
	// WeekFormat is %U, %W or %V.
	WeekFormat String
	// Ordering is newest first where it is empty.
	Ordering      []Ordering
	PaginateBy    Int
	SelectRelated []*Field
	// Queryset is a Go function that narrows the rows of a request.
	Queryset  GoRef
	DeclRange hcl.Range
}

// DateDetailView shows one row, found by its day and by what else the route
// captures (DateDetailView).
type DateDetailView struct {
	Model         Ref[Model]
	Where         Predicate
	DateField     *Field
	AllowFuture   Bool
	MonthFormat   String
	SelectRelated []*Field
	// Queryset is a Go function that narrows the rows of a request.
	Queryset  GoRef
	DeclRange hcl.Range
}

// DateList is the step of the list of dates, "" for a period that has none.
func (a *ArchiveView) DateList() string {
	switch {
	case a.DateListPeriod.V != "":
		return a.DateListPeriod.V
	case a.Period.V == "":
		return "year"
	case a.Period.V == "year":
		return "month"
	case a.Period.V == "month":
		return "day"
	}
	return ""
}

// HasRows reports whether the view reads rows, and not dates alone.
func (a *ArchiveView) HasRows() bool { return a.Period.V != "year" || a.MakeObjectList.V }

// ContextName is what the template calls the rows, beside object_list.
func (a *ArchiveView) ContextName() string {
	if a.Period.V == "" {
		return "latest"
	}
	return a.Model.Name + "_list"
}

// PeriodNames are the names of the period in the template, and of its neighbours.
func (a *ArchiveView) PeriodNames() []string {
	switch period := a.Period.V; period {
	case "":
		return nil
	case "day", "today":
		return []string{"day", "previous_day", "next_day", "previous_month", "next_month"}
	default:
		return []string{period, "previous_" + period, "next_" + period}
	}
}

// Templates are named for the period: today's is that of a day.
func (a *ArchiveView) templateEnding() string {
	switch a.Period.V {
	case "":
		return "_archive.html"
	case "today":
		return "_archive_day.html"
	}
	return "_archive_" + a.Period.V + ".html"
}

// dateCaptures are what the routes of a view have to capture for its day.
func dateCaptures(v *View) []string {
	switch {
	case v.DateDetail != nil:
		return []string{"year", "month", "day"}
	case v.Archive == nil:
		return nil
	}
	switch v.Archive.Period.V {
	case "year":
		return []string{"year"}
	case "month":
		return []string{"year", "month"}
	case "week":
		return []string{"year", "week"}
	case "day":
		return []string{"year", "month", "day"}
	}
	return nil
}

// MonthFormat is how the routes of an archive write months: as the view says, or
// else as numbers where they capture an int.
func (s *Site) MonthFormat(v *View) string {
	switch {
	case v.Archive != nil && v.Archive.MonthFormat.V != "":
		return v.Archive.MonthFormat.V
	case v.DateDetail != nil && v.DateDetail.MonthFormat.V != "":
		return v.DateDetail.MonthFormat.V
	}
	for _, r := range s.RoutesOf(v) {
		if c, ok := r.capture("month"); ok && c.isNumber() {
			return "%m"
		}
	}
	return "%b"
}

func dateFieldAttr() *attr {
	return &attr{Name: "date_field", Type: dateField{}, Required: true, Ancestor: "Django date_field",
		Doc: "The date or datetime by which rows belong to a day; a datetime is seen in the site's time zone."}
}

func allowFutureAttr() *attr {
	return &attr{Name: "allow_future", Type: boolType(), Default: "false", Ancestor: "Django allow_future",
		Doc: "Whether rows of the future are shown."}
}

func monthFormatAttr() *attr {
	return &attr{Name: "month_format", Type: stringType(), Enum: []string{"%b", "%m"}, Ancestor: "Django month_format",
		Doc: "How the route writes months: jan to dec, or numbers; numbers when it is not written and the route captures <int:month>."}
}

func archiveBlock() *block {
	return &block{
		Type: "archive", Once: true, Into: reflect.TypeFor[ArchiveView](),
		Doc:      "The view shows the rows of a period, newest first, under object_list and MODEL_list (latest without a period), with date_list, and the period's first day under its name, as in month, previous_month and next_month.",
		Ancestor: "Django ArchiveIndexView, YearArchiveView, MonthArchiveView, WeekArchiveView, DayArchiveView, TodayArchiveView",
		Example: `view "post_month" {
  archive {
    model      = model.post
    date_field = "published"
    period     = "month"
  }
}
route "/<int:year>/<int:month>/" { view = view.post_month }`,
		Attrs: []*attr{
			modelAttr(), dateFieldAttr(), whereAttr(),
			{Name: "period", Type: stringType(), Enum: []string{"year", "month", "week", "day", "today"},
				Doc: "What the view shows of time, of which the route captures year, month, week and day as numbers; everything when not written."},
			{Name: "allow_empty", Type: boolType(), Default: "false", Ancestor: "Django allow_empty",
				Doc: "Whether a period without rows is shown, and not 404."},
			allowFutureAttr(),
			{Name: "make_object_list", Type: boolType(), Default: "false", Ancestor: "Django make_object_list",
				Doc: "Whether a year's rows are read, beside its months."},
			{Name: "date_list_period", Type: stringType(), Enum: []string{"year", "month", "week", "day"}, Ancestor: "Django date_list_period",
				Doc: "What date_list has the first days of; years without a period, a year's months and a month's days when not written."},
			monthFormatAttr(),
			{Name: "week_format", Type: stringType(), Enum: []string{"%U", "%W", "%V"}, Ancestor: "Django week_format",
				Doc: "How weeks are counted: from the year's first Sunday (%U, when not written), from its first Monday (%W), or as ISO 8601 does, with its year (%V)."},
			{Name: "ordering", Type: orderingType{}, Ancestor: "Django order_by()",
				Doc: "The fields that rows are sorted by; the newest come first when not written."},
			{Name: "paginate_by", Type: intType(), Check: checkPositive, Ancestor: "Django paginate_by",
				Doc: "How many rows a page has; all on one when not written."},
			selectRelatedAttr(), querysetAttr(),
		},
	}
}

func dateDetailBlock() *block {
	return &block{
		Type: "date_detail", Once: true, Into: reflect.TypeFor[DateDetailView](),
		Doc:      "The view shows the row of the day that the route captures as year, month and day, whose fields have the other captures' values.",
		Ancestor: "Django DateDetailView",
		Example: `view "post_of_day" {
  date_detail {
    model      = model.post
    date_field = "published"
  }
}
route "/<int:year>/<int:month>/<int:day>/<slug:slug>/" { view = view.post_of_day }`,
		Attrs: []*attr{modelAttr(), dateFieldAttr(), whereAttr(), allowFutureAttr(), monthFormatAttr(), selectRelatedAttr(), querysetAttr()},
	}
}

// dateField is the name of a field that holds days or instants.
type dateField struct{}

func (dateField) word() string         { return "name of a date or datetime field" }
func (dateField) json() any            { return jsonString(`^[a-z0-9_]+$`) }
func (dateField) goType() reflect.Type { return reflect.TypeFor[*Field]() }
func (dateField) symbolic() bool       { return false }

func (dateField) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(**Field)
	name, ok := stringType().read(d, u, u.expr)
	if !ok {
		return
	}
	d.wait(resolveFields, func() {
		m := d.modelOf(u.scope)
		if m == nil {
			return
		}
		f := d.fieldOf(m, name.V, name.Range)
		switch {
		case f == nil:
		case f.Kind != "" && f.Kind != Date && f.Kind != DateTime:
			d.report(notADate(m, f, name.Range))
		default:
			*into = f
		}
	})
}

// checkArchives holds the date views against their periods and their routes.
func (d *decoder) checkArchives() {
	for _, v := range d.site.Views {
		switch {
		case v.Archive != nil:
			d.checkPeriod(v, v.Archive)
			d.checkPlain(v.Archive.Where)
			if v.JSON != nil && !v.Archive.HasRows() && d.isWritten(v.JSON, "fields") {
				d.report(fieldsOfNoRows(d.attrRange(v.JSON, "fields", v.JSON.DeclRange), v.Archive))
			}
		case v.DateDetail != nil:
			d.checkPlain(v.DateDetail.Where)
		}
		needed := dateCaptures(v)
		var first *Route
		for _, r := range d.site.AllRoutes() {
			if r.View.Target != v || d.brokenOnes[r] {
				continue
			}
			for _, name := range needed {
				d.checkDateCapture(v, r, name, needed)
			}
			if first == nil {
				first = r
			} else if slices.Contains(needed, "month") && !d.isMonthFormatWritten(v) && isIntCapture(first, "month") != isIntCapture(r, "month") {
				d.report(monthsDiffer(r, first, v))
			}
		}
	}
}

func (d *decoder) isMonthFormatWritten(v *View) bool {
	return v.Archive != nil && d.isWritten(v.Archive, "month_format") || v.DateDetail != nil && d.isWritten(v.DateDetail, "month_format")
}

func isIntCapture(r *Route, name string) bool {
	c, _ := r.capture(name)
	return c.isNumber()
}

// checkPeriod reports what the period of an archive has no use for.
func (d *decoder) checkPeriod(v *View, a *ArchiveView) {
	period := a.Period.V
	unused := map[string]bool{
		"make_object_list": period != "year",
		"date_list_period": period == "week" || period == "day" || period == "today",
		"month_format":     period != "month" && period != "day",
		"week_format":      period != "week",
	}
	for _, name := range []string{"paginate_by", "ordering", "select_related"} {
		unused[name] = !a.HasRows()
	}
	for _, t := range archiveBlock().Attrs {
		if unused[t.Name] && d.isWritten(a, t.Name) {
			d.report(besidePeriod(t.Name, d.attrRange(a, t.Name, v.DeclRange), a, d.attrRange(a, "period", a.DeclRange)))
		}
	}
}

// checkDateCapture reports a route that does not capture a part of the date, or
// in a form that is never one.
func (d *decoder) checkDateCapture(v *View, r *Route, name string, all []string) {
	c, ok := r.capture(name)
	switch {
	case !ok:
		d.report(dateNotCaptured(r, v, name, all))
	case c.Converter == "uuid" || c.Converter == "path":
		d.report(dateOfOtherKind(r, c))
	case name == "month" && c.isNumber() && d.site.MonthFormat(v) == "%b":
		d.report(monthIsNumber(r, v))
	}
}

// checkPlain reports a comparison of two fields, or of what is computed, in the where of a view
// by dates, whose rows are found by conditions on single fields.
func (d *decoder) checkPlain(p Predicate) {
	switch p := p.(type) {
	case And:
		for _, t := range p.Terms {
			d.checkPlain(t)
		}
	case Or:
		for _, t := range p.Terms {
			d.checkPlain(t)
		}
	case Not:
		d.checkPlain(p.Term)
	case Crossing:
		d.checkPlain(p.Term)
	case Test:
		d.report(computedByDate(p.Range))
	}
}

// isDatePart reports whether a capture is a part of the date that the view is
// about, and so not a field of its row.
func isDatePart(v *View, name string) bool {
	return v != nil && v.DateDetail != nil && slices.Contains(dateCaptures(v), name)
}

var _ attrType = dateField{}
