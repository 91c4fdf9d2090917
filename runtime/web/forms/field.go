package forms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stackgen.dev/runtime/model"
)

// Kind is what a field holds: the words of the site file.
type Kind string

// The kinds of field.
const (
	Char       Kind = "char"
	Text       Kind = "text"
	Slug       Kind = "slug"
	Email      Kind = "email"
	URL        Kind = "url"
	UUID       Kind = "uuid"
	Boolean    Kind = "boolean"
	Integer    Kind = "integer"
	Float      Kind = "float"
	Decimal    Kind = "decimal"
	Date       Kind = "date"
	DateTime   Kind = "datetime"
	Time       Kind = "time"
	Duration   Kind = "duration"
	JSON       Kind = "json"
	ForeignKey Kind = "foreign_key"
)

// Field describes one field of a form. Name and Kind are enough.
type Field struct {
	// Name is the name in the form and of its value.
	Name string
	Kind Kind
	// Label stands before the field; made from the name where it is empty.
	Label string
	// HelpText explains the field. It is HTML, written by the site's author.
	HelpText string
	// Required refuses an empty field.
	Required bool
	// Null makes a boolean three-valued: unknown, yes, no.
	Null bool
	// Initial is the value of an unbound form; nil for none.
	Initial any

	// MinLength and MaxLength count characters; 0 for no limit.
	MinLength, MaxLength int
	// Min and Max are limits of a number: int64, float64 or model.Decimal, as the kind; nil for none.
	Min, Max any
	// MaxDigits and DecimalPlaces are decimal's; 0 digits for no limit.
	MaxDigits, DecimalPlaces int

	// Choices are the values allowed, with what people read; the field is then a select.
	Choices []Choice
	// Key is the kind of a foreign key's value: Integer, UUID or Char.
	Key Kind
	// Options are the rows that a foreign key may point at, read when the
	// field is shown.
	Options func(src model.Source) ([]Choice, error)
	// Exists reports whether a foreign key's row is among them, for checking what was sent.
	Exists func(src model.Source, key any) (bool, error)

	// Widget says which HTML stands for the field; the kind's own where it is empty.
	Widget Widget
	// Attrs are more attributes of the HTML element.
	Attrs []Attr
	// Column is the database column where it is not the name, for errors of the database.
	Column string
}

// Choice is a value and what people read for it. With Group set it begins or goes on a group of
// that name (optgroup).
type Choice struct {
	Value, Label string
	Group        string
}

// Attr is an attribute of an HTML element.
type Attr struct {
	Name, Value string
	// Bare writes the name alone: required, checked.
	Bare bool
}

// label is the field's label (Django's pretty_name).
func (f *Field) label() string {
	if f.Label != "" {
		return f.Label
	}
	return capFirst(strings.ToLower(strings.ReplaceAll(f.Name, "_", " ")))
}

func capFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// text reports whether an empty field is "" and not null.
func (f *Field) text() bool {
	switch f.Kind {
	case Char, Text, Slug, Email, URL:
		return true
	}
	return false
}
