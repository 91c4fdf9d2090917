package forms

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"stackgen.dev/runtime/model"
)

var required = Error{"This field is required.", "required"}

// clean turns what was sent for the field into its value or errors.
func (b *BoundField) clean() {
	field := b.field
	if e, wrong := b.form.wrong[field.Name]; wrong {
		b.errors = append(b.errors, e)
		return
	}
	switch field.Kind {
	case File, Image:
		b.cleanFile()
		return
	case MultipleChoice:
		b.cleanMultiple()
		return
	case ManyToMany:
		b.cleanManyToMany()
		return
	case SplitDateTime:
		b.cleanSplit()
		return
	}
	raw := b.raw()
	if field.Kind == Boolean && len(field.Choices) == 0 {
		b.boolean(raw)
		return
	}
	if field.strips() {
		raw = strings.TrimSpace(raw)
	}
	if raw == "" {
		b.empty()
		return
	}
	if len(field.Choices) > 0 && !field.has(raw) {
		b.fail(fmt.Sprintf("Select a valid choice. %s is not one of the available choices.", raw), "invalid_choice")
		return
	}
	value, errs := field.parse(raw, b.form)
	if len(field.Choices) > 0 && errs != nil { // a choice that is none of its type
		errs = []Error{{fmt.Sprintf("Select a valid choice. %s is not one of the available choices.", raw), "invalid_choice"}}
	}
	b.errors = append(b.errors, errs...)
	if len(b.errors) == 0 && b.rules(value) {
		b.value = value
	}
}

// strips reports whether blanks around the text are taken away before anything is asked of it: that is for texts
// (CharField and what is made of it). Others read a blank as a text that is no number or date, and no choice.
func (f *Field) strips() bool {
	if f.KeepBlanks || len(f.Choices) > 0 {
		return false
	}
	switch f.Kind {
	case Char, Text, Slug, Email, URL, IPAddress, UUID:
		return true
	}
	return false
}

// empty is the value of a field that was left out.
func (b *BoundField) empty() {
	switch {
	case b.field.Required:
		b.errors = append(b.errors, required)
	case b.field.text() && !b.field.EmptyNull:
		b.value = ""
	}
}

func (b *BoundField) fail(message, code string) {
	b.errors = append(b.errors, Error{message, code})
}

// raw is the text that was sent for the field.
func (b *BoundField) raw() string {
	if b.field.widget() == SelectDate && !b.form.typed {
		text, _ := b.field.DateSelect.fromData(b.form.data, b.HTMLName(), b.form.language)
		return text
	}
	return b.form.data.Get(b.HTMLName())
}

// boolean reads a check box, or the select of a boolean that may be null.
func (b *BoundField) boolean(raw string) {
	if b.form.typed && raw == "0" {
		raw = "false"
	}
	if b.field.Null {
		if b.form.typed && (raw == "2" || raw == "3") {
			return // the numbers are those of the select alone
		}
		switch raw {
		case "true", "True", "2", "1":
			b.value = true
		case "false", "False", "3", "0":
			b.value = false
		}
		return
	}
	value := raw != "" && !strings.EqualFold(raw, "false")
	b.value = value
	if b.field.Required && !value {
		b.value = nil
		b.errors = append(b.errors, required)
	}
}

func (f *Field) has(value string) bool {
	for _, c := range f.Choices {
		if c.Value == value {
			return true
		}
	}
	return false
}

// parse turns a text that is not empty into the field's value.
func (f *Field) parse(raw string, form *Form) (any, []Error) {
	one := func(value any, e *Error) (any, []Error) {
		if e != nil {
			return nil, []Error{*e}
		}
		return value, nil
	}
	switch f.Kind {
	case Char, Text, Slug, Email, URL:
		return f.parseText(raw)
	case IPAddress:
		return f.parseIP(raw)
	case Integer:
		return f.parseInteger(f.point(raw, form))
	case Float:
		return f.parseFloat(f.point(raw, form))
	case Decimal:
		return f.parseDecimal(f.point(raw, form))
	case Date:
		return one(f.parseDate(raw, form))
	case Time:
		return one(f.parseTime(raw, form))
	case DateTime:
		return one(f.parseDateTime(raw, form))
	case Duration:
		return one(parseDuration(raw))
	case UUID:
		return one(parseUUID(raw))
	case JSON:
		return one(f.parseJSON(raw))
	case Boolean:
		v, err := model.ParseBool(raw)
		if err != nil {
			return nil, []Error{{"Enter a valid value.", "invalid"}}
		}
		return v, nil
	case ForeignKey:
		return f.parseKey(raw, form)
	}
	panic("stackgen: unreachable: form field " + f.Name + " has kind " + string(f.Kind))
}

// parseKey reads the key of a row and looks whether the row is there.
func (f *Field) parseKey(raw string, form *Form) (any, []Error) {
	invalid := []Error{{"Select a valid choice. That choice is not one of the available choices.", "invalid_choice"}}
	key := Field{Kind: f.Key}
	if key.Kind == "" {
		key.Kind = Integer
	}
	value, errs := key.parse(raw, form)
	if errs != nil {
		return nil, invalid
	}
	found := false
	switch {
	case f.Exists != nil:
		ok, err := f.Exists(form.src, value)
		if err != nil {
			form.failure = err
			return nil, invalid
		}
		found = ok
	case f.Options != nil:
		options, err := f.Options(form.src)
		if err != nil {
			form.failure = err
			return nil, invalid
		}
		found = (&Field{Choices: options}).has(raw)
	default:
		found = true
	}
	if !found {
		return nil, invalid
	}
	return value, nil
}

func parseUUID(raw string) (any, *Error) {
	hex := strings.NewReplacer("urn:", "", "uuid:", "", "-", "").Replace(raw)
	hex = strings.Trim(hex, "{}")
	if len(hex) == 32 {
		if u, err := model.ParseUUID(hex); err == nil {
			return u, nil
		}
	}
	return nil, &Error{"Enter a valid UUID.", "invalid"}
}

func (f *Field) parseJSON(raw string) (any, *Error) {
	if !utf8.ValidString(raw) || !json.Valid([]byte(raw)) {
		return nil, &Error{"Enter a valid JSON.", "invalid"}
	}
	if f.Required {
		switch strings.Join(strings.Fields(raw), "") {
		case "null", "{}", "[]", `""`:
			return nil, &required
		}
	}
	if strings.TrimSpace(raw) == "null" {
		return nil, nil
	}
	return json.RawMessage(raw), nil
}
