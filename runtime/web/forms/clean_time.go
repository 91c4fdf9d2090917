package forms

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
)

// The forms in which dates and times are read, those of English pages
// (DATE_INPUT_FORMATS and so on) in Go's writing.
var (
	dateForms = []string{
		"2006-1-2", "1/2/2006", "1/2/06",
		"Jan 2 2006", "Jan 2, 2006", "2 Jan 2006", "2 Jan, 2006",
		"January 2 2006", "January 2, 2006", "2 January 2006", "2 January, 2006",
	}
	clockForms    = []string{"15:4:5", "15:4"}
	dateTimeForms = []string{"2006-1-2", "1/2/2006", "1/2/06"}
	zoneForms     = []string{"Z07:00", "Z0700", "-07"}
)

func parseDate(raw string) (any, *Error) {
	raw = digits(raw)
	for _, form := range dateForms {
		if t, err := time.Parse(form, raw); err == nil && t.Year() > 0 {
			return model.DateOf(t), nil
		}
	}
	return nil, &Error{"Enter a valid date.", "invalid"}
}

func parseTime(raw string) (any, *Error) {
	raw = digits(raw)
	for _, form := range clockForms {
		if t, err := time.Parse(form, raw); err == nil && fewDecimals(raw) {
			return model.TimeOfDayOf(t), nil
		}
	}
	return nil, &Error{"Enter a valid time.", "invalid"}
}

// fewDecimals: parts of a second have at most six digits.
func fewDecimals(raw string) bool {
	_, decimals, _ := strings.Cut(raw, ".")
	n := 0
	for n < len(decimals) && '0' <= decimals[n] && decimals[n] <= '9' {
		n++
	}
	return n <= 6
}

// parseDateTime reads a date with a time, with an offset or in the site's zone; a date alone
// is its midnight. The result is in UTC.
func parseDateTime(raw string, dates []string, zone *time.Location) (any, *Error) {
	raw = digits(raw)
	invalid := &Error{"Enter a valid date/time.", "invalid"}
	if !fewDecimals(raw) {
		return nil, invalid
	}
	for _, date := range dates {
		if t, err := time.Parse(date, raw); err == nil {
			return local(t, zone)
		}
		for _, clock := range clockForms {
			for _, between := range []string{" ", "T"} {
				form := date + between + clock
				if t, err := time.Parse(form, raw); err == nil {
					return local(t, zone)
				}
				for _, offset := range zoneForms {
					if t, err := time.Parse(form+offset, raw); err == nil {
						return t.UTC(), nil
					}
				}
			}
		}
	}
	return nil, invalid
}

// local takes the clock time t to be one in zone. A time that the change to or
// from summer time leaves out or repeats is refused.
func local(t time.Time, zone *time.Location) (any, *Error) {
	if zone == nil {
		zone = time.UTC
	}
	in := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	same := func(u time.Time) bool {
		return u.Format(time.DateTime) == t.Format(time.DateTime)
	}
	ambiguous := !same(in)
	for _, shift := range []time.Duration{-time.Hour, time.Hour, -30 * time.Minute, 30 * time.Minute} {
		ambiguous = ambiguous || same(in.Add(shift))
	}
	if ambiguous {
		return nil, &Error{fmt.Sprintf("%s couldn’t be interpreted in time zone %s; it may be ambiguous or it may not exist.",
			t.Format(time.DateTime), zone), "ambiguous_timezone"}
	}
	return in.UTC(), nil
}

// parseDuration reads "[days] [hours:[minutes:]]seconds[.parts]", "3 days,
// 1:00:00" and ISO 8601 (Django's parse_duration).
func parseDuration(raw string) (any, *Error) {
	s := digits(raw)
	d, ok := clockDuration(s)
	if !ok {
		d, ok = isoDuration(s)
	}
	if !ok {
		return nil, &Error{"Enter a valid duration.", "invalid"}
	}
	return d, nil
}

// maxDays keeps a duration within its 64 bits of nanoseconds.
const maxDays = 106751

func clockDuration(s string) (time.Duration, bool) {
	var days int64
	if at := strings.IndexByte(s, ' '); at > 0 {
		n, err := strconv.ParseInt(s[:at], 10, 64)
		if err != nil || n > maxDays || n < -maxDays || s[0] == '+' {
			return 0, false
		}
		days, s = n, s[at+1:]
		for _, word := range []string{"days, ", "day, ", "days", "day"} {
			if rest, ok := strings.CutPrefix(s, word); ok {
				s = rest
				break
			}
		}
		if s == "" {
			return time.Duration(days) * 24 * time.Hour, true
		}
	}
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0, false
	}
	seconds, ok := seconds(parts[len(parts)-1])
	unit := time.Minute
	for i := len(parts) - 2; i >= 0; i-- {
		n, err := strconv.ParseUint(parts[i], 10, 32)
		if err != nil || n > 2_000_000 {
			return 0, false
		}
		seconds += time.Duration(n) * unit
		unit = time.Hour
	}
	if negative {
		seconds = -seconds
	}
	return time.Duration(days)*24*time.Hour + seconds, ok
}

// seconds reads "12" or "12.5", of parts at most microseconds.
func seconds(s string) (time.Duration, bool) {
	whole, parts, found := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
	n, err := strconv.ParseUint(whole, 10, 64)
	if err != nil || n > maxDays*24*60*60/2 {
		return 0, false
	}
	d := time.Duration(n) * time.Second
	if found {
		if parts == "" || len(parts) > 12 || strings.Trim(parts, "0123456789") != "" {
			return 0, false
		}
		micros, _ := strconv.ParseUint((parts + "000000")[:6], 10, 64)
		d += time.Duration(micros) * time.Microsecond
	}
	return d, true
}

// isoDuration reads "P1DT2H3M4.5S" and weeks.
func isoDuration(s string) (time.Duration, bool) {
	negative := strings.HasPrefix(s, "-")
	s, ok := strings.CutPrefix(strings.TrimLeft(s, "+-"), "P")
	if !ok || s == "" {
		return 0, false
	}
	date, clock, found := strings.Cut(s, "T")
	if found && clock == "" {
		return 0, false
	}
	total, ok1 := isoParts(date, "WD", []time.Duration{7 * 24 * time.Hour, 24 * time.Hour})
	rest, ok2 := isoParts(clock, "HMS", []time.Duration{time.Hour, time.Minute, time.Second})
	if !ok1 || !ok2 {
		return 0, false
	}
	if negative {
		return -total - rest, true
	}
	return total + rest, true
}

func isoParts(s, letters string, units []time.Duration) (time.Duration, bool) {
	var total time.Duration
	from := 0
	for s != "" {
		at := strings.IndexAny(s, letters)
		if at < 1 {
			return 0, false
		}
		which := strings.IndexByte(letters, s[at])
		if which < from {
			return 0, false
		}
		n, err := strconv.ParseFloat(strings.ReplaceAll(s[:at], ",", "."), 64)
		limit := float64(maxDays) * 24 * float64(time.Hour) / 4
		if err != nil || n < 0 || strings.ContainsAny(s[:at], "eExXinIN+") || n*float64(units[which]) > limit {
			return 0, false
		}
		total += time.Duration(n * float64(units[which]))
		s, from = s[at+1:], which+1
	}
	return total, true
}
