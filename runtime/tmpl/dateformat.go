package tmpl

import (
	"strconv"
	"time"
	"unicode/utf8"

	"stackgen.dev/runtime/i18n"
)

// The English formats that templates name in capitals.
const (
	dateTimeFormat = "N j, Y, P"
	dateFormat     = "N j, Y"
	timeFormat     = "P"
)

// namedFormat is the format that a name in capitals stands for.
func namedFormat(f string) string {
	switch f {
	case "DATE_FORMAT":
		return dateFormat
	case "DATETIME_FORMAT":
		return dateTimeFormat
	case "TIME_FORMAT":
		return timeFormat
	case "YEAR_MONTH_FORMAT":
		return "F Y"
	case "MONTH_DAY_FORMAT":
		return "F j"
	case "SHORT_DATE_FORMAT":
		return "m/d/Y"
	case "SHORT_DATETIME_FORMAT":
		return "m/d/Y P"
	}
	return f
}

// moment is what is formatted: a date and time with or without a zone, a date, or a time of day.
type moment struct {
	t time.Time
	// lang is the language of the names; nil is English.
	lang *i18n.Locale
	// naive says that t shows a clock without a zone; zone is then the site's.
	naive bool
	zone  *time.Location
	// day and clock say that t is a date or a time of day only.
	day, clock bool
}

// AppendTime appends a date and time as {{ }} shows it: March 14, 2026, 3:09 p.m.
func (s *State) AppendTime(b []byte, t time.Time) []byte {
	return appendFormat(b, moment{t: s.local(t), lang: s.locale()}, s.shown("DATETIME_FORMAT"))
}

// AppendTimeFormat appends a date and time in a format of Django's date filter.
func (s *State) AppendTimeFormat(b []byte, t time.Time, format string) []byte {
	return appendFormat(b, moment{t: s.local(t), lang: s.locale()}, s.format(format))
}

// AppendNow appends the time it is, in a format.
func (s *State) AppendNow(b []byte, format string) []byte {
	return appendFormat(b, moment{t: s.env.Now().In(s.zone), lang: s.locale()}, s.format(format))
}

// AppendDay appends a date as {{ }} shows it: March 14, 2026.
func AppendDay(b []byte, d time.Time) []byte {
	return appendFormat(b, moment{t: d, day: true}, dateFormat)
}

// AppendDayFormat appends a date in a format.
func AppendDayFormat(b []byte, d time.Time, format string) []byte {
	return appendFormat(b, moment{t: d, day: true}, namedFormat(format))
}

// AppendClock appends a time of day as {{ }} shows it: 3:09 p.m.
func AppendClock(b []byte, t time.Time) []byte {
	return appendFormat(b, moment{t: t, clock: true}, timeFormat)
}

// AppendClockFormat appends a time of day in a format.
func AppendClockFormat(b []byte, t time.Time, format string) []byte {
	format = namedFormat(format)
	if _, found := findLetter(format, isDateLetter); found {
		return b // a time of day has no date
	}
	return appendFormat(b, moment{t: t, clock: true}, format)
}

const timeLetters = "aAefgGhHiOPsTuZ"
const dateLetters = "bcdDEFIjlLmMnNorStUwWyYz"

func isTimeLetter(c byte) bool { return index8(timeLetters, c) }

func isDateLetter(c byte) bool { return index8(dateLetters, c) }

func index8(s string, c byte) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return true
		}
	}
	return false
}

// appendFormat writes the letters of the format that stand for something, and
// the rest as it is. A backslash makes a letter stand for itself.
func appendFormat(b []byte, m moment, format string) []byte {
	if !m.clock && m.lang == nil && plainFormat(format) {
		return m.appendPlain(b, format)
	}
	for i := 0; i < len(format); i++ {
		c := format[i]
		switch {
		case c == '\\' && i+1 < len(format):
			// \x is x. A letter behind a backslash is text, whatever stands before the backslash.
			next := format[i+1]
			if next == '\\' {
				b = append(b, '\\')
				i++
				if i+1 < len(format) && (isTimeLetter(format[i+1]) || isDateLetter(format[i+1])) {
					i++
					b = append(b, format[i])
				}
				continue
			}
			_, n := utf8.DecodeRuneInString(format[i+1:])
			b = append(b, format[i+1:i+1+n]...)
			i += n
		case isTimeLetter(c):
			b = m.appendTime(b, c)
		case isDateLetter(c) && !m.clock:
			b = m.appendDate(b, c)
		default:
			b = append(b, c)
		}
	}
	return b
}

