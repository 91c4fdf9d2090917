package forms

import (
	"strings"
	"time"

	"stackgen.dev/runtime/i18n"
	"stackgen.dev/runtime/model"
)

// formats are the forms in which a field's text is read, by the names of settings.
func (f *Field) formats(form *Form, names ...string) []string {
	if len(f.InputFormats) > 0 {
		return f.InputFormats
	}
	var formats []string
	for _, name := range names {
		formats = append(formats, i18n.InputFormats(form.language, name)...)
	}
	return formats
}

func (f *Field) parseDate(raw string, form *Form) (any, *Error) {
	if t, ok := anyFormat(f.formats(form, "DATE_INPUT_FORMATS"), raw); ok {
		return model.DateOf(t), nil
	}
	return nil, &Error{"Enter a valid date.", "invalid"}
}

func (f *Field) parseTime(raw string, form *Form) (any, *Error) {
	if t, ok := anyFormat(f.formats(form, "TIME_INPUT_FORMATS"), raw); ok {
		return model.TimeOfDayOf(t), nil
	}
	return nil, &Error{"Enter a valid time.", "invalid"}
}

// parseDateTime reads a date with a time: ISO 8601 in every language, then the field's forms, where a
// date alone is its midnight. What has no offset is in the site's zone; the result is in UTC.
func (f *Field) parseDateTime(raw string, form *Form) (any, *Error) {
	t, zoned, ok := isoMoment(strings.TrimSpace(raw))
	if !ok {
		t, ok = anyFormat(f.formats(form, "DATETIME_INPUT_FORMATS", "DATE_INPUT_FORMATS"), raw)
	}
	switch {
	case !ok:
		return nil, &Error{"Enter a valid date/time.", "invalid"}
	case zoned:
		return t, nil
	}
	return local(t, form.zone)
}

func anyFormat(formats []string, raw string) (time.Time, bool) {
	raw = strings.TrimSpace(raw)
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
