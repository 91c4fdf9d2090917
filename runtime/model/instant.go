package model

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// ParseTime reads an instant: RFC 3339, the same with a space for the T, or
// without a zone (then UTC), with up to six decimals; a date alone is its
// midnight, UTC.
func ParseTime(s string) (time.Time, error) {
	if micros, ok := parseInstant(s); ok {
		return time.UnixMicro(micros).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("%w: %q is not a time of the form YYYY-MM-DD HH:MM:SS", ErrInvalid, s)
}

// parseInstant is ParseTime in microseconds since the Unix epoch.
func parseInstant(s string) (int64, bool) {
	if len(s) < 10 {
		return 0, false
	}
	d, ok := parseDate(s[:10])
	if !ok {
		return 0, false
	}
	days := daysSinceEpoch(d)
	if len(s) == 10 {
		return days * day, true
	}
	if s[10] != ' ' && s[10] != 'T' && s[10] != 't' {
		return 0, false
	}
	clock, offset, ok := cutZone(s[11:])
	if !ok {
		return 0, false
	}
	t, ok := parseTimeOfDay(clock)
	if !ok {
		return 0, false
	}
	return days*day + t.micros - offset, true
}

// cutZone takes Z or +HH:MM off the end; the offset is in microseconds.
func cutZone(s string) (clock string, offset int64, ok bool) {
	n := len(s)
	if n > 0 && (s[n-1] == 'Z' || s[n-1] == 'z') {
		return s[:n-1], 0, true
	}
	if n > 6 && (s[n-6] == '+' || s[n-6] == '-') {
		h, ok1 := digits(s[n-5 : n-3])
		m, ok2 := digits(s[n-2:])
		if !ok1 || !ok2 || s[n-3] != ':' || h > 23 || m > 59 {
			return "", 0, false
		}
		offset = int64(h)*hour + int64(m)*minute
		if s[n-6] == '-' {
			offset = -offset
		}
		return s[:n-6], offset, true
	}
	return s, 0, true
}

// daysSinceEpoch counts days from 1970-01-01 in the proleptic Gregorian
// calendar. Years begin in March here, so that the leap day is the last.
func daysSinceEpoch(d Date) int64 {
	y, m := int64(d.Year), int64(d.Month)
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yearOfEra := y - era*400
	dayOfYear := (153*(m-3)+2)/5 + int64(d.Day) - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return era*146097 + dayOfEra - 719468
}

// AppendTime appends the instant (microseconds since the epoch) as Django
// stores it in SQLite: UTC, "2006-01-02 15:04:05", with six decimals where
// there is a part of a second. Text order is time order.
func AppendTime(b []byte, micros int64) []byte {
	t := time.UnixMicro(micros).UTC()
	b = DateOf(t).append(b)
	b = append(b, ' ')
	return TimeOfDayOf(t).append(b)
}

// ParseDuration reads a number of seconds with up to six decimals, or Go's
// form, in which d and w are days and weeks of 24 hours: "90", "1h30m", "1d".
func ParseDuration(s string) (time.Duration, error) {
	if d, ok := parseDuration(s); ok {
		return d, nil
	}
	return 0, fmt.Errorf("%w: %q is not a duration", ErrInvalid, s)
}

func parseDuration(s string) (time.Duration, bool) {
	if d, ok := parseDecimal(s); ok {
		d = d.Round(6)
		if !d.ok(6) || d.scaledTo(6) > math.MaxInt64/1000 || d.scaledTo(6) < math.MinInt64/1000 {
			return 0, false
		}
		return time.Duration(d.scaledTo(6)) * time.Microsecond, true
	}
	// Go has no unit above the hour.
	negative := strings.HasPrefix(s, "-")
	rest := strings.TrimLeft(s, "+-")
	if len(s)-len(rest) > 1 {
		return 0, false
	}
	days := 0.0
	for _, unit := range []struct {
		name byte
		days float64
	}{{'w', 7}, {'d', 1}} {
		if at := strings.IndexByte(rest, unit.name); at >= 0 {
			n, ok := parseDecimal(rest[:at])
			if !ok || n.Sign() < 0 || at > 0 && (rest[0] == '+' || rest[0] == '-') {
				return 0, false
			}
			days += n.Float64() * unit.days
			rest = rest[at+1:]
			if rest == "" {
				rest = "0s"
			}
		}
	}
	if rest == "" || rest[0] == '+' || rest[0] == '-' {
		return 0, false
	}
	d, err := time.ParseDuration(rest)
	if total := float64(d) + days*24*float64(time.Hour); err != nil || total > math.MaxInt64/2 {
		return 0, false
	}
	d += time.Duration(days * 24 * float64(time.Hour))
	if negative {
		d = -d
	}
	return d, true
}
