package tmpl

import (
	"strconv"
	"strings"
	"time"
)

// moment is a value as a moment to format, in the site's zone.
func (s *State) moment(v any) (moment, bool) {
	switch v := simplify(v).(type) {
	case time.Time:
		return moment{t: s.local(v), lang: s.locale()}, true
	case Zoned:
		return moment{t: v.Time, lang: s.locale()}, true
	case Naive:
		return moment{t: v.Time, lang: s.locale(), naive: true, zone: s.zone}, true
	case Date:
		return moment{t: v.Time, lang: s.locale(), day: true}, true
	case Clock:
		return moment{t: v.Time, lang: s.locale(), clock: true}, true
	}
	return moment{}, false
}

// FilterDate is the filter date.
func FilterDate(s *State, v any, args ...any) any {
	return s.formatted(v, "DATE_FORMAT", args)
}

// FilterTime is the filter time.
func FilterTime(s *State, v any, args ...any) any {
	m, ok := s.moment(v)
	if !ok || m.day {
		return ""
	}
	format := s.formatArgument("TIME_FORMAT", args)
	if _, found := findLetter(format, isDateLetter); found {
		return ""
	}
	return string(appendFormat(nil, m, format))
}

func (s *State) formatArgument(otherwise string, args []any) string {
	if len(args) == 0 || args[0] == nil {
		return s.format(otherwise)
	}
	f := text(args[0])
	if f == "" {
		return s.format(otherwise)
	}
	return s.format(f)
}

func (s *State) formatted(v any, otherwise string, args []any) any {
	m, ok := s.moment(v)
	if !ok {
		return ""
	}
	format := s.formatArgument(otherwise, args)
	if _, found := findLetter(format, isDateLetter); found && m.clock {
		return ""
	}
	if c, found := findLetter(format, isTimeLetter); found && m.day {
		s.failf("the format for date objects may not contain time-related format specifiers (found %q)", string(rune(c)))
		return ""
	}
	return string(appendFormat(nil, m, format))
}

// AppendTimesince appends how long t lies back: 3 days, 4 hours.
func (s *State) AppendTimesince(b []byte, t time.Time) []byte {
	return s.appendSince(b, t, s.env.Now(), "")
}

// AppendTimeuntil appends how long it is until t.
func (s *State) AppendTimeuntil(b []byte, t time.Time) []byte {
	return s.appendSince(b, s.env.Now(), t, "")
}

// FilterTimesince is the filter timesince.
func FilterTimesince(s *State, v any, args ...any) any { return s.between(v, args, false) }

// FilterTimeuntil is the filter timeuntil.
func FilterTimeuntil(s *State, v any, args ...any) any { return s.between(v, args, true) }

func (s *State) between(v any, args []any, until bool) any {
	from, kind, ok := s.instant(v)
	if !ok {
		return ""
	}
	to := s.env.Now()
	if kind != 'a' { // the clock of the site, without a zone
		to = wall(s.local(to))
	}
	if len(args) > 0 && True(args[0]) {
		other, otherKind, ok := s.instant(args[0])
		if !ok || (kind == 'a') != (otherKind == 'a') {
			return ""
		}
		to = other
	}
	if until {
		from, to = to, from
	}
	return string(s.appendSince(nil, from, to, ""))
}

// instant is a value as a point on one line of time, and which: a for moments
// with a zone, n for clocks without, d for days.
func (s *State) instant(v any) (time.Time, byte, bool) {
	switch v := simplify(v).(type) {
	case time.Time:
		return s.local(v), 'a', true
	case Zoned:
		return v.Time, 'a', true
	case Naive:
		return wall(v.Time), 'n', true
	case Date:
		return wall(v.Time), 'd', true
	}
	return time.Time{}, 0, false
}

// wall is what t's clock shows, as UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// appendSince is Django's timesince: the two largest units next to each other.
// context tells the words of naturaltime from the others.
func (s *State) appendSince(b []byte, from, to time.Time, context string) []byte {
	if !to.After(from) {
		return s.appendUnits(b, "minute", 0, context)
	}
	years, months, pivot := calendarDistance(from, to)
	seconds := int(to.Sub(pivot) / time.Second)
	counts := []int{years, months, seconds / 604800, seconds / 86400 % 7, seconds / 3600 % 24, seconds / 60 % 60}
	names := []string{"year", "month", "week", "day", "hour", "minute"}
	first := 0
	for first < len(counts) && counts[first] == 0 {
		first++
	}
	if first == len(counts) {
		return s.appendUnits(b, "minute", 0, context)
	}
	for i := first; i < len(counts) && i < first+2 && counts[i] != 0; i++ {
		if i > first {
			b = append(b, s.lang.Text("", ", ")...)
		}
		b = s.appendUnits(b, names[i], counts[i], context)
	}
	return b
}

// appendUnits appends a number of years, days and so on.
func (s *State) appendUnits(b []byte, unit string, n int, context string) []byte {
	if s.lang != nil {
		key := "%d " + unit
		if form := s.lang.Plural(context, key, "", int64(n)); form != key && form != "" {
			return appendCount(b, form, n)
		}
		if form := s.lang.Plural("", key, "", int64(n)); form != key && form != "" {
			return appendCount(b, form, n)
		}
	}
	b = strconv.AppendInt(b, int64(n), 10)
	b = append(b, "\u00a0"...)
	b = append(b, unit...)
	if n != 1 {
		b = append(b, 's')
	}
	return b
}

// appendCount puts a number into a form, which may say it in words: "an hour".
func appendCount(b []byte, form string, n int) []byte {
	before, after, found := strings.Cut(form, "%d")
	b = append(b, before...)
	if found {
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return append(b, after...)
}

// calendarDistance counts whole years and months, and the moment that they lead to.
func calendarDistance(from, to time.Time) (years, months int, pivot time.Time) {
	total := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if from.Day() > to.Day() || from.Day() == to.Day() && clockOf(from) > clockOf(to) {
		total--
	}
	years, months = total/12, total%12
	if total == 0 {
		return 0, 0, from
	}
	year, month := from.Year()+years, int(from.Month())+months
	if month > 12 {
		month -= 12
		year++
	}
	day := from.Day()
	if longest := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]; day > longest {
		day = longest
	}
	return years, months, time.Date(year, time.Month(month), day, from.Hour(), from.Minute(), from.Second(), 0, from.Location())
}

func clockOf(t time.Time) time.Duration {
	h, m, s := t.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
}
