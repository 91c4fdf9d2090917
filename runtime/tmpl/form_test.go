package tmpl_test

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/tmpl"
	"stackgen.dev/runtime/web/forms"
)

// TestForm ensures that a form that Go code gives to a template is shown and
// looked into as a typed one is: itself, its fields by name, and in a loop.
func TestForm(t *testing.T) {
	spec := &forms.Spec{Fields: []forms.Field{
		{Name: "title", Kind: forms.Char, Required: true, HelpText: "A <b>short</b> one."},
		{Name: "body", Kind: forms.Text},
	}}
	form := spec.Preview(nil, time.UTC, map[string]any{"title": `<"x">`})
	env := tmpl.Environment("UTC")
	s := env.Begin()
	ctx := map[string]any{"form": form}
	text := func(path ...string) string { return string(s.Append(nil, s.Get(ctx, path...))) }

	if got := text("form"); got != string(form.HTML()) || !strings.Contains(got, "<input") {
		t.Errorf("the form is %q", got)
	}
	if got := text("form", "title"); got != string(form.Field("title").HTML()) || !strings.Contains(got, "&lt;&quot;x&quot;&gt;") {
		t.Errorf("a field is %q", got)
	}
	if got := text("form", "title", "help_text"); got != "A <b>short</b> one." {
		t.Errorf("the help text is %q", got)
	}
	if got := text("form", "as_p"); got != string(form.AsP()) {
		t.Errorf("as_p is %q", got)
	}
	if got := text("form", "nothing"); got != "" {
		t.Errorf("a field that is not there is %q", got)
	}
	var names []string
	for _, field := range s.Items(s.GetOrNone(ctx, "form")) {
		names = append(names, string(s.Append(nil, s.Get(field, "name"))))
	}
	if got := strings.Join(names, " "); got != "title body" {
		t.Errorf("the fields are %q", got)
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

// Ensure that a formset that Go code gives to a template is shown and looked into as a typed one is.
func TestFormSet(t *testing.T) {
	set := &forms.FormSet{Prefix: "guests", Extra: 2, Form: &forms.Spec{Fields: []forms.Field{{Name: "name", Kind: forms.Char}}}}
	guests := set.Preview(nil, time.UTC, []map[string]any{{"name": "<Ada>"}})
	env := tmpl.Environment("UTC")
	s := env.Begin()
	ctx := map[string]any{"guests": guests}
	text := func(path ...string) string { return string(s.Append(nil, s.Get(ctx, path...))) }

	if got := text("guests"); got != string(guests.HTML()) || !strings.Contains(got, `name="guests-2-name"`) {
		t.Errorf("the formset is %q", got)
	}
	if got := text("guests", "management_form"); got != string(guests.ManagementForm()) || !strings.Contains(got, "guests-TOTAL_FORMS") {
		t.Errorf("management_form is %q", got)
	}
	if got := text("guests", "empty_form", "name"); !strings.Contains(got, `name="guests-__prefix__-name"`) {
		t.Errorf("a field of empty_form is %q", got)
	}
	for _, list := range []any{s.GetOrNone(ctx, "guests"), s.Get(ctx, "guests", "forms")} {
		var names []string
		for _, form := range s.Items(list) {
			names = append(names, string(s.Append(nil, s.Get(form, "name", "value"))))
		}
		if got := strings.Join(names, ","); got != "&lt;Ada&gt;,," {
			t.Errorf("the forms hold %q", got)
		}
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}
