package forms_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"stackgen.dev/runtime/web/forms"
)

type widgetCase struct {
	ID, Widget, Name, Language, Kind, HTML string
	Value                                  json.RawMessage
	Attrs                                  json.RawMessage
	WidgetAttrs                            json.RawMessage `json:"widget_attrs"`
	Choices                                json.RawMessage
	Options                                json.RawMessage
}

var widgets = map[string]forms.Widget{
	"TextInput": forms.TextInput, "EmailInput": forms.EmailInput, "URLInput": forms.URLInput, "NumberInput": forms.NumberInput,
	"PasswordInput": forms.PasswordInput, "HiddenInput": forms.HiddenInput, "Textarea": forms.Textarea,
	"CheckboxInput": forms.CheckboxInput, "Select": forms.Select, "NullBooleanSelect": "",
	"ColorInput": forms.ColorInput, "TelInput": forms.TelInput, "SearchInput": forms.SearchInput, "FileInput": forms.FileInput,
	"ClearableFileInput": forms.FileInput, "RadioSelect": forms.RadioSelect, "CheckboxSelectMultiple": forms.CheckboxSelectMultiple,
	"SelectMultiple": forms.SelectMultiple, "MultipleHiddenInput": forms.MultipleHiddenInput,
	"SplitDateTimeWidget": forms.SplitDateTimeWidget, "SplitHiddenDateTimeWidget": forms.SplitHiddenDateTimeWidget,
}

func TestDjangoWidgets(t *testing.T) {
	var file struct{ Cases []widgetCase }
	read(t, "testdata/widgets.json", &file)
	ran := 0
	for _, c := range file.Cases {
		widget, known := widgets[c.Widget]
		value, text := plainValue(c)
		var list []string
		if many[c.Widget] {
			list, text = listValue(c)
		}
		if !known || widget == "" || c.Kind != "" || c.Options != nil || !text || strings.Contains(string(c.Choices), "$safe") || strings.Contains(string(c.Choices), "$float") || strings.Contains(string(c.WidgetAttrs)+string(c.Attrs), "null") {
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			if many[c.Widget] {
				if got := string(widget.AppendMany(nil, c.Name, list, choices(c.Choices), merged(t, c.WidgetAttrs, c.Attrs))); got != c.HTML {
					t.Errorf("\n got %s\nwant %s", got, c.HTML)
				}
				return
			}
			got := string(widget.Append(nil, c.Name, value, string(c.Value) != "null", choices(c.Choices), merged(t, c.WidgetAttrs, c.Attrs)))
			if got != c.HTML {
				t.Errorf("\n got %s\nwant %s", got, c.HTML)
			}
		})
	}
	if ran < 120 {
		t.Errorf("only %d cases ran", ran)
	}
}

// many are the widgets of several values.
var many = map[string]bool{"CheckboxSelectMultiple": true, "SelectMultiple": true, "MultipleHiddenInput": true, "SplitDateTimeWidget": true, "SplitHiddenDateTimeWidget": true}

// listValue is a value of such a widget: a list, one value, or a moment.
func listValue(c widgetCase) ([]string, bool) {
	var v any
	json.Unmarshal(c.Value, &v)
	switch v := v.(type) {
	case nil:
		return nil, true
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, fmt.Sprint(one))
		}
		return all, true
	case map[string]any:
		at, ok := v["$datetime"].(string)
		day, clock, _ := strings.Cut(at, "T")
		return []string{day, clock}, ok
	case bool:
		return nil, false
	}
	return []string{fmt.Sprint(v)}, true
}

// plainValue is a value as text, as a form would show it; false for what no field shows.
func plainValue(c widgetCase) (string, bool) {
	raw := c.Value
	var v any
	json.Unmarshal(raw, &v)
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		return string(raw), c.Widget == "CheckboxInput" // elsewhere it is Python's word
	case float64:
		return string(raw), true
	}
	return "", false
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
