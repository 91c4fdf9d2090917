package forms

import "strconv"

// The widgets of several elements, or of several values.
const (
	// RadioSelect and CheckboxSelectMultiple are a box for each choice.
	RadioSelect            Widget = "radio"
	CheckboxSelectMultiple Widget = "checkbox-multiple"
	// SelectMultiple is a list in which several can be chosen.
	SelectMultiple Widget = "select-multiple"
	// MultipleHiddenInput is a hidden element for each value.
	MultipleHiddenInput Widget = "hidden-multiple"
	// SplitDateTimeWidget is an element for the day and one for the time of day,
	// SplitHiddenDateTimeWidget the same hidden.
	SplitDateTimeWidget       Widget = "datetime-split"
	SplitHiddenDateTimeWidget Widget = "datetime-split-hidden"
)

// many reports whether the widget shows or sends several values.
func (w Widget) many() bool {
	switch w {
	case CheckboxSelectMultiple, SelectMultiple, MultipleHiddenInput, SplitDateTimeWidget, SplitHiddenDateTimeWidget:
		return true
	}
	return false
}

// boxes reports whether the widget is a box for each choice: such a group has a
// legend and not a label.
func (w Widget) boxes() bool { return w == RadioSelect || w == CheckboxSelectMultiple }

// AppendMany is Append for a widget of several values.
func (w Widget) AppendMany(b []byte, name string, values []string, choices []Choice, attrs []Attr) []byte {
	switch w {
	case CheckboxSelectMultiple:
		return appendBoxes(b, "checkbox", name, values, choices, attrs)
	case SelectMultiple:
		return appendOptions(b, name, values, true, choices, attrs)
	case MultipleHiddenInput:
		for i, v := range values {
			b = HiddenInput.Append(b, name, v, true, nil, numbered(attrs, "_"+strconv.Itoa(i)))
		}
		return b
	case SplitDateTimeWidget, SplitHiddenDateTimeWidget:
		if w == SplitHiddenDateTimeWidget {
			attrs = append([]Attr{{Name: "type", Value: string(HiddenInput)}}, attrs...)
		}
		for i := range 2 {
			value := ""
			if i < len(values) {
				value = values[i]
			}
			suffix := "_" + strconv.Itoa(i)
			b = DateTextInput.Append(b, name+suffix, value, i < len(values), nil, numbered(attrs, suffix))
		}
		return b
	}
	value := ""
	if len(values) > 0 {
		value = values[len(values)-1]
	}
	return w.Append(b, name, value, len(values) > 0, choices, attrs)
}

// numbered adds to the id, where there is one.
func numbered(attrs []Attr, suffix string) []Attr {
	out := make([]Attr, len(attrs))
	for i, a := range attrs {
		if a.Name == "id" && a.Value != "" {
			a.Value += suffix
		}
		out[i] = a
	}
	return out
}

// appendBoxes writes a box with its label for each choice, those of a group under its name.
func appendBoxes(b []byte, kind, name string, values []string, choices []Choice, attrs []Attr) []byte {
	id, class := "", ""
	for _, a := range attrs {
		switch a.Name {
		case "id":
			id = a.Value
		case "class":
			class = a.Value
		}
	}
	b = append(b, "<div"...)
	if id != "" {
		b = appendAttr(b, "id", id)
	}
	if class != "" {
		b = appendAttr(b, "class", class)
	}
	b = append(b, '>')
	group, item, within := "", -1, 0
	chosen := false
	for _, c := range choices {
		if c.Group != group {
			if group != "" {
				b = append(b, "\n  </div>"...)
			}
			if c.Group != "" {
				b = append(b, "\n  <div><label>"...)
				b = append(appendEscaped(b, c.Group), "</label>"...)
				item++
				within = 0
			}
			group = c.Group
		}
		var suffix string
		if group == "" {
			item++
			suffix = "_" + strconv.Itoa(item)
		} else {
			suffix = "_" + strconv.Itoa(item) + "_" + strconv.Itoa(within)
			within++
		}
		b = append(b, "<div>\n    <label"...)
		if id != "" {
			b = appendAttr(b, "for", id+suffix)
		}
		b = append(b, "><input"...)
		b = appendAttr(b, "type", kind)
		b = appendAttr(b, "name", name)
		b = appendAttr(b, "value", c.Value)
		b = appendAttrs(b, numbered(attrs, suffix))
		if has(values, c.Value) && !(kind == "radio" && chosen) {
			b = appendFlag(b, "checked", attrs)
			chosen = true
		}
		b = append(b, ">\n "...)
		b = append(c.appendLabel(b), "</label>\n\n</div>"...)
	}
	if group != "" {
		b = append(b, "\n  </div>"...)
	}
	return append(b, "\n</div>"...)
}

func has(values []string, value string) bool {
	for _, v := range values {
		if v == value {
			return true
		}
	}
	return false
}
