package forms

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/i18n"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// The widgets for dates and times that are not the browser's own pickers.
const (
	// DateTextInput, DateTimeTextInput and TimeTextInput are text elements that show what the
	// page's language writes (Django's DateInput, DateTimeInput and TimeInput).
	DateTextInput     Widget = "date-text"
	DateTimeTextInput Widget = "datetime-text"
	TimeTextInput     Widget = "time-text"
	// SelectDate is three selects, in the order in which the language has them (SelectDateWidget).
	SelectDate Widget = "date-select"
	// NullBooleanSelect is a select of unknown, yes and no.
	NullBooleanSelect Widget = "null-boolean"
)

// inputName is the name of the formats that a text element for dates shows; "" for others.
func (w Widget) inputName() string {
	switch w {
	case DateTextInput:
		return "DATE_INPUT_FORMATS"
	case DateTimeTextInput:
		return "DATETIME_INPUT_FORMATS"
	case TimeTextInput:
		return "TIME_INPUT_FORMATS"
	}
	return ""
}

// FormatDate writes a value as such an element shows it: in a form with the letters
// of strftime, the language's first where format is empty. A text stays as it is; a date alone is
// its midnight, a time alone that of 1900-01-01.
func (w Widget) FormatDate(v any, format, language string) string {
	if format == "" {
		format = i18n.InputFormats(language, w.inputName())[0]
	}
	switch v := v.(type) {
	case time.Time:
		return strftime(format, v)
	case model.Date:
		return strftime(format, v.In(time.UTC))
	case model.TimeOfDay:
		if t, ok := strptime("%H:%M:%S", v.String()[:8]); ok {
			return strftime(format, t)
		}
	}
	return fmt.Sprint(v)
}

// DateSelect says what the widget SelectDate offers.
type DateSelect struct {
	// Years are those to choose from; this one and the nine after it where there are none.
	Years []int
	// Months are the numbers and names of the months to choose from, "1 J";
	// all of them, under the language's names, where there are none.
	Months []Choice
	// Empty is the label of the empty choices: year, month, day; "---" where it is empty.
	Empty [3]string
	// Locale finds a language's names and order; nil for English alone.
	Locale func(language string) *i18n.Locale
}

// parts are the suffixes of the elements in the language's order.
func (s *DateSelect) parts(language string) []string {
	format := ""
	if l := s.locale(language); l != nil {
		format = l.Formats["DATE_FORMAT"]
	}
	var parts []string
	has := map[string]bool{}
	for _, c := range format {
		part := ""
		switch {
		case strings.ContainsRune("dj", c):
			part = "_day"
		case strings.ContainsRune("bEFMmNn", c):
			part = "_month"
		case strings.ContainsRune("yY", c):
			part = "_year"
		}
		if part != "" && !has[part] {
			has[part] = true
			parts = append(parts, part)
		}
	}
	if len(parts) != 3 {
		return []string{"_month", "_day", "_year"}
	}
	return parts
}

func (s *DateSelect) locale(language string) *i18n.Locale {
	if s == nil || s.Locale == nil {
		return nil
	}
	return s.Locale(language)
}

// Append appends the three selects. value is a date or a text of one; required leaves the empty choices out.
func (s *DateSelect) Append(b []byte, name string, value any, required bool, language string, attrs []Attr) []byte {
	if s == nil {
		s = &DateSelect{}
	}
	chosen := chosenDate(value, language)
	choices := map[string][]Choice{"_year": s.years(), "_month": s.months(language)}
	for day := 1; day <= 31; day++ {
		n := strconv.Itoa(day)
		choices["_day"] = append(choices["_day"], Choice{Value: n, Label: n})
	}
	empty := map[string]string{"_year": s.Empty[0], "_month": s.Empty[1], "_day": s.Empty[2]}
	for _, part := range s.parts(language) {
		list := choices[part]
		if !required {
			label := empty[part]
			if label == "" {
				label = "---"
			}
			list = append([]Choice{{Label: label}}, list...)
		}
		b = append(b, "<select"...)
		b = appendAttr(b, "name", name+part)
		b = appendAttrs(b, merge(attrs, []Attr{{Name: "id", Value: "id_" + name + part}}))
		b = append(b, '>')
		for _, c := range list {
			b = append(b, "<option"...)
			b = appendAttr(b, "value", c.Value)
			if c.Value == chosen[part] {
				b = append(b, " selected"...)
			}
			b = appendEscaped(append(b, '>'), c.Label)
			b = append(b, "</option>"...)
		}
		b = append(b, "</select>"...)
	}
	return b
}

