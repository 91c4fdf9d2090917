package model

import (
	"unsafe"

	"stackgen.dev/runtime/model/sqltext"
)

// Expression is a value of type V that the database computes for every row of
// the model M: a field, or what is made of fields (F(), Func, Case, Subquery).
type Expression[M, V any] = ExpressionOf[*M, V]

// ExpressionOf is Expression, by the type of a pointer to the row.
type ExpressionOf[R, V any] interface {
	expression() *ExprOf[R, V]
}

// Expr is an Expression by itself. Functions of this package and those of
// fields make it.
type Expr[M, V any] = *ExprOf[*M, V]

// ExprOf is what Expr points at. What can be done with an expression are
// functions in fields, and not methods: the methods of a generic type are
// compiled for each model and each type of value, whether they are called or
// not, and a site has thousands of such pairs.
type ExprOf[R, V any] struct {
	// Eq holds where the value is v (exact).
	Eq func(v V) CondOf[R]
	// Ne holds where the value is not v, so also where it is null (exclude).
	Ne func(v V) CondOf[R]
	// Lt holds where the value is less than v (lt).
	Lt func(v V) CondOf[R]
	// Lte holds where the value is v or less (lte).
	Lte func(v V) CondOf[R]
	// Gt holds where the value is greater than v (gt).
	Gt func(v V) CondOf[R]
	// Gte holds where the value is v or greater (gte).
	Gte func(v V) CondOf[R]
	// Between holds where the value is low, high or between them (range).
	Between func(low, high V) CondOf[R]
	// In holds where the value is one of these; without values never (in).
	In func(values ...V) CondOf[R]
	// IsNull holds where there is no value (isnull=True).
	IsNull func() CondOf[R]
	// IsNotNull holds where there is a value (isnull=False).
	IsNotNull func() CondOf[R]

	// Asc orders by the value, smallest first; where null comes is the database's
	// to choose, unless NullsFirst or NullsLast says it.
	Asc func() OrderOf[R]
	// Desc orders by the value, greatest first.
	Desc func() OrderOf[R]

	// Plus adds v.
	Plus func(v V) *ExprOf[R, V]
	// Minus subtracts v.
	Minus func(v V) *ExprOf[R, V]
	// Times multiplies by v.
	Times func(v V) *ExprOf[R, V]
	// Over divides by v; whole numbers give a whole number.
	Over func(v V) *ExprOf[R, V]

	// Into reads the value into the variable that v points at, in Values and
	// Aggregate; null leaves the zero value there.
	Into func(v *V) PickOf[R]
	// IntoNull is Into for a value that may be null.
	IntoNull func(v *Null[V]) PickOf[R]

	term sqltext.Term
	bind func(V) Value
	// places is how many decimals a Decimal is read with; 0 for as many as there are.
	places int
}

// newExpr is the expression of a term, whose values are bound with bind.
func newExpr[R, V any](term sqltext.Term, bind func(V) Value, places int) *ExprOf[R, V] {
	return (*ExprOf[R, V])(unsafe.Pointer(exprFor(term, bind, places)))
}

func exprFor[V any](term sqltext.Term, bind func(V) Value, places int) *ExprOf[noRow, V] {
	e := &ExprOf[noRow, V]{term: term, bind: bind, places: places}
	initExpr(e)
	return e
}

