package model

import (
	"unsafe"

	"stackgen.dev/runtime/model/sqltext"
)

// TextLookups are the conditions on text. Those on a part of it ignore the
// case of the ASCII letters, with and without the I: SQLite's LIKE does, and
// Django documents the same.
type TextLookups[R any] struct {
	// Contains holds where s is part of the text (contains).
	Contains func(s string) CondOf[R]
	// IContains is Contains without regard to case (icontains).
	IContains func(s string) CondOf[R]
	// StartsWith holds where the text begins with s (startswith).
	StartsWith func(s string) CondOf[R]
	// IStartsWith is StartsWith without regard to case (istartswith).
	IStartsWith func(s string) CondOf[R]
	// EndsWith holds where the text ends with s (endswith).
	EndsWith func(s string) CondOf[R]
	// IEndsWith is EndsWith without regard to case (iendswith).
	IEndsWith func(s string) CondOf[R]
	// IEq is Eq without regard to case (iexact).
	IEq func(s string) CondOf[R]
	// Regex holds where the text matches a regular expression, of Go's syntax on
	// SQLite and of its own on PostgreSQL (regex). One that does not compile is an
	// error of the query.
	Regex func(pattern string) CondOf[R]
}

func textLookups(text sqltext.Term) TextLookups[noRow] {
	like := func(before, after string) func(string) CondOf[noRow] {
		return func(s string) CondOf[noRow] {
			return CondOf[noRow]{compareTerms(text, sqltext.Like, sqltext.Bind(LikeValue(before, s, after)))}
		}
	}
	contains, starts, ends := like("%", "%"), like("", "%"), like("%", "")
	return TextLookups[noRow]{
		Contains: contains, IContains: contains,
		StartsWith: starts, IStartsWith: starts,
		EndsWith: ends, IEndsWith: ends,
		IEq: like("", ""),
		Regex: func(pattern string) CondOf[noRow] {
			return CondOf[noRow]{compareTerms(text, sqltext.Regex, sqltext.Bind(TextValue(pattern)))}
		},
	}
}

// TextExpr is an expression of text.
type TextExpr[M any] = *TextExprOf[*M]

// TextExprOf is what TextExpr points at.
type TextExprOf[R any] struct {
	ExprOf[R, string]
	TextLookups[R]
}

func textExpr[R any](term sqltext.Term) *TextExprOf[R] {
	return (*TextExprOf[R])(unsafe.Pointer(newTextExpr(term)))
}

func newTextExpr(term sqltext.Term) *TextExprOf[noRow] {
	e := &TextExprOf[noRow]{ExprOf[noRow, string]{term: term, bind: TextValue}, textLookups(term)}
	initExpr(&e.ExprOf)
	return e
}

// TextField is a field of text.
type TextField[M any] = *TextFieldOf[*M]

// TextFieldOf is what TextField points at.
type TextFieldOf[R any] struct {
	FieldOf[R, string]
	TextLookups[R]
}

// NewTextField is the field of a text column that is never null. Generated code calls it.
//
//go:noinline
func NewTextField[R any](table, column string) *TextFieldOf[R] {
	return (*TextFieldOf[R])(unsafe.Pointer(newTextField(sqltext.Column{Table: table, Name: column}, TextValue)))
}

// NewAddressField is the field of a column of IP addresses that is never null.
// Generated code calls it.
//
//go:noinline
func NewAddressField[R any](table, column string) *TextFieldOf[R] {
	of := sqltext.Column{Table: table, Name: column, Address: true}
	return (*TextFieldOf[R])(unsafe.Pointer(newTextField(of, AddressValue)))
}

func newTextField(column sqltext.Column, bind func(string) Value) *TextFieldOf[noRow] {
	f := new(TextFieldOf[noRow])
	initField(&f.FieldOf, column, bind)
	f.TextLookups = textLookups(f.term)
	return f
}

// NullTextField is a text field that may be null.
type NullTextField[M any] = *NullTextFieldOf[*M]

// NullTextFieldOf is what NullTextField points at.
type NullTextFieldOf[R any] struct {
	FieldOf[R, string]
	Nullable[R, string]
	TextLookups[R]
}

// NewNullTextField is the field of a text column that may be null. Generated code calls it.
//
//go:noinline
func NewNullTextField[R any](table, column string) *NullTextFieldOf[R] {
	of := sqltext.Column{Table: table, Name: column, Null: true}
	return (*NullTextFieldOf[R])(unsafe.Pointer(newNullTextField(of, TextValue)))
}

// NewNullAddressField is the field of a column of IP addresses that may be null.
// Generated code calls it.
//
//go:noinline
func NewNullAddressField[R any](table, column string) *NullTextFieldOf[R] {
	of := sqltext.Column{Table: table, Name: column, Null: true, Address: true}
	return (*NullTextFieldOf[R])(unsafe.Pointer(newNullTextField(of, AddressValue)))
}

func newNullTextField(column sqltext.Column, bind func(string) Value) *NullTextFieldOf[noRow] {
	f := new(NullTextFieldOf[noRow])
	initField(&f.FieldOf, column, bind)
	f.Nullable = nullable(&f.FieldOf)
	f.TextLookups = textLookups(f.term)
	return f
}
