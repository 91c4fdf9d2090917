package model

import "stackgen.dev/runtime/model/sqltext"

// Field is a column of the model M whose values are V. It makes conditions,
// order terms, expressions and assignments. Generated code has one for every
// field.
type Field[M, V any] = *FieldOf[*M, V]

// FieldOf is what Field points at.
type FieldOf[R, V any] struct {
	ExprOf[R, V]
	// Set assigns the value in Query.Update.
	Set func(v V) AssignmentOf[R]
	// SetExpr assigns what the database computes of the row (F()):
	// PostField.Views.SetExpr(PostField.Views.Plus(1)).
	SetExpr func(e ExpressionOf[R, V]) AssignmentOf[R]
	// Name is the column's name.
	Name func() string

	column string
	store  func(V) Value // what Set binds with
}

// NewField is the field of a column that is never null. Generated code calls it.
//
//go:noinline
func NewField[R, V any](table, column string, bind func(V) Value) *FieldOf[R, V] {
	f := new(FieldOf[R, V])
	initField(f, sqltext.Column{Table: table, Name: column}, bind)
	return f
}

// NewDecimalField is the field of a decimal column that is never null.
// Generated code calls it.
//
//go:noinline
func NewDecimalField[R any](table, column string, digits, places int) *FieldOf[R, Decimal] {
	f := NewField[R](table, column, DecimalValue)
	inDigits(f, digits, places)
	return f
}

func initField[R, V any](f *FieldOf[R, V], column sqltext.Column, bind func(V) Value) {
	f.term, f.bind, f.store, f.column = column, bind, bind, column.Name
	initExpr(&f.ExprOf)
	f.Set = func(v V) AssignmentOf[R] { return AssignmentOf[R]{f.column, sqltext.Bind(f.store(v))} }
	f.SetExpr = func(e ExpressionOf[R, V]) AssignmentOf[R] {
		return AssignmentOf[R]{f.column, e.expression().term}
	}
	f.Name = func() string { return f.column }
}

func inDigits[R any](f *FieldOf[R, Decimal], digits, places int) {
	f.places = places
	f.store = func(d Decimal) Value { return DecimalIn(d, digits, places) }
}

func (f *FieldOf[R, V]) columnOf(R) string { return f.column }

// NullField is a field that may be null.
type NullField[M, V any] = *NullFieldOf[*M, V]

// NullFieldOf is what NullField points at.
type NullFieldOf[R, V any] struct {
	FieldOf[R, V]
	// SetNull assigns null in Query.Update.
	SetNull func() AssignmentOf[R]
	// Into reads the value in Values.
	Into func(v *Null[V]) PickOf[R]
}

// NewNullField is the field of a column that may be null. Generated code calls it.
//
//go:noinline
func NewNullField[R, V any](table, column string, bind func(V) Value) *NullFieldOf[R, V] {
	f := new(NullFieldOf[R, V])
	initNullField(f, sqltext.Column{Table: table, Name: column, Null: true}, bind)
	return f
}

func initNullField[R, V any](f *NullFieldOf[R, V], column sqltext.Column, bind func(V) Value) {
	initField(&f.FieldOf, column, bind)
	f.SetNull = func() AssignmentOf[R] { return AssignmentOf[R]{column.Name, sqltext.Bind(Value{})} }
	f.Into = f.IntoNull
}

// NewNullDecimalField is NewDecimalField for a column that may be null.
//
//go:noinline
func NewNullDecimalField[R any](table, column string, digits, places int) *NullFieldOf[R, Decimal] {
	f := NewNullField[R](table, column, DecimalValue)
	inDigits(&f.FieldOf, digits, places)
	return f
}
