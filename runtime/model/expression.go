package model

import "stackgen.dev/runtime/model/sqltext"

// Expression is a value of type V that the database computes for every row of
// the model M: a field, or what is made of fields (F(), Func, Case, Subquery).
type Expression[M, V any] interface {
	expression() Expr[M, V]
}

// Expr is an Expression by itself. Functions of this package and the methods of
// fields make it.
type Expr[M, V any] struct {
	term sqltext.Term
	bind func(V) Value
	// places is how many decimals a Decimal is read with; 0 for as many as there are.
	places int
}

func (e Expr[M, V]) expression() Expr[M, V] { return e }

// Eq holds where the value is v (exact).
func (e Expr[M, V]) Eq(v V) Cond[M] { return e.compare(sqltext.Eq, v) }

// Ne holds where the value is not v, so also where it is null (exclude).
func (e Expr[M, V]) Ne(v V) Cond[M] { return e.compare(sqltext.Ne, v) }

// Lt holds where the value is less than v (lt).
func (e Expr[M, V]) Lt(v V) Cond[M] { return e.compare(sqltext.Lt, v) }

// Lte holds where the value is v or less (lte).
func (e Expr[M, V]) Lte(v V) Cond[M] { return e.compare(sqltext.Le, v) }

// Gt holds where the value is greater than v (gt).
func (e Expr[M, V]) Gt(v V) Cond[M] { return e.compare(sqltext.Gt, v) }

// Gte holds where the value is v or greater (gte).
func (e Expr[M, V]) Gte(v V) Cond[M] { return e.compare(sqltext.Ge, v) }

// Between holds where the value is low, high or between them (range).
func (e Expr[M, V]) Between(low, high V) Cond[M] { return e.Gte(low).And(e.Lte(high)) }

// In holds where the value is one of these; without values never (in).
func (e Expr[M, V]) In(values ...V) Cond[M] {
	list := make([]sqltext.Operand, len(values))
	for i, v := range values {
		list[i] = sqltext.Bind(e.bind(v))
	}
	return Cond[M]{sqltext.In{Of: e.term, List: list}}
}

// IsNull holds where there is no value (isnull=True).
func (e Expr[M, V]) IsNull() Cond[M] { return Cond[M]{sqltext.IsNull{Of: e.term}} }

// IsNotNull holds where there is a value (isnull=False).
func (e Expr[M, V]) IsNotNull() Cond[M] { return Cond[M]{sqltext.IsNull{Of: e.term, Negated: true}} }

// Asc orders by the value, smallest first; where null comes is the database's
// to choose, unless NullsFirst or NullsLast says it.
func (e Expr[M, V]) Asc() Order[M] { return Order[M]{sqltext.Order{By: e.term}} }

// Desc orders by the value, greatest first.
func (e Expr[M, V]) Desc() Order[M] { return Order[M]{sqltext.Order{By: e.term, Descending: true}} }

// Plus adds v.
func (e Expr[M, V]) Plus(v V) Expr[M, V] { return e.with("+", v) }

// Minus subtracts v.
func (e Expr[M, V]) Minus(v V) Expr[M, V] { return e.with("-", v) }

// Times multiplies by v.
func (e Expr[M, V]) Times(v V) Expr[M, V] { return e.with("*", v) }

// Over divides by v; whole numbers give a whole number.
func (e Expr[M, V]) Over(v V) Expr[M, V] { return e.with("/", v) }

// Into reads the value into the variable that v points at, in Values and
// Aggregate; null leaves the zero value there.
func (e Expr[M, V]) Into(v *V) Pick[M] { return Pick[M]{term: e.term, into: v, places: e.places} }

// IntoNull is Into for a value that may be null.
func (e Expr[M, V]) IntoNull(v *Null[V]) Pick[M] {
	return Pick[M]{term: e.term, into: v, places: e.places}
}

func (e Expr[M, V]) compare(op sqltext.Op, v V) Cond[M] {
	return Cond[M]{sqltext.Compare{Left: e.term, Op: op, Right: sqltext.Bind(e.bind(v))}}
}

func (e Expr[M, V]) with(op string, v V) Expr[M, V] {
	e.term = sqltext.Binary{Left: e.term, Op: op, Right: sqltext.Bind(e.bind(v))}
	return e
}

// Eq holds where two values of a row are equal (F()).
func Eq[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Eq, a, b) }

// Ne holds where they are not, a null against a value included.
func Ne[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Ne, a, b) }

// Lt holds where a is less than b.
func Lt[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Lt, a, b) }

// Lte holds where a is b or less.
func Lte[M, V any](a, b Expression[M, V]) Cond[M] { return compared(sqltext.Le, a, b) }

func compared[M, V any](op sqltext.Op, a, b Expression[M, V]) Cond[M] {
	return Cond[M]{sqltext.Compare{Left: a.expression().term, Op: op, Right: b.expression().term}}
}

// Plus adds two values of a row.
func Plus[M, V any](a, b Expression[M, V]) Expr[M, V] { return computed("+", a, b) }

// Minus subtracts b from a.
func Minus[M, V any](a, b Expression[M, V]) Expr[M, V] { return computed("-", a, b) }

// Times multiplies them.
func Times[M, V any](a, b Expression[M, V]) Expr[M, V] { return computed("*", a, b) }

func computed[M, V any](op string, a, b Expression[M, V]) Expr[M, V] {
	e := a.expression()
	e.term = sqltext.Binary{Left: e.term, Op: op, Right: b.expression().term}
	return e
}

// Const is a value that is the same for every row (Value()). Its type is one
// that fields have.
func Const[M, V any](v V) Expr[M, V] {
	bind := bindOf[V]()
	return Expr[M, V]{term: sqltext.Bind(bind(v)), bind: bind}
}

// Text makes the text look-ups of any value: a number is seen as its digits.
func Text[M, V any](e Expression[M, V]) TextExpr[M] {
	term := e.expression().term
	if _, isText := any(*new(V)).(string); !isText {
		term = sqltext.Cast{Of: term, To: "text"}
	}
	return textExpr[M](term)
}

// Number sees a number of one type as one of another, in comparisons:
// model.Number[float64](PostField.Views).
func Number[W int64 | float64 | Decimal, M any, V int64 | float64 | Decimal](e Expression[M, V]) Expr[M, W] {
	return Expr[M, W]{term: e.expression().term, bind: bindOf[W]()}
}
