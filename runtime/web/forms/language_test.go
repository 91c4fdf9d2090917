package forms_test

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// Ensure that a moment of two elements is shown as people of the page's language write it, and is read back unchanged.
func TestMomentInLanguage(t *testing.T) {
	at := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	spec := &forms.Spec{Fields: []forms.Field{{Name: "at", Kind: forms.SplitDateTime, Required: true}}}
	initial := map[string]any{"at": at}
	html := string(spec.Preview(nowhere{}, time.UTC, initial).In("de").Field("at").HTML())
	for _, want := range []string{`name="at_0" value="14.03.2026"`, `name="at_1" value="15:09:26"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%s\nlacks %s", html, want)
		}
	}
	sent := web.Values{}.Add("at_0", "14.03.2026").Add("at_1", "15:09:26")
	form := spec.BindValues(nowhere{}, time.UTC, sent, initial).In("de")
	if got := form.Time("at"); !form.Valid() || !got.Equal(at) {
		t.Errorf("%v %v", got, form.Errors())
	}
	if changed := form.ChangedData(); len(changed) > 0 {
		t.Errorf("what was shown and sent back has changed: %q", changed)
	}
}

// Ensure that a boolean that may be null says its options in the page's language, whichever select shows it.
func TestNullBooleanInLanguage(t *testing.T) {
	german := map[string]string{"Unknown": "Unbekannt", "Yes": "Ja", "No": "Nein"}
	say := func(text string) string { return german[text] }
	for _, widget := range []forms.Widget{"", forms.NullBooleanSelect} {
		spec := &forms.Spec{Fields: []forms.Field{{Name: "b", Kind: forms.Boolean, Null: true, Widget: widget}}}
		html := string(spec.Preview(nowhere{}, time.UTC, nil).Translated(say).Field("b").HTML())
		for _, want := range []string{`<option value="unknown" selected>Unbekannt`, `<option value="true">Ja`, `<option value="false">Nein`} {
			if !strings.Contains(html, want) {
				t.Errorf("%q: %s\nlacks %s", widget, html, want)
			}
		}
	}
}
