package model

import (
	"errors"
	"slices"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// Query is rows of a model: a condition, an order and a slice (QuerySet).
// Nothing is read until Get, First, Last, Exists, Count, All, Iterate, Update
// or Delete is called. A Query is a value: its methods return a changed copy
// and leave the receiver as it is.
type Query[T any] struct {
	src      Source
	table    *Table[T]
	filters  []sqltext.Expr
	order    []Order[T] // nil for the table's
	related  []relatedRow[T]
	prefetch []Prefetch[T]
	from     *sqltext.Compound
	limit    int64 // -1 for none
	offset   int64
	empty    bool
	distinct bool
	whole    bool // annotated: groups are rows
	sliced   bool // an error: filtered after it was sliced
	lock     string
	zone     string
}

// NewQuery is all rows of a table. Generated code calls it.
func NewQuery[T any](src Source, table *Table[T]) Query[T] {
	return Query[T]{src: src, table: table, limit: -1}
}

// All begins a query of all rows of a model.
func All[T any](src Source) Query[T] { return NewQuery(src, tableOf[T]()) }

var (
	// errSliced answers Update and Delete of a slice.
	errSliced = errors.New("model: a slice of rows cannot be updated or deleted; filter by the key of its rows")
	// errFilteredSlice answers a query that was filtered after it was sliced.
	errFilteredSlice = errors.New("model: a query cannot be filtered once a slice has been taken")
)

// Filter keeps the rows for which all conditions hold. A query that was sliced
// cannot be filtered any more, and answers with an error.
func (q Query[T]) Filter(conds ...Cond[T]) Query[T] {
	if len(conds) == 0 {
		return q
	}
	if q.limit >= 0 || q.offset > 0 {
		q.sliced = true
	}
	q.filters = append(slices.Clip(q.filters), exprOf(And(conds...)))
	return q
}

// Exclude keeps the rows for which not all of the conditions hold: those that
// Filter would not keep.
func (q Query[T]) Exclude(conds ...Cond[T]) Query[T] { return q.Filter(Not(And(conds...))) }

// Annotate has aggregates computed for every row of the model, in Filter,
// OrderBy and Values alike (annotate). It matters where it stands: conditions
// of a later Filter on the same relation do not narrow the aggregates.
func (q Query[T]) Annotate(values ...Annotation[T]) Query[T] {
	touch := make(sqltext.Touch, len(values))
	for i, v := range values {
		touch[i] = v.annotation(nil)
	}
	q.filters = append(slices.Clip(q.filters), touch)
	q.whole = true
	return q
}

// Annotation is any expression on rows of M, for Annotate.
type Annotation[M any] interface{ annotation(*M) sqltext.Term }

func (e Expr[M, V]) annotation(*M) sqltext.Term { return e.term }

// OrderBy replaces the order; without terms the order is the database's to choose.
func (q Query[T]) OrderBy(terms ...Order[T]) Query[T] {
	q.order = append([]Order[T]{}, terms...)
	return q
}

// Reverse turns the order around.
func (q Query[T]) Reverse() Query[T] {
	reversed := make([]Order[T], 0, len(q.ordering()))
	for _, o := range q.ordering() {
		reversed = append(reversed, o.Reversed())
	}
	q.order = reversed
	return q
}

// Distinct leaves out rows that are equal in all that is read (distinct).
func (q Query[T]) Distinct() Query[T] {
	q.distinct = true
	return q
}

// Limit keeps the first n rows of the slice; a negative n keeps none.
func (q Query[T]) Limit(n int) Query[T] {
	if n = max(n, 0); q.limit < 0 || int64(n) < q.limit {
		q.limit = int64(n)
	}
	return q
}

// Offset leaves out the first n rows of the slice; a negative n leaves out none.
func (q Query[T]) Offset(n int) Query[T] {
	skip := int64(max(n, 0))
	q.offset += skip
	if q.limit >= 0 {
		q.limit = max(q.limit-skip, 0)
	}
	return q
}

// Slice keeps the rows from number from up to and without number to, counted
// from 0 (queryset[from:to]).
func (q Query[T]) Slice(from, to int) Query[T] { return q.Offset(from).Limit(to - max(from, 0)) }

// None keeps no row and asks the database nothing.
func (q Query[T]) None() Query[T] {
	q.empty = true
	return q
}

// SelectRelated reads the rows along that the relations lead to, in the same
// statement.
func (q Query[T]) SelectRelated(relations ...Related[T]) Query[T] {
	q.related = slices.Clip(q.related)
	for _, r := range relations {
		q.related = append(q.related, r.related())
	}
	return q
}

// PrefetchRelated reads the rows of relations with one more statement for each
// relation, whatever the number of rows (prefetch_related). ToMany.With gives
// it a query of its own, which may prefetch in turn.
func (q Query[T]) PrefetchRelated(relations ...Prefetch[T]) Query[T] {
	q.prefetch = append(slices.Clip(q.prefetch), relations...)
	return q
}

// SelectForUpdate locks the rows until the transaction ends (select_for_update).
// SQLite has one writer at a time and locks nothing more.
func (q Query[T]) SelectForUpdate(options ...LockOption) Query[T] {
	q.lock = "FOR UPDATE"
	for _, o := range options {
		q.lock += " " + string(o)
	}
	return q
}

// LockOption says what SelectForUpdate does with rows that are locked.
type LockOption string

// The options: fail at once, or leave the rows out.
const (
	NoWait     LockOption = "NOWAIT"
	SkipLocked LockOption = "SKIP LOCKED"
)

// In has the date parts of instants seen in a time zone; UTC by default.
func (q Query[T]) In(zone *time.Location) Query[T] {
	q.zone = zone.String()
	return q
}

// Union is the rows of both queries, each once (union).
func (q Query[T]) Union(other Query[T]) Query[T] { return q.compound("UNION", other) }

// UnionAll is the rows of both queries, one after the other (union(all=True)).
func (q Query[T]) UnionAll(other Query[T]) Query[T] { return q.compound("UNION ALL", other) }

// Intersection is the rows that both queries have (intersection).
func (q Query[T]) Intersection(other Query[T]) Query[T] { return q.compound("INTERSECT", other) }

// Difference is the rows of q that other has not (difference).
func (q Query[T]) Difference(other Query[T]) Query[T] { return q.compound("EXCEPT", other) }

func (q Query[T]) compound(op string, other Query[T]) Query[T] {
	c := NewQuery(q.src, q.table)
	c.sliced = q.sliced || other.sliced
	c.from = &sqltext.Compound{Left: q.side(), Op: op, Right: other.side()}
	return c
}

func (q Query[T]) side() *sqltext.Select {
	s := q.statement(q.table.Columns)
	if q.empty {
		s.Where = sqltext.Or{}
	}
	if q.limit >= 0 || q.offset > 0 {
		for _, o := range q.ordering() {
			s.Order = append(s.Order, o.order)
		}
	}
	return &s
}

func (q Query[T]) ordering() []Order[T] {
	if q.order == nil {
		return q.table.Ordering
	}
	return q.order
}

// statement is the SELECT of the query with the columns given.
func (q Query[T]) statement(columns []string) sqltext.Select {
	s := sqltext.Select{
		Table: q.table.Name, Key: q.table.key().Name, Columns: columns, From: q.from,
		Filters: q.filters, Distinct: q.distinct, Whole: q.whole, Lock: q.lock,
	}
	if q.limit >= 0 {
		limit := sqltext.Bind(sqltext.Int(q.limit))
		s.Limit = &limit
	}
	if q.offset > 0 {
		offset := sqltext.Bind(sqltext.Int(q.offset))
		s.Offset = &offset
	}
	return s
}

// writer writes the statements of the query.
func (q Query[T]) writer() *sqltext.Writer {
	w := writerFor(q.src)
	w.In(q.zone)
	return w
}
