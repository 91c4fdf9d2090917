package schema

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// unit is one unit of a duration or a size.
type unit struct {
	name   string
	amount int64
}

// durationUnits are nginx's, as far as their length does not depend on the calendar.
func durationUnits() []unit {
	return []unit{
		{"ms", int64(time.Millisecond)}, {"s", int64(time.Second)}, {"m", int64(time.Minute)},
		{"h", int64(time.Hour)}, {"d", 24 * int64(time.Hour)}, {"w", 7 * 24 * int64(time.Hour)},
	}
}

// sizeUnits are powers of 1024, as nginx's k, m and g are.
func sizeUnits() []unit {
	return []unit{{"B", 1}, {"KB", 1 << 10}, {"MB", 1 << 20}, {"GB", 1 << 30}, {"TB", 1 << 40}}
}

// ParseDuration reads "30s", "1h30m" or "365d"; a minus may stand before it.
func ParseDuration(text string) (time.Duration, error) {
	body, negative := strings.CutPrefix(text, "-")
	n, err := parseUnits(body, durationUnits(), true)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration", text)
	}
	if negative {
		n = -n
	}
	return time.Duration(n), nil
}

// parseSize reads "10MB".
func parseSize(text string) (int64, error) {
	n, err := parseUnits(text, sizeUnits(), false)
	if err != nil {
		return 0, fmt.Errorf("%q is not a size", text)
	}
	return n, nil
}

// parseUnits adds up whole or decimal numbers with units, of which there may be several.
func parseUnits(text string, units []unit, several bool) (int64, error) {
	total, rest := 0.0, text
	for first := true; rest != "" || first; first = false {
		if !first && !several {
			return 0, fmt.Errorf("more than one number")
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if end <= 0 || end > 20 {
			return 0, fmt.Errorf("no unit")
		}
		number, err := strconv.ParseFloat(rest[:end], 64)
		if err != nil {
			return 0, err
		}
		rest = rest[end:]
		stop := strings.IndexAny(rest, "0123456789.")
		if stop < 0 {
			stop = len(rest)
		}
		amount := int64(0)
		for _, u := range units {
			if u.name == rest[:stop] {
				amount = u.amount
			}
		}
		if amount == 0 {
			return 0, fmt.Errorf("unknown unit")
		}
		rest = rest[stop:]
		total += number * float64(amount)
	}
	if total > math.MaxInt64/2 {
		return 0, fmt.Errorf("too large")
	}
	return int64(math.Round(total)), nil
}
