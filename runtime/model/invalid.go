package model

import (
	"errors"
	"strings"
)

// ValidationError says what is wrong with a row, or with one value, for the
// people who wrote it (Django's ValidationError). Forms and resources show it
// field by field; nothing else that an error says is ever shown to them.
type ValidationError struct {
	// Fields are those that something is wrong with, in the order in which it was
	// found.
	Fields []FieldProblems
}

// FieldProblems is what is wrong with one field; with the row as a whole where
// Field is empty (NON_FIELD_ERRORS).
type FieldProblems struct {
	Field    string
	Problems []Problem
}

// Problem is one thing that is wrong, in words for people, with a code for
// programs ("invalid", "unique").
type Problem struct{ Message, Code string }

// Invalid is an error about a row as a whole, or about the value that a
// validator was given.
func Invalid(message string) *ValidationError { return InvalidField("", message) }

// InvalidField is an error about one field of a row, by its name in the site file.
func InvalidField(field, message string) *ValidationError {
	e := &ValidationError{}
	e.Add(field, message, "invalid")
	return e
}

// Add says one thing more.
func (e *ValidationError) Add(field, message, code string) {
	p := Problem{message, code}
	for i := range e.Fields {
		if e.Fields[i].Field == field {
			e.Fields[i].Problems = append(e.Fields[i].Problems, p)
			return
		}
	}
	e.Fields = append(e.Fields, FieldProblems{field, []Problem{p}})
}

// Of is what is wrong with a field.
func (e *ValidationError) Of(field string) []Problem {
	for _, f := range e.Fields {
		if f.Field == field {
			return f.Problems
		}
	}
	return nil
}

// Take adds what a validator or a hook says: what is about no field is then about
// the field given. An error that is no *ValidationError is a failure and
// returned.
func (e *ValidationError) Take(field string, err error) error {
	if err == nil {
		return nil
	}
	var said *ValidationError
	if !errors.As(err, &said) {
		return err
	}
	for _, f := range said.Fields {
		name := f.Field
		if name == "" {
			name = field
		}
		for _, p := range f.Problems {
			e.Add(name, p.Message, p.Code)
		}
	}
	return nil
}

// OrNil is e, or no error where nothing is wrong.
func (e *ValidationError) OrNil() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Error lists everything, for logs.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("model: the row is not valid")
	for _, f := range e.Fields {
		for _, p := range f.Problems {
			b.WriteString("; ")
			if f.Field != "" {
				b.WriteString(f.Field + ": ")
			}
			b.WriteString(p.Message)
		}
	}
	return b.String()
}

var _ error = (*ValidationError)(nil)
