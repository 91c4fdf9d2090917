package forms

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// isoMoment reads a date with a time as ISO 8601 writes it; zoned says that the text has an offset.
// It is Django's parse_datetime: what Python's datetime.fromisoformat takes (basic and extended forms, weeks), and
// beside it parts without their leading zero.
func isoMoment(s string) (t time.Time, zoned, ok bool) {
	if t, zoned, ok = isoForm(s); ok {
		return t, zoned, true
	}
	found := looseMoment.FindStringSubmatch(s)
	if found == nil {
		return t, false, false
	}
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(asciiDigits(found[i+1]))
	}
	offset, zoned, ok := looseOffset(asciiDigits(found[8]))
	if !ok {
		return t, false, false
	}
	t, ok = moved(n[0], n[1], n[2], [4]int{n[3], n[4], n[5], micros(asciiDigits(found[7]))}, offset)
	return t, zoned, ok
}

// looseMoment is Django's datetime_re.
var looseMoment = regexp.MustCompile(`^(\p{Nd}{4})-(\p{Nd}{1,2})-(\p{Nd}{1,2})[T ](\p{Nd}{1,2}):(\p{Nd}{1,2})(?::(\p{Nd}{1,2})(?:[.,](\p{Nd}{1,6})\p{Nd}{0,6})?)?` +
	`(?:[\s\p{Z}]*(Z|[+-]\p{Nd}{2}(?::?\p{Nd}{2})?))?$`)

// looseOffset reads Z, +02, +0200 or +02:00.
func looseOffset(s string) (offset time.Duration, zoned, ok bool) {
	if s == "" || s == "Z" {
		return 0, s != "", true
	}
	hours, _ := strconv.Atoi(s[1:3])
	minutes := 0
	if len(s) > 3 {
		minutes, _ = strconv.Atoi(s[len(s)-2:])
	}
	offset = time.Duration(hours*60+minutes) * time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true, offset > -24*time.Hour && offset < 24*time.Hour
}

// moved is a moment of the calendar, less its offset from UTC.
func moved(year, month, day int, clock [4]int, offset time.Duration) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, clock[0], clock[1], clock[2], clock[3]*1000, time.UTC)
	if year < 1 || t.Year() != year || int(t.Month()) != month || t.Day() != day || clock[0] > 23 || clock[1] > 59 || clock[2] > 59 {
		return time.Time{}, false
	}
	return t.Add(-offset), true
}

// isoForm is datetime.fromisoformat.
func isoForm(s string) (t time.Time, zoned, ok bool) {
	if len(s) < 7 {
		return t, false, false
	}
	at := isoSeparator(s)
	if at < 0 {
		return t, false, false
	}
	year, month, day, ok := isoDate(s[:at])
	if !ok {
		return t, false, false
	}
	var clock [4]int
	var offset time.Duration
	if len(s) > at {
		_, size := utf8.DecodeRuneInString(s[at:])
		if clock, offset, zoned, ok = isoClock(s[at+size:]); !ok {
			return t, false, false
		}
	}
	t, ok = moved(year, month, day, clock, offset)
	return t, zoned, ok
}

// isoSeparator is where the date ends: before any one character. It is negative where no date can be.
func isoSeparator(s string) int {
	end := 8 // YYYYMMDD, YYYY-Www
	switch {
	case s[4] == '-' && s[5] != 'W': // YYYY-MM-DD
		end = 10
	case s[4] == '-': // YYYY-Www-D, where what follows is not the time
		if len(s) > 8 && s[8] == '-' {
			if len(s) == 9 {
				return -1
			}
			if len(s) == 10 || !isDigit(s[10]) {
				end = 10
			}
		}
	case s[4] == 'W': // YYYYWww, YYYYWwwD
		run := 7
		for run < len(s) && isDigit(s[run]) {
			run++
		}
		switch {
		case run < 9:
			end = run
		case run%2 == 0:
			end = 7
		}
	}
	if end > len(s) {
		return -1
	}
	return end
}

