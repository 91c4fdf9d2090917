package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// archive is views.Archive[ROW]{…}.Handler().
func (e *viewEmitter) archive() jen.Code {
	a := e.v.Archive
	m := a.Model.Target
	periods := map[string]string{
		"": "ArchiveIndex", "year": "ArchiveYear", "month": "ArchiveMonth", "week": "ArchiveWeek", "day": "ArchiveDay", "today": "ArchiveToday",
	}
	ordering := a.Ordering
	if len(ordering) == 0 {
		// The key settles what comes first of one day, so that pages hold still.
		ordering = []schema.Ordering{{Field: a.DateField, Descending: true}, {Field: m.PrimaryKey(), Descending: true}}
	}
	fs := []jen.Code{
		emit.Field("Period", jen.Qual(pkgViews, periods[a.Period.V])),
		e.datedQuery(a.Queryset, m, a.Where, a.SelectRelated, ordering),
		e.dated(m, a.DateField),
		e.captures(a.Period.V == "month" || a.Period.V == "day", a),
	}
	add := func(on bool, name string, value jen.Code) {
		if on {
			fs = append(fs, emit.Field(name, value))
		}
	}
	units := map[string]string{"year": "ToYear", "month": "ToMonth", "week": "ToWeek", "day": "ToDay"}
	add(a.DateList() != "", "DateList", jen.Qual(pkgModel, units[a.DateList()]))
	if wanted(a.PaginateBy) {
		perPage := num(a.PaginateBy)
		if a.PaginateBy.Bind != nil {
			perPage = e.variable("Int", a.PaginateBy.Bind)
		}
		add(true, "PaginateBy", perPage)
	}
	add(a.AllowEmpty.V, "AllowEmpty", jen.True())
	add(a.AllowFuture.V, "AllowFuture", jen.True())
	add(a.MakeObjectList.V, "MakeObjectList", jen.True())
	add(true, "Plural", jen.Lit(m.VerboseNamePlural.V))
	if e.v.JSON == nil {
		return e.generic("Archive", m, append(fs, e.template(), e.render(m))...)
	}
	add(len(a.PeriodNames()) > 0, "Names", strs(a.PeriodNames()))
	if a.HasRows() {
		return e.generic("Archive", m, append(fs, e.json(m, e.plan.Object.JSON))...)
	}
	return e.generic("Archive", m, append(fs, emit.Field("DatesJSON", jen.True()))...)
}

// dateDetail is views.Detail[ROW]{…}.Handler(), whose row views.DateDetail finds.
func (e *viewEmitter) dateDetail() jen.Code {
	a := e.v.DateDetail
	m := a.Model.Target
	fs := []jen.Code{e.datedQuery(a.Queryset, m, a.Where, a.SelectRelated, nil), e.dated(m, a.DateField), e.captures(true, nil)}
	if routes := e.site.RoutesOf(e.v); len(routes) > 0 { // a view without a route is never called
		fs = append(fs, emit.Field("Lookup", e.function([]jen.Code{request("r")}, []jen.Code{jen.Qual(pkgModel, "Cond").Index(e.row(m))},
			jen.Return(e.lookup(routes[0], m)))))
	}
	if a.AllowFuture.V {
		fs = append(fs, emit.Field("AllowFuture", jen.True()))
	}
	fs = append(fs, emit.Field("Plural", jen.Lit(m.VerboseNamePlural.V)))
	get := emit.Field("Get", jen.Qual(pkgViews, "DateDetail").Index(e.row(m)).Add(emit.Rows(fs...)).Dot("Get"))
	if e.v.JSON != nil {
		return e.generic("Detail", m, get, e.json(m, e.plan.Object.JSON))
	}
	return e.generic("Detail", m, get, e.template(), e.render(m))
}

