package sqltext

import (
	"bytes"
	"strconv"
)

// Select reads rows of a table, and of those that relations lead to.
type Select struct {
	Table string
	// Key is the table's primary key; needed where something crosses a relation
	// to several rows, or groups.
	Key string
	// Columns of the table come first.
	Columns []string
	// Related rows are read along, and their columns come next (select_related).
	Related []Related
	// Picks are further values.
	Picks []Pick
	// From replaces the table by the rows of other statements; they have the
	// name of Table and its columns.
	From *Compound
	// Where is nil for all rows. Filters come after it; each crosses relations to
	// several rows on its own.
	Where   Expr
	Filters []Expr
	Order   []Order
	// Distinct leaves out rows that are equal in all that is read.
	Distinct bool
	// Whole groups by the table's rows where there is an aggregate; otherwise
	// the picks that are none are the group.
	Whole bool
	// Limit and Offset are absent when nil.
	Limit, Offset *Operand
	// Lock has the rows locked until the end of the transaction, where the
	// database locks rows.
	Lock string

	transparent bool
}

// Related reads one row along for each row.
type Related struct {
	Path    Path
	Columns []string
}

// Pick is a value that is read; As is its name, needed within From.
type Pick struct {
	Of Term
	As string
}

// Compound puts the rows of statements together: Op is UNION, UNION ALL,
// INTERSECT or EXCEPT, or "" for those of Left alone.
type Compound struct {
	Left  *Select
	Op    string
	Right *Select
}

// Order is one term of an order.
type Order struct {
	By         Term
	Descending bool
	// Nulls is "", FIRST or LAST.
	Nulls string
}

// Write writes the statement, one clause a line.
func (s *Select) Write(w *Writer) {
	w.open(s.Table, s.Key)
	w.scope.transparent = s.transparent
	p := s.parts(w)
	w.text("SELECT ")
	if s.Distinct {
		w.text("DISTINCT ")
	}
	switch {
	case p.plain:
		for i, name := range s.Columns {
			if i > 0 {
				w.text(", ")
			}
			Column{Name: name}.term(w)
		}
	case len(p.columns) == 0:
		w.text("1")
	}
	w.buf = append(w.buf, p.columns...)
	s.rest(w, p)
	w.close()
}

// WriteCount writes the statement that counts the rows.
func (s *Select) WriteCount(w *Writer) {
	if s.Limit == nil && s.Offset == nil && !s.Distinct && !s.grouped() {
		counted := *s
		counted.Columns, counted.Related, counted.Order, counted.Whole = nil, nil, nil, false
		counted.Picks = []Pick{{Of: Aggregate{Func: "COUNT"}}}
		counted.Write(w)
		return
	}
	w.text("SELECT COUNT(*) FROM (\n")
	s.bare().Write(w)
	w.text("\n)")
	w.text(w.dialect.derived())
}

// WriteExists writes the statement whose one value is 1 or 0.
func (s *Select) WriteExists(w *Writer) {
	w.text("SELECT EXISTS (\n")
	s.bare().Write(w)
	w.text("\n)")
}

// bare is the statement with nothing read that does not tell its rows apart.
func (s *Select) bare() *Select {
	b := *s
	b.Related = nil
	if b.Limit == nil && b.Offset == nil {
		b.Order = nil
	}
	if !b.Distinct {
		b.Columns = nil
		if !b.grouped() {
			b.Picks, b.Order = nil, nil
		}
	}
	return &b
}

// nested writes the statement as a subquery.
func (s *Select) nested(w *Writer, before, after string) {
	group := w.group
	w.text(before)
	s.Write(w)
	w.text(after)
	w.group = group
}

// parts are the clauses, written before they are put in their places: what a
// clause joins stands in another.
type parts struct {
	columns, where, group, having, order []byte
	// plain says that only columns of the table are read, and nothing else asks
	// for their text: they are written at once.
	plain bool
}

