package forms

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/tmpl"
	"stackgen.dev/runtime/web"
)

// The limits of a formset where it says nothing else (Django's DEFAULT_MAX_NUM,
// and absolute_max above it, beyond which forms are not even read).
const (
	defaultMaxForms = 1000
	aboveMaxForms   = 1000
)

// MostForms is how many forms of a formset are read of a request, whatever it says.
const MostForms = defaultMaxForms + aboveMaxForms

// FormSet describes several forms of one kind on a page (formset_factory). It is made
// once and shared by all requests.
type FormSet struct {
	// Form is each of the forms.
	Form *Spec
	// Prefix stands before the names in the HTML; "form" where it is empty.
	Prefix string
	// Extra is how many empty forms are shown after those with initial values.
	Extra int
	// MinNum and MaxNum are how many forms there may be; MaxNum 0 is 1000.
	// They decide how many are shown; with ValidateMin and ValidateMax other numbers are mistakes.
	MinNum, MaxNum           int
	ValidateMin, ValidateMax bool
	// CanDelete gives every form a box to take it away, CanOrder a field for its place.
	CanDelete, CanOrder bool
	// KeepExtra leaves that box out of forms for new rows (can_delete_extra=False).
	KeepExtra bool
	// AbsoluteMax is how many forms are read of a request, whatever it says (absolute_max); 0 is MaxNum and
	// 1000 more, and never are more read than MostForms.
	AbsoluteMax int
	// Clean checks what concerns several forms; it reports with AddError. nil for nothing.
	Clean func(*Forms)
}

// Forms are the forms of a formset in one request.
type Forms struct {
	set     *FormSet
	src     model.Source
	data    web.Values
	bound   bool
	cleaned bool
	forms   []*Form
	initial int
	sent    int // TOTAL_FORMS
	errors  []Error
	broken  bool // the management form is missing or has been tampered with
	zone    *time.Location
	text    func(string) string
}

func (s *FormSet) prefix() string {
	if s.Prefix == "" {
		return "form"
	}
	return s.Prefix
}

func (s *FormSet) most() int {
	if s.MaxNum == 0 {
		return defaultMaxForms
	}
	return s.MaxNum
}

// mostRead is how many forms are read of a request.
func (s *FormSet) mostRead() int {
	most := s.AbsoluteMax
	if most == 0 {
		most = s.most() + aboveMaxForms
	}
	return min(most, MostForms)
}

// spec is the form of a number; "__prefix__" for the one that a script copies. place is that
// of a row that was there, from 1 on, and 0 for a new one.
func (s *FormSet) spec(number string, place int) *Spec {
	one := *s.Form
	one.Prefix = s.prefix() + "-" + number
	one.Fields = slices.Clone(s.Form.Fields)
	if s.CanOrder {
		order := Field{Name: "ORDER", Kind: Integer, Label: "Order"}
		if place > 0 {
			order.Initial = int64(place)
		}
		one.Fields = append(one.Fields, order)
	}
	if s.CanDelete && !(place == 0 && s.KeepExtra) {
		one.Fields = append(one.Fields, Field{Name: "DELETE", Kind: Boolean, Label: "Delete"})
	}
	return &one
}

// Unbound are the forms as they are first shown: one for each of the initial values, and Extra more.
func (s *FormSet) Unbound(r *web.Request, initial []map[string]any) *Forms {
	return s.Preview(r, r.TimeZone(), initial).In(r.Language()).Translated(r.Gettext)
}

// Preview is Unbound without a request.
func (s *FormSet) Preview(src model.Source, zone *time.Location, initial []map[string]any) *Forms {
	f := &Forms{set: s, src: src, initial: len(initial)}
	total := max(len(initial), s.MinNum) + s.Extra
	if len(initial) <= s.most() {
		total = min(total, s.most())
	} else {
		total = len(initial) // rows that are there are shown, whatever the limit
	}
	for i := range total {
		var values map[string]any
		place := 0
		if i < len(initial) {
			values, place = initial[i], i+1
		}
		one := s.spec(strconv.Itoa(i), place).Preview(src, zone, values)
		one.neverRequired = true
		f.forms = append(f.forms, one)
	}
	f.sent = total
	f.zone = zone
	return f
}

