package validation

import "stackgen.dev/runtime/model"

// Rules are what FullClean asks of the rows of a model. Generated code has one
// for every model and never changes it.
type Rules struct {
	// Model is what people call a row (verbose_name).
	Model string
	// Fields are in the order of the table's columns, without those that the
	// database computes.
	Fields []Field
	// Constraints are checks, and what is unique.
	Constraints []Constraint
}

// Field is what is asked of the values of one field.
type Field struct {
	// Name is the field's in the site file, Label what people call it.
	Name, Label string
	// Kind is the word of the site file, where values are asked more than their
	// Go type does: an integer, slug, email, url, ip_address or decimal.
	Kind string
	// Null lets it have no value, Blank lets it be empty. Free asks neither, nor for
	// Choices: fields that are not editable, and keys that the database makes.
	Null, Blank, Free bool
	// Unique has no other row have the value.
	Unique bool
	// Key says that the field is the row's key.
	Key bool
	// MaxLength counts characters, MaxDigits and DecimalPlaces digits; 0 for no limit.
	MaxLength, MaxDigits, DecimalPlaces int
	// Choices are the only values, as they are stored; nil for any.
	Choices []string
	// Validators are further rules, in order.
	Validators []Validator
	// Refers says that the value is the key of a row of another table.
	Refers *Target
}

// Target is a row that a foreign key points at.
type Target struct {
	// Model is what people call it, Field its key's name.
	Model, Field string
	Table        string
	Column       string
}

// Constraint is a check or unique of the table.
type Constraint struct {
	Name string
	// Columns are the places of the fields whose values together are unique; the
	// first ones of Args where Violated is written.
	Columns []int
	// Violated is a statement that has a row where the constraint is broken: a
	// check, or a unique with a condition or over expressions. Args are the places
	// of the columns that it binds, in order; a unique binds the key behind them.
	Violated string
	Args     []int
	// Unique says that other rows have a say.
	Unique bool
	// Message and Code are what is said of a row that breaks it; Django's own
	// where they are empty.
	Message, Code string
}

// names are the columns that the caller leaves out.
func names[R any](exclude []model.ColumnOf[R]) map[string]bool {
	if len(exclude) == 0 {
		return nil
	}
	out := map[string]bool{}
	for _, c := range model.ColumnNames(exclude) {
		out[c] = true
	}
	return out
}
