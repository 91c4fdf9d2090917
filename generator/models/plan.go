package models

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// Func is a generated function of gen/models: its first parameter is a
// model.Source, then come Params in order.
type Func struct {
	// Name is the function's name; "" where the view has no such function.
	Name   string
	Params []Param
}

// QueryPlan is the function of a query block:
// func(model.Source, ...) ([]*Model, error).
type QueryPlan struct {
	Query *schema.Query
	Rows  Func
	// JSON is the encoder of one row, func([]byte, *Model) []byte; "" without a
	// json block.
	JSON string
}

// ListPlan is the functions of a list view.
type ListPlan struct {
	Model *schema.Model
	// Rows has the rows: func(model.Source, ...) ([]*Model, error). With
	// pages its last parameters are the limit and the offset.
	Rows Func
	// Count counts the rows of all pages, func(model.Source, ...) (int64, error);
	// only with pages.
	Count Func
	JSON  string
}

// ObjectPlan is the function of a detail, update or delete view:
// func(model.Source, ...) (*Model, error), with model.ErrNotFound for no row.
// A create view has one for its JSON encoder alone.
type ObjectPlan struct {
	Model *schema.Model
	Get   Func
	JSON  string
}

// ViewPlan says what gen/models has for one view.
type ViewPlan struct {
	View *schema.View
	// Queries are in the view's order.
	Queries []QueryPlan
	List    *ListPlan   // for a list view
	Object  *ObjectPlan // for a detail, update, delete or resource view

	fixed    []fixed
	encoders []encoder
}

// fixed is one function with its statement.
type fixed struct {
	doc    string
	fn     Func
	model  *schema.Model
	kind   resultKind
	sql    string
	stmt   *statement
	joined []*schema.Field
	// constant is the name of a statement that stands elsewhere, instead of sql.
	constant string
}

type resultKind int

const (
	manyRows resultKind = iota
	oneRow
	oneNumber
)

// encoder is one JSON encoder.
type encoder struct {
	name, doc string
	model     *schema.Model
	fields    []*schema.Field
}

// Plans are the plans of all views. A view that reads no rows has a zero plan.
func Plans(site *schema.Site) map[*schema.View]ViewPlan {
	byView := make(map[*schema.View]ViewPlan, len(site.Views))
	for _, plan := range plans(site) {
		byView[plan.View] = plan
	}
	return byView
}

// plans are the plans of all views, in their order.
func plans(site *schema.Site) []ViewPlan {
	names := reserved(site)
	list := make([]ViewPlan, len(site.Views))
	for i, v := range site.Views {
		list[i] = planView(site, v, names)
	}
	return list
}

// names are the names in use in the package.
type names map[string]bool

// reserved are the names that the models use.
func reserved(site *schema.Site) names {
	n := names{}
	for _, m := range site.Models {
		for _, name := range PackageNames(m) {
			n[name] = true
		}
	}
	for _, q := range site.SQL {
		for _, name := range sqlNames(q) {
			n[name] = true
		}
	}
	return n
}

// free is the name, with Rows after it as often as it takes to be free.
func (n names) free(name string) string {
	for n[name] || n[lowerFirst(name)+"SQL"] || n["read"+name] {
		name += "Rows"
	}
	n[name], n[lowerFirst(name)+"SQL"], n["read"+name] = true, true, true
	return name
}

// planView plans one view, and takes its names.
func planView(site *schema.Site, v *schema.View, n names) ViewPlan {
	plan := ViewPlan{View: v}
	base := schema.GoName(v.Name)
	for _, q := range v.Queries {
		plan.addQuery(q, n.free(base+schema.GoName(q.Name)))
		if v.JSON != nil {
			plan.Queries[len(plan.Queries)-1].JSON = plan.addEncoder(q.Model.Target, n.free("Append"+base+schema.GoName(q.Name)+"JSON"))
		}
	}
	switch {
	case v.List != nil:
		plan.addList(v.List, n.free(base), n)
	case v.Create != nil && v.JSON != nil:
		plan.Object = &ObjectPlan{Model: v.Create.Model.Target}
	case v.DateDetail != nil && v.JSON != nil:
		plan.Object = &ObjectPlan{Model: v.DateDetail.Model.Target}
	case v.Archive != nil && v.JSON != nil && v.Archive.HasRows():
		plan.Object = &ObjectPlan{Model: v.Archive.Model.Target}
	case v.Detail != nil:
		plan.addObject(site, v.Detail.Model.Target, v.Detail.Where, v.Detail.SelectRelated, n.free(base))
	case v.Update != nil:
		plan.addObject(site, v.Update.Model.Target, v.Update.Where, nil, n.free(base))
	case v.Delete != nil:
		plan.addObject(site, v.Delete.Model.Target, v.Delete.Where, nil, n.free(base))
	}
	if v.Resource != nil {
		m := v.Resource.Model.Target
		plan.Object = &ObjectPlan{Model: m, JSON: n.free("Append" + base + "JSON")}
		plan.encoders = append(plan.encoders, encoder{
			name: plan.Object.JSON, doc: "appends the row as the JSON object that the view " + v.Name + " shows.", model: m, fields: v.Resource.Shown(),
		})
	}
	if v.JSON != nil {
		switch {
		case plan.List != nil:
			plan.List.JSON = plan.addEncoder(plan.List.Model, n.free("Append"+base+"JSON"))
		case plan.Object != nil:
			plan.Object.JSON = plan.addEncoder(plan.Object.Model, n.free("Append"+base+"JSON"))
		}
	}
	return plan
}

