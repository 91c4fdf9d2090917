package model

import "stackgen.dev/runtime/model/sqltext"

// Cond is a condition on rows of the model M (a Q object). The fields of a
// model make it: models.PostField.Slug.Eq("hello"). The zero Cond holds always.
type Cond[M any] struct{ expr sqltext.Expr }

// And holds where c and all others hold (Q & Q).
func (c Cond[M]) And(others ...Cond[M]) Cond[M] { return And(append([]Cond[M]{c}, others...)...) }

// Or holds where c or one of the others holds (Q | Q).
func (c Cond[M]) Or(others ...Cond[M]) Cond[M] { return Or(append([]Cond[M]{c}, others...)...) }

// And holds where all conditions hold; without conditions always.
func And[M any](conds ...Cond[M]) Cond[M] { return Cond[M]{sqltext.And(exprs(conds))} }

// Or holds where one of the conditions holds; without conditions never.
func Or[M any](conds ...Cond[M]) Cond[M] { return Cond[M]{sqltext.Or(exprs(conds))} }

// Not holds for every row for which c does not hold, also where c is unknown
// because of a null (~Q).
func Not[M any](c Cond[M]) Cond[M] { return Cond[M]{sqltext.Not{Term: exprOf(c)}} }

func exprOf[M any](c Cond[M]) sqltext.Expr {
	if c.expr == nil {
		return sqltext.And{}
	}
	return c.expr
}

func exprs[M any](conds []Cond[M]) []sqltext.Expr {
	terms := make([]sqltext.Expr, len(conds))
	for i, c := range conds {
		terms[i] = exprOf(c)
	}
	return terms
}

// Xor holds where an odd number of the conditions hold (Q ^ Q).
func Xor[M any](conds ...Cond[M]) Cond[M] { return Cond[M]{sqltext.Xor(exprs(conds))} }

// Order is one term of OrderBy; a field's Asc and Desc make it.
type Order[M any] struct{ order sqltext.Order }

// NullsFirst has null before every value.
func (o Order[M]) NullsFirst() Order[M] {
	o.order.Nulls = "FIRST"
	return o
}

// NullsLast has null after every value.
func (o Order[M]) NullsLast() Order[M] {
	o.order.Nulls = "LAST"
	return o
}

// Reversed is the opposite direction.
func (o Order[M]) Reversed() Order[M] {
	o.order.Descending = !o.order.Descending
	switch o.order.Nulls {
	case "FIRST":
		o.order.Nulls = "LAST"
	case "LAST":
		o.order.Nulls = "FIRST"
	}
	return o
}

// Assignment gives a field a value in Query.Update; a field's Set makes it.
type Assignment[M any] struct {
	column string
	value  sqltext.Term
}

// Column is any field of M, for Save.
type Column[M any] interface{ columnOf(*M) string }
