package forms

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/tmpl"
)

// BoundField is a field of a form with what it holds: what templates show.
type BoundField struct {
	form   *Form
	field  *Field
	value  any
	errors []Error
	// choices of a foreign key or a many to many, once read.
	options []Choice
	read    bool
}

// Name is the field's name.
func (b *BoundField) Name() string { return b.field.Name }

// HTMLName is the name in the HTML, with the form's prefix.
func (b *BoundField) HTMLName() string {
	if p := b.form.spec.Prefix; p != "" {
		return p + "-" + b.field.Name
	}
	return b.field.Name
}

// AutoID is the element's id ("id_title"), IDForLabel the same for the label.
func (b *BoundField) AutoID() string { return "id_" + b.HTMLName() }

// IDForLabel is the id that the label points at (id_for_label).
func (b *BoundField) IDForLabel() string {
	switch w := b.field.widget(); {
	case w.boxes():
		return ""
	case w == SplitDateTimeWidget:
		return b.AutoID() + "_0"
	case w == SelectDate: // the first of the three
		return b.AutoID() + b.field.DateSelect.parts(b.form.language)[0]
	}
	return b.AutoID()
}

// UseFieldset reports whether the field is a group of elements, which has a legend (use_fieldset).
func (b *BoundField) UseFieldset() bool {
	w := b.field.widget()
	return w.boxes() || w == SplitDateTimeWidget
}

// values are what a widget of several values shows.
func (b *BoundField) values() []string {
	w := b.field.widget()
	split := w == SplitDateTimeWidget || w == SplitHiddenDateTimeWidget
	switch {
	case b.form.bound && split:
		return []string{b.form.data.Get(b.HTMLName() + "_0"), b.form.data.Get(b.HTMLName() + "_1")}
	case b.form.bound:
		return b.form.data.All(b.HTMLName())
	}
	initial, ok := b.form.initial[b.field.Name]
	if !ok {
		initial = b.field.Initial
	}
	switch v := initial.(type) {
	case []string, []int64:
		return texts(v)
	case time.Time:
		return splitTime(v, b.form.zone, b.form.language)
	}
	if text, ok := b.field.format(initial, b.form.zone); ok {
		return []string{text}
	}
	return nil
}

// Label is the field's label, as text.
func (b *BoundField) Label() string { return b.form.say(b.field.label()) }

// HelpText is the field's help, as HTML.
func (b *BoundField) HelpText() tmpl.Safe { return tmpl.Safe(b.form.say(b.field.HelpText)) }

// Required reports whether the field may not be empty.
func (b *BoundField) Required() bool { return b.field.Required }

// IsHidden reports whether nobody sees the field.
func (b *BoundField) IsHidden() bool { return b.field.widget() == HiddenInput }

// WidgetType is the kind of element, for styles: "text", "select".
func (b *BoundField) WidgetType() string { return string(b.field.widget()) }

// HasErrors reports whether something is wrong with the field.
func (b *BoundField) HasErrors() bool {
	b.form.clean()
	return len(b.errors) > 0
}

// Errors are what is wrong with the field.
func (b *BoundField) Errors() ErrorList {
	b.form.clean()
	return ErrorList{errors: b.errors, class: "errorlist", id: b.AutoID() + "_error", text: b.form.text}
}

// Value is what the element shows, as text: what was sent, or the initial value.
func (b *BoundField) Value() string {
	value, _ := b.shown()
	return value
}

// shown is Value, and whether there is one.
func (b *BoundField) shown() (string, bool) {
	if b.form.bound {
		value, ok := b.form.data.Lookup(b.HTMLName())
		if b.field.widget() == CheckboxInput {
			if value == "" || strings.EqualFold(value, "false") {
				return "", false
			}
			return "true", true
		}
		if b.field.Kind == Boolean && b.field.Null {
			return nullBoolean(value), true
		}
		return value, ok
	}
	initial, ok := b.form.initial[b.field.Name]
	if !ok {
		initial = b.field.Initial
	}
	if w := b.field.widget(); w.inputName() != "" && initial != nil {
		if t, ok := initial.(time.Time); ok && b.form.zone != nil {
			initial = t.In(b.form.zone)
		}
		return w.FormatDate(initial, "", b.form.language), true
	}
	text, ok := b.field.format(initial, b.form.zone)
	if b.field.Kind == Boolean && b.field.Null {
		return nullBoolean(text), true
	}
	return text, ok
}

