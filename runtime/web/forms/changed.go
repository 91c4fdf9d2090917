package forms

import (
	"slices"
	"strings"
)

// HasChanged reports whether what was sent differs from what the form showed (has_changed).
func (f *Form) HasChanged() bool { return len(f.ChangedData()) > 0 }

// ChangedData are the names of the fields that differ from what the form showed (changed_data).
func (f *Form) ChangedData() []string {
	var names []string
	for i := range f.fields {
		if f.bound && f.fields[i].HasChanged() {
			names = append(names, f.fields[i].field.Name)
		}
	}
	return names
}

// HasChanged reports whether what was sent for the field differs from what it showed.
func (b *BoundField) HasChanged() bool {
	f, form := b.field, b.form
	initial, ok := form.initial[f.Name]
	if !ok {
		initial = f.Initial
	}
	switch f.Kind {
	case File, Image:
		return form.files.Get(b.HTMLName()) != nil || form.data.Has(b.HTMLName()+clearSuffix)
	case MultipleChoice, ManyToMany:
		was := texts(initial)
		now := form.data.All(b.HTMLName())
		was, now = slices.Sorted(slices.Values(was)), slices.Sorted(slices.Values(now))
		return !slices.Equal(was, now)
	case Boolean:
		if !f.Null {
			now, _ := CheckboxInput.FromData(form.data, b.HTMLName())
			was, _ := initial.(bool)
			return now != was
		}
	}
	was, _ := f.format(initial, form.zone)
	now := b.raw()
	if f.Kind == SplitDateTime {
		now = strings.TrimSpace(form.data.Get(b.HTMLName()+"_0") + " " + form.data.Get(b.HTMLName()+"_1"))
	}
	if f.Kind == Boolean {
		was, now = nullBoolean(was), nullBoolean(now)
	}
	if !f.KeepBlanks {
		now = strings.TrimSpace(now)
	}
	if was == now || was == "" || now == "" {
		return was != now
	}
	if f.Kind == Boolean || f.Kind == ForeignKey {
		return true
	}
	kind := *f
	if kind.Kind == SplitDateTime {
		kind.Kind = DateTime
	}
	value, errs := kind.parse(now, form)
	if errs != nil {
		return true
	}
	text, _ := f.format(value, form.zone)
	return text != was
}
