package forms

import (
	"fmt"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Form is a form of one request.
type Form struct {
	spec *Spec
	src  model.Source
	zone *time.Location
	// language is the page's, which says how dates and numbers are typed; empty for English.
	language string
	// text says a text in the page's language; nil leaves it.
	text func(string) string
	// typed says that the values are Go's or JSON's and not a browser's.
	typed bool
	wrong map[string]Error // what no text can stand for
	// mayBeEmpty has a form that nobody filled in be valid (empty_permitted), neverRequired
	// has browsers not ask for its fields: both are a formset's.
	mayBeEmpty, neverRequired bool
	data                      web.Values
	files                     web.Uploads
	bound                     bool
	cleaned                   bool
	initial                   map[string]any
	fields                    []BoundField
	errors                    []Error  // of no field
	failure                   error    // of the database, while choices were read
	kept                      []string // files that were saved for the row
	place                     int64    // among the forms of a formset
	sets                      []*Forms
}

// Error is what is wrong, with Django's code for it ("required", "invalid").
type Error struct{ Message, Code string }

// Bound reports whether the form holds what somebody sent.
func (f *Form) Bound() bool { return f.bound }

// Valid cleans a bound form, once, and reports whether nothing is wrong. An unbound form is not valid.
func (f *Form) Valid() bool {
	f.clean()
	return f.bound && !f.HasErrors()
}

func (f *Form) clean() {
	if !f.bound || f.cleaned {
		return
	}
	f.cleaned = true
	if f.mayBeEmpty && !f.HasChanged() {
		return
	}
	for i := range f.fields {
		f.fields[i].clean()
	}
	if f.spec.Clean != nil {
		f.spec.Clean(f)
	}
}

// Join has formsets of the same page go with the form, each under its prefix.
func (f *Form) Join(sets ...*Forms) { f.sets = sets }

// FormSets are the formsets that go with the form.
func (f *Form) FormSets() []*Forms { return f.sets }

// FormSet is the one with that prefix. It panics where there is none, as Field does.
func (f *Form) FormSet(prefix string) *Forms {
	for _, s := range f.sets {
		if s.set.prefix() == prefix {
			return s
		}
	}
	panic(fmt.Sprintf("forms: the form has no formset %q", prefix))
}

// IsMultipart reports whether the form needs enctype="multipart/form-data" (is_multipart).
func (f *Form) IsMultipart() bool {
	for i := range f.fields {
		if f.fields[i].field.widget() == FileInput {
			return true
		}
	}
	return false
}

// HasErrors reports whether something is wrong.
func (f *Form) HasErrors() bool {
	f.clean()
	if len(f.errors) > 0 || f.failure != nil {
		return true
	}
	for i := range f.fields {
		if len(f.fields[i].errors) > 0 {
			return true
		}
	}
	return false
}

// Err is a failure of the database while the form was cleaned or shown: no
// fault of who filled it in.
func (f *Form) Err() error { return f.failure }

// AddError reports a mistake in a field, or in the whole form where the name is empty or no field's.
func (f *Form) AddError(field, message, code string) {
	f.clean()
	for i := range f.fields {
		if f.fields[i].field.Name == field {
			f.fields[i].errors = append(f.fields[i].errors, Error{message, code})
			return
		}
	}
	f.errors = append(f.errors, Error{message, code})
}

// NonFieldErrors are the mistakes of the whole form (non_field_errors).
func (f *Form) NonFieldErrors() ErrorList {
	f.clean()
	return ErrorList{errors: f.errors, class: "errorlist nonfield", text: f.text}
}

// Errors are all mistakes by field, in the order of the fields; those of the whole
// form under "__all__".
func (f *Form) Errors() []FieldErrors {
	f.clean()
	var all []FieldErrors
	for i := range f.fields {
		if b := &f.fields[i]; len(b.errors) > 0 {
			all = append(all, FieldErrors{b.field.Name, b.errors})
		}
	}
	if len(f.errors) > 0 {
		all = append(all, FieldErrors{"__all__", f.errors})
	}
	return all
}

// FieldErrors are the mistakes of one field.
type FieldErrors struct {
	Name   string
	Errors []Error
}

// Place is where the form stands among those of its formset that stay, from 1 on: what [Forms.Number] gave it.
func (f *Form) Place() int64 { return f.place }

// Fields are the fields in order, to be shown.
func (f *Form) Fields() []*BoundField {
	all := make([]*BoundField, len(f.fields))
	for i := range f.fields {
		all[i] = &f.fields[i]
	}
	return all
}

// VisibleFields are those that are not hidden, HiddenFields the others.
func (f *Form) VisibleFields() []*BoundField { return f.pick(false) }

// HiddenFields are the fields that nobody sees.
func (f *Form) HiddenFields() []*BoundField { return f.pick(true) }

func (f *Form) pick(hidden bool) []*BoundField {
	var some []*BoundField
	for i := range f.fields {
		if f.fields[i].IsHidden() == hidden {
			some = append(some, &f.fields[i])
		}
	}
	return some
}

// Field is the field of that name. It panics where there is none, as generated
// code and templates are checked when they are built.
func (f *Form) Field(name string) *BoundField { return &f.fields[f.spec.index(name)] }

// Lookup is Field, nil where there is none.
func (f *Form) Lookup(name string) *BoundField {
	for i := range f.fields {
		if f.fields[i].field.Name == name {
			return &f.fields[i]
		}
	}
	return nil
}
