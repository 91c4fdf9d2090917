package model

import (
	"errors"
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// Query is rows of a model: a condition, an order and a slice (QuerySet).
// Nothing is read until Get, First, Last, Exists, Count, All, Iterate, Update
// or Delete is called. A Query is a value: its methods return a changed copy
// and leave the receiver as it is.
type Query[T any] struct {
	src     Source
	table   *Table[T]
	where   []sqltext.Expr
	order   []Order[T] // nil for the table's
	related []Relation[T]
	limit   int64 // -1 for none
	offset  int64
	empty   bool
}

// NewQuery is all rows of a table. Generated code calls it.
func NewQuery[T any](src Source, table *Table[T]) Query[T] {
	return Query[T]{src: src, table: table, limit: -1}
}

// errSliced answers Update and Delete of a slice.
var errSliced = errors.New("model: a slice of rows cannot be updated or deleted; filter by the key of its rows")

// Filter keeps the rows for which all conditions hold.
func (q Query[T]) Filter(conds ...Cond[T]) Query[T] {
	q.where = append(slices.Clip(q.where), exprs(conds)...)
	return q
}

// Exclude keeps the rows for which not all of the conditions hold.
func (q Query[T]) Exclude(conds ...Cond[T]) Query[T] { return q.Filter(Not(And(conds...))) }

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

// SelectRelated reads the rows along that the foreign keys point at, in the
// same statement.
func (q Query[T]) SelectRelated(relations ...Relation[T]) Query[T] {
	q.related = append(slices.Clip(q.related), relations...)
	return q
}

func (q Query[T]) ordering() []Order[T] {
	if q.order == nil {
		return q.table.Ordering
	}
	return q.order
}

// condition is the whole WHERE, nil for all rows.
func (q Query[T]) condition() sqltext.Expr {
	if len(q.where) == 0 {
		return nil
	}
	return sqltext.And(q.where)
}

// statement is the SELECT of the query with the columns given.
func (q Query[T]) statement(columns []string) sqltext.Select {
	s := sqltext.Select{Table: q.table.Name, Columns: columns, Where: q.condition()}
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
