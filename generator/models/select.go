package models

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// page is the operand of a limit or offset.
func (s *statement) page(at int) *sqltext.Operand {
	o := s.param(argKey{param: at}, jen.Qual(modelPkg, "IntValue").Call(jen.Id(s.signature.params[at].Name)))
	return &o
}

// join reads the rows of foreign keys along.
func (s *statement) join(sel *sqltext.Select, m *schema.Model, related []*schema.Field) {
	for _, f := range related {
		sel.Related = append(sel.Related, sqltext.Related{Path: sqltext.Path{stepOf(m, f)}, Columns: columnNames(f.Target.Target)})
	}
}

func columnNames(m *schema.Model) []string {
	list := make([]string, len(m.Fields))
	for i, f := range m.Fields {
		list[i] = ColumnName(f)
	}
	return list
}

// ordering is what a query says, or the model's.
func ordering(m *schema.Model, terms []schema.Ordering) []schema.Ordering {
	if len(terms) == 0 {
		return m.Ordering
	}
	return terms
}

// order is an ordering made total: rows that are equal in all its terms follow
// their key, in the direction of the last term, so that pages neither repeat
// nor lose a row.
func order(m *schema.Model, terms []schema.Ordering) []sqltext.Order {
	var list []sqltext.Order
	descending := false
	for _, t := range terms {
		list = append(list, sqltext.Order{By: column(m, t.Field), Descending: t.Descending})
		descending = t.Descending
		if t.Field.PrimaryKey.V || t.Field.Unique.V && !t.Field.Null.V {
			return list
		}
	}
	return append(list, sqltext.Order{By: column(m, m.PrimaryKey()), Descending: descending})
}

// lookups are the captures that name the row of a view. The captures of the
// view's first route count; the others have the same.
func lookups(site *schema.Site, v *schema.View, m *schema.Model) []schema.Lookup {
	for _, r := range site.AllRoutes() {
		if r.View.Target == v {
			return r.Lookups(m)
		}
	}
	// A view without a route is never called; its key stands for what a route would give.
	return []schema.Lookup{{Capture: schema.Segment{Name: "pk"}, Field: m.PrimaryKey()}}
}
