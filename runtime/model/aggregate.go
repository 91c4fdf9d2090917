package model

import "stackgen.dev/runtime/model/sqltext"

// Aggregated is an aggregate: a value of a group of rows. In Filter it makes
// HAVING, in Values the other picks are the group, and everywhere else the
// groups are the rows of the model.
type Aggregated[M, V any] struct{ Expr[M, V] }

// Count counts the values that are not null (Count).
func Count[M, V any](e Expression[M, V]) Aggregated[M, int64] {
	return aggregated[M, int64]("COUNT", e.expression().term, 0)
}

// CountRows counts rows (Count("*")).
func CountRows[M any]() Aggregated[M, int64] { return aggregated[M, int64]("COUNT", nil, 0) }

// CountOf counts related rows (Count("comments")).
func CountOf[M, N any](r Path[M, N]) Aggregated[M, int64] { return Count(KeyOf(r)) }

// Sum adds the values up; null without any.
func Sum[M, V any](e Expression[M, V]) Aggregated[M, V] { return sameType("SUM", e) }

// Min is the smallest value; null without any.
func Min[M, V any](e Expression[M, V]) Aggregated[M, V] { return sameType("MIN", e) }

// Max is the greatest value; null without any.
func Max[M, V any](e Expression[M, V]) Aggregated[M, V] { return sameType("MAX", e) }

// Avg is the mean; null without any.
func Avg[M, V any](e Expression[M, V]) Aggregated[M, float64] {
	return aggregated[M, float64]("AVG", e.expression().term, 0)
}

func aggregated[M, V any](name string, of sqltext.Term, places int) Aggregated[M, V] {
	return Aggregated[M, V]{Expr[M, V]{sqltext.Aggregate{Func: name, Of: of}, bindOf[V](), places}}
}

func sameType[M, V any](name string, e Expression[M, V]) Aggregated[M, V] {
	of := e.expression()
	return Aggregated[M, V]{Expr[M, V]{sqltext.Aggregate{Func: name, Of: of.term}, of.bind, of.places}}
}

// Distinct takes every value once.
func (a Aggregated[M, V]) Distinct() Aggregated[M, V] {
	return a.changed(func(t *sqltext.Aggregate) { t.Distinct = true })
}

// Filter takes the rows only that meet all conditions.
func (a Aggregated[M, V]) Filter(conds ...Cond[M]) Aggregated[M, V] {
	return a.changed(func(t *sqltext.Aggregate) { t.Filter = exprOf(And(conds...)) })
}

func (a Aggregated[M, V]) changed(change func(*sqltext.Aggregate)) Aggregated[M, V] {
	t := a.term.(sqltext.Aggregate)
	change(&t)
	a.term = t
	return a
}

// Or is another value where there is none (default=).
func (a Aggregated[M, V]) Or(instead V) Expr[M, V] {
	return Coalesce[M, V](a, Const[M](instead))
}
