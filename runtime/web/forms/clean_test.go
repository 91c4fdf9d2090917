package forms_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// What Django answers to blanks, underscores, digits of other scripts and several faults at once.
func TestCleanOddTexts(t *testing.T) {
	choices := []forms.Choice{{Value: "1", Label: "One"}}
	limits := func(low, high any) forms.Field { return forms.Field{Min: low, Max: high} }
	for _, row := range []struct {
		kind  forms.Kind
		field forms.Field
		text  string
		want  string // the value, or the errors behind a !
	}{
		{forms.Integer, forms.Field{}, " ", "!Enter a whole number."},
		{forms.Float, forms.Field{}, "\t", "!Enter a number."},
		{forms.Date, forms.Field{}, " ", "!Enter a valid date."},
		{forms.JSON, forms.Field{}, " ", "!Enter a valid JSON."},
		{forms.UUID, forms.Field{}, " ", "!This field is required."},
		{forms.Char, forms.Field{}, " ", "!This field is required."},
		{forms.Duration, forms.Field{}, "999999999999", "!The number of days must be between -106751 and 106751."},
		{forms.Char, forms.Field{Choices: choices}, " 1", "!Select a valid choice.  1 is not one of the available choices."},
		{forms.Integer, forms.Field{}, " 1_0 .0", "10"},
		{forms.Integer, forms.Field{}, "1__0", "!Enter a whole number."},
		{forms.Integer, limits(int64(5), int64(9)), "99999999999999999999", "!Ensure this value is less than or equal to 9."},
		{forms.Integer, forms.Field{Min: int64(5), Max: int64(9), Step: 2}, "10", "!Ensure this value is less than or equal to 9.|Ensure this value is a multiple of step size 2, starting from 5, e.g. 5, 7, 9, and so on."},
		{forms.Decimal, forms.Field{}, "_1_.5", "1.5"},
		{forms.Decimal, forms.Field{MaxDigits: 4, DecimalPlaces: 2}, "0e999", "0"},
		{forms.Decimal, forms.Field{MaxDigits: 4, DecimalPlaces: 2}, "1e999", "!Ensure that there are no more than 4 digits in total."},
		{forms.Date, forms.Field{}, "2026_-3-14", "!Enter a valid date."},
		{forms.Date, forms.Field{}, "٢٠٢٦-3-14", "2026-03-14"},
		{forms.Date, forms.Field{}, "Mar\n 14,  2026 ", "2026-03-14"},
		{forms.DateTime, forms.Field{}, "14 March 2026", "2026-03-14 00:00:00 +0000 UTC"},
		{forms.DateTime, forms.Field{}, "20260314T1509Z", "2026-03-14 15:09:00 +0000 UTC"},
		{forms.DateTime, forms.Field{}, "2026-3-4 5:06:07 +0230", "2026-03-04 02:36:07 +0000 UTC"},
		{forms.Date, forms.Field{}, "\u017fep 14 2026", "2026-09-14"},
		{forms.Date, forms.Field{InputFormats: []string{"%d.%z%m.%Y", "%d.%d"}}, "14.03.2026", "!Enter a valid date."},
		{forms.Date, forms.Field{InputFormats: []string{"%d %% %m %Y"}}, "14 % 3 2026", "2026-03-14"},
		{forms.Duration, forms.Field{}, strings.Repeat("9", 2_000_000), "!Enter a valid duration."},
		{forms.Time, forms.Field{}, "15:09:26,5", "!Enter a valid time."},
		{forms.Duration, forms.Field{}, "904 ", "!Enter a valid duration."},
		{forms.Duration, forms.Field{}, "3 days 1:00:00", "73h0m0s"},
		{forms.Duration, forms.Field{}, "3 days, -1:00:00", "71h0m0s"},
		{forms.Duration, forms.Field{}, "P", "0s"},
		{forms.Duration, forms.Field{}, "-P1W2DT0.5S", "-216h0m0.5s"},
		{forms.Duration, forms.Field{}, "-1:3020261:30", "-50338h41m30s"},
		{forms.IPAddress, forms.Field{}, "fe80::1%eth0/", "!This is not a valid IPv6 address."},
	} {
		row.field.Name, row.field.Kind, row.field.Required = "f", row.kind, true
		spec := &forms.Spec{Fields: []forms.Field{row.field}}
		form := spec.BindValues(nowhere{}, time.UTC, web.Values{}.Add("f", row.text), nil)
		got := ""
		if form.Valid() {
			got = fmt.Sprint(form.Value("f"))
		} else {
			got = "!" + strings.Join(form.Field("f").Errors().Messages(), "|")
		}
		if got != row.want {
			t.Errorf("%s %q: %s, want %s", row.kind, row.text, got, row.want)
		}
	}
}