func (s *Select) parts(w *Writer) parts {
	var p parts
	s.conditions(w, &p)
	w.group = 0
	grouping := s.grouped()
	var chosen map[string]bool // asked for where an order adds to what is read or grouped
	if grouping || s.Distinct {
		chosen = map[string]bool{}
	}
	p.plain = chosen == nil && len(s.Columns) > 0 && len(s.Related)+len(s.Picks) == 0
	place := 0
	column := func(write func()) {
		text := w.aside(write)
		if place++; place > 1 {
			p.columns = append(p.columns, ", "...)
		}
		if chosen != nil {
			chosen[string(text)] = true
		}
		p.columns = append(p.columns, text...)
	}
	group := func(text []byte) {
		if len(p.group) > 0 {
			p.group = append(p.group, ", "...)
		}
		p.group = append(p.group, text...)
	}
	if grouping && s.Whole {
		group(w.aside(func() { Column{Name: s.Key}.term(w) }))
	}
	if !p.plain {
		for _, name := range s.Columns {
			column(func() { Column{Name: name}.term(w) })
		}
	}
	for _, r := range s.Related {
		w.cross(r.Path)
		for _, name := range r.Columns {
			column(func() { Column{Name: name}.term(w) })
		}
		if grouping {
			group(w.aside(func() { Column{Name: w.at.key}.term(w) }))
		}
		w.at = w.scope.root
	}
	for _, pick := range s.Picks {
		column(func() { pick.Of.term(w) })
		if grouping && !hasAggregate(pick.Of) {
			if own, ok := pick.Of.(Column); !ok || !s.Whole || own.Table != s.Table {
				group(strconv.AppendInt(nil, int64(place), 10))
			}
		}
		if pick.As != "" {
			p.columns = append(append(p.columns, " AS "...), Ident(pick.As)...)
		}
	}
	for i, o := range s.Order {
		if i > 0 {
			p.order = append(p.order, ", "...)
		}
		text := w.aside(func() { o.By.term(w) })
		p.order = append(p.order, text...)
		if o.Descending {
			p.order = append(p.order, " DESC"...)
		}
		p.order = append(p.order, w.dialect.nulls(o)...)
		if chosen[string(text)] {
			continue
		}
		own, isOwn := o.By.(Column)
		if grouping && !hasAggregate(o.By) && !(isOwn && s.Whole && own.Table == s.Table) {
			group(text)
		}
		if s.Distinct && len(s.Columns)+len(s.Picks) > 0 {
			column(func() { w.buf = append(w.buf, text...) })
		}
	}
	return p
}

// conditions writes WHERE and, for what has an aggregate in it, HAVING.
func (s *Select) conditions(w *Writer, p *parts) {
	type item struct {
		term  Expr
		group int
	}
	var items []item
	var flatten func(e Expr, group int)
	flatten = func(e Expr, group int) {
		switch e := e.(type) {
		case nil:
		case And:
			for _, t := range e {
				flatten(t, group)
			}
		default:
			items = append(items, item{e, group})
		}
	}
	flatten(s.Where, 1)
	for i, f := range s.Filters {
		flatten(f, i+2)
	}
	var where, having [][]byte
	for _, it := range items {
		w.group = it.group
		if touch, ok := it.term.(Touch); ok {
			w.group = 0
			bound := len(w.args)
			w.aside(func() { touch.write(w, false) })
			w.touch(touch)
			w.args = w.args[:bound] // they are bound where the text stands
			continue
		}
		text := w.aside(func() { it.term.write(w, len(items) > 1) })
		if hasAggregate(it.term) {
			having = append(having, text)
		} else {
			where = append(where, text)
		}
	}
	p.where, p.having = joined(where), joined(having)
}

// joined has every condition hold.
func joined(conditions [][]byte) []byte {
	if len(conditions) == 1 {
		return conditions[0]
	}
	return bytes.Join(conditions, []byte(" AND "))
}

