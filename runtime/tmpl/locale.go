package tmpl

import (
	"strings"
	"time"

	"stackgen.dev/runtime/i18n"
)

// locale is how the page's language writes dates and numbers; nil is English.
func (s *State) locale() *i18n.Locale {
	if s.lang == nil {
		return nil
	}
	return s.lang.Locale
}

// numbers is the locale of what a page shows without being asked.
func (s *State) numbers() *i18n.Locale {
	if s.unlocalized {
		return nil
	}
	return s.locale()
}

// format is the format that a name in capitals stands for in the page's language.
func (s *State) format(name string) string {
	if l := s.locale(); l != nil {
		if f := l.Formats[name]; f != "" {
			return f
		}
	}
	return namedFormat(name)
}

// shown is the format of what is written without a filter.
func (s *State) shown(name string) string {
	if s.unlocalized {
		return namedFormat(name)
	}
	return s.format(name)
}

// AppendFloat is the function AppendFloat in the page's language.
func (s *State) AppendFloat(b []byte, f float64) []byte {
	mark := len(b)
	return s.point(AppendFloat(b, f), mark)
}

// AppendDecimal appends a decimal number as {{ }} shows it.
func (s *State) AppendDecimal(b []byte, v Decimal) []byte {
	if s.numbers() == nil {
		return appendDecimal(b, v)
	}
	mark := len(b)
	return s.point(appendDecimal(b, v), mark)
}

// point puts the language's decimal separator into the number from mark on.
func (s *State) point(b []byte, mark int) []byte {
	l := s.numbers()
	if l == nil || l.Decimal == "." {
		return b
	}
	number := string(b[mark:])
	return append(b[:mark], strings.Replace(number, ".", l.Decimal, 1)...)
}

// AppendFloatFormat is the function AppendFloatFormat in the page's language.
func (s *State) AppendFloatFormat(b []byte, f float64, arg string) []byte {
	if s.locale() == nil {
		return AppendFloatFormat(b, f, arg)
	}
	return append(b, floatformat(floatText(f), arg, s.locale())...)
}

// AppendFilesize is the function AppendFilesize in the page's language.
func (s *State) AppendFilesize(b []byte, n int64) []byte { return appendFilesize(b, float64(n), s) }

// AppendDay is the function AppendDay in the page's language.
func (s *State) AppendDay(b []byte, d time.Time) []byte {
	return appendFormat(b, moment{t: d, lang: s.locale(), day: true}, s.shown("DATE_FORMAT"))
}

// AppendDayFormat is the function AppendDayFormat in the page's language.
func (s *State) AppendDayFormat(b []byte, d time.Time, format string) []byte {
	return appendFormat(b, moment{t: d, lang: s.locale(), day: true}, s.format(format))
}

// AppendClock is the function AppendClock in the page's language.
func (s *State) AppendClock(b []byte, t time.Time) []byte {
	return appendFormat(b, moment{t: t, lang: s.locale(), clock: true}, s.shown("TIME_FORMAT"))
}

// AppendClockFormat is the function AppendClockFormat in the page's language.
func (s *State) AppendClockFormat(b []byte, t time.Time, format string) []byte {
	format = s.format(format)
	if _, found := findLetter(format, isDateLetter); found {
		return b
	}
	return appendFormat(b, moment{t: t, lang: s.locale(), clock: true}, format)
}

// Localize turns the language's way of writing numbers and dates on or off, and
// returns what it was (the tag localize).
func (s *State) Localize(on bool) (before bool) {
	before = !s.unlocalized
	s.unlocalized = !on
	return before
}

// FilterLocalize is the filter localize.
func FilterLocalize(s *State, v any, args ...any) any { return s.written(v, true) }

// FilterUnlocalize is the filter unlocalize.
func FilterUnlocalize(s *State, v any, args ...any) any { return s.written(v, false) }

// written is a number, date or time as text; anything else stays what it is.
func (s *State) written(v any, localized bool) any {
	before := s.Localize(localized)
	defer s.Localize(before)
	switch v := simplify(v).(type) {
	case int64, float64, Decimal, time.Time, Zoned, Naive, Date, Clock:
		return string(s.AppendRaw(nil, v))
	}
	return v
}