// datedQuery has the rows of a date view, before their dates are looked at.
func (e *viewEmitter) datedQuery(hook schema.GoRef, m *schema.Model, where schema.Predicate, related []*schema.Field, ordering []schema.Ordering) jen.Code {
	rows := e.rowsOf(m, related, ordering)
	body := []jen.Code{jen.Return(rows, jen.Nil())}
	switch {
	case hook.Set():
		body = []jen.Code{jen.Return(e.narrowed(hook, m, related, ordering))}
	case where != nil:
		prelude, cond := e.where(m, where, jen.Nil())
		body = append(prelude, jen.Return(rows.Dot("Filter").Call(cond), jen.Nil()))
	}
	return emit.Field("Query", e.function([]jen.Code{request("r")}, []jen.Code{jen.Qual(pkgModel, "Query").Index(e.row(m)), jen.Error()}, body...))
}

// dated is the field by which rows belong to days.
func (e *viewEmitter) dated(m *schema.Model, f *schema.Field) jen.Code {
	by, field := "ByTime", e.modelField(m, f)
	if f.Kind == schema.Date {
		by = "ByDate"
	}
	if f.Null.V {
		field = jen.Op("&").Add(field).Dot("FieldOf")
	}
	return emit.Field("Date", jen.Qual(pkgViews, by).Call(field))
}

// captures is how the routes write months and weeks; nil for a view without them.
func (e *viewEmitter) captures(months bool, a *schema.ArchiveView) jen.Code {
	switch {
	case months:
		name := map[string]string{"%m": "MonthNumber", "%b": "MonthName"}[e.site.MonthFormat(e.v)]
		return emit.Field("Captures", jen.Qual(pkgViews, "Captures").Values(emit.Field("Month", jen.Qual(pkgViews, name))))
	case a.Period.V == "week":
		name := map[string]string{"": "WeekFromSunday", "%U": "WeekFromSunday", "%W": "WeekFromMonday", "%V": "WeekISO"}[a.WeekFormat.V]
		return emit.Field("Captures", jen.Qual(pkgViews, "Captures").Values(emit.Field("Week", jen.Qual(pkgViews, name))))
	}
	return nil
}

// archiveValues adds the names that an archive gives its template.
func (e *viewEmitter) archiveValues(add func(name, field string, t *template.Type, value jen.Code)) {
	a := e.v.Archive
	m := a.Model.Target
	page := func(field string) jen.Code { return jen.Id("page").Dot(field) }
	rows := &template.Type{Kind: template.List, Elem: e.modelType(m, a.SelectRelated)}
	add("object_list", "ObjectList", rows, page("ObjectList"))
	add(a.ContextName(), "ObjectList", rows, nil)
	if wanted(a.PaginateBy) {
		add("page_obj", "PageObj", e.pageType(m, rows), page("PageObj"))
		add("paginator", "Paginator", paginatorType, page("Paginator"))
	}
	add("is_paginated", "IsPaginated", boolType, page("IsPaginated"))
	if a.DateList() != "" {
		add("date_list", "DateList", &template.Type{Kind: template.List, Elem: dateType}, page("DateList"))
	}
	maybe := &template.Type{Kind: template.Nullable, Elem: dateType, Go: template.GoType{Path: pkgModel, Name: "Null"}, Valid: "Valid", Value: "V"}
	fields := []string{"Date", "Previous", "Next", "PreviousMonth", "NextMonth"}
	for i, name := range a.PeriodNames() {
		t := maybe
		if i == 0 {
			t = dateType
		}
		add(name, schema.GoName(name), t, page(fields[i]))
	}
}

// dateType is a day in templates.
var dateType = &template.Type{
	Kind: template.Date, Go: template.GoType{Path: pkgModel, Name: "Date"},
	Members: map[string]*template.Member{
		"year":  {Field: "Year", Type: intType},
		"month": {Field: "Month", Type: &template.Type{Kind: template.Int, Go: template.GoType{Path: "time", Name: "Month"}}},
		"day":   {Field: "Day", Type: intType},
	},
}
