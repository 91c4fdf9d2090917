package forms

import (
	"errors"

	"stackgen.dev/runtime/model"
)

// errFailed is what somebody reads whose value could not be checked; why is the log's.
var errFailed = Error{"Enter a valid value.", "invalid"}

// rules asks the field's further rules, and reports whether they find nothing wrong.
func (b *BoundField) rules(value any) bool {
	f := b.field
	if value == nil {
		return true // JSON's null
	}
	if len(f.Rules) > 0 {
		bound := model.ValueOf(value)
		for _, rule := range f.Rules {
			if p := rule(bound); p != nil {
				b.errors = append(b.errors, Error(*p))
			}
		}
	}
	for _, check := range f.Checks {
		b.check(check(value))
	}
	return len(b.errors) == 0
}

// check adds what a function of the project's says. An error that is no
// *model.ValidationError is a failure of the form.
func (b *BoundField) check(err error) {
	var wrong model.ValidationError
	if err = wrong.Take("", err); err != nil {
		b.form.failure = errors.Join(b.form.failure, err)
		b.errors = append(b.errors, errFailed)
	}
	for _, said := range wrong.Fields {
		for _, p := range said.Problems {
			b.errors = append(b.errors, Error(p))
		}
	}
}

// Check makes a function for values of a field's type one of Field.Checks. What it
// finds wrong it says with a *model.ValidationError:
//
//	func Even(n int64) error {
//		if n%2 != 0 {
//			return model.Invalid("Enter an even number.")
//		}
//		return nil
//	}
func Check[T any](check func(value T) error) func(any) error {
	return func(value any) error { return check(value.(T)) }
}