// initExpr makes the functions. Every one of them sees e as it is when it is called.
func initExpr[V any](e *ExprOf[noRow, V]) {
	compare := func(op sqltext.Op) func(V) CondOf[noRow] {
		return func(v V) CondOf[noRow] { return CondOf[noRow]{compareTerms(e.term, op, sqltext.Bind(e.bind(v)))} }
	}
	e.Eq, e.Ne = compare(sqltext.Eq), compare(sqltext.Ne)
	e.Lt, e.Lte = compare(sqltext.Lt), compare(sqltext.Le)
	e.Gt, e.Gte = compare(sqltext.Gt), compare(sqltext.Ge)
	e.Between = func(low, high V) CondOf[noRow] { return e.Gte(low).And(e.Lte(high)) }
	e.In = func(values ...V) CondOf[noRow] {
		list := make([]sqltext.Operand, len(values))
		for i, v := range values {
			list[i] = sqltext.Bind(e.bind(v))
		}
		return CondOf[noRow]{sqltext.In{Of: e.term, List: list}}
	}
	e.IsNull = func() CondOf[noRow] { return CondOf[noRow]{sqltext.IsNull{Of: e.term}} }
	e.IsNotNull = func() CondOf[noRow] { return CondOf[noRow]{sqltext.IsNull{Of: e.term, Negated: true}} }
	e.Asc = func() OrderOf[noRow] { return OrderOf[noRow]{sqltext.Order{By: e.term}} }
	e.Desc = func() OrderOf[noRow] { return OrderOf[noRow]{sqltext.Order{By: e.term, Descending: true}} }
	with := func(op string) func(V) *ExprOf[noRow, V] {
		return func(v V) *ExprOf[noRow, V] {
			return exprFor(binary(e.term, op, sqltext.Bind(e.bind(v))), e.bind, e.places)
		}
	}
	e.Plus, e.Minus, e.Times, e.Over = with("+"), with("-"), with("*"), with("/")
	e.Into = func(v *V) PickOf[noRow] { return PickOf[noRow]{pick{term: e.term, into: v, places: e.places}} }
	e.IntoNull = func(v *Null[V]) PickOf[noRow] { return PickOf[noRow]{pick{term: e.term, into: v, places: e.places}} }
}

func (e *ExprOf[R, V]) expression() *ExprOf[R, V] { return e }

func compareTerms(a sqltext.Term, op sqltext.Op, b sqltext.Term) sqltext.Expr {
	return sqltext.Compare{Left: a, Op: op, Right: b}
}

func binary(a sqltext.Term, op string, b sqltext.Term) sqltext.Term {
	return sqltext.Binary{Left: a, Op: op, Right: b}
}

// Eq holds where two values of a row are equal (F()).
func Eq[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Eq, a, b) }

// Ne holds where they are not, a null against a value included.
func Ne[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Ne, a, b) }

// Lt holds where a is less than b.
func Lt[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Lt, a, b) }

// Lte holds where a is b or less.
func Lte[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Le, a, b) }

func compared[R, V any](op sqltext.Op, a, b ExpressionOf[R, V]) CondOf[R] {
	return CondOf[R]{compareTerms(a.expression().term, op, b.expression().term)}
}

// Plus adds two values of a row.
func Plus[M, V any](a, b Expression[M, V]) Expr[M, V] { return computed("+", a, b) }

// Minus subtracts b from a.
func Minus[M, V any](a, b Expression[M, V]) Expr[M, V] { return computed("-", a, b) }

// Times multiplies them.
func Times[M, V any](a, b Expression[M, V]) Expr[M, V] { return computed("*", a, b) }

func computed[R, V any](op string, a, b ExpressionOf[R, V]) *ExprOf[R, V] {
	e := a.expression()
	return newExpr[R](binary(e.term, op, b.expression().term), e.bind, e.places)
}

// Const is a value that is the same for every row (Value()). Its type is one
// that fields have.
func Const[M, V any](v V) Expr[M, V] { return constOf[*M](v) }

func constOf[R, V any](v V) *ExprOf[R, V] {
	bind := bindOf[V]()
	return newExpr[R](sqltext.Bind(bind(v)), bind, 0)
}

// Text makes the text look-ups of any value: a number is seen as its digits.
func Text[M, V any](e Expression[M, V]) TextExpr[M] {
	term := e.expression().term
	if _, isText := any(*new(V)).(string); !isText {
		term = sqltext.Cast{Of: term, To: "text"}
	}
	return textExpr[*M](term)
}

// Number sees a number of one type as one of another, in comparisons:
// model.Number[float64](PostField.Views). Seen as a whole number it keeps its fraction.
func Number[W int64 | float64 | Decimal, M any, V int64 | float64 | Decimal](e Expression[M, V]) Expr[M, W] {
	term := e.expression().term
	if _, same := any(*new(W)).(V); !same {
		// PostgreSQL takes what is compared with a whole number for one.
		switch any(*new(W)).(type) {
		case float64:
			term = sqltext.Cast{Of: term, To: "double precision"}
		case Decimal:
			term = sqltext.Cast{Of: term, To: "numeric"}
		}
	}
	return newExpr[*M](term, bindOf[W](), 0)
}
