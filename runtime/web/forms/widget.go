package forms

// Widget is the HTML element that stands for a field: a type of input, or one
// of the others.
type Widget string

// The widgets. Dates and times have the browser's own pickers.
const (
	TextInput     Widget = "text"
	EmailInput    Widget = "email"
	URLInput      Widget = "url"
	NumberInput   Widget = "number"
	PasswordInput Widget = "password"
	HiddenInput   Widget = "hidden"
	DateInput     Widget = "date"
	DateTimeInput Widget = "datetime-local"
	TimeInput     Widget = "time"
	CheckboxInput Widget = "checkbox"
	Select        Widget = "select"
	Textarea      Widget = "textarea"
	ColorInput    Widget = "color"
	TelInput      Widget = "tel"
	SearchInput   Widget = "search"
	FileInput     Widget = "file"
)

// widget is the element of a field.
func (f *Field) widget() Widget {
	if f.Widget != "" {
		return f.Widget
	}
	switch {
	case f.several():
		return SelectMultiple
	case len(f.Choices) > 0 || f.Kind == ForeignKey:
		return Select
	}
	switch f.Kind {
	case File, Image:
		return FileInput
	case SplitDateTime:
		return SplitDateTimeWidget
	case Text, JSON:
		return Textarea
	case Email:
		return EmailInput
	case URL:
		return URLInput
	case Integer, Float, Decimal:
		if f.Localize {
			return TextInput // a number element sends a point, whatever the language
		}
		return NumberInput
	case Date:
		return DateInput
	case DateTime:
		return DateTimeInput
	case Time:
		return TimeInput
	case Boolean:
		if f.Null {
			return Select
		}
		return CheckboxInput
	}
	return TextInput
}

// Append appends the element's HTML. value is what it shows, present whether
// there is one; choices are a select's.
func (w Widget) Append(b []byte, name, value string, present bool, choices []Choice, attrs []Attr) []byte {
	switch w {
	case RadioSelect:
		return appendBoxes(b, "radio", name, []string{value}, choices, attrs)
	case CheckboxSelectMultiple, SelectMultiple, MultipleHiddenInput, SplitDateTimeWidget, SplitHiddenDateTimeWidget:
		return w.AppendMany(b, name, []string{value}, choices, attrs)
	case Select:
		return appendSelect(b, name, value, choices, attrs)
	case NullBooleanSelect:
		if value == "True" || value == "False" {
			value = "unknown" // Python's words are none of the element's values
		}
		if choices == nil {
			choices = NullBooleanChoices(nil)
		}
		return appendSelect(b, name, nullBoolean(value), choices, attrs)
	case SelectDate:
		var s *DateSelect
		return s.Append(b, name, value, false, "", attrs)
	case Textarea:
		return appendTextarea(b, name, value, attrs)
	case CheckboxInput:
		return appendCheckbox(b, name, value, present, attrs)
	}
	kind := string(w)
	if w.inputName() != "" {
		kind = string(TextInput)
	}
	for i, a := range attrs {
		if a.Name == "type" { // an attribute says it better
			kind = a.Value
			attrs = append(attrs[:i:i], attrs[i+1:]...)
			break
		}
	}
	b = append(b, "<input"...)
	b = appendAttr(b, "type", kind)
	b = appendAttr(b, "name", name)
	switch w {
	case PasswordInput, FileInput:
		present = false // neither a password nor a file is sent back
	case DateInput, DateTimeInput, TimeInput, DateTextInput, DateTimeTextInput, TimeTextInput:
	default:
		present = present && value != ""
	}
	if present {
		b = appendAttr(b, "value", value)
	}
	b = appendAttrs(b, attrs)
	return append(b, '>')
}

// appendTextarea begins the text on a line of its own, which browsers leave
// out: so a line break at the text's own beginning survives.
func appendTextarea(b []byte, name, value string, attrs []Attr) []byte {
	b = append(b, "<textarea"...)
	b = appendAttr(b, "name", name)
	b = appendAttrs(b, merge([]Attr{{Name: "cols", Value: "40"}, {Name: "rows", Value: "10"}}, attrs))
	b = append(b, ">\n"...)
	b = appendEscaped(b, value)
	return append(b, "</textarea>"...)
}

// appendCheckbox: a box without a value sends "on". It is checked by "true"
// without showing a value, and by any other text with it.
func appendCheckbox(b []byte, name, value string, present bool, attrs []Attr) []byte {
	b = append(b, `<input type="checkbox"`...)
	b = appendAttr(b, "name", name)
	checked := present && value != "" && value != "false"
	if checked && value != "true" {
		b = appendAttr(b, "value", value)
	}
	b = appendAttrs(b, attrs)
	if checked {
		b = appendFlag(b, "checked", attrs)
	}
	return append(b, '>')
}

func appendSelect(b []byte, name, value string, choices []Choice, attrs []Attr) []byte {
	return appendOptions(b, name, []string{value}, false, choices, attrs)
}

func appendOptions(b []byte, name string, values []string, multiple bool, choices []Choice, attrs []Attr) []byte {
	b = append(b, "<select"...)
	b = appendAttr(b, "name", name)
	b = appendAttrs(b, attrs)
	if multiple {
		b = appendFlag(b, "multiple", attrs)
	}
	b = append(b, ">\n"...)
	group, chosen := "", false
	for _, c := range choices {
		if c.Group != group {
			if group != "" {
				b = append(b, "  </optgroup>\n"...)
			}
			if c.Group != "" {
				b = append(b, "  <optgroup"...)
				b = appendAttr(b, "label", c.Group)
				b = append(b, ">\n"...)
			}
			group = c.Group
		}
		b = append(b, "  <option"...)
		b = appendAttr(b, "value", c.Value)
		if has(values, c.Value) && (multiple || !chosen) {
			b = append(b, " selected"...)
			chosen = true
		}
		b = append(b, '>')
		b = c.appendLabel(b)
		b = append(b, "</option>\n\n"...)
	}
	if group != "" {
		b = append(b, "  </optgroup>\n"...)
	}
	return append(b, "</select>"...)
}
