package model

import (
	"errors"
	"slices"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// Query is rows of a model: a condition, an order and a slice (QuerySet).
// Nothing is read until Get, First, Last, Exists, Count, All, Iterate, Update
// or Delete is called. A Query never changes: its methods return a changed copy
// and leave the receiver as it is.
type Query[T any] = *QueryOf[*T]

// QueryOf is what Query points at.
type QueryOf[R any] struct{ q query }

// NewQuery is all rows of a table. Generated code calls it.
func NewQuery[R any](src Source, table *TableOf[R]) *QueryOf[R] {
	return &QueryOf[R]{newQuery(src, rowless(table))}
}

func newQuery(src Source, table *TableOf[noRow]) query {
	return query{src: src, table: table, order: table.Ordering, limit: -1}
}

// All begins a query of all rows of a model.
func All[T any](src Source) Query[T] { return NewQuery(src, tableOf[*T]()) }

var (
	// errSliced answers Update and Delete of a slice.
	errSliced = errors.New("model: a slice of rows cannot be updated or deleted; filter by the key of its rows")
	// errFilteredSlice answers a query that was filtered after it was sliced.
	errFilteredSlice = errors.New("model: a query cannot be filtered once a slice has been taken")
)

// changed is a copy of the query after a change.
func changed[R any](q *QueryOf[R], change func(*query)) *QueryOf[R] {
	c := &QueryOf[R]{q.q}
	change(&c.q)
	return c
}

// Filter keeps the rows for which all conditions hold. A query that was sliced
// cannot be filtered any more, and answers with an error.
//
//go:noinline
func (q *QueryOf[R]) Filter(conds ...CondOf[R]) *QueryOf[R] {
	if len(conds) == 0 {
		return q
	}
	c := &QueryOf[R]{q.q}
	c.q.filter(allOf(conds))
	return c
}

// Exclude keeps the rows for which not all of the conditions hold: those that
// Filter would not keep.
//
//go:noinline
func (q *QueryOf[R]) Exclude(conds ...CondOf[R]) *QueryOf[R] {
	c := &QueryOf[R]{q.q}
	c.q.filter(sqltext.And{sqltext.Not{Term: allOf(conds)}})
	return c
}

// Annotate has an aggregate computed for every row of the model, in Filter,
// OrderBy and Values alike (annotate). It matters where it stands: conditions of a
// later Filter on the same relation do not narrow the aggregate.
func Annotate[M, V any](q Query[M], value Expression[M, V]) Query[M] {
	return annotated(q, value.expression().term)
}

func annotated[R any](q *QueryOf[R], term sqltext.Term) *QueryOf[R] {
	return changed(q, func(q *query) {
		q.filters = append(slices.Clip(q.filters), sqltext.Touch{term})
		q.whole = true
	})
}

// OrderBy replaces the order; without terms the order is the database's to choose.
//
//go:noinline
func (q *QueryOf[R]) OrderBy(terms ...OrderOf[R]) *QueryOf[R] {
	c := &QueryOf[R]{q.q}
	c.q.order = make([]sqltext.Order, len(terms))
	for i := range terms {
		c.q.order[i] = terms[i].order
	}
	return c
}

// Reverse turns the order around.
//
//go:noinline
func (q *QueryOf[R]) Reverse() *QueryOf[R] { return changed(q, (*query).reverse) }

// Distinct leaves out rows that are equal in all that is read (distinct).
//
//go:noinline
func (q *QueryOf[R]) Distinct() *QueryOf[R] {
	return changed(q, func(q *query) { q.distinct = true })
}

// Limit keeps the first n rows of the slice; a negative n keeps none.
//
//go:noinline
func (q *QueryOf[R]) Limit(n int) *QueryOf[R] {
	return changed(q, func(q *query) { q.first(n) })
}

// Offset leaves out the first n rows of the slice; a negative n leaves out none.
//
//go:noinline
func (q *QueryOf[R]) Offset(n int) *QueryOf[R] {
	return changed(q, func(q *query) { q.skip(n) })
}

// Slice keeps the rows from number from up to and without number to, counted
// from 0 (queryset[from:to]).
//
//go:noinline
func (q *QueryOf[R]) Slice(from, to int) *QueryOf[R] {
	return changed(q, func(q *query) {
		q.skip(from)
		q.first(to - max(from, 0))
	})
}

// None keeps no row and asks the database nothing.
//
//go:noinline
func (q *QueryOf[R]) None() *QueryOf[R] { return changed(q, func(q *query) { q.empty = true }) }

// SelectRelated reads the rows along that the relations lead to, in the same
// statement.
//
//go:noinline
func (q *QueryOf[R]) SelectRelated(relations ...RelatedOf[R]) *QueryOf[R] {
	var row R
	c := &QueryOf[R]{q.q}
	c.q.fill, c.q.related = slices.Clip(c.q.fill), slices.Clip(c.q.related)
	for i := range relations {
		to := relations[i].related(row)
		c.q.fill = append(c.q.fill, to.fill)
		c.q.related = append(c.q.related, sqltext.Related{Path: to.path, Columns: to.columns})
	}
	return c
}

// PrefetchRelated reads the rows of relations with one more statement for each
// relation, whatever the number of rows (prefetch_related). Prefetch gives it a
// query of its own, which may prefetch in turn.
//
//go:noinline
func (q *QueryOf[R]) PrefetchRelated(relations ...PrefetchedOf[R]) *QueryOf[R] {
	var row R
	c := &QueryOf[R]{q.q}
	c.q.prefetch = slices.Clip(c.q.prefetch)
	for i := range relations {
		c.q.prefetch = append(c.q.prefetch, relations[i].prefetch(row))
	}
	return c
}

// SelectForUpdate locks the rows until the transaction ends (select_for_update).
// SQLite has one writer at a time and locks nothing more.
//
//go:noinline
func (q *QueryOf[R]) SelectForUpdate(options ...LockOption) *QueryOf[R] {
	return changed(q, func(q *query) { q.forUpdate(options) })
}

// LockOption says what SelectForUpdate does with rows that are locked.
type LockOption string

// The options: fail at once, or leave the rows out.
const (
	NoWait     LockOption = "NOWAIT"
	SkipLocked LockOption = "SKIP LOCKED"
)

// In has the date parts of instants seen in a time zone; UTC by default. A zone that
// the databases do not know by its name, as one made by time.FixedZone, is refused
// with ErrInvalid when the statement runs.
//
//go:noinline
func (q *QueryOf[R]) In(zone *time.Location) *QueryOf[R] {
	return changed(q, func(q *query) { q.zone = zoneValue(zone) })
}

// Union is the rows of both queries, each once (union).
//
//go:noinline
func (q *QueryOf[R]) Union(other *QueryOf[R]) *QueryOf[R] { return compound(q, "UNION", other) }

// UnionAll is the rows of both queries, one after the other (union(all=True)).
//
//go:noinline
func (q *QueryOf[R]) UnionAll(other *QueryOf[R]) *QueryOf[R] { return compound(q, "UNION ALL", other) }

// Intersection is the rows that both queries have (intersection).
//
//go:noinline
func (q *QueryOf[R]) Intersection(other *QueryOf[R]) *QueryOf[R] {
	return compound(q, "INTERSECT", other)
}

// Difference is the rows of q that other has not (difference).
//
//go:noinline
func (q *QueryOf[R]) Difference(other *QueryOf[R]) *QueryOf[R] { return compound(q, "EXCEPT", other) }

func compound[R any](q *QueryOf[R], op string, other *QueryOf[R]) *QueryOf[R] {
	return &QueryOf[R]{q.q.compound(op, &other.q)}
}
