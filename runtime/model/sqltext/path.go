package sqltext

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Step crosses one relation: to the rows of Table whose Key has the value that
// Column has in the row before.
type Step struct {
	Table string
	// Alias is the name that the table is joined under, where it is free.
	Alias string
	// Column is of the row before, Key and PK are of Table; PK is its primary key.
	Column, Key, PK string
	// Optional says that there may be no row.
	Optional bool
	// Many says that there may be several rows.
	Many bool
}

// Path is the way across relations, first step first.
type Path []Step

// node is a table of a statement's FROM.
type node struct {
	table, alias, key string
	// optional says that its row may be missing.
	optional bool
	edges    []edge
}

// edge is a join that was made.
type edge struct {
	step  Step
	group int
	to    *node
}

// scope is a SELECT that is being written.
type scope struct {
	root  *node
	joins []byte // the text of the joins so far
	// outer is the statement around, and around the row there that the
	// subquery stands at.
	outer  *scope
	around *node
	// transparent says that the subquery was made by the writer, so that Outer
	// looks through it.
	transparent bool
	touched     []AcrossTerm // what it is annotated with
}

// open begins a SELECT from a table.
func (w *Writer) open(table, key string) *scope {
	s := &scope{outer: w.scope, around: w.at}
	s.root = &node{table: table, alias: w.free(table), key: key}
	w.scope, w.at = s, s.root
	return s
}

func (w *Writer) close() { w.at, w.scope = w.scope.around, w.scope.outer }

// outside writes a term of the statement around a subquery.
func (w *Writer) outside(of *scope, t Term) {
	scope, at := w.scope, w.at
	w.scope, w.at = of.outer, of.around
	t.term(w)
	w.scope, w.at = scope, at
}

// maxName is how many bytes of a name PostgreSQL keeps; it cuts longer ones off.
const maxName = 63

// free is a name for a table that the statement does not use yet. SQLite does not
// tell names apart by their case.
func (w *Writer) free(name string) string {
	if w.dialect == Postgres {
		name = name[:min(len(name), maxName)]
	}
	alias := name
	same := func(other string) bool { return strings.EqualFold(other, alias) }
	for n := 2; slices.ContainsFunc(w.names, same); n++ {
		number := "_" + strconv.Itoa(n)
		if alias = name + number; w.dialect == Postgres {
			alias = name[:min(len(name), maxName-len(number))] + number
		}
	}
	w.names = append(w.names, alias)
	return alias
}

// cross moves to the row that the path leads to, and joins what is missing. A
// relation to one row is joined once; one to several rows once for each Filter,
// and everything but a Filter uses the first join that is there.
func (w *Writer) cross(path Path) {
	for _, step := range path {
		w.at = w.joined(step)
	}
}

// outsideFilters has what crosses relations use the first join that is there, until the
// returned function is called.
func (w *Writer) outsideFilters() (done func()) {
	group := w.group
	w.group = 0
	return func() { w.group = group }
}

// touch keeps the values across relations that the statement is annotated with.
func (w *Writer) touch(terms Touch) {
	walk(terms, func(n any) bool {
		if a, ok := n.(AcrossTerm); ok {
			w.scope.touched = append(w.scope.touched, a)
		}
		_, counted := n.(Aggregate)
		return !counted
	})
}

// isTouched reports whether the value is one of those that the statement is annotated
// with: in a Filter it is then the one of that row, and not of any.
func (w *Writer) isTouched(a AcrossTerm) bool {
	return w.scope != nil && w.group != 0 && w.at == w.scope.root &&
		slices.ContainsFunc(w.scope.touched, func(t AcrossTerm) bool { return reflect.DeepEqual(t, a) })
}

func (w *Writer) joined(step Step) *node {
	from := w.at
	for _, e := range from.edges {
		if e.step == step && (!step.Many || w.group == 0 || e.group == w.group) {
			return e.to
		}
	}
	to := &node{table: step.Table, alias: w.free(step.Alias), key: step.PK, optional: from.optional || step.Optional || step.Many}
	from.edges = append(from.edges, edge{step, w.group, to})
	buf := w.buf
	w.buf = w.scope.joins
	if to.optional {
		w.text("\nLEFT JOIN ")
	} else {
		w.text("\nJOIN ")
	}
	w.ident(to.table)
	if to.alias != to.table {
		w.text(" AS ")
		w.ident(to.alias)
	}
	w.text(" ON ")
	w.column(Column{Table: to.alias, Name: step.Key})
	w.text(" = ")
	w.column(Column{Table: from.alias, Name: step.Column})
	w.scope.joins = w.buf
	w.buf = buf
	return to
}

// complement writes that the row is none of those which the condition alone
// would find.
func (w *Writer) complement(term Expr) {
	s := Select{Table: w.at.table, Key: w.at.key, transparent: true}
	s.Where = And{Compare{Column{Name: w.at.key}, Eq, enclosing{Column{Name: w.at.key}}}, term}
	w.text("NOT ")
	Exists{&s}.write(w, false)
}
