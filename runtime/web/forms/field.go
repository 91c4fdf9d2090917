package forms

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/validation"
	"stackgen.dev/runtime/model/validators"
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
	// IPAddress is an address of version 4 or 6 (GenericIPAddressField).
	IPAddress Kind = "ip_address"
	// File and Image are uploads.
	File  Kind = "file"
	Image Kind = "image"
	// MultipleChoice is several of the Choices, ManyToMany several of the rows that Options has
	// (ModelMultipleChoiceField).
	MultipleChoice Kind = "multiple_choice"
	ManyToMany     Kind = "many_to_many"
	// SplitDateTime is a moment from two elements (SplitDateTimeField).
	SplitDateTime Kind = "split_datetime"
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

	// Step has numbers be Min, or zero, and any number of steps from it; 0 for no steps.
	Step float64
	// Pattern has to be found in a text (RegexField).
	Pattern *regexp.Regexp
	// KeepBlanks leaves blanks at both ends of a text (strip = False).
	KeepBlanks bool
	// Unicode lets a slug have letters of every script (allow_unicode).
	Unicode bool
	// Protocol is "ipv4" or "ipv6" for an address of that version alone;
	// UnpackIPv4 writes ::ffff:192.0.2.1 as 192.0.2.1.
	Protocol   string
	UnpackIPv4 bool
	// Extensions are those that a file's name may have, without the dot; nil for any.
	Extensions []string
	// MaxSize is how large a file may be in bytes, 0 for no limit of its own;
	// AllowEmpty lets it be empty (allow_empty_file).
	MaxSize    int64
	AllowEmpty bool
	// MediaURL is where the file that a row has is shown; "" where it is not.
	MediaURL string
	// Validators are further rules for a text, tried in order after the kind's own.
	Validators []func(string) *validators.Problem
	// Rules and Checks are further rules for a value of any kind, all of which are
	// asked when the kind's own find nothing. Checks are functions of the project's,
	// see Check.
	Rules  []validation.Validator
	Checks []func(value any) error

	// InputFormats are the forms in which a date or a time is read, in the letters
	// of strftime; those of the page's language where there are none (input_formats).
	InputFormats []string
	// Localize reads a number as the page's language writes it: with a comma (localize).
	Localize bool
	// EmptyNull makes an empty text null (empty_value = None).
	EmptyNull bool
	// DateSelect has the widget SelectDate's years and names.
	DateSelect *DateSelect

	// Choices are the values allowed, with what people read; the field is then a select.
	Choices []Choice
	// Key is the kind of a foreign key's value, Integer, UUID or Char, or of
	// each value of a multiple choice.
	Key Kind
	// Options are the rows that a foreign key may point at, and those of a many to many, read when the
	// field is shown.
	Options func(src model.Source) ([]Choice, error)
	// Exists reports whether a foreign key's row is among them, for checking what was sent.
	Exists func(src model.Source, key any) (bool, error)
	// Present has those of the keys that a many to many has rows with, for checking what was sent.
	Present func(src model.Source, keys []int64) (map[int64]bool, error)

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
	// Safe says that the label is HTML (mark_safe), not text.
	Safe bool
}

// appendLabel appends the label as HTML.
func (c *Choice) appendLabel(b []byte) []byte {
	if c.Safe {
		return append(b, c.Label...)
	}
	return appendEscaped(b, c.Label)
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
	case Char, Text, Slug, Email, URL, IPAddress:
		return true
	}
	return false
}