// grouped reports whether the statement has an aggregate.
func (s *Select) grouped() bool {
	for _, p := range s.Picks {
		if hasAggregate(p.Of) {
			return true
		}
	}
	for _, o := range s.Order {
		if hasAggregate(o.By) {
			return true
		}
	}
	for _, f := range s.Filters {
		if hasAggregate(f) {
			return true
		}
	}
	return s.Where != nil && hasAggregate(s.Where)
}

// rest writes what follows the columns.
func (s *Select) rest(w *Writer, p parts) {
	w.text("\nFROM ")
	root := w.scope.root
	if s.From != nil {
		s.From.write(w)
		w.text(" AS ")
		w.ident(root.alias)
	} else {
		w.ident(s.Table)
		if root.alias != s.Table {
			w.text(" AS ")
			w.ident(root.alias)
		}
	}
	w.buf = append(w.buf, w.scope.joins...)
	for _, c := range []struct {
		name string
		text []byte
	}{{"WHERE", p.where}, {"GROUP BY", p.group}, {"HAVING", p.having}, {"ORDER BY", p.order}} {
		if len(c.text) > 0 {
			w.text("\n")
			w.text(c.name)
			w.text(" ")
			w.buf = append(w.buf, c.text...)
		}
	}
	s.slice(w)
	if s.Lock != "" && w.dialect == Postgres {
		w.text("\n" + s.Lock)
	}
}

func (c *Compound) write(w *Writer) {
	scope, at, group := w.scope, w.at, w.group
	w.scope, w.at = nil, nil
	w.text("(\n")
	if c.Op == "" {
		c.Left.Write(w)
	} else {
		for i, s := range []*Select{c.Left, c.Right} {
			if i > 0 {
				w.text("\n" + c.Op + "\n")
			}
			w.text("SELECT * FROM (\n")
			s.Write(w)
			w.text("\n)")
			w.text(w.dialect.derived())
		}
	}
	w.text("\n)")
	w.scope, w.at, w.group = scope, at, group
}

func (s *Select) slice(w *Writer) {
	if s.Limit != nil {
		w.text("\nLIMIT ")
		w.operand(*s.Limit)
	} else if s.Offset != nil {
		w.text(w.dialect.unlimited())
	}
	if s.Offset != nil {
		w.text(" OFFSET ")
		w.operand(*s.Offset)
	}
}

// Grouped reports whether the statement has an aggregate.
func (s *Select) Grouped() bool { return s.grouped() }

// Nested reports whether an aggregate has an aggregate within it.
func Nested(t Term) bool {
	found := false
	walk(t, func(n any) bool {
		if a, ok := n.(Aggregate); ok {
			found = found || hasAggregate(a.Of)
			return false
		}
		return true
	})
	return found
}

// OverRows is the statement that computes terms with aggregates over the rows
// of another one: what they aggregate is read there.
func OverRows(rows Select, terms []Term) Select {
	const name = "rows"
	outer := Select{Table: name}
	for i, t := range terms {
		a, isAggregate := t.(Aggregate)
		wrap := func(t Term) Term { return t }
		if call, ok := t.(Call); ok && !isAggregate { // COALESCE(SUM(...), 0)
			a, isAggregate = call.Args[0].(Aggregate)
			wrap = func(t Term) Term {
				return Call{call.Func, append([]Term{t}, call.Args[1:]...)}
			}
		}
		if !isAggregate {
			panic("model: Aggregate takes aggregates only")
		}
		if a.Of != nil {
			column := "value" + strconv.Itoa(i+1)
			rows.Picks = append(rows.Picks, Pick{a.Of, column})
			a.Of = Column{Table: name, Name: column, Null: true}
		}
		if a.Filter != nil { // it is about the row itself, and what that leads to
			column := "filter" + strconv.Itoa(i+1)
			rows.Picks = append(rows.Picks, Pick{Truth{a.Filter}, column})
			a.Filter = Holds{Column{Table: name, Name: column, Null: true}}
		}
		outer.Picks = append(outer.Picks, Pick{Of: wrap(a)})
	}
	outer.From = &Compound{Left: &rows}
	return outer
}
