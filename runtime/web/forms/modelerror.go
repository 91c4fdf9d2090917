package forms

import (
	"errors"
	"strings"

	"stackgen.dev/runtime/model"
)

// AddModelError makes a refusal of the database a mistake in the form, where
// it is one: another row has the same value, or a row pointed at is gone. It
// reports false for every other error, which is then the view's.
func (f *Form) AddModelError(err error) bool {
	var unique *model.UniqueError
	if errors.As(err, &unique) {
		f.addUnique(unique.Columns)
		return true
	}
	var null *model.NotNullError
	if errors.As(err, &null) {
		f.AddError(f.name(null.Column), "This field cannot be null.", "null")
		return true
	}
	var check *model.CheckError
	if errors.As(err, &check) {
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
