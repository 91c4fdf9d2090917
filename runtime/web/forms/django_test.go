package forms_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/validators"
)

// The tables testdata/form_fields.json and testdata/widgets.json say what
// Django 6.1 answers. They run for the fields, options and widgets that exist
// here, and for what a browser can send: text, or nothing.

// leftOut are cases that differ, and why.
var leftOut = map[string]string{
	"IntegerField-015":     "an integer has 64 bits here",
	"DurationField-024":    "a duration has 64 bits here",
	"BooleanField-010":     "a check box is read by its widget first, for which 0 is a value",
	"JSONField-013":        "NaN is no JSON",
	"CharField-018":        "an empty text is empty, not null",
	"TypedChoiceField-008": "a number that is not chosen is nil",
	"NullBooleanField-012": "a select is read by its widget first, for which 3 is no",
	"TimeField-017":        "times have the browser's own element, which sends one format",
	"TimeField-018":        "times have the browser's own element, which sends one format",
	"DateField-029":        "days have the browser's own element, which sends one format",
	"DateField-030":        "days have the browser's own element, which sends one format",
}

// nowhere is a model.Source without a database.
type nowhere struct{}

func (nowhere) Context() context.Context { return context.Background() }
func (nowhere) DB() *model.DB            { return nil }

type fieldCase struct {
	ID, Field, Language, Timezone string
	Options                       map[string]json.RawMessage
	Value, Result                 json.RawMessage
	Errors, Codes                 []string
	Error                         string
}

var kinds = map[string]forms.Kind{
	"CharField": forms.Char, "SlugField": forms.Slug, "EmailField": forms.Email, "URLField": forms.URL,
	"IntegerField": forms.Integer, "FloatField": forms.Float, "DecimalField": forms.Decimal,
	"BooleanField": forms.Boolean, "DateField": forms.Date, "TimeField": forms.Time, "DateTimeField": forms.DateTime,
	"DurationField": forms.Duration, "UUIDField": forms.UUID, "JSONField": forms.JSON, "ChoiceField": forms.Char,
	"NullBooleanField": forms.Boolean, "GenericIPAddressField": forms.IPAddress, "RegexField": forms.Char, "TypedChoiceField": forms.Integer,
	"MultipleChoiceField": forms.MultipleChoice, "TypedMultipleChoiceField": forms.MultipleChoice, "FileField": forms.File,
	"SplitDateTimeField": forms.SplitDateTime, "ComboField": forms.Char,
}

// field builds the field of a case; false where it has an option that does not exist here.
func (c fieldCase) field(t *testing.T) (forms.Field, bool) {
	f := forms.Field{Name: "f", Kind: kinds[c.Field], Required: true}
	read := func(raw json.RawMessage, to any) {
		if err := json.Unmarshal(raw, to); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
	}
	switch c.Field {
	case "NullBooleanField":
		f.Null, f.Required = true, false
	case "TypedMultipleChoiceField":
		f.Key = forms.Integer
	case "RegexField":
		f.KeepBlanks = true
	case "ComboField":
		f.MaxLength = 20
		f.Validators = []func(string) *validators.Problem{func(s string) *validators.Problem { return validators.Email(s) }}
	}
	for name, raw := range c.Options {
		switch name {
		case "regex":
			var expression string
			read(raw, &expression)
			// Python's $ also stands before a last line break.
			f.Pattern = regexp.MustCompile(strings.ReplaceAll(expression, "$", `\n?\z`))
		case "strip":
			var strip bool
			read(raw, &strip)
			f.KeepBlanks = !strip
		case "step_size":
			var wrapped map[string]string
			if json.Unmarshal(raw, &wrapped) == nil {
				f.Step, _ = strconv.ParseFloat(wrapped["$float"], 64)
			} else {
				read(raw, &f.Step)
			}
		case "allow_unicode":
			read(raw, &f.Unicode)
		case "protocol":
			read(raw, &f.Protocol)
		case "unpack_ipv4":
			read(raw, &f.UnpackIPv4)
		case "allow_empty_file":
			read(raw, &f.AllowEmpty)
		case "coerce", "empty_value":
		case "required":
			read(raw, &f.Required)
		case "min_length":
			read(raw, &f.MinLength)
		case "max_length":
			read(raw, &f.MaxLength)
		case "max_digits":
			read(raw, &f.MaxDigits)
		case "decimal_places":
			read(raw, &f.DecimalPlaces)
		case "min_value":
			f.Min = c.limit(t, raw)
		case "max_value":
			f.Max = c.limit(t, raw)
		case "choices":
			f.Choices = choices(raw)
		default:
			return f, false
		}
	}
	return f, true
}

