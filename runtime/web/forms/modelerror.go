package forms

import (
	"errors"
	"slices"
	"strings"

	"stackgen.dev/runtime/model"
)

// AddModelError makes a refusal of the database a mistake in the form, where
// it is one: another row has the same value, or a row pointed at is gone; and what
// the model's own rules say. It reports false for every other error, which is then the view's.
func (f *Form) AddModelError(err error) bool {
	var invalid *model.ValidationError
	if errors.As(err, &invalid) {
		f.addInvalid(invalid)
		return true
	}
	var unique *model.UniqueError
	if errors.As(err, &unique) {
		if c := f.spec.broken(unique.Constraint, unique.Columns); c != nil && !f.addConstraint(c) {
			f.addUnique(c.Columns)
		} else if c == nil {
			f.addUnique(unique.Columns)
		}
		return true
	}
	var null *model.NotNullError
	if errors.As(err, &null) {
		f.AddError(f.name(null.Column), "This field cannot be null.", "null")
		return true
	}
	var check *model.CheckError
	if errors.As(err, &check) {
		if c := f.spec.broken(check.Check, nil); c != nil && f.addConstraint(c) {
			return true
		}
		f.AddError("", "Constraint “"+check.Check+"” is violated.", "invalid")
		return true
	}
	var key *model.ForeignKeyError
	if errors.As(err, &key) {
		f.AddError("", "Select a valid choice. That choice is not one of the available choices.", "invalid_choice")
		return true
	}
	return false
}

// addInvalid says what the model finds wrong with the row.
func (f *Form) addInvalid(e *model.ValidationError) {
	for _, field := range e.Fields {
		for _, p := range field.Problems {
			f.AddError(field.Field, p.Message, p.Code)
		}
	}
}

// addUnique says what is taken, in Django's words: "Post with this Slug already exists."
func (f *Form) addUnique(columns []string) {
	var labels []string
	field := ""
	for _, c := range columns {
		name := f.name(c)
		label := (&Field{Name: c}).label()
		if b := f.Lookup(name); b != nil {
			label = b.Label()
		}
		labels = append(labels, label)
		field = name
	}
	if len(labels) > 1 {
		field = ""
	}
	list := strings.Join(labels, ", ")
	if n := len(labels); n > 1 {
		list = strings.Join(labels[:n-1], ", ") + " and " + labels[n-1]
	}
	who := capFirst(f.spec.Model)
	if who == "" {
		who = "Another one"
	}
	code := "unique"
	if len(labels) > 1 {
		code = "unique_together"
	}
	f.AddError(field, who+" with this "+list+" already exists.", code)
}

// name is the field of a database column.
func (f *Form) name(column string) string {
	for i := range f.spec.Fields {
		field := &f.spec.Fields[i]
		if field.Column == column || field.Name == column || field.Kind == ForeignKey && field.Name+"_id" == column {
			return field.Name
		}
	}
	return column
}

// Constraint is a check or unique of the form's model (Meta.constraints).
type Constraint struct {
	Name string
	// Columns are those that are unique together; nil for a check and for
	// expressions.
	Columns []string
	// Plain says that Columns are unique among all rows, so that Django's words
	// about them are said where Message is empty.
	Plain bool
	// Message and Code are said of a row that breaks it
	// (violation_error_message, violation_error_code).
	Message, Code string
}

// broken is the constraint that the database names, by its name or, where it
// says none, by its columns; nil for one without words of its own.
func (s *Spec) broken(name string, columns []string) *Constraint {
	for i := range s.Constraints {
		c := &s.Constraints[i]
		if c.Name == name || name == "" && len(columns) > 0 && slices.Equal(c.Columns, columns) {
			return c
		}
	}
	return nil
}

// addConstraint says what the constraint says, at the field where it is about
// one and its code is unique. It reports false where the fields' own words are due.
func (f *Form) addConstraint(c *Constraint) bool {
	if c.Plain && c.Message == "" {
		return false
	}
	message, code, field := c.Message, c.Code, ""
	if message == "" {
		message = "Constraint “" + c.Name + "” is violated."
	}
	if code == "" {
		code = "invalid"
	}
	if code == "unique" && len(c.Columns) == 1 {
		field = f.name(c.Columns[0])
	}
	f.AddError(field, message, code)
	return true
}
