package model

import "stackgen.dev/runtime/model/sqltext"

// Over divides a by b; whole numbers give a whole number. A division by zero is
// null on SQLite and an error on PostgreSQL.
func Over[M, V any](a, b Expression[M, V]) Expr[M, V] { return computed("/", a, b) }

// Mod is what is left of a after a division by b, with the sign of a.
func Mod[M any, V int64 | Decimal](a, b Expression[M, V]) Expr[M, V] {
	if _, whole := any(*new(V)).(int64); whole {
		return computed("%", a, b)
	}
	return called("MOD", a, b) // SQLite's % is for whole numbers
}

// Ceil is the smallest whole number that is not less.
func Ceil[M any, V float64 | Decimal](e Expression[M, V]) Expr[M, V] { return called[*M, V]("CEIL", e) }

// Floor is the greatest whole number that is not greater.
func Floor[M any, V float64 | Decimal](e Expression[M, V]) Expr[M, V] {
	return called[*M, V]("FLOOR", e)
}

// Round is the number with so many decimals, halves away from zero.
func Round[M any, V float64 | Decimal](e Expression[M, V], decimals int) Expr[M, V] {
	of := e.expression()
	var rounded sqltext.Term = sqltext.Call{Func: "ROUND", Args: []sqltext.Term{of.term, sqltext.Constant(IntValue(int64(decimals)))}}
	if _, real := any(*new(V)).(float64); real { // PostgreSQL rounds those to decimals as numeric only
		rounded = sqltext.Cast{Of: rounded, To: "double precision"}
	}
	return newExpr[*M](rounded, of.bind, of.places)
}

// Sign is -1, 0 or 1 for what is less than 0, 0, or greater.
func Sign[M any, V int64 | float64 | Decimal](e Expression[M, V]) Expr[M, int64] {
	sign := sqltext.Call{Func: "SIGN", Args: []sqltext.Term{e.expression().term}}
	return newExpr[*M](sqltext.Cast{Of: sign, To: "bigint"}, IntValue, 0)
}

// Power is a to the power of b.
func Power[M any, V int64 | float64 | Decimal](a, b Expression[M, V]) Expr[M, float64] {
	return real[*M]("POWER", a.expression().term, b.expression().term)
}

// Sqrt is the square root. Of a number less than 0 it is null on SQLite and an
// error on PostgreSQL.
func Sqrt[M any, V int64 | float64 | Decimal](e Expression[M, V]) Expr[M, float64] {
	return real[*M]("SQRT", e.expression().term)
}

func real[R any](name string, args ...sqltext.Term) *ExprOf[R, float64] {
	for i, a := range args {
		args[i] = sqltext.Cast{Of: a, To: "double precision"}
	}
	return newExpr[R](sqltext.Call{Func: name, Args: args}, FloatValue, 0)
}