// findLetter is the first letter of a format that stands for something of that sort.
func findLetter(format string, sort func(byte) bool) (byte, bool) {
	for i := 0; i < len(format); i++ {
		if sort(format[i]) && (i == 0 || format[i-1] != '\\') {
			return format[i], true
		}
	}
	return 0, false
}

func two(b []byte, n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }

// appendTime is a letter about the clock.
func (m moment) appendTime(b []byte, c byte) []byte {
	t := m.t
	h12 := t.Hour() % 12
	if h12 == 0 {
		h12 = 12
	}
	switch c {
	case 'a':
		if t.Hour() > 11 {
			return append(b, m.word(func(l *i18n.Locale) string { return l.PM }, "p.m.")...)
		}
		return append(b, m.word(func(l *i18n.Locale) string { return l.AM }, "a.m.")...)
	case 'A':
		if t.Hour() > 11 {
			return append(b, m.word(func(l *i18n.Locale) string { return l.UpperPM }, "PM")...)
		}
		return append(b, m.word(func(l *i18n.Locale) string { return l.UpperAM }, "AM")...)
	case 'f':
		b = strconv.AppendInt(b, int64(h12), 10)
		if t.Minute() != 0 {
			b = two(append(b, ':'), t.Minute())
		}
		return b
	case 'g':
		return strconv.AppendInt(b, int64(h12), 10)
	case 'G':
		return strconv.AppendInt(b, int64(t.Hour()), 10)
	case 'h':
		return two(b, h12)
	case 'H':
		return two(b, t.Hour())
	case 'i':
		return two(b, t.Minute())
	case 's':
		return two(b, t.Second())
	case 'u':
		return appendPadded(b, t.Nanosecond()/1000, 6)
	case 'P':
		switch {
		case t.Minute() == 0 && t.Hour() == 0:
			return append(b, m.word(func(l *i18n.Locale) string { return l.Midnight }, "midnight")...)
		case t.Minute() == 0 && t.Hour() == 12:
			return append(b, m.word(func(l *i18n.Locale) string { return l.Noon }, "noon")...)
		}
		return m.appendTime(append(m.appendTime(b, 'f'), ' '), 'a')
	}
	return m.appendZone(b, c)
}

// zoned is the moment with its offset; ok is false where it has none.
func (m moment) zoned() (t time.Time, ok bool) {
	if m.day || m.clock {
		return m.t, false
	}
	if m.naive {
		t := m.t
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), m.zone), m.zone != nil
	}
	return m.t, true
}

// appendZone is a letter about the zone.
func (m moment) appendZone(b []byte, c byte) []byte {
	t, ok := m.zoned()
	if !ok {
		return b
	}
	name, offset := t.Zone()
	if ambiguous(t) {
		// The clock shows this time twice, or never: no offset is certain.
		return b
	}
	switch c {
	case 'e':
		if m.naive {
			return b
		}
		return append(b, zoneName(name, offset)...)
	case 'O':
		return append(b, offsetText(t, "")...)
	case 'T':
		return append(b, zoneName(name, offset)...)
	}
	return strconv.AppendInt(b, int64(offset), 10) // Z
}

// zoneName is a zone's abbreviation; one without a name is UTC+HH:MM.
func zoneName(name string, offset int) string {
	if name != "" && name[0] != '+' && name[0] != '-' {
		return name
	}
	if name != "" && len(name) <= 5 {
		return name // zones whose abbreviation is their offset
	}
	if offset == 0 {
		return "UTC"
	}
	return "UTC" + offsetText(time.Unix(0, 0).In(time.FixedZone("", offset)), ":")
}

// ambiguous reports whether the clock of t's zone shows t twice or skips it.
func ambiguous(t time.Time) bool {
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	if !start.IsZero() {
		_, before := start.Add(-time.Second).Zone()
		if gap := time.Duration(before-offset) * time.Second; gap > 0 && t.Sub(start) < gap {
			return true
		}
	}
	if !end.IsZero() {
		_, after := end.Zone()
		if gap := time.Duration(offset-after) * time.Second; gap > 0 && end.Sub(t) <= gap {
			return true
		}
	}
	return false
}

// apMonths are the months as the Associated Press shortens them.
var apMonths = [...]string{"Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."}

