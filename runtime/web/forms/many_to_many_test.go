package forms_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// What is chosen of rows, as ModelMultipleChoiceField cleans it.
func TestManyToMany(t *testing.T) {
	down := errors.New("the database is down")
	field := forms.Field{
		Name: "tags", Kind: forms.ManyToMany, Required: true,
		Options: func(model.Source) ([]forms.Choice, error) {
			return []forms.Choice{{Value: "1", Label: "News"}, {Value: "2", Label: "<Old>"}}, nil
		},
		Present: func(_ model.Source, keys []int64) (map[int64]bool, error) {
			if keys[0] == 7 {
				return nil, down
			}
			return map[int64]bool{1: true, 2: true}, nil
		},
	}
	spec := &forms.Spec{Fields: []forms.Field{field}}
	for _, row := range []struct {
		sent  []string
		wrong string
		keys  string
	}{
		{nil, "This field is required.", ""},
		{[]string{""}, "This field is required.", ""},
		{[]string{"2", " 1 ", "2"}, "", "[2 1]"},
		{[]string{"1", "3"}, "Select a valid choice. 3 is not one of the available choices.", ""},
		{[]string{"1", "1.5"}, "“1.5” is not a valid value.", ""},
		{[]string{"1", "0x1"}, "“0x1” is not a valid value.", ""},
	} {
		var data web.Values
		for _, v := range row.sent {
			data = data.Add("tags", v)
		}
		form := spec.BindValues(nowhere{}, time.UTC, data, nil)
		wrong := ""
		if !form.Valid() {
			wrong = form.Field("tags").Errors().Messages()[0]
		}
		if wrong != row.wrong || wrong == "" && fmt.Sprint(form.Keys("tags")) != row.keys {
			t.Errorf("%q: %q %v, want %q %s", row.sent, wrong, form.Keys("tags"), row.wrong, row.keys)
		}
	}

	form := spec.BindValues(nowhere{}, time.UTC, web.Values{}.Add("tags", "7"), nil)
	if form.Valid() || !errors.Is(form.Err(), down) {
		t.Errorf("a database that is down: %v", form.Err())
	}

	form = spec.BindValues(nowhere{}, time.UTC, web.Values{}.Add("tags", "2").Add("tags", "1"), map[string]any{"tags": []int64{1, 2}})
	if got := form.ChangedData(); len(got) > 0 {
		t.Errorf("the same rows in another order have changed %q", got)
	}

	shown := spec.Preview(nowhere{}, time.UTC, map[string]any{"tags": []int64{2}})
	want := `<select name="tags" required id="id_tags" multiple>
  <option value="1">News</option>

  <option value="2" selected>&lt;Old&gt;</option>

</select>`
	if got := string(shown.Field("tags").HTML()); got != want {
		t.Errorf("shown as\n%s\nwant\n%s", got, want)
	}
}

// The keys of rows as JSON has them: a list, of which nothing is left out unsaid.
func TestManyToManyOfJSON(t *testing.T) {
	spec := &forms.Spec{Fields: []forms.Field{{
		Name: "tags", Kind: forms.ManyToMany,
		Present: func(model.Source, []int64) (map[int64]bool, error) { return map[int64]bool{1: true, 2: true}, nil },
	}}}
	for sent, want := range map[string]string{
		`[2, 1, 2]`:              "[2 1]",
		`["1"]`:                  "[1]",
		`[]`:                     "[]",
		`null`:                   "Enter a list of values.",
		`""`:                     "Enter a list of values.",
		`1`:                      "Enter a list of values.",
		`{"id": 1}`:              "Enter a list of values.",
		`[null]`:                 "An empty value does not fit here.",
		`[1, ""]`:                "An empty value does not fit here.",
		`[[]]`:                   "An empty value does not fit here.",
		`[true]`:                 "“True” is not a valid value.",
		`[1.5]`:                  "“1.5” is not a valid value.",
		`[{"id": 1}]`:            "“map[id:1]” is not a valid value.",
		`[99999999999999999999]`: "“99999999999999999999” is not a valid value.",
		`[1, 3]`:                 "Select a valid choice. 3 is not one of the available choices.",
	} {
		form, err := spec.BindJSON(nowhere{}, time.UTC, map[string]json.RawMessage{"tags": json.RawMessage(sent)})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if form.Valid() {
			got = fmt.Sprint(form.Keys("tags"))
		} else {
			got = form.Field("tags").Errors().Messages()[0]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", sent, got, want)
		}
	}
}
