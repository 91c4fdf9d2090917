package forms

import (
	"encoding/json"
	"time"

	"stackgen.dev/runtime/model"
)

// Value is the cleaned value of a field, nil where it is empty or wrong.
func (f *Form) Value(name string) any {
	f.clean()
	return f.fields[f.spec.index(name)].value
}

// Cleaned is the cleaned value of a field as its type; the zero value where the field is
// empty or wrong. It panics where the field is of another type.
func Cleaned[T any](f *Form, name string) T {
	var zero T
	v := f.Value(name)
	if v == nil {
		return zero
	}
	return v.(T)
}

// Null is the cleaned value of a field that may be null.
func Null[T any](f *Form, name string) model.Null[T] {
	if v, ok := f.Value(name).(T); ok {
		return model.Some(v)
	}
	return model.Null[T]{}
}

// NullText is Null for a text field, where an empty text is null.
func NullText(f *Form, name string) model.Null[string] {
	if s := f.String(name); s != "" {
		return model.Some(s)
	}
	return model.Null[string]{}
}

// String is the value of a text field.
func (f *Form) String(name string) string { return Cleaned[string](f, name) }

// Int is the value of an integer field, or of a foreign key to one.
func (f *Form) Int(name string) int64 { return Cleaned[int64](f, name) }

// Float is the value of a float field.
func (f *Form) Float(name string) float64 { return Cleaned[float64](f, name) }

// Bool is the value of a boolean field.
func (f *Form) Bool(name string) bool { return Cleaned[bool](f, name) }

// Time is the value of a datetime field, in UTC.
func (f *Form) Time(name string) time.Time { return Cleaned[time.Time](f, name) }

// Date is the value of a date field.
func (f *Form) Date(name string) model.Date { return Cleaned[model.Date](f, name) }

// TimeOfDay is the value of a time field.
func (f *Form) TimeOfDay(name string) model.TimeOfDay { return Cleaned[model.TimeOfDay](f, name) }

// Duration is the value of a duration field.
func (f *Form) Duration(name string) time.Duration { return Cleaned[time.Duration](f, name) }

// Decimal is the value of a decimal field.
func (f *Form) Decimal(name string) model.Decimal { return Cleaned[model.Decimal](f, name) }

// UUID is the value of a uuid field, or of a foreign key to one.
func (f *Form) UUID(name string) model.UUID { return Cleaned[model.UUID](f, name) }

// JSON is the value of a json field, as it was sent.
func (f *Form) JSON(name string) json.RawMessage { return Cleaned[json.RawMessage](f, name) }

// Initial is the value of a nullable field for a form: nil where it is null.
func Initial[T any](n model.Null[T]) any {
	if !n.Valid {
		return nil
	}
	return n.V
}
