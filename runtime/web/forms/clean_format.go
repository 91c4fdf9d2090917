package forms

import (
	"strings"
	"time"

	"stackgen.dev/runtime/i18n"
	"stackgen.dev/runtime/model"
)

// formats are the forms in which a field's text is read; nil for those of
// English, which is read without a table.
func (f *Field) formats(form *Form, name string) []string {
	if len(f.InputFormats) > 0 {
		return f.InputFormats
	}
	if form.language == "" || form.language == "en" || strings.HasPrefix(form.language, "en-us") {
		return nil
	}
	return i18n.InputFormats(form.language, name)
}

func (f *Field) parseDate(raw string, form *Form) (any, *Error) {
	formats := f.formats(form, "DATE_INPUT_FORMATS")
	if formats == nil {
		return parseDate(raw)
	}
	if t, ok := anyFormat(formats, raw); ok {
		return model.DateOf(t), nil
	}
	return nil, &Error{"Enter a valid date.", "invalid"}
}

func (f *Field) parseTime(raw string, form *Form) (any, *Error) {
	formats := f.formats(form, "TIME_INPUT_FORMATS")
	if formats == nil {
		return parseTime(raw)
	}
	if t, ok := anyFormat(formats, raw); ok {
		return model.TimeOfDayOf(t), nil
	}
	return nil, &Error{"Enter a valid time.", "invalid"}
}

// parseDateTime reads ISO 8601 in every language, then the field's forms.
func (f *Field) parseDateTime(raw string, form *Form) (any, *Error) {
	formats := f.formats(form, "DATETIME_INPUT_FORMATS")
	if formats == nil {
		return parseDateTime(raw, dateTimeForms, form.zone)
	}
	if v, e := parseDateTime(raw, dateTimeForms[:1], form.zone); e == nil || e.Code != "invalid" {
		return v, e
	}
	if t, ok := anyFormat(formats, raw); ok {
		return local(t, form.zone)
	}
	return nil, &Error{"Enter a valid date/time.", "invalid"}
}

func anyFormat(formats []string, raw string) (time.Time, bool) {
	raw = digits(raw)
	for _, format := range formats {
		if t, ok := strptime(format, raw); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// point is a number as people of the form's language type it, for a field
// that is localized: the first comma is the point (sanitize_separators).
func (f *Field) point(raw string, form *Form) string {
	if !f.Localize || i18n.DecimalSeparator(form.language) == "." {
		return raw
	}
	return strings.Replace(raw, i18n.DecimalSeparator(form.language), ".", 1)
}
