package forms_test

import (
	"testing"
	"time"

	"stackgen.dev/runtime/web/forms"
)

// Whatever a browser sends is a value or an error of the field, and never a panic; what
// a form shows again is read as the same value.
func FuzzClean(f *testing.F) {
	kindNames := []forms.Kind{forms.Char, forms.Slug, forms.Email, forms.URL, forms.UUID, forms.Boolean, forms.Integer, forms.Float,
		forms.Decimal, forms.Date, forms.DateTime, forms.Time, forms.Duration, forms.JSON}
	for i, seed := range []string{"x", "-1", "1e400", "2026-03-14T15:09:26.5+02:00", "٣", "P1DT2H", "3 days, 1:2:3.4", "[1]", "a@[::1]", "http://[::1]:80/"} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		kind := kindNames[int(which)%len(kindNames)]
		spec := &forms.Spec{Fields: []forms.Field{{Name: "f", Kind: kind, Required: true, MaxDigits: 10, DecimalPlaces: 2}}}
		form := spec.BindValues(nowhere{}, time.UTC, values("f", text), nil)
		valid := form.Valid()
		form.AppendDiv(nil)
		if !valid || kind == forms.JSON {
			return
		}
		shown := spec.Preview(nowhere{}, time.UTC, map[string]any{"f": form.Value("f")}).Field("f").Value()
		again := spec.BindValues(nowhere{}, time.UTC, values("f", shown), nil)
		if kind == forms.DateTime {
			return // the picker shows no parts of a second
		}
		if !again.Valid() || canonical(again.Value("f")) != canonical(form.Value("f")) {
			t.Errorf("%s %q: %v is shown as %q and read as %v %v", kind, text, form.Value("f"), shown, again.Value("f"), again.Errors())
		}
	})
}
