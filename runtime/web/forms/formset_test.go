package forms_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

var lines = &forms.Spec{Fields: []forms.Field{
	{Name: "title", Kind: forms.Char, Required: true, MaxLength: 10},
	{Name: "count", Kind: forms.Integer, Initial: int64(1)},
	{Name: "day", Kind: forms.Date},
	{Name: "open", Kind: forms.Boolean},
}}

func sent(t *testing.T, query string) web.Values {
	t.Helper()
	v, ok := web.ParseQuery([]byte(query), 1000)
	if !ok {
		t.Fatal(query)
	}
	return v
}

// Ensure that formsets answer as Django documents for its own: the management form, empty extra
// forms, numbers, what is taken away, and order.
func TestFormSet(t *testing.T) {
	management := "form-TOTAL_FORMS=%d&form-INITIAL_FORMS=%d&"
	tests := []struct {
		name  string
		set   forms.FormSet
		sent  string
		want  string // the errors of the set, then of each form
		valid bool
	}{
		{"no management form", forms.FormSet{}, "form-0-title=a", "[missing_management_form]", false},
		{"a number that is none", forms.FormSet{}, "form-TOTAL_FORMS=x&form-INITIAL_FORMS=0", "[missing_management_form]", false},
		{"a negative number", forms.FormSet{}, "form-TOTAL_FORMS=-1&form-INITIAL_FORMS=0", "[missing_management_form]", false},
		{"one, and an empty extra", forms.FormSet{}, fmt.Sprintf(management, 2, 0) + "form-0-title=a&form-0-count=1&form-1-title=&form-1-count=1", "[] [] []", true},
		{"an extra that is begun", forms.FormSet{}, fmt.Sprintf(management, 1, 0) + "form-0-title=&form-0-count=2", "[] [title required]", false},
		{"a row that was there may not be empty", forms.FormSet{}, fmt.Sprintf(management, 1, 1) + "form-0-title=&form-0-count=1", "[] [title required]", false},
		{"too many", forms.FormSet{MaxNum: 1, ValidateMax: true}, fmt.Sprintf(management, 2, 0) + "form-0-title=a&form-1-title=b", "[too_many_forms] [] []", false},
		{"many that nobody counts", forms.FormSet{MaxNum: 1}, fmt.Sprintf(management, 2, 0) + "form-0-title=a&form-1-title=b", "[] [] []", true},
		{"beyond what is read", forms.FormSet{MaxNum: 1}, fmt.Sprintf(management, 100000, 0) + "form-0-title=a", "[too_many_forms]", false},
		{"too few", forms.FormSet{MinNum: 2, ValidateMin: true}, fmt.Sprintf(management, 3, 0) + "form-0-title=a&form-0-count=1&form-1-title=b&form-2-title=&form-2-count=1", "[] [] [] []", true},
		{"too few filled", forms.FormSet{MinNum: 2, ValidateMin: true}, fmt.Sprintf(management, 2, 0) + "form-0-title=a&form-1-title=&form-1-count=1", "[too_few_forms] [] [title required]", false},
		{"taken away", forms.FormSet{CanDelete: true}, fmt.Sprintf(management, 2, 1) + "form-0-title=&form-0-DELETE=on&form-1-title=b", "[] [title required] []", true},
		{"taken away where nothing was", forms.FormSet{CanDelete: true, KeepExtra: true}, fmt.Sprintf(management, 2, 1) + "form-0-title=a&form-0-DELETE=on&form-1-title=&form-1-count=2&form-1-DELETE=on", "[] [] [title required]", false},
		{"as many as are read", forms.FormSet{MaxNum: 1, AbsoluteMax: 2}, fmt.Sprintf(management, 2, 0) + "form-0-title=a&form-1-title=b", "[] [] []", true},
		{"one more than is read", forms.FormSet{MaxNum: 1, AbsoluteMax: 2}, fmt.Sprintf(management, 3, 0) + "form-0-title=a&form-1-title=b&form-2-title=c", "[too_many_forms] [] []", false},
		{"order", forms.FormSet{CanOrder: true}, fmt.Sprintf(management, 2, 0) + "form-0-title=a&form-0-ORDER=x&form-1-title=b&form-1-ORDER=1", "[] [ORDER invalid] []", false},
	}
	for _, tt := range tests {
		tt.set.Form = lines
		f := tt.set.BindFiles(nowhere{}, time.UTC, sent(t, tt.sent), web.Uploads{}, nil)
		valid := f.Valid()
		var got []string
		got = append(got, fmt.Sprint(f.NonFormErrors().Codes()))
		if len(f.Forms()) < 10 {
			for _, one := range f.Forms() {
				var mistakes []string
				for _, e := range one.Errors() {
					mistakes = append(mistakes, e.Name+" "+e.Errors[0].Code)
				}
				got = append(got, fmt.Sprint(mistakes))
			}
		}
		if strings.Join(got, " ") != tt.want || valid != tt.valid {
			t.Errorf("%s: %v %v, want %s %v", tt.name, got, valid, tt.want, tt.valid)
		}
	}
}

