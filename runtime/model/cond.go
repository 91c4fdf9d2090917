package model

import (
	"stackgen.dev/runtime/model/sqltext"
)

// Cond is a condition on rows of the model M (a Q object). The fields of a
// model make it: models.PostField.Slug.Eq("hello"). The zero Cond holds always.
type Cond[M any] = CondOf[*M]

// CondOf is Cond, by the type of a pointer to the row.
type CondOf[R any] struct{ expr sqltext.Expr }

// And holds where c and all others hold (Q & Q).
//
//go:noinline
func (c CondOf[R]) And(others ...CondOf[R]) CondOf[R] {
	return CondOf[R]{append(sqltext.And{exprOf(c.expr)}, exprs(others)...)}
}

// Or holds where c or one of the others holds (Q | Q).
//
//go:noinline
func (c CondOf[R]) Or(others ...CondOf[R]) CondOf[R] {
	return CondOf[R]{append(sqltext.Or{exprOf(c.expr)}, exprs(others)...)}
}

// And holds where all conditions hold; without conditions always.
func And[M any](conds ...Cond[M]) Cond[M] { return Cond[M]{allOf(conds)} }

// Or holds where one of the conditions holds; without conditions never.
func Or[M any](conds ...Cond[M]) Cond[M] { return Cond[M]{sqltext.Or(exprs(conds))} }

// Not holds for every row for which c does not hold, also where c is unknown
// because of a null (~Q).
func Not[M any](c Cond[M]) Cond[M] { return Cond[M]{sqltext.Not{Term: exprOf(c.expr)}} }

// Xor holds where an odd number of the conditions hold (Q ^ Q).
func Xor[M any](conds ...Cond[M]) Cond[M] { return Cond[M]{sqltext.Xor(exprs(conds))} }

func exprOf(e sqltext.Expr) sqltext.Expr {
	if e == nil {
		return sqltext.And{}
	}
	return e
}

func exprs[R any](conds []CondOf[R]) []sqltext.Expr {
	terms := make([]sqltext.Expr, len(conds))
	for i := range conds {
		terms[i] = exprOf(conds[i].expr)
	}
	return terms
}

// allOf holds where all conditions hold.
func allOf[R any](conds []CondOf[R]) sqltext.Expr { return sqltext.And(exprs(conds)) }

// Order is one term of OrderBy; a field's Asc and Desc make it.
type Order[M any] = OrderOf[*M]

// OrderOf is Order, by the type of a pointer to the row.
type OrderOf[R any] struct{ order sqltext.Order }

// NullsFirst has null before every value.
//
//go:noinline
func (o OrderOf[R]) NullsFirst() OrderOf[R] {
	o.order.Nulls = "FIRST"
	return o
}

// NullsLast has null after every value.
//
//go:noinline
func (o OrderOf[R]) NullsLast() OrderOf[R] {
	o.order.Nulls = "LAST"
	return o
}

// Reversed is the opposite direction.
//
//go:noinline
func (o OrderOf[R]) Reversed() OrderOf[R] { return OrderOf[R]{reversed(o.order)} }

func reversed(o sqltext.Order) sqltext.Order {
	o.Descending = !o.Descending
	switch o.Nulls {
	case "FIRST":
		o.Nulls = "LAST"
	case "LAST":
		o.Nulls = "FIRST"
	}
	return o
}

// Assignment gives a field a value in Query.Update; a field's Set makes it.
type Assignment[M any] = AssignmentOf[*M]

// AssignmentOf is Assignment, by the type of a pointer to the row.
type AssignmentOf[R any] struct {
	column string
	value  sqltext.Term
}

// Set assigns what the database computes of the row (F()):
// model.Set(PostField.Views, PostField.Views.Plus(1)).
func Set[M, V any](field Assignable[M, V], to Expression[M, V]) Assignment[M] {
	return Assignment[M]{field.columnOf(nil), to.expression().term}
}

// Assignable is a field of M whose values are V, for Set.
type Assignable[M, V any] = AssignableOf[*M, V]

// AssignableOf is Assignable, by the type of a pointer to the row.
type AssignableOf[R, V any] interface {
	ColumnOf[R]
	ExpressionOf[R, V]
}

// Column is any field of M, for Save.
type Column[M any] = ColumnOf[*M]

// ColumnOf is Column, by the type of a pointer to the row.
type ColumnOf[R any] interface{ columnOf(R) string }

// ColumnNames are the columns of fields.
func ColumnNames[R any](fields []ColumnOf[R]) []string { return columns(fields) }

// columns are the names of fields.
func columns[R any](fields []ColumnOf[R]) []string {
	if len(fields) == 0 {
		return nil
	}
	var row R
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].columnOf(row)
	}
	return names
}
