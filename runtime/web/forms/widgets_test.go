package forms_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/i18n"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

type widgetCase struct {
	ID, Widget, Name, Language, Kind, HTML string
	Value                                  json.RawMessage
	Attrs                                  json.RawMessage
	WidgetAttrs                            json.RawMessage `json:"widget_attrs"`
	Choices                                json.RawMessage
	Options                                json.RawMessage
	Data                                   string
	Omitted                                bool
}

var widgets = map[string]forms.Widget{
	"TextInput": forms.TextInput, "EmailInput": forms.EmailInput, "URLInput": forms.URLInput, "NumberInput": forms.NumberInput,
	"PasswordInput": forms.PasswordInput, "HiddenInput": forms.HiddenInput, "Textarea": forms.Textarea,
	"CheckboxInput": forms.CheckboxInput, "Select": forms.Select, "NullBooleanSelect": forms.NullBooleanSelect,
	"ColorInput": forms.ColorInput, "TelInput": forms.TelInput, "SearchInput": forms.SearchInput, "FileInput": forms.FileInput,
	"ClearableFileInput": forms.FileInput, "RadioSelect": forms.RadioSelect, "CheckboxSelectMultiple": forms.CheckboxSelectMultiple,
	"SelectMultiple": forms.SelectMultiple, "MultipleHiddenInput": forms.MultipleHiddenInput,
	"SplitDateTimeWidget": forms.SplitDateTimeWidget, "SplitHiddenDateTimeWidget": forms.SplitHiddenDateTimeWidget,
	"DateInput": forms.DateTextInput, "DateTimeInput": forms.DateTimeTextInput, "TimeInput": forms.TimeTextInput, "SelectDateWidget": forms.SelectDate,
}

func TestDjangoWidgets(t *testing.T) {
	var file struct{ Cases []widgetCase }
	read(t, "testdata/widgets.json", &file)
	differences := newDifferences(t, "widgets")
	for _, c := range file.Cases {
		widget, known := widgets[c.Widget]
		if !known {
			t.Fatalf("%s: unknown widget %s", c.ID, c.Widget)
		}
		if c.Kind == "value_from_data" {
			differences.check(t, c.ID, c.fromData(t, widget))
			continue
		}
		problem := ""
		if got := string(c.html(t, widget)); got != c.HTML {
			problem = fmt.Sprintf("\n got %s\nwant %s", got, c.HTML)
		}
		differences.check(t, c.ID, problem)
	}
}

func (c widgetCase) html(t *testing.T, widget forms.Widget) []byte {
	attrs := merged(t, c.WidgetAttrs, c.Attrs)
	value := goValue(t, c.Value, time.UTC)
	switch {
	case many[c.Widget]:
		return widget.AppendMany(nil, c.Name, c.listValue(value), choices(c.Choices), attrs)
	case c.Widget == "SelectDateWidget":
		return c.dateSelect(t).Append(nil, c.Name, value, false, c.Language, attrs)
	case value == nil:
	case c.Widget == "DateInput", c.Widget == "DateTimeInput", c.Widget == "TimeInput":
		var options struct{ Format string }
		if c.Options != nil {
			read := json.Unmarshal(c.Options, &options)
			if read != nil {
				t.Fatal(read)
			}
		}
		if _, ok := value.(bool); !ok {
			value = widget.FormatDate(value, options.Format, c.Language)
		}
	}
	text := pythonText(value)
	if b, ok := value.(bool); ok && (c.Widget == "CheckboxInput" || c.Widget == "NullBooleanSelect") {
		text = fmt.Sprint(b) // these have values of their own for it
	}
	if value == nil {
		text = ""
	}
	options := choices(c.Choices)
	if l := i18n.LocaleOf(c.Language); l != nil && c.Widget == "NullBooleanSelect" {
		language := i18n.NewLanguage(c.Language, nil)
		options = forms.NullBooleanChoices(func(s string) string { return language.Text("", s) })
	}
	return widget.Append(nil, c.Name, text, value != nil, options, attrs)
}

func (c widgetCase) dateSelect(t *testing.T) *forms.DateSelect {
	var options struct {
		Years  []int
		Empty  any `json:"empty_label"`
		Months struct {
			Pairs [][2]any `json:"$pairs"`
		}
	}
	if err := json.Unmarshal(c.Options, &options); err != nil {
		t.Fatal(err)
	}
	s := &forms.DateSelect{Years: options.Years, Locale: i18n.LocaleOf}
	for _, p := range options.Months.Pairs {
		s.Months = append(s.Months, forms.Choice{Value: fmt.Sprint(p[0]), Label: fmt.Sprint(p[1])})
	}
	switch empty := options.Empty.(type) {
	case string:
		s.Empty = [3]string{empty, empty, empty}
	case []any:
		s.Empty = [3]string{fmt.Sprint(empty[0]), fmt.Sprint(empty[1]), fmt.Sprint(empty[2])}
	case map[string]any:
		list := empty["$tuple"].([]any)
		s.Empty = [3]string{fmt.Sprint(list[0]), fmt.Sprint(list[1]), fmt.Sprint(list[2])}
	}
	return s
}

// fromData says how what a widget reads differs from what the case wants.
func (c widgetCase) fromData(t *testing.T, widget forms.Widget) string {
	data, ok := web.ParseQuery([]byte(c.Data), 1000)
	if !ok {
		t.Fatal(c.Data)
	}
	value, omitted := widget.FromData(data, c.Name)
	got, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := json.Compact(&want, c.Value); err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() || omitted != c.Omitted {
		return fmt.Sprintf("%q is %s, omitted %v; want %s, %v", c.Data, got, omitted, want.String(), c.Omitted)
	}
	return ""
}

// many are the widgets of several values.
var many = map[string]bool{"CheckboxSelectMultiple": true, "SelectMultiple": true, "MultipleHiddenInput": true, "SplitDateTimeWidget": true, "SplitHiddenDateTimeWidget": true}

// listValue is a value of such a widget: a list, one value, or a moment.
func (c widgetCase) listValue(value any) []string {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		var all []string
		for _, one := range v {
			if one == nil {
				one = "" // a choice of nothing has no text
			}
			all = append(all, pythonText(one))
		}
		return all
	case time.Time:
		if strings.HasPrefix(c.Widget, "Split") {
			return []string{forms.DateTextInput.FormatDate(v, "", c.Language), forms.TimeTextInput.FormatDate(v, "", c.Language)}
		}
	}
	return []string{pythonText(value)}
}

// pythonText is a value as Python prints it.
func pythonText(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case float64:
		if s := strconv.FormatFloat(v, 'f', -1, 64); !strings.Contains(s, ".") {
			return s + ".0"
		}
	case time.Time:
		if v.Nanosecond() != 0 {
			return v.Format("2006-01-02 15:04:05.000000")
		}
		return v.Format(time.DateTime)
	}
	return fmt.Sprint(v)
}

// merged reads attributes in order, those of the widget first.
func merged(t *testing.T, raws ...json.RawMessage) []forms.Attr {
	var all []forms.Attr
	for _, raw := range raws {
		if raw == nil {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		d.Token()
	next:
		for d.More() {
			name, _ := d.Token()
			value, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			a := forms.Attr{Name: name.(string)}
			switch v := value.(type) {
			case bool:
				if !v {
					continue
				}
				a.Bare = true
			case json.Number:
				a.Value = v.String()
			case string:
				a.Value = v
			case nil:
				a.Value = pythonText(nil)
			}
			for i := range all {
				if all[i].Name == a.Name {
					all[i] = a
					continue next
				}
			}
			all = append(all, a)
		}
	}
	return all
}