// Bind are the forms with what the request sent. It fails where that cannot be read.
func (s *FormSet) Bind(r *web.Request, initial []map[string]any) (*Forms, error) {
	data, err := r.Form()
	if err != nil {
		return nil, err
	}
	files, err := r.Files()
	if err != nil {
		return nil, err
	}
	return s.BindFiles(r, r.TimeZone(), data, files, initial).In(r.Language()).Translated(r.Gettext), nil
}

// BindFiles are the forms with these values. Which forms there are is what the
// management form says, within limits.
func (s *FormSet) BindFiles(src model.Source, zone *time.Location, data web.Values, files web.Uploads, initial []map[string]any) *Forms {
	f := &Forms{set: s, src: src, zone: zone, data: data, bound: true}
	total, okTotal := f.management("TOTAL_FORMS")
	first, okFirst := f.management("INITIAL_FORMS")
	if !okTotal || !okFirst {
		f.broken = true
		f.errors = []Error{{"ManagementForm data is missing or has been tampered with. Missing fields: " + f.missing() + ". You may need to file a bug report if the issue persists.", "missing_management_form"}}
		return f
	}
	f.sent, f.initial = total, first
	for i := range min(total, s.mostRead()) {
		var values map[string]any
		if i < len(initial) {
			values = initial[i]
		}
		place := 0
		if i < first {
			place = i + 1
		}
		must := i < first || i < s.MinNum
		one := s.spec(strconv.Itoa(i), place).BindFiles(src, zone, data, files, values)
		one.mayBeEmpty, one.neverRequired = !must, true
		f.forms = append(f.forms, one)
	}
	return f
}

// management is a number of the management form.
func (f *Forms) management(name string) (int, bool) {
	n, err := strconv.Atoi(f.data.Get(f.set.prefix() + "-" + name))
	return n, err == nil && n >= 0
}

func (f *Forms) missing() string {
	names := ""
	for _, name := range []string{"TOTAL_FORMS", "INITIAL_FORMS"} {
		if _, ok := f.management(name); !ok {
			if names != "" {
				names += ", "
			}
			names += f.set.prefix() + "-" + name
		}
	}
	return names
}

// In has dates and numbers read and shown as people of a language write them.
func (f *Forms) In(language string) *Forms {
	for _, one := range f.forms {
		one.In(language)
	}
	return f
}

// Translated has labels, help and errors shown as text says them: in the page's language.
func (f *Forms) Translated(text func(string) string) *Forms {
	f.text = text
	for _, one := range f.forms {
		one.Translated(text)
	}
	return f
}

// Forms are all of the forms, in order.
func (f *Forms) Forms() []*Form { return f.forms }

// InitialForms are those of rows that were there, ExtraForms the others.
func (f *Forms) InitialForms() []*Form { return f.forms[:min(f.initial, len(f.forms))] }

// ExtraForms are the forms for new rows.
func (f *Forms) ExtraForms() []*Form { return f.forms[min(f.initial, len(f.forms)):] }

// EmptyForm is the form that a script copies for one more; "__prefix__" stands for its number.
func (f *Forms) EmptyForm() *Form {
	one := f.set.spec("__prefix__", 0).Preview(f.src, f.zone, nil)
	one.neverRequired = true
	return one.Translated(f.text)
}

// Bound reports whether the forms hold what somebody sent.
func (f *Forms) Bound() bool { return f.bound }

// Valid cleans bound forms, once, and reports whether nothing is wrong with those that are not taken away.
func (f *Forms) Valid() bool {
	f.clean()
	if !f.bound || len(f.errors) > 0 {
		return false
	}
	for _, one := range f.forms {
		if !f.deletes(one) && !one.Valid() {
			return false
		}
	}
	return true
}

func (f *Forms) clean() {
	if !f.bound || f.cleaned || f.broken {
		return
	}
	f.cleaned = true
	deleted := 0
	for _, one := range f.forms {
		if f.deletes(one) {
			deleted++
		}
	}
	s := f.set
	switch {
	case s.ValidateMax && f.sent-deleted > s.most() || f.sent > s.mostRead():
		f.errors = append(f.errors, Error{fmt.Sprintf("Please submit at most %d form%s.", s.most(), plural(s.most())), "too_many_forms"})
	case s.ValidateMin && f.sent-deleted-f.emptyExtras() < s.MinNum:
		f.errors = append(f.errors, Error{fmt.Sprintf("Please submit at least %d form%s.", s.MinNum, plural(s.MinNum)), "too_few_forms"})
	}
	if s.Clean != nil {
		s.Clean(f)
	}
}