// Ensure that a formset hands out what changed, what goes and in which order.
func TestFormSetRows(t *testing.T) {
	set := forms.FormSet{Form: lines, CanDelete: true, CanOrder: true, Prefix: "line"}
	initial := []map[string]any{
		{"title": "one", "count": int64(1), "day": model.Date{Year: 2026, Month: 3, Day: 14}, "open": true},
		{"title": "two", "count": int64(2)}, {"title": "three", "count": int64(3)},
	}
	v := url.Values{}
	for name, value := range map[string]string{
		"TOTAL_FORMS": "5", "INITIAL_FORMS": "3", "0-title": "one", "0-count": "01", "0-day": "3/14/2026", "0-open": "on", "0-ORDER": "",
		"1-title": "zwei", "1-count": "2", "1-ORDER": "2", "2-title": "three", "2-count": "3", "2-DELETE": "on",
		"3-title": "four", "3-count": "1", "3-ORDER": "1", "4-title": "", "4-count": "1",
	} {
		v.Set("line-"+name, value)
	}
	f := set.BindFiles(nowhere{}, time.UTC, sent(t, v.Encode()), web.Uploads{}, initial)
	if !f.Valid() {
		t.Fatal(f.HTML())
	}
	titles := func(list []*forms.Form) string {
		var all []string
		for _, one := range list {
			all = append(all, one.String("title"))
		}
		return strings.Join(all, " ")
	}
	for what, got := range map[string][2]string{
		"changed": {titles(f.ChangedForms()), "one zwei four"}, "deleted": {titles(f.DeletedForms()), "three"},
		"ordered": {titles(f.OrderedForms()), "four zwei one"}, "initial": {titles(f.InitialForms()), "one zwei three"}, "extra": {titles(f.ExtraForms()), "four "},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %q, want %q", what, got[0], got[1])
		}
	}
	places := func() (list []int64) {
		for _, one := range f.Forms() {
			list = append(list, one.Place())
		}
		return list
	}
	if got := fmt.Sprint(places()); got != "[0 0 0 0 0]" {
		t.Errorf("places before anything is numbered: %s", got)
	}
	f.Number()
	if got := fmt.Sprint(places()); got != "[3 2 0 1 0]" {
		t.Errorf("places: %s", got)
	}
	v.Set("line-0-ORDER", "1") // as it was shown
	f = set.BindFiles(nowhere{}, time.UTC, sent(t, v.Encode()), web.Uploads{}, initial)
	if got := titles(f.ChangedForms()); got != "zwei four" {
		t.Errorf("changed: %q", got)
	}
	few := forms.FormSet{Form: lines, Extra: 2, MaxNum: 2, CanDelete: true, Prefix: "line"}
	shown := string(few.Preview(nowhere{}, time.UTC, initial[:1]).HTML())
	for _, part := range []string{
		`<input type="hidden" name="line-TOTAL_FORMS" value="2" id="id_line-TOTAL_FORMS">`, `name="line-INITIAL_FORMS" value="1"`,
		`name="line-MAX_NUM_FORMS" value="2"`, `name="line-0-title" value="one" maxlength="10" id="id_line-0-title"`, `name="line-1-DELETE"`,
	} {
		if !strings.Contains(shown, part) {
			t.Errorf("%s is not in\n%s", part, shown)
		}
	}
	if strings.Contains(shown, "required") || strings.Contains(shown, "line-2-") {
		t.Error(shown)
	}
}
