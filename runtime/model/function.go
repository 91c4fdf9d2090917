package model

import (
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// Lower is the text in small letters; SQLite knows the ASCII letters only.
func Lower[M any](e Expression[M, string]) TextExpr[M] {
	return textCall[*M]("LOWER", e.expression().term)
}

// Upper is the text in capitals; SQLite knows the ASCII letters only.
func Upper[M any](e Expression[M, string]) TextExpr[M] {
	return textCall[*M]("UPPER", e.expression().term)
}

// Trim is the text without space at both ends.
func Trim[M any](e Expression[M, string]) TextExpr[M] {
	return textCall[*M]("TRIM", e.expression().term)
}

// Substr is a piece of the text: length characters from the one numbered from, counted from 1.
func Substr[M any](e Expression[M, string], from, length int) TextExpr[M] {
	return textCall[*M]("SUBSTR", e.expression().term, number(from), number(length))
}

// Replace has one piece of the text replaced wherever it stands.
func Replace[M any](e Expression[M, string], old, with string) TextExpr[M] {
	return textCall[*M]("REPLACE", e.expression().term, sqltext.Bind(TextValue(old)), sqltext.Bind(TextValue(with)))
}

// Concat puts texts together; null counts as empty.
func Concat[M any](parts ...Expression[M, string]) TextExpr[M] {
	return textCall[*M]("CONCAT", terms(parts)...)
}

// Length is the number of characters.
func Length[M any](e Expression[M, string]) Expr[M, int64] {
	return newExpr[*M](sqltext.Call{Func: "LENGTH", Args: []sqltext.Term{e.expression().term}}, IntValue, 0)
}

// Abs is the number without its sign.
func Abs[M any, V int64 | float64 | Decimal](e Expression[M, V]) Expr[M, V] {
	return called[*M, V]("ABS", e)
}

// Coalesce is the first of the values that is not null.
func Coalesce[M, V any](values ...Expression[M, V]) Expr[M, V] { return called("COALESCE", values...) }

// NullIf is null where the two are equal, and otherwise the first.
func NullIf[M, V any](a, b Expression[M, V]) Expr[M, V] { return called("NULLIF", a, b) }

// Greatest is the greatest of the values; on SQLite null where one is null.
func Greatest[M, V any](values ...Expression[M, V]) Expr[M, V] { return called("GREATEST", values...) }

// Least is the smallest of the values; on SQLite null where one is null.
func Least[M, V any](values ...Expression[M, V]) Expr[M, V] { return called("LEAST", values...) }

func called[R, V any](name string, args ...ExpressionOf[R, V]) *ExprOf[R, V] {
	e := args[0].expression()
	return newExpr[R](sqltext.Call{Func: name, Args: terms(args)}, e.bind, e.places)
}

func textCall[R any](name string, args ...sqltext.Term) *TextExprOf[R] {
	return textExpr[R](sqltext.Call{Func: name, Args: args})
}

func terms[R, V any](list []ExpressionOf[R, V]) []sqltext.Term {
	out := make([]sqltext.Term, len(list))
	for i, e := range list {
		out[i] = e.expression().term
	}
	return out
}

func number(n int) sqltext.Term { return sqltext.Bind(IntValue(int64(n))) }

// Branch is one branch of Case.
type Branch[M, V any] = BranchOf[*M, V]

// BranchOf is Branch, by the type of a pointer to the row.
type BranchOf[R, V any] struct {
	cond  CondOf[R]
	value ExpressionOf[R, V]
}

// When is the value of the rows for which the condition holds.
func When[M, V any](cond Cond[M], value V) Branch[M, V] {
	return Branch[M, V]{cond, Const[M](value)}
}

// WhenExpr is When with a value that the database computes.
func WhenExpr[M, V any](cond Cond[M], value Expression[M, V]) Branch[M, V] {
	return Branch[M, V]{cond, value}
}

// Case is the value of the first branch whose condition holds, and null where
// none does (Case, When).
func Case[M, V any](branches ...Branch[M, V]) Expr[M, V] { return cased(nil, branches) }

// CaseElse is Case with a value where no condition holds (default=).
func CaseElse[M, V any](otherwise V, branches ...Branch[M, V]) Expr[M, V] {
	return cased(Const[M](otherwise).term, branches)
}

func cased[R, V any](otherwise sqltext.Term, branches []BranchOf[R, V]) *ExprOf[R, V] {
	c := sqltext.Case{Else: otherwise}
	for _, b := range branches {
		c.When = append(c.When, sqltext.When{If: exprOf(b.cond.expr), Then: b.value.expression().term})
	}
	return newExpr[R](c, bindOf[V](), 0)
}

// Truth is a condition as a value.
func Truth[M any](c Cond[M]) Expr[M, bool] {
	return newExpr[*M](sqltext.Truth{Of: exprOf(c.expr)}, BoolValue, 0)
}

// Moment is what date parts are taken of. An instant is seen in the zone of the
// query (Query.In).
type Moment interface{ time.Time | Date | TimeOfDay }

// Year is the year of a date or instant (ExtractYear, __year).
func Year[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("year", e) }

// ISOYear is the year that the week of ISO 8601 belongs to (__iso_year).
func ISOYear[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("iso_year", e) }

// Quarter is 1 to 4 (__quarter).
func Quarter[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("quarter", e) }

// Month is 1 to 12 (__month).
func Month[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("month", e) }

// Week is the week of ISO 8601, 1 to 53 (__week).
func Week[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("week", e) }

// DayOfMonth is 1 to 31 (__day).
func DayOfMonth[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("day", e) }

// WeekDay is 1 for Sunday to 7 for Saturday (__week_day).
func WeekDay[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("week_day", e) }

// ISOWeekDay is 1 for Monday to 7 for Sunday (__iso_week_day).
func ISOWeekDay[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("iso_week_day", e) }

// Hour is 0 to 23 (__hour).
func Hour[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("hour", e) }

// Minute is 0 to 59 (__minute).
func Minute[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("minute", e) }

// Second is 0 to 59 (__second).
func Second[M any, V Moment](e Expression[M, V]) Expr[M, int64] { return part("second", e) }

// DayOf is the day of an instant (__date, TruncDate).
func DayOf[M any](e Expression[M, time.Time]) Expr[M, Date] {
	return newExpr[*M](sqltext.Part{Name: "date", Of: e.expression().term, Kind: sqltext.Instant}, DateValue, 0)
}

// ClockOf is the time of day of an instant (__time, TruncTime).
func ClockOf[M any](e Expression[M, time.Time]) Expr[M, TimeOfDay] {
	return newExpr[*M](sqltext.Part{Name: "time", Of: e.expression().term, Kind: sqltext.Instant}, TimeOfDayValue, 0)
}

func part[M any, V Moment](name string, e Expression[M, V]) Expr[M, int64] {
	return newExpr[*M](sqltext.Part{Name: name, Of: e.expression().term, Kind: momentOf[V]()}, IntValue, 0)
}

func momentOf[V Moment]() sqltext.Moment {
	switch any(*new(V)).(type) {
	case time.Time:
		return sqltext.Instant
	case Date:
		return sqltext.Day
	}
	return sqltext.Clock
}

// Unit is what Trunc cuts off below.
type Unit string

// The units of Trunc. A week begins on Monday.
const (
	ToYear    Unit = "year"
	ToQuarter Unit = "quarter"
	ToMonth   Unit = "month"
	ToWeek    Unit = "week"
	ToDay     Unit = "day"
	ToHour    Unit = "hour"
	ToMinute  Unit = "minute"
	ToSecond  Unit = "second"
)

// Trunc is the beginning of the year, month and so on that a date or instant
// lies in (TruncYear and the others).
func Trunc[M any, V time.Time | Date](e Expression[M, V], to Unit) Expr[M, V] {
	of := e.expression()
	kind := sqltext.Day
	if _, instant := any(*new(V)).(time.Time); instant {
		kind = sqltext.Instant
	}
	return newExpr[*M](sqltext.Trunc{Unit: string(to), Of: of.term, Kind: kind}, of.bind, of.places)
}