func nullBoolean(s string) string {
	switch s {
	case "true", "True", "2":
		return "true"
	case "false", "False", "3":
		return "false"
	}
	return "unknown"
}

// NullBooleanChoices are the options of NullBooleanSelect, as text says them; in English where it is nil.
func NullBooleanChoices(text func(string) string) []Choice {
	choices := []Choice{{Value: "unknown", Label: "Unknown"}, {Value: "true", Label: "Yes"}, {Value: "false", Label: "No"}}
	for i := range choices {
		if text != nil {
			choices[i].Label = text(choices[i].Label)
		}
	}
	return choices
}

// format writes a Go value as the field's element wants it; false for null.
func (f *Field) format(v any, zone *time.Location) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case time.Time:
		return f.formatTime(v, zone), true
	case model.TimeOfDay:
		return v.String(), true
	case time.Duration:
		return formatDuration(v), true
	case json.RawMessage:
		return string(v), true
	case func() any:
		return f.format(v(), zone)
	}
	return fmt.Sprint(v), true
}

func (f *Field) formatTime(t time.Time, zone *time.Location) string {
	if zone != nil {
		t = t.In(zone)
	}
	if f.widget() != DateTimeInput {
		return t.Format(time.DateTime)
	}
	if t.Second() == 0 {
		return t.Format("2006-01-02T15:04") // browsers then leave seconds out
	}
	return t.Format("2006-01-02T15:04:05")
}

// formatDuration is "[days ]HH:MM:SS[.micros]" (Django's duration_string).
func formatDuration(d time.Duration) string {
	days := d / (24 * time.Hour)
	d -= days * 24 * time.Hour
	if d < 0 {
		d += 24 * time.Hour
		days--
	}
	s := fmt.Sprintf("%02d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	if days != 0 {
		s = fmt.Sprintf("%d %s", days, s)
	}
	if micros := d % time.Second / time.Microsecond; micros != 0 {
		s += fmt.Sprintf(".%06d", micros)
	}
	return s
}

// Choices are a select's options, the empty one included.
func (b *BoundField) Choices() []Choice {
	f := b.field
	if f.Kind == Boolean && f.Null && len(f.Choices) == 0 {
		return NullBooleanChoices(b.form.text)
	}
	options := b.available()
	if f.several() {
		return options
	}
	for _, c := range options {
		if c.Value == "" {
			return options
		}
	}
	if f.Required && f.Initial != nil && f.Kind != ForeignKey {
		return options // one of them is chosen already
	}
	return append([]Choice{{Value: "", Label: "---------"}}, options...)
}

// available are the choices that the site file has, or the rows to choose from.
func (b *BoundField) available() []Choice {
	if b.field.Options == nil {
		return b.spoken(b.field.Choices)
	}
	if !b.read {
		b.read = true
		var err error
		if b.options, err = b.field.Options(b.form.src); err != nil {
			b.form.failure = err
		}
	}
	return b.options
}

// spoken are choices that the site file has, in the page's language.
func (b *BoundField) spoken(choices []Choice) []Choice {
	if b.form.text == nil {
		return choices
	}
	said := make([]Choice, len(choices))
	for i, c := range choices {
		said[i] = Choice{Value: c.Value, Label: b.form.say(c.Label), Group: b.form.say(c.Group), Safe: c.Safe}
	}
	return said
}