// isoDate reads YYYY-MM-DD, YYYYMMDD, YYYY-Www, YYYY-Www-D, YYYYWww and YYYYWwwD.
func isoDate(s string) (year, month, day int, ok bool) {
	separated := s[4] == '-'
	year, ok = isoNumber(s[:4])
	rest := strings.TrimPrefix(s[4:], "-")
	if !ok {
		return 0, 0, 0, false
	}
	if week, found := strings.CutPrefix(rest, "W"); found {
		if len(week) < 2 {
			return 0, 0, 0, false
		}
		number, ok := isoNumber(week[:2])
		weekday := 1
		if rest := week[2:]; ok && rest != "" {
			if strings.HasPrefix(rest, "-") != separated {
				return 0, 0, 0, false
			}
			weekday, ok = isoNumber(strings.TrimPrefix(rest, "-"))
		}
		if !ok || weekday < 1 || weekday > 7 || number < 1 {
			return 0, 0, 0, false
		}
		// The first week is the one with the fourth of January.
		fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
		monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
		t := monday.AddDate(0, 0, 7*(number-1)+weekday-1)
		if y, w := t.ISOWeek(); y != year || w != number {
			return 0, 0, 0, false
		}
		return t.Year(), int(t.Month()), t.Day(), true
	}
	if separated {
		if len(rest) != 5 || rest[2] != '-' {
			return 0, 0, 0, false
		}
		rest = rest[:2] + rest[3:]
	}
	if len(rest) != 4 {
		return 0, 0, 0, false
	}
	month, ok1 := isoNumber(rest[:2])
	day, ok2 := isoNumber(rest[2:])
	return year, month, day, ok1 && ok2
}

// isoClock reads a time of day with its offset.
func isoClock(s string) (clock [4]int, offset time.Duration, zoned, ok bool) {
	at := strings.IndexAny(s, "+-Z")
	if at < 0 {
		clock, ok = clockParts(s)
		return clock, 0, false, ok
	}
	if clock, ok = clockParts(s[:at]); !ok {
		return clock, 0, false, false
	}
	sign, rest := s[at], s[at+1:]
	if sign == 'Z' {
		return clock, 0, true, rest == ""
	}
	if len(rest) < 2 || len(rest) == 3 {
		return clock, 0, false, false
	}
	part, ok := clockParts(rest)
	offset = time.Duration(part[0])*time.Hour + time.Duration(part[1])*time.Minute + time.Duration(part[2])*time.Second + time.Duration(part[3])*time.Microsecond
	if sign == '-' {
		offset = -offset
	}
	return clock, offset, true, ok && offset > -24*time.Hour && offset < 24*time.Hour
}

// clockParts reads HH, HH:MM, HH:MM:SS and parts of a second behind, or the same without colons.
func clockParts(s string) (parts [4]int, ok bool) {
	separated := false
	for i := range 3 {
		if len(s) < 2 {
			return parts, false
		}
		if parts[i], ok = isoNumber(s[:2]); !ok {
			return parts, false
		}
		s = s[2:]
		if i == 0 {
			separated = strings.HasPrefix(s, ":")
		}
		if s == "" || i == 2 || s[0] == '.' || s[0] == ',' {
			break
		}
		if separated {
			if s[0] != ':' {
				return parts, false
			}
			s = s[1:]
		}
	}
	if s == "" {
		return parts, true
	}
	if s[0] != '.' && s[0] != ',' {
		return parts, false
	}
	decimals := s[1:]
	if _, ok := isoNumber(decimals); !ok {
		return parts, false
	}
	parts[3] = micros(decimals)
	return parts, true
}

// isoNumber reads digits from 0 to 9, at least one.
func isoNumber(s string) (int, bool) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
	}
	n, _ := strconv.Atoi(s[:min(len(s), 6)])
	return n, s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