// appendDate is a letter about the day.
func (m moment) appendDate(b []byte, c byte) []byte {
	t := m.t
	switch c {
	case 'b':
		if m.lang != nil {
			return append(b, m.word(func(l *i18n.Locale) string { return l.MonthsAbbr[t.Month()-1] }, "")...)
		}
		name := t.Month().String()
		return append(b, name[0]|0x20, name[1], name[2])
	case 'c':
		return m.appendISO(b)
	case 'd':
		return two(b, t.Day())
	case 'D':
		return append(b, m.word(func(l *i18n.Locale) string { return l.WeekdaysAbbr[t.Weekday()] }, t.Weekday().String()[:3])...)
	case 'E':
		return append(b, m.word(func(l *i18n.Locale) string { return l.MonthsAlt[t.Month()-1] }, t.Month().String())...)
	case 'F':
		return append(b, m.word(func(l *i18n.Locale) string { return l.Months[t.Month()-1] }, t.Month().String())...)
	case 'I':
		z, ok := m.zoned()
		switch {
		case !ok || ambiguous(z):
			return b
		case z.IsDST():
			return append(b, '1')
		}
		return append(b, '0')
	case 'j':
		return strconv.AppendInt(b, int64(t.Day()), 10)
	case 'l':
		return append(b, m.word(func(l *i18n.Locale) string { return l.Weekdays[t.Weekday()] }, t.Weekday().String())...)
	case 'L':
		return AppendBool(b, leap(t.Year()))
	case 'm':
		return two(b, int(t.Month()))
	case 'M':
		if m.lang != nil {
			return AppendTitle(b, m.word(func(l *i18n.Locale) string { return l.MonthsAbbr[t.Month()-1] }, t.Month().String()[:3]))
		}
		return append(b, t.Month().String()[:3]...)
	case 'n':
		return strconv.AppendInt(b, int64(t.Month()), 10)
	case 'N':
		return append(b, m.word(func(l *i18n.Locale) string { return l.MonthsAP[t.Month()-1] }, apMonths[t.Month()-1])...)
	case 'o':
		year, _ := t.ISOWeek()
		return strconv.AppendInt(b, int64(year), 10)
	case 'r':
		return m.appendRFC(b)
	case 'S':
		return append(b, ordinal(t.Day())...)
	case 't':
		return strconv.AppendInt(b, int64(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()), 10)
	case 'U':
		z, _ := m.zoned()
		return strconv.AppendInt(b, z.Unix(), 10)
	case 'w':
		return strconv.AppendInt(b, int64(t.Weekday()), 10)
	case 'W':
		_, week := t.ISOWeek()
		return strconv.AppendInt(b, int64(week), 10)
	case 'y':
		return two(b, t.Year()%100)
	case 'Y':
		return appendPadded(b, t.Year(), 4)
	}
	return strconv.AppendInt(b, int64(t.YearDay()), 10) // z
}

// appendISO is isoformat().
func (m moment) appendISO(b []byte) []byte {
	if m.day {
		return m.t.AppendFormat(b, "2006-01-02")
	}
	b = m.t.AppendFormat(b, "2006-01-02T15:04:05")
	if us := m.t.Nanosecond() / 1000; us != 0 {
		b = appendPadded(append(b, '.'), us, 6)
	}
	if !m.naive {
		b = append(b, offsetText(m.t, ":")...)
	}
	return b
}

// appendRFC is RFC 5322's form of a date.
func (m moment) appendRFC(b []byte) []byte {
	t, ok := m.zoned()
	b = m.t.AppendFormat(b, "Mon, 02 Jan 2006 15:04:05 ")
	if !ok {
		return append(b, "+0000"...)
	}
	return append(b, offsetText(t, "")...)
}

// appendPadded appends n with zeros before it.
func appendPadded(b []byte, n, width int) []byte {
	for limit := 10; width > 1; width-- {
		if n < limit {
			for range width - 1 {
				b = append(b, '0')
			}
			break
		}
		limit *= 10
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func ordinal(day int) string {
	if day/10 == 1 {
		return "th"
	}
	switch day % 10 {
	case 1:
		return "st"
	case 2:
		return "nd"
	case 3:
		return "rd"
	}
	return "th"
}

// word is a word of the moment's language, where it has one.
func (m moment) word(of func(*i18n.Locale) string, english string) string {
	if m.lang == nil {
		return english
	}
	if w := of(m.lang); w != "" {
		return w
	}
	return english
}