func (s *DateSelect) years() []Choice {
	years := s.Years
	if len(years) == 0 {
		for i := range 10 {
			years = append(years, time.Now().Year()+i)
		}
	}
	var all []Choice
	for _, y := range years {
		all = append(all, Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y)})
	}
	return all
}

func (s *DateSelect) months(language string) []Choice {
	if s.Months != nil {
		return s.Months
	}
	var all []Choice
	l := s.locale(language)
	for month := time.January; month <= time.December; month++ {
		label := month.String()
		if l != nil && l.Months[month-1] != "" {
			label = l.Months[month-1]
		}
		all = append(all, Choice{Value: strconv.Itoa(int(month)), Label: label})
	}
	return all
}

// chosenDate has the numbers that are chosen; a text may hold zeros for what is not.
func chosenDate(value any, language string) map[string]string {
	chosen := map[string]string{}
	set := func(year, month, day int) {
		for part, n := range map[string]int{"_year": year, "_month": month, "_day": day} {
			if n > 0 {
				chosen[part] = strconv.Itoa(n)
			}
		}
	}
	switch v := value.(type) {
	case time.Time:
		set(v.Year(), int(v.Month()), v.Day())
	case model.Date:
		t := v.In(time.UTC)
		set(t.Year(), int(t.Month()), t.Day())
	case string:
		if part := strings.Split(v, "-"); len(part) == 3 && (len(part[0]) == 4 || part[0] == "0") && len(part[1]) <= 2 && len(part[2]) <= 2 {
			var n [3]int
			var err [3]error
			for i := range part {
				var u uint64
				u, err[i] = strconv.ParseUint(part[i], 10, 16)
				n[i] = int(u)
			}
			if err[0] == nil && err[1] == nil && err[2] == nil {
				set(n[0], n[1], n[2])
				return chosen
			}
		}
		if t, ok := strptime(i18n.InputFormats(language, "DATE_INPUT_FORMATS")[0], v); ok {
			set(t.Year(), int(t.Month()), t.Day())
		}
	}
	return chosen
}

// fromData is the text of the date that three selects send, in the language's
// form; a day that does not exist is written so that no field reads it. sent is false where all are empty.
func (s *DateSelect) fromData(data web.Values, name, language string) (text string, sent bool) {
	year, hasYear := data.Lookup(name + "_year")
	month, hasMonth := data.Lookup(name + "_month")
	day, hasDay := data.Lookup(name + "_day")
	if !hasYear || !hasMonth || !hasDay {
		return data.Lookup(name)
	}
	if year == "" && month == "" && day == "" {
		return "", false
	}
	if t, ok := strptime("%Y-%m-%d", fmt.Sprintf("%04s-%s-%s", year, month, day)); ok {
		return strftime(i18n.InputFormats(language, "DATE_INPUT_FORMATS")[0], t), true
	}
	for _, part := range []*string{&year, &month, &day} {
		if *part == "" {
			*part = "0"
		}
	}
	return year + "-" + month + "-" + day, true
}

// FromData is what the element of a name sends: nil for nothing, a text, a bool
// or a list. omitted says that nothing was sent that could be it (value_from_datadict, value_omitted_from_data).
func (w Widget) FromData(data web.Values, name string) (value any, omitted bool) {
	text, sent := data.Lookup(name)
	switch w {
	case CheckboxInput:
		return sent && text != "" && !strings.EqualFold(text, "false"), false
	case NullBooleanSelect:
		switch nullBoolean(text) {
		case "true":
			return true, !sent
		case "false":
			return false, !sent
		}
		return nil, !sent
	case SelectMultiple, CheckboxSelectMultiple, MultipleHiddenInput:
		all := data.All(name)
		if all == nil {
			all = []string{}
		}
		return all, !sent && w == MultipleHiddenInput
	case SplitDateTimeWidget, SplitHiddenDateTimeWidget:
		list := make([]any, 2)
		omitted = true
		for i := range list {
			if text, sent := data.Lookup(name + "_" + strconv.Itoa(i)); sent {
				list[i], omitted = text, false
			}
		}
		return list, omitted
	case SelectDate:
		omitted = !data.Has(name+"_year") && !data.Has(name+"_month") && !data.Has(name+"_day")
		var s *DateSelect
		if text, sent = s.fromData(data, name, ""); sent {
			return text, omitted
		}
		return nil, omitted
	}
	if !sent {
		return nil, true
	}
	return text, false
}
