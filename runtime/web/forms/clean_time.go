package forms

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strings"
	"time"
)

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

// parseDuration reads "[days] [hours:[minutes:]]seconds[.parts]", "3 days, 1:00:00", ISO 8601
// and what PostgreSQL writes (Django's parse_duration).
func parseDuration(raw string) (any, *Error) {
	if len(raw) > longestDuration {
		return nil, &Error{"Enter a valid duration.", "invalid"}
	}
	for _, form := range durationForms {
		found := form.FindStringSubmatch(raw)
		if found == nil {
			continue
		}
		// The smaller parts have the sign that stands before them, days one of their own.
		small, large := big.NewRat(0, 1), big.NewRat(0, 1)
		negative := false
		for i, name := range form.SubexpNames() {
			text := strings.ReplaceAll(asciiDigits(found[i]), ",", ".")
			switch unit, known := durationUnits[name]; {
			case name == "sign":
				negative = text == "-"
			case name == "micros" && text != "":
				small.Add(small, big.NewRat(int64(micros(text)), 1e6))
			case known && text != "":
				n, _ := new(big.Rat).SetString(text)
				sum := small
				if unit >= 24*60*60 {
					sum = large
				}
				sum.Add(sum, n.Mul(n, big.NewRat(unit, 1)))
			}
		}
		if negative {
			small.Neg(small)
			if form == isoDuration {
				large.Neg(large)
			}
		}
		// To whole microseconds, in 64 bits of nanoseconds.
		total := small.Add(small, large)
		total.Mul(total, big.NewRat(1e6, 1))
		whole, _ := new(big.Int).SetString(total.FloatString(0), 10)
		if limit := big.NewInt(math.MaxInt64 / 1000); whole.CmpAbs(limit) > 0 {
			days := int64(math.MaxInt64 / (24 * time.Hour))
			return nil, &Error{fmt.Sprintf("The number of days must be between %d and %d.", -days, days), "overflow"}
		}
		return time.Duration(whole.Int64()) * time.Microsecond, nil
	}
	return nil, &Error{"Enter a valid duration.", "invalid"}
}

// longestDuration is how long the text of a duration may be, in bytes: none that fits 64 bits needs as much, and what is
// longer is not computed with.
const longestDuration = 200

// durationUnits are seconds.
var durationUnits = map[string]int64{"weeks": 7 * 24 * 60 * 60, "days": 24 * 60 * 60, "hours": 60 * 60, "minutes": 60, "seconds": 1}

// The forms of durations, where \p{Nd} is a digit of any script.
var (
	isoDuration   = regexp.MustCompile(strings.ReplaceAll(`^(?P<sign>[-+]?)P(?:(?P<weeks>\d+(?:[.,]\d+)?)W)?(?:(?P<days>\d+(?:[.,]\d+)?)D)?(?:T(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?\n?$`, `\d`, `\p{Nd}`))
	durationForms = []*regexp.Regexp{
		regexp.MustCompile(strings.ReplaceAll(`^(?:(?P<days>-?\d+) (?:days?, )?)?(?P<sign>-?)(?:(?:(?P<hours>\d+):)?(?P<minutes>\d+):)?(?P<seconds>\d+)(?:[.,](?P<micros>\d{1,6})\d{0,6})?\n?$`, `\d`, `\p{Nd}`)),
		isoDuration,
		regexp.MustCompile(strings.ReplaceAll(`^(?:(?P<days>-?\d+) (?:days? ?))?(?:(?P<sign>[-+])?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)(?:\.(?P<micros>\d{1,6}))?)?\n?$`, `\d`, `\p{Nd}`)),
	}
)
