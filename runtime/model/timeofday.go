package model

import (
	"fmt"
	"time"
)

// TimeOfDay is a time on the clock, without day or zone (TimeField), kept as
// microseconds since midnight. The zero TimeOfDay is midnight.
type TimeOfDay struct{ micros int64 }

const (
	second = 1_000_000 // microseconds
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// NewTimeOfDay is the time of that hour (0 to 23), minute, second and
// microsecond; values outside wrap around midnight.
func NewTimeOfDay(h, m, s, micros int) TimeOfDay {
	n := (int64(h)*hour + int64(m)*minute + int64(s)*second + int64(micros)) % day
	if n < 0 {
		n += day
	}
	return TimeOfDay{n}
}

// TimeOfDayOf is the time on the clock of t in t's zone.
func TimeOfDayOf(t time.Time) TimeOfDay {
	h, m, s := t.Clock()
	return NewTimeOfDay(h, m, s, t.Nanosecond()/1000)
}

// ParseTimeOfDay reads HH:MM, HH:MM:SS or HH:MM:SS with up to six decimals.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	t, ok := parseTimeOfDay(s)
	if !ok {
		return TimeOfDay{}, fmt.Errorf("%w: %q is not a time of the form HH:MM[:SS[.ffffff]]", ErrInvalid, s)
	}
	return t, nil
}

func parseTimeOfDay(s string) (TimeOfDay, bool) {
	if len(s) < 5 || len(s) > 15 || s[2] != ':' {
		return TimeOfDay{}, false
	}
	h, ok1 := digits(s[0:2])
	m, ok2 := digits(s[3:5])
	sec, micros := 0, 0
	if len(s) > 5 {
		if len(s) < 8 || s[5] != ':' {
			return TimeOfDay{}, false
		}
		var ok bool
		if sec, ok = digits(s[6:8]); !ok {
			return TimeOfDay{}, false
		}
		if len(s) > 8 {
			if s[8] != '.' || len(s) == 9 {
				return TimeOfDay{}, false
			}
			if micros, ok = digits(s[9:]); !ok {
				return TimeOfDay{}, false
			}
			for i := len(s) - 9; i < 6; i++ {
				micros *= 10
			}
		}
	}
	if !ok1 || !ok2 || h > 23 || m > 59 || sec > 59 {
		return TimeOfDay{}, false
	}
	return NewTimeOfDay(h, m, sec, micros), true
}

// Clock returns the hour, minute and second.
func (t TimeOfDay) Clock() (h, m, s int) {
	return int(t.micros / hour), int(t.micros % hour / minute), int(t.micros % minute / second)
}

// Microsecond is the part of a second, 0 to 999999.
func (t TimeOfDay) Microsecond() int { return int(t.micros % second) }

// Compare is -1, 0 or +1 as t is before, the same as or after u.
func (t TimeOfDay) Compare(u TimeOfDay) int { return sign(int(t.micros - u.micros)) }

// AppendText appends the form of String. It never fails.
func (t TimeOfDay) AppendText(b []byte) ([]byte, error) { return t.append(b), nil }

func (t TimeOfDay) append(b []byte) []byte {
	h, m, s := t.Clock()
	b = appendDigits(b, h, 2)
	b = append(b, ':')
	b = appendDigits(b, m, 2)
	b = append(b, ':')
	b = appendDigits(b, s, 2)
	if micros := t.Microsecond(); micros != 0 {
		b = append(b, '.')
		b = appendDigits(b, micros, 6)
	}
	return b
}

// String is HH:MM:SS, with six decimals where there is a part of a second.
func (t TimeOfDay) String() string { return string(t.append(make([]byte, 0, 15))) }
