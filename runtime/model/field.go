package model

import "stackgen.dev/runtime/model/sqltext"

// Field is a column of the model M whose values are V. It makes conditions,
// order terms, expressions and assignments. Generated code has one for every
// field.
type Field[M, V any] struct {
	Expr[M, V]
	column string
	store  func(V) Value // what Set binds with
}

// NewField is the field of a column that is never null. Generated code calls it.
func NewField[M, V any](table, column string, bind func(V) Value) Field[M, V] {
	return Field[M, V]{
		Expr:   Expr[M, V]{term: sqltext.Column{Table: table, Name: column}, bind: bind},
		column: column, store: bind,
	}
}

// NewDecimalField is the field of a decimal column that is never null.
// Generated code calls it.
func NewDecimalField[M any](table, column string, digits, places int) Field[M, Decimal] {
	f := NewField[M](table, column, DecimalValue)
	f.places = places
	f.store = func(d Decimal) Value { return DecimalIn(d, digits, places) }
	return f
}

// Set assigns the value in Query.Update.
func (f Field[M, V]) Set(v V) Assignment[M] {
	return Assignment[M]{f.column, sqltext.Bind(f.store(v))}
}

// SetExpr assigns what the database computes of the row (F()):
// PostField.Views.SetExpr(PostField.Views.Plus(1)).
func (f Field[M, V]) SetExpr(e Expression[M, V]) Assignment[M] {
	return Assignment[M]{f.column, e.expression().term}
}

// Name is the column's name.
func (f Field[M, V]) Name() string { return f.column }

func (f Field[M, V]) columnOf(*M) string { return f.column }

// NullField is a field that may be null.
type NullField[M, V any] struct{ Field[M, V] }

// NewNullField is the field of a column that may be null. Generated code calls it.
func NewNullField[M, V any](table, column string, bind func(V) Value) NullField[M, V] {
	return NullField[M, V]{nullable(NewField[M](table, column, bind))}
}

// NewNullDecimalField is NewDecimalField for a column that may be null.
func NewNullDecimalField[M any](table, column string, digits, places int) NullField[M, Decimal] {
	return NullField[M, Decimal]{nullable(NewDecimalField[M](table, column, digits, places))}
}

func nullable[M, V any](f Field[M, V]) Field[M, V] {
	c := f.term.(sqltext.Column)
	c.Null = true
	f.term = c
	return f
}

// SetNull assigns null in Query.Update.
func (f NullField[M, V]) SetNull() Assignment[M] {
	return Assignment[M]{f.column, sqltext.Bind(Value{})}
}

// Into reads the value in Values.
func (f NullField[M, V]) Into(v *Null[V]) Pick[M] { return f.IntoNull(v) }

// TextLookups are the conditions on text. Those on a part of it ignore the
// case of the ASCII letters, with and without the I: SQLite's LIKE does, and
// Django documents the same.
type TextLookups[M any] struct{ text sqltext.Term }

// Contains holds where s is part of the text (contains).
func (t TextLookups[M]) Contains(s string) Cond[M] { return t.like("%", s, "%") }

// IContains is Contains without regard to case (icontains).
func (t TextLookups[M]) IContains(s string) Cond[M] { return t.like("%", s, "%") }

// StartsWith holds where the text begins with s (startswith).
func (t TextLookups[M]) StartsWith(s string) Cond[M] { return t.like("", s, "%") }

// IStartsWith is StartsWith without regard to case (istartswith).
func (t TextLookups[M]) IStartsWith(s string) Cond[M] { return t.like("", s, "%") }

// EndsWith holds where the text ends with s (endswith).
func (t TextLookups[M]) EndsWith(s string) Cond[M] { return t.like("%", s, "") }

// IEndsWith is EndsWith without regard to case (iendswith).
func (t TextLookups[M]) IEndsWith(s string) Cond[M] { return t.like("%", s, "") }

// IEq is Eq without regard to case (iexact).
func (t TextLookups[M]) IEq(s string) Cond[M] { return t.like("", s, "") }

// Regex holds where the text matches a regular expression of Go's syntax
// (regex). One that does not compile is an error of the query.
func (t TextLookups[M]) Regex(pattern string) Cond[M] {
	return Cond[M]{sqltext.Compare{Left: t.text, Op: sqltext.Regex, Right: sqltext.Bind(TextValue(pattern))}}
}

func (t TextLookups[M]) like(before, s, after string) Cond[M] {
	return Cond[M]{sqltext.Compare{Left: t.text, Op: sqltext.Like, Right: sqltext.Bind(LikeValue(before, s, after))}}
}

// TextExpr is an expression of text.
type TextExpr[M any] struct {
	Expr[M, string]
	TextLookups[M]
}

func textExpr[M any](term sqltext.Term) TextExpr[M] {
	return TextExpr[M]{Expr[M, string]{term: term, bind: TextValue}, TextLookups[M]{term}}
}

// TextField is a field of text.
type TextField[M any] struct {
	Field[M, string]
	TextLookups[M]
}

// NewTextField is the field of a text column that is never null. Generated code calls it.
func NewTextField[M any](table, column string) TextField[M] {
	return textField(NewField[M](table, column, TextValue))
}

func textField[M any](f Field[M, string]) TextField[M] {
	return TextField[M]{f, TextLookups[M]{f.term}}
}

// NullTextField is a text field that may be null.
type NullTextField[M any] struct{ TextField[M] }

// NewNullTextField is the field of a text column that may be null. Generated code calls it.
func NewNullTextField[M any](table, column string) NullTextField[M] {
	return NullTextField[M]{textField(nullable(NewField[M](table, column, TextValue)))}
}

// SetNull assigns null in Query.Update.
func (f NullTextField[M]) SetNull() Assignment[M] {
	return Assignment[M]{f.column, sqltext.Bind(Value{})}
}

// Into reads the value in Values.
func (f NullTextField[M]) Into(v *Null[string]) Pick[M] { return f.IntoNull(v) }