func (c fieldCase) limit(t *testing.T, raw json.RawMessage) any {
	text := string(raw)
	var wrapped map[string]string
	if json.Unmarshal(raw, &wrapped) == nil {
		text = wrapped["$decimal"]
	}
	switch c.Field {
	case "FloatField":
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	case "DecimalField":
		d, err := model.ParseDecimal(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// choices reads [[value, label], [group, [[value, label], ...]]].
func choices(raw json.RawMessage) []forms.Choice {
	var list [][2]json.RawMessage
	json.Unmarshal(raw, &list)
	var all []forms.Choice
	for _, pair := range list {
		var inner []forms.Choice
		if inner = choices(pair[1]); inner != nil {
			for i := range inner {
				inner[i].Group = text(pair[0])
			}
			all = append(all, inner...)
			continue
		}
		all = append(all, forms.Choice{Value: text(pair[0]), Label: text(pair[1])})
	}
	return all
}

// text is a JSON string or number as text.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func TestDjangoFields(t *testing.T) {
	var file struct{ Cases []fieldCase }
	read(t, "testdata/form_fields.json", &file)
	ran := 0
	for _, c := range file.Cases {
		if leftOut[c.ID] != "" || kinds[c.Field] == "" || c.Language != "" || c.Error != "" {
			continue
		}
		field, ok := c.field(t)
		data, files, sendable := c.data()
		if !ok || !sendable {
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) { c.run(t, field, data, files) })
	}
	if ran < 255 {
		t.Errorf("only %d cases ran", ran)
	}
}

// data is what a browser sends for the value; false where it cannot.
func (c fieldCase) data() (web.Values, web.Uploads, bool) {
	if c.Field == "FileField" {
		var sent struct {
			File struct{ Name, Content string } `json:"$file"`
		}
		if json.Unmarshal(c.Value, &sent) != nil || sent.File.Name == "" {
			return web.Values{}, web.Uploads{}, true
		}
		return web.Values{}, web.NewUploads(web.NewUpload("f", sent.File.Name, "", []byte(sent.File.Content))), true
	}
	data, sendable := c.values()
	return data, web.Uploads{}, sendable
}

func (c fieldCase) values() (web.Values, bool) {
	var v any
	json.Unmarshal(c.Value, &v)
	split := c.Field == "SplitDateTimeField"
	switch v := v.(type) {
	case nil:
		return web.Values{}, true
	case []any:
		if !split && kinds[c.Field] != forms.MultipleChoice {
			return web.Values{}, false
		}
		all := web.Values{}
		for i, one := range v {
			name := "f"
			if split {
				name += "_" + strconv.Itoa(i)
			}
			all = all.Add(name, fmt.Sprint(one))
		}
		return all, true
	case string:
		if (split || kinds[c.Field] == forms.MultipleChoice) && v != "" {
			return web.Values{}, false // these widgets always send a list
		}
		return web.Values{}.Add("f", v), true
	case bool:
		if c.Field == "BooleanField" {
			if v {
				return web.Values{}.Add("f", "on"), true
			}
			return web.Values{}, true
		}
	}
	return web.Values{}, false
}

func (c fieldCase) run(t *testing.T, field forms.Field, data web.Values, files web.Uploads) {
	zone := time.UTC
	if c.Timezone != "" {
		var err error
		if zone, err = time.LoadLocation(c.Timezone); err != nil {
			t.Fatal(err)
		}
	}
	form := (&forms.Spec{Fields: []forms.Field{field}}).BindFiles(nowhere{}, zone, data, files, nil)
	valid := form.Valid()
	if c.Errors != nil {
		got := form.Field("f").Errors().Messages()
		if valid || !slices.Equal(got, c.Errors) {
			t.Errorf("%s: got %q, want %q", c.Value, got, c.Errors)
		}
		if codes := codes(form); !slices.Equal(codes, c.Codes) {
			t.Errorf("%s: got codes %q, want %q", c.Value, codes, c.Codes)
		}
		return
	}
	if !valid {
		t.Fatalf("%s: %q, want %s", c.Value, form.Field("f").Errors().Messages(), c.Result)
	}
	if got, want := canonical(form.Value("f")), c.want(t); got != want {
		t.Errorf("%s: got %s, want %s", c.Value, got, want)
	}
}

func codes(f *forms.Form) (all []string) {
	for _, field := range f.Errors() {
		for _, e := range field.Errors {
			all = append(all, e.Code)
		}
	}
	return all
}

// canonical writes a cleaned value as the table's values are written below.
func canonical(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case *web.Upload:
		return fmt.Sprint(map[string]any{"name": v.Name, "size": v.Size})
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case time.Duration:
		return fmt.Sprint(v.Seconds())
	case model.Decimal:
		return fmt.Sprint(v.Float64(), v.Scale())
	case json.RawMessage:
		var x any
		json.Unmarshal(v, &x)
		return fmt.Sprint(x)
	}
	return fmt.Sprint(v)
}

func (c fieldCase) want(t *testing.T) string {
	var v any
	if err := json.Unmarshal(c.Result, &v); err != nil {
		t.Fatal(err)
	}
	if m, ok := v.(map[string]any); ok {
		for key, inner := range m {
			s := fmt.Sprint(inner)
			switch key {
			case "$datetime":
				at, err := time.Parse(time.RFC3339Nano, s)
				if err != nil {
					t.Fatal(err)
				}
				return canonical(at)
			case "$time":
				tod, err := model.ParseTimeOfDay(s)
				if err != nil {
					t.Fatal(err)
				}
				return canonical(tod)
			case "$decimal":
				f, err := strconv.ParseFloat(s, 64)
				if err != nil {
					t.Fatal(err)
				}
				scale := 0
				if d, err := model.ParseDecimal(s); err == nil {
					scale = d.Scale()
				}
				if f == 0 {
					f = 0 // no minus zero
				}
				return fmt.Sprint(f, scale)
			case "$float":
				f, err := strconv.ParseFloat(s, 64)
				if err != nil {
					t.Fatal(err)
				}
				return fmt.Sprint(f)
			case "$date", "$uuid", "$int":
				return s
			case "$timedelta":
				return fmt.Sprint(inner)
			}
			if inner, ok := inner.([]any); ok {
				for i, x := range inner {
					if f, ok := x.(map[string]any); ok {
						inner[i], _ = strconv.ParseFloat(f["$float"].(string), 64)
					}
				}
			}
		}
	}
	if v == nil {
		return "null"
	}
	return fmt.Sprint(v)
}

func read(t *testing.T, name string, to any) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		t.Fatal(err)
	}
}
