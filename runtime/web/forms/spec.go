package forms

import (
	"fmt"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Spec describes a form. It is made once and shared by all requests.
type Spec struct {
	Fields []Field
	// Model is the model's name for people, for "Post with this Slug already exists.".
	Model string
	// Constraints are those of the model's table that have something of their own
	// to say.
	Constraints []Constraint
	// Prefix stands before the names in the HTML, with a hyphen, where a page has several forms.
	Prefix string
	// Clean checks what concerns several fields; it runs when the fields were
	// cleaned and reports with AddError. nil for nothing.
	Clean func(*Form)
}

// Unbound is the form as it is first shown. initial has values by name that
// win over the fields' own; nil for none.
func (s *Spec) Unbound(r *web.Request, initial map[string]any) *Form {
	return s.Preview(r, r.TimeZone(), initial).In(r.Language()).Translated(r.Gettext)
}

// Preview is Unbound without a request.
func (s *Spec) Preview(src model.Source, zone *time.Location, initial map[string]any) *Form {
	return s.form(src, zone, initial)
}

// Bind is the form with what the request sent. It fails where that cannot be read.
func (s *Spec) Bind(r *web.Request, initial map[string]any) (*Form, error) {
	data, err := r.Form()
	if err != nil {
		return nil, err
	}
	f := s.BindValues(r, r.TimeZone(), data, initial).In(r.Language()).Translated(r.Gettext)
	if f.files, err = r.Files(); err != nil {
		return nil, err
	}
	return f, nil
}

// BindFiles is BindValues with uploads.
func (s *Spec) BindFiles(src model.Source, zone *time.Location, data web.Values, files web.Uploads, initial map[string]any) *Form {
	f := s.BindValues(src, zone, data, initial)
	f.files = files
	return f
}

// BindValues is the form with these values. Times are read in zone.
func (s *Spec) BindValues(src model.Source, zone *time.Location, data web.Values, initial map[string]any) *Form {
	f := s.form(src, zone, initial)
	f.bound, f.data = true, data
	return f
}

// In has dates and numbers read and shown as people of a language write them.
func (f *Form) In(language string) *Form {
	f.language = language
	return f
}

// Translated has labels, help and errors shown as text says them: in the page's language.
func (f *Form) Translated(text func(string) string) *Form {
	f.text = text
	return f
}

// say is a text in the page's language.
func (f *Form) say(text string) string {
	if f.text == nil || text == "" {
		return text
	}
	return f.text(text)
}

func (s *Spec) form(src model.Source, zone *time.Location, initial map[string]any) *Form {
	f := &Form{spec: s, src: src, zone: zone, initial: initial, fields: make([]BoundField, len(s.Fields))}
	for i := range s.Fields {
		f.fields[i] = BoundField{form: f, field: &s.Fields[i]}
	}
	return f
}

// Partial is the same form with the fields of these names only: for a JSON
// request that changes some.
func (s *Spec) Partial(names []string) *Spec {
	part := *s
	part.Fields = nil
	for _, f := range s.Fields {
		for _, name := range names {
			if f.Name == name {
				part.Fields = append(part.Fields, f)
			}
		}
	}
	return &part
}

// index is the place of a field.
func (s *Spec) index(name string) int {
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return i
		}
	}
	panic(fmt.Sprintf("forms: the form has no field %q", name))
}
