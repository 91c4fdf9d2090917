package model

import (
	"unsafe"

	"stackgen.dev/runtime/model/sqltext"
)

// Aggregated is an aggregate: a value of a group of rows. In Filter it makes
// HAVING, in Values the other picks are the group, and everywhere else the
// groups are the rows of the model.
type Aggregated[M, V any] = *AggregatedOf[*M, V]

// AggregatedOf is what Aggregated points at.
type AggregatedOf[R, V any] struct {
	ExprOf[R, V]
	// Distinct takes every value once.
	Distinct func() *AggregatedOf[R, V]
	// Filter takes the rows only that meet all conditions.
	Filter func(conds ...CondOf[R]) *AggregatedOf[R, V]
	// Or is another value where there is none (default=).
	Or func(instead V) *ExprOf[R, V]
}

// Count counts the values that are not null (Count).
func Count[M, V any](e Expression[M, V]) Aggregated[M, int64] {
	return newAggregate[*M](sqltext.Aggregate{Func: "COUNT", Of: e.expression().term}, IntValue, 0)
}

// CountRows counts rows (Count("*")).
func CountRows[M any]() Aggregated[M, int64] {
	return newAggregate[*M](sqltext.Aggregate{Func: "COUNT"}, IntValue, 0)
}

// CountOf counts related rows (Count("comments")).
func CountOf[M, N any](r Path[M, N]) Aggregated[M, int64] {
	return Count[M, int64](KeyOf(r))
}

// Sum adds the values up; null without any.
func Sum[M, V any](e Expression[M, V]) Aggregated[M, V] { return sameType("SUM", e) }

// Min is the smallest value; null without any.
func Min[M, V any](e Expression[M, V]) Aggregated[M, V] { return sameType("MIN", e) }

// Max is the greatest value; null without any.
func Max[M, V any](e Expression[M, V]) Aggregated[M, V] { return sameType("MAX", e) }

// Avg is the mean; null without any.
func Avg[M, V any](e Expression[M, V]) Aggregated[M, float64] {
	return newAggregate[*M](sqltext.Aggregate{Func: "AVG", Of: e.expression().term}, FloatValue, 0)
}

// StdDev is the standard deviation of all the values there are (StdDev); null without any.
func StdDev[M, V any](e Expression[M, V]) Aggregated[M, float64] { return deviation("STDDEV_POP", e) }

// StdDevSample is the standard deviation, where the values are a sample of more
// (StdDev(sample=True)); null with fewer than two.
func StdDevSample[M, V any](e Expression[M, V]) Aggregated[M, float64] {
	return deviation("STDDEV_SAMP", e)
}

// Variance is the square of StdDev (Variance).
func Variance[M, V any](e Expression[M, V]) Aggregated[M, float64] { return deviation("VAR_POP", e) }

// VarianceSample is the square of StdDevSample (Variance(sample=True)).
func VarianceSample[M, V any](e Expression[M, V]) Aggregated[M, float64] {
	return deviation("VAR_SAMP", e)
}

func deviation[R, V any](name string, e ExpressionOf[R, V]) *AggregatedOf[R, float64] {
	return newAggregate[R](sqltext.Aggregate{Func: name, Of: e.expression().term}, FloatValue, 0)
}

func newAggregate[R, V any](a sqltext.Aggregate, bind func(V) Value, places int) *AggregatedOf[R, V] {
	e := &AggregatedOf[R, V]{ExprOf: ExprOf[R, V]{term: a, bind: bind, places: places}}
	initExpr((*ExprOf[noRow, V])(unsafe.Pointer(&e.ExprOf)))
	e.Distinct = func() *AggregatedOf[R, V] {
		a := a
		a.Distinct = true
		return newAggregate[R](a, bind, places)
	}
	e.Filter = func(conds ...CondOf[R]) *AggregatedOf[R, V] {
		a := a
		a.Filter = allOf(conds)
		return newAggregate[R](a, bind, places)
	}
	e.Or = func(instead V) *ExprOf[R, V] {
		return newExpr[R](sqltext.Call{Func: "COALESCE", Args: []sqltext.Term{a, sqltext.Bind(bind(instead))}}, bind, places)
	}
	return e
}

func sameType[R, V any](name string, e ExpressionOf[R, V]) *AggregatedOf[R, V] {
	of := e.expression()
	return newAggregate[R](sqltext.Aggregate{Func: name, Of: of.term}, of.bind, of.places)
}
