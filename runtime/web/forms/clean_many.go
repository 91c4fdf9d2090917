package forms

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/validators"
)

// cleanMultiple reads a field of several choices: []string, or of another type
// where Key names one, such as []any of int64.
func (b *BoundField) cleanMultiple() {
	f := b.field
	sent := b.form.data.All(b.HTMLName())
	if len(sent) == 0 {
		if f.Required {
			b.errors = append(b.errors, required)
			return
		}
		b.value = []string{}
		return
	}
	item := Field{Kind: f.Key}
	var typed []any
	refuse := func(v string) {
		b.fail(fmt.Sprintf("Select a valid choice. %s is not one of the available choices.", v), "invalid_choice")
	}
	for _, v := range sent {
		if !f.has(v) {
			refuse(v)
			return
		}
	}
	if f.Key != "" && f.Key != Char {
		for _, v := range sent {
			value, errs := item.parse(v, b.form)
			if errs != nil {
				refuse(v)
				return
			}
			typed = append(typed, value)
		}
	}
	if typed != nil {
		b.value = typed
		return
	}
	b.value = sent
}

// Strings are the values of a multiple choice.
func (f *Form) Strings(name string) []string { return Cleaned[[]string](f, name) }

// cleanSplit reads a day and a time of day from two elements.
func (b *BoundField) cleanSplit() {
	day := strings.TrimSpace(b.form.data.Get(b.HTMLName() + "_0"))
	clock := strings.TrimSpace(b.form.data.Get(b.HTMLName() + "_1"))
	switch {
	case day == "" && clock == "":
		if b.field.Required {
			b.errors = append(b.errors, required)
		}
		return
	case b.field.Required && (day == "" || clock == ""):
		b.errors = append(b.errors, required)
		return
	}
	var date, tod any
	if day != "" {
		var e *Error
		if date, e = b.field.parseDate(day, b.form); e != nil {
			b.errors = append(b.errors, *e)
		}
	}
	if clock != "" {
		var e *Error
		if tod, e = b.field.parseTime(clock, b.form); e != nil {
			b.errors = append(b.errors, *e)
		}
	}
	switch {
	case len(b.errors) > 0:
	case date == nil:
		b.fail("Enter a valid date.", "invalid_date")
	case tod == nil:
		b.fail("Enter a valid time.", "invalid_time")
	default:
		t, _, _ := isoForm(fmt.Sprintf("%s %s", date.(model.Date), tod.(model.TimeOfDay)))
		value, e := local(t, b.form.zone)
		if e != nil {
			b.errors = append(b.errors, *e)
			return
		}
		b.value = value
	}
}

// splitTime is a moment as the two elements show it, in the page's language.
func splitTime(t time.Time, zone *time.Location, language string) []string {
	if zone != nil {
		t = t.In(zone)
	}
	return []string{DateTextInput.FormatDate(t, "", language), TimeTextInput.FormatDate(t, "", language)}
}

// parseIP reads an address and writes it as it is usually written.
func (f *Field) parseIP(raw string) (any, []Error) {
	check := validators.IP
	switch strings.ToLower(f.Protocol) {
	case "ipv4":
		check = validators.IPv4
	case "ipv6":
		check = validators.IPv6
	}
	if strings.Contains(raw, ":") {
		address, err := netip.ParseAddr(raw)
		if err != nil || validators.IPv6(raw) != nil {
			return nil, []Error{{"This is not a valid IPv6 address.", "invalid"}}
		}
		address = address.WithZone("")
		if f.UnpackIPv4 {
			address = address.Unmap()
		}
		raw = address.String()
	}
	if p := check(raw); p != nil {
		errs := []Error{Error(*p)}
		if n := utf8.RuneCountInString(raw); n > longestIP {
			errs = append(errs, Error{fmt.Sprintf("Ensure this value has at most %d characters (it has %d).", longestIP, n), "max_length"})
		}
		return nil, errs
	}
	return raw, nil
}

// longestIP is how many characters an address has at most: eight groups of an IPv6 address.
const longestIP = 39
