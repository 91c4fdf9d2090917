package forms_test

import (
	"testing"
	"time"

	"stackgen.dev/runtime/web"
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

// Whatever stands in the management form and behind it, a formset is read within its limits, shown again, and asked for
// everything that views ask it, without a panic.
func FuzzFormSet(f *testing.F) {
	for _, seed := range []string{
		"form-TOTAL_FORMS=2&form-INITIAL_FORMS=1&form-0-title=a&form-1-title=b&form-1-DELETE=on",
		"form-TOTAL_FORMS=99999999999&form-INITIAL_FORMS=99999999999", "form-TOTAL_FORMS=3&form-INITIAL_FORMS=9223372036854775807", "form-TOTAL_FORMS=-1&form-INITIAL_FORMS=x",
		"form-TOTAL_FORMS=2&form-INITIAL_FORMS=0&form-0-title=a&form-1-title=b&form-0-ORDER=9223372036854775807&form-1-ORDER=-9223372036854775808", "form-TOTAL_FORMS=%00&form-INITIAL_FORMS=%D9%A3",
	} {
		f.Add(seed, uint8(1), true)
	}
	f.Fuzz(func(t *testing.T, query string, shown uint8, all bool) {
		data, ok := web.ParseQuery([]byte(query), 100)
		if !ok {
			return
		}
		set := &forms.FormSet{Form: lines, MaxNum: 5, AbsoluteMax: 7, CanOrder: true, CanDelete: true, KeepExtra: !all, ValidateMax: all, ValidateMin: all, MinNum: 1}
		initial := make([]map[string]any, int(shown)%4)
		many := set.BindFiles(nowhere{}, time.UTC, data, web.Uploads{}, initial)
		valid := many.Valid()
		if n := len(many.Forms()); n > 7 {
			t.Fatalf("%d forms are read", n)
		}
		if valid && len(many.NonFormErrors().AppendHTML(nil)) > 0 {
			t.Error("valid with errors")
		}
		if n := len(many.InitialForms()) + len(many.ExtraForms()); n != len(many.Forms()) {
			t.Errorf("%d forms in two lists, not %d", n, len(many.Forms()))
		}
		places := many.OrderedForms()
		for i := 1; i < len(places); i++ {
			a, hasA := places[i-1].Value("ORDER").(int64)
			b, hasB := places[i].Value("ORDER").(int64)
			if hasA && hasB && a > b || !hasA && hasB {
				t.Errorf("out of order: %d before %d", a, b)
			}
		}
		many.DeletedForms()
		many.ChangedForms()
		many.AppendHTML(nil)
		many.EmptyForm().AppendDiv(nil)
	})
}
