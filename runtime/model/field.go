package model

import (
	"unsafe"

	"stackgen.dev/runtime/model/sqltext"
)

// Field is a column of the model M whose values are V. It makes conditions,
// order terms, expressions and assignments. Generated code has one for every
// field.
type Field[M, V any] = *FieldOf[*M, V]

// FieldOf is what Field points at.
type FieldOf[R, V any] struct {
	ExprOf[R, V]
	// Set assigns the value in Query.Update.
	Set func(v V) AssignmentOf[R]
	// Name is the column's name.
	Name func() string

	column string
	store  func(V) Value // what Set binds with
}

// NewField is the field of a column that is never null. Generated code calls it.
//
//go:noinline
func NewField[R, V any](table, column string, bind func(V) Value) *FieldOf[R, V] {
	return (*FieldOf[R, V])(fieldFor(sqltext.Column{Table: table, Name: column}, bind))
}

// NewDecimalField is the field of a decimal column that is never null.
// Generated code calls it.
//
//go:noinline
func NewDecimalField[R any](table, column string, digits, places int) *FieldOf[R, Decimal] {
	of := newDecimalField(sqltext.Column{Table: table, Name: column}, digits, places)
	return (*FieldOf[R, Decimal])(unsafe.Pointer(of))
}

// newField is a field with what a field that may be null has besides.
func newField[V any](column sqltext.Column, bind func(V) Value) *NullFieldOf[noRow, V] {
	f := new(NullFieldOf[noRow, V])
	initField(&f.FieldOf, column, bind)
	f.Nullable = nullable(&f.FieldOf)
	return f
}

func initField[V any](f *FieldOf[noRow, V], column sqltext.Column, bind func(V) Value) {
	f.term, f.bind, f.store, f.column = column, bind, bind, column.Name
	initExpr(&f.ExprOf)
	f.Set = func(v V) AssignmentOf[noRow] { return AssignmentOf[noRow]{f.column, sqltext.Bind(f.store(v))} }
	f.Name = func() string { return f.column }
}

func newDecimalField(column sqltext.Column, digits, places int) *NullFieldOf[noRow, Decimal] {
	f := newField(column, DecimalValue)
	f.places = places
	f.store = func(d Decimal) Value { return DecimalIn(d, digits, places) }
	return f
}

func (f *FieldOf[R, V]) columnOf(R) string { return f.column }

// NullField is a field that may be null.
type NullField[M, V any] = *NullFieldOf[*M, V]

// NullFieldOf is what NullField points at.
type NullFieldOf[R, V any] struct {
	FieldOf[R, V]
	Nullable[R, V]
}

// Nullable is what fields have besides that may be null.
type Nullable[R, V any] struct {
	// SetNull assigns null in Query.Update.
	SetNull func() AssignmentOf[R]
	// Into reads the value in Values.
	Into func(v *Null[V]) PickOf[R]
}

func nullable[V any](f *FieldOf[noRow, V]) Nullable[noRow, V] {
	return Nullable[noRow, V]{
		SetNull: func() AssignmentOf[noRow] { return AssignmentOf[noRow]{f.column, sqltext.Bind(Value{})} },
		Into:    f.IntoNull,
	}
}

// NewNullField is the field of a column that may be null. Generated code calls it.
//
//go:noinline
func NewNullField[R, V any](table, column string, bind func(V) Value) *NullFieldOf[R, V] {
	return (*NullFieldOf[R, V])(fieldFor(sqltext.Column{Table: table, Name: column, Null: true}, bind))
}

// NewNullDecimalField is NewDecimalField for a column that may be null.
//
//go:noinline
func NewNullDecimalField[R any](table, column string, digits, places int) *NullFieldOf[R, Decimal] {
	of := newDecimalField(sqltext.Column{Table: table, Name: column, Null: true}, digits, places)
	return (*NullFieldOf[R, Decimal])(unsafe.Pointer(of))
}