func (p *ViewPlan) addQuery(q *schema.Query, name string) {
	if q.SQL.Target != nil {
		p.addSQL(q, name)
		return
	}
	m := q.Model.Target
	sig := &signature{}
	stmt := newStatement(sig)
	s := sqltext.Select{Table: TableName(m), Key: ColumnName(m.PrimaryKey()), Columns: columnNames(m), Where: stmt.predicate(m, q.Where)}
	stmt.join(&s, m, q.SelectRelated)
	if terms := ordering(m, q.Ordering); len(terms) > 0 || q.Limit.V > 0 {
		s.Order = order(m, terms)
	}
	if q.Limit.V > 0 {
		s.Limit = &sqltext.Operand{Value: sqltext.Int(int64(q.Limit.V)), Literal: true}
	}
	fn := Func{Name: name, Params: sig.sorted()}
	p.Queries = append(p.Queries, QueryPlan{Query: q, Rows: fn})
	p.fix(fixed{
		doc: "has the rows of the query " + q.Name + " of the view " + p.View.Name + ".",
		fn:  fn, model: m, kind: manyRows, sql: text(s.Write), stmt: stmt, joined: q.SelectRelated,
	})
}

func (p *ViewPlan) addList(l *schema.ListView, name string, n names) {
	m := l.Model.Target
	p.List = &ListPlan{Model: m}
	paged := l.PaginateBy.V > 0 || l.PaginateBy.Bind != nil
	sig := &signature{}
	stmt := newStatement(sig)
	s := sqltext.Select{Table: TableName(m), Key: ColumnName(m.PrimaryKey()), Columns: columnNames(m), Where: stmt.predicate(m, l.Where)}
	if paged {
		count := fixed{
			doc: "counts the rows of all pages of the view " + p.View.Name + ".",
			fn:  Func{Name: n.free(name + "Count"), Params: sig.sorted()}, model: m, kind: oneNumber,
			sql: text(s.WriteCount), stmt: &statement{signature: sig, args: append([]jen.Code{}, stmt.args...)},
		}
		p.List.Count = count.fn
		defer p.fix(count)
	}
	stmt.join(&s, m, l.SelectRelated)
	s.Order = order(m, ordering(m, l.Ordering))
	doc := "has the rows of the view " + p.View.Name + "."
	if paged {
		doc = "has one page of the rows of the view " + p.View.Name + "."
		s.Limit, s.Offset = stmt.page(sig.limit()), stmt.page(sig.offset())
	}
	fn := Func{Name: name, Params: sig.sorted()}
	p.List.Rows = fn
	p.fix(fixed{doc: doc, fn: fn, model: m, kind: manyRows, sql: text(s.Write), stmt: stmt, joined: l.SelectRelated})
}

func (p *ViewPlan) addObject(site *schema.Site, m *schema.Model, where schema.Predicate, related []*schema.Field, name string) {
	p.Object = &ObjectPlan{Model: m}
	sig := &signature{}
	stmt := newStatement(sig)
	var conds sqltext.And
	for _, l := range lookups(site, p.View, m) {
		o := schema.Operand{Kind: schema.URLOperand, Name: l.Capture.Name}
		conds = append(conds, sqltext.Compare{Left: column(m, l.Field), Op: sqltext.Eq, Right: stmt.operand(l.Field, o)})
	}
	if where != nil {
		conds = append(conds, stmt.predicate(m, where))
	}
	s := sqltext.Select{Table: TableName(m), Key: ColumnName(m.PrimaryKey()), Columns: columnNames(m), Where: conds}
	stmt.join(&s, m, related)
	fn := Func{Name: name, Params: sig.sorted()}
	p.Object.Get = fn
	p.fix(fixed{
		doc: "has the row that the view " + p.View.Name + " shows, or model.ErrNotFound.",
		fn:  fn, model: m, kind: oneRow, sql: text(s.Write), stmt: stmt, joined: related,
	})
}

func (p *ViewPlan) fix(f fixed) { p.fixed = append(p.fixed, f) }

// addEncoder plans the encoder of a model's rows: of those fields of the json
// block that are the model's, or of all.
func (p *ViewPlan) addEncoder(m *schema.Model, name string) string {
	e := encoder{name: name, doc: "appends the row as the JSON object that the view " + p.View.Name + " shows.", model: m}
	for _, f := range p.View.JSON.Fields {
		if m.Field(f.Name) == f {
			e.fields = append(e.fields, f)
		}
	}
	if len(e.fields) == 0 {
		for _, f := range m.Fields {
			if !(m.Builtin && f.Implicit && f.Name == "password") { // shown to nobody unless a view asks for it
				e.fields = append(e.fields, f)
			}
		}
	}
	p.encoders = append(p.encoders, e)
	return name
}

// text is a fixed statement. Where databases write it differently, it holds the
// texts of all; see sqlConst.
func text(write func(*sqltext.Writer)) string {
	written := func(d sqltext.Dialect) string {
		w := sqltext.NewWriter(d)
		write(w)
		if len(w.Args()) > 0 {
			panic("stackgen: unreachable: fixed statement with a bound value")
		}
		return w.SQL()
	}
	lite, pg := written(sqltext.SQLite), written(sqltext.Postgres)
	if lite == pg {
		return lite
	}
	return lite + sqltext.OnPostgres + pg
}