// attrs are the attributes that the field gives its element.
func (b *BoundField) attrs() []Attr {
	f, w := b.field, b.field.widget()
	var attrs []Attr
	add := func(name, value string) { attrs = append(attrs, Attr{Name: name, Value: value}) }
	if w == FileInput && f.Kind == Image {
		add("accept", "image/*")
	}
	if w != HiddenInput && w != Select && !w.boxes() && !w.many() {
		if f.text() {
			if n := f.maxLength(); n > 0 {
				add("maxlength", strconv.Itoa(n))
			}
			if f.MinLength > 0 {
				add("minlength", strconv.Itoa(f.MinLength))
			}
		}
		if f.Step != 0 && w == NumberInput {
			add("step", strconv.FormatFloat(f.Step, 'f', -1, 64))
		}
		if w == NumberInput {
			if f.Min != nil {
				add("min", fmt.Sprint(f.Min))
			}
			if f.Max != nil {
				add("max", fmt.Sprint(f.Max))
			}
			switch {
			case f.Step != 0:
			case f.Kind == Float, f.Kind == Decimal && f.MaxDigits == 0:
				add("step", "any")
			case f.Kind == Decimal:
				add("step", step(f.DecimalPlaces))
			}
		}
	}
	attrs = merge(attrs, f.Attrs)
	var own []Attr
	if f.Required && !b.form.neverRequired && w != HiddenInput && w != CheckboxSelectMultiple && !(w == FileInput && b.stored() != "") &&
		(w != Select || b.emptyFirst()) {
		own = append(own, Attr{Name: "required", Bare: true})
	}
	if b.HasErrors() && w != HiddenInput {
		own = append(own, Attr{Name: "aria-invalid", Value: "true"})
	}
	if described := b.AriaDescribedBy(); described != "" && !b.UseFieldset() {
		own = append(own, Attr{Name: "aria-describedby", Value: described})
	}
	return merge(attrs, append(own, Attr{Name: "id", Value: b.AutoID()}))
}

// emptyFirst: a select can only be required when its first option is empty.
func (b *BoundField) emptyFirst() bool {
	choices := b.Choices()
	return len(choices) > 0 && choices[0].Value == ""
}

func (f *Field) maxLength() int {
	if f.MaxLength == 0 && f.Kind == Email {
		return 320
	}
	return f.MaxLength
}

// step is the smallest difference of a number with that many decimals.
func step(places int) string {
	if places == 0 {
		return "1"
	}
	return "0." + strings.Repeat("0", places-1) + "1"
}

// AriaDescribedBy are the ids of the help and the errors, so that they are
// read out with the field (aria_describedby).
func (b *BoundField) AriaDescribedBy() string {
	if b.IsHidden() {
		return ""
	}
	var ids []string
	if b.field.HelpText != "" {
		ids = append(ids, b.AutoID()+"_helptext")
	}
	if b.HasErrors() {
		ids = append(ids, b.AutoID()+"_error")
	}
	return strings.Join(ids, " ")
}

// HTML is the element: what {{ field }} prints.
func (b *BoundField) HTML() tmpl.Safe { return tmpl.Safe(b.AppendHTML(nil)) }

// AppendHTML appends the element.
func (b *BoundField) AppendHTML(out []byte) []byte {
	value, present := b.shown()
	var choices []Choice
	switch w := b.field.widget(); {
	case w == SelectDate:
		if b.form.bound {
			value, _ = b.field.DateSelect.fromData(b.form.data, b.HTMLName(), b.form.language)
		}
		return b.field.DateSelect.Append(out, b.HTMLName(), value, b.field.Required, b.form.language, b.attrs())
	case w.many():
		return w.AppendMany(out, b.HTMLName(), b.values(), b.available(), b.attrs())
	case w == RadioSelect:
		choices = b.available()
	case w == Select:
		choices = b.Choices()
	case w == NullBooleanSelect:
		choices = NullBooleanChoices(b.form.text)
	}
	if b.field.widget() == FileInput && b.stored() != "" {
		return b.appendStored(out)
	}
	return b.field.widget().Append(out, b.HTMLName(), value, present, choices, b.attrs())
}

// LabelTag is the label with its element (label_tag).
func (b *BoundField) LabelTag() tmpl.Safe { return tmpl.Safe(b.appendLabel(nil)) }

func (b *BoundField) appendLabel(out []byte) []byte {
	label := b.Label()
	out = append(out, "<label"...)
	if id := b.IDForLabel(); id != "" {
		out = appendAttr(out, "for", id)
	}
	out = append(out, '>')
	out = appendEscaped(out, label)
	if label != "" && !strings.ContainsAny(label[len(label)-1:], ":?.!") {
		out = append(out, ':')
	}
	return append(out, "</label>"...)
}
