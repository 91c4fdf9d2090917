package forms_test

import (
	"bytes"
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
	"unicode/utf8"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/validators"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// The tables testdata/form_fields.json and testdata/widgets.json say what
// Django 6.1 answers. Every case runs; those of ../testdata/differences.json are
// listed there with the reason why they differ, and have to.

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

// field builds the field of a case.
func (c fieldCase) field(t *testing.T) forms.Field {
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
		f.Validators = []func(string) *validators.Problem{func(s string) *validators.Problem {
			if utf8.RuneCountInString(s) > f.MaxLength {
				return nil // Django stops at the first of the fields that refuses
			}
			return validators.Email(s)
		}}
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
		case "coerce":
		case "empty_value":
			f.EmptyNull = string(raw) == "null"
		case "localize":
			read(raw, &f.Localize)
		case "input_formats":
			read(raw, &f.InputFormats)
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
			t.Fatalf("%s: unknown option %s", c.ID, name)
		}
	}
	return f
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
		all = append(all, forms.Choice{Value: text(pair[0]), Label: text(pair[1]), Safe: bytes.HasPrefix(pair[1], []byte(`{"$safe"`))})
	}
	return all
}

// text is a JSON value as a choice has it: nothing is empty, and other values
// are as Python prints them.
func text(raw json.RawMessage) string {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil || v == nil {
		return ""
	}
	if m, ok := v.(map[string]any); ok {
		for _, inner := range m {
			v = inner
		}
	}
	return pythonText(v)
}

func TestDjangoFields(t *testing.T) {
	var file struct{ Cases []fieldCase }
	read(t, "testdata/form_fields.json", &file)
	differences := newDifferences(t, "form_fields")
	for _, c := range file.Cases {
		if kinds[c.Field] == "" {
			t.Fatalf("%s: unknown field %s", c.ID, c.Field)
		}
		// As Field.clean has it: any value, which no widget has read.
		spec := &forms.Spec{Fields: []forms.Field{c.field(t)}}
		form := spec.BindAny(nowhere{}, c.zone(t), map[string]any{"f": c.value(t)}, nil).In(c.Language)
		differences.check(t, c.ID, c.problem(t, form))
		// As browsers send it, where they can.
		if data, ok := c.sent(); ok && differences.reasons[c.ID] == "" {
			form := spec.BindValues(nowhere{}, c.zone(t), data, nil).In(c.Language)
			if problem := c.problem(t, form); problem != "" {
				t.Errorf("%s: in a browser's form: %s", c.ID, problem)
			}
		}
	}
}

func (c fieldCase) zone(t *testing.T) *time.Location {
	if c.Timezone == "" {
		return time.UTC
	}
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// sent is a text, or nothing, as browsers send it for a field of one element.
func (c fieldCase) sent() (web.Values, bool) {
	switch c.Field {
	case "FileField", "SplitDateTimeField", "MultipleChoiceField", "TypedMultipleChoiceField", "BooleanField", "NullBooleanField":
		return web.Values{}, false
	}
	var s *string
	if json.Unmarshal(c.Value, &s) != nil {
		return web.Values{}, false
	}
	if s == nil {
		return web.Values{}, true
	}
	return web.Values{}.Add("f", *s), true
}

// value is the case's value as Go has it.
func (c fieldCase) value(t *testing.T) any { return goValue(t, c.Value, c.zone(t)) }

func goValue(t *testing.T, raw json.RawMessage, zone *time.Location) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	for key, inner := range m {
		s := fmt.Sprint(inner)
		var value any
		var err error
		switch key {
		case "$float":
			value, err = strconv.ParseFloat(s, 64)
		case "$decimal":
			value, err = model.ParseDecimal(s)
		case "$int":
			value = json.Number(s)
		case "$datetime":
			value, err = time.ParseInLocation("2006-01-02T15:04:05", s, zone)
			if err != nil {
				value, err = time.Parse(time.RFC3339Nano, s)
			}
		case "$date":
			value, err = model.ParseDate(s)
		case "$time":
			value, err = model.ParseTimeOfDay(s)
		case "$timedelta":
			var n float64
			n, err = strconv.ParseFloat(s, 64)
			value = time.Duration(n * float64(time.Second))
		case "$uuid":
			value, err = model.ParseUUID(s)
		case "$tuple":
			value = inner
		case "$file":
			file := inner.(map[string]any)
			value = web.NewUpload("f", file["name"].(string), "", []byte(fmt.Sprint(file["content"])))
		case "$safe":
			value = s
		default:
			return m
		}
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		return value
	}
	return m
}

// problem says how a form differs from what the case wants, "" for not at all.
func (c fieldCase) problem(t *testing.T, form *forms.Form) string {
	valid := form.Valid()
	if c.Errors != nil {
		got := form.Field("f").Errors().Messages()
		if codes := codes(form); valid || !slices.Equal(got, c.Errors) || !slices.Equal(codes, c.Codes) {
			return fmt.Sprintf("%s: got %q %q, want %q %q", c.Value, got, codes, c.Errors, c.Codes)
		}
		return ""
	}
	if !valid {
		return fmt.Sprintf("%s: %q, want %s", c.Value, form.Field("f").Errors().Messages(), c.Result)
	}
	if got, want := canonical(form.Value("f")), c.want(t); got != want {
		return fmt.Sprintf("%s: got %s, want %s", c.Value, got, want)
	}
	return ""
}

// differences are the cases that differ from Django's answer, with the reason.
type differences struct{ reasons map[string]string }

func newDifferences(t *testing.T, table string) *differences {
	t.Helper()
	var all map[string]map[string]string
	read(t, "../testdata/differences.json", &all)
	return &differences{all[table]}
}

// check reports a problem of a case that is not listed, and none of one that is.
func (d *differences) check(t *testing.T, id, problem string) {
	t.Helper()
	reason, listed := d.reasons[id]
	switch {
	case listed && problem == "":
		t.Errorf("%s: listed as a difference (%s), but gives what Django gives", id, reason)
	case !listed && problem != "":
		t.Errorf("%s: %s", id, problem)
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
		return fmt.Sprint(float64(v) / float64(time.Second))
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
	if _, err := strconv.ParseInt(string(c.Result), 10, 64); err == nil {
		return string(c.Result)
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