// emptyExtras are the forms for new rows that nobody filled in.
func (f *Forms) emptyExtras() int {
	n := 0
	for i, one := range f.forms {
		if i >= f.initial && !one.HasChanged() && !f.deletes(one) {
			n++
		}
	}
	return n
}

func (f *Forms) deletes(one *Form) bool {
	return f.set.CanDelete && one.Lookup("DELETE") != nil && one.Value("DELETE") == true
}

// DeletedForms are those that somebody wants taken away, of rows that were there.
func (f *Forms) DeletedForms() []*Form {
	var some []*Form
	for _, one := range f.InitialForms() {
		if f.bound && f.deletes(one) {
			some = append(some, one)
		}
	}
	return some
}

// ChangedForms are those whose rows are to be made or changed: of those that
// stay, the ones that are no longer as they were shown.
func (f *Forms) ChangedForms() []*Form {
	var some []*Form
	for _, one := range f.forms {
		if f.bound && one.HasChanged() && !f.deletes(one) {
			some = append(some, one)
		}
	}
	return some
}

// OrderedForms are the forms that stay, sorted by their field for the place;
// those without a place come last (ordered_forms).
func (f *Forms) OrderedForms() []*Form {
	var some []*Form
	for i, one := range f.forms {
		if f.bound && !f.deletes(one) && (i < f.initial || one.HasChanged()) {
			some = append(some, one)
		}
	}
	slices.SortStableFunc(some, func(a, b *Form) int {
		x, hasX := a.Value("ORDER").(int64)
		y, hasY := b.Value("ORDER").(int64)
		switch {
		case hasX && hasY:
			return cmp.Compare(x, y)
		case hasX:
			return -1
		case hasY:
			return 1
		}
		return 0
	})
	return some
}

// Number gives the ordered forms their places, from 1 on.
func (f *Forms) Number() {
	for i, one := range f.OrderedForms() {
		one.place = int64(i + 1)
	}
}

// AddError reports a mistake of the forms together.
func (f *Forms) AddError(message, code string) { f.errors = append(f.errors, Error{message, code}) }

// NonFormErrors are the mistakes of the forms together (non_form_errors).
func (f *Forms) NonFormErrors() ErrorList {
	f.clean()
	return ErrorList{errors: f.errors, class: "errorlist nonform", text: f.text}
}

// Err is a failure of the database while the forms were cleaned or shown.
func (f *Forms) Err() error {
	for _, one := range f.forms {
		if err := one.Err(); err != nil {
			return err
		}
	}
	return nil
}

// IsMultipart reports whether the forms need enctype="multipart/form-data" (is_multipart).
func (f *Forms) IsMultipart() bool {
	return slices.ContainsFunc(f.set.Form.Fields, func(field Field) bool { return field.widget() == FileInput })
}

// ManagementForm are the hidden fields that say how many forms there are (management_form).
func (f *Forms) ManagementForm() tmpl.Safe { return tmpl.Safe(f.appendManagement(nil)) }

func (f *Forms) appendManagement(b []byte) []byte {
	for _, field := range []struct {
		name string
		n    int
	}{{"TOTAL_FORMS", f.sent}, {"INITIAL_FORMS", f.initial}, {"MIN_NUM_FORMS", f.set.MinNum}, {"MAX_NUM_FORMS", f.set.most()}} {
		name := f.set.prefix() + "-" + field.name
		b = HiddenInput.Append(b, name, strconv.Itoa(field.n), true, nil, []Attr{{Name: "id", Value: "id_" + name}})
	}
	return b
}

// HTML is the management form and every form as {{ form }} prints it: what {{ formset }} prints.
func (f *Forms) HTML() tmpl.Safe { return tmpl.Safe(f.AppendHTML(nil)) }

// AppendHTML appends the management form and the forms.
func (f *Forms) AppendHTML(b []byte) []byte {
	b = f.NonFormErrors().AppendHTML(b)
	b = f.appendManagement(b)
	for _, one := range f.forms {
		b = one.AppendDiv(b)
	}
	return b
}
