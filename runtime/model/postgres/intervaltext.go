package postgres

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// The texts of what has no end.
const (
	infinity      = "infinity"
	minusInfinity = "-infinity"
)

// infinite is the text of a timestamp, a date or an interval without end, "" for any
// other. An interval is one with all of its parts at their end.
func infinite(b []byte) string {
	switch len(b) {
	case 4:
		return endOf(int64(int32(binary.BigEndian.Uint32(b))), math.MinInt32, math.MaxInt32)
	case 8:
		return endOf(int64(binary.BigEndian.Uint64(b)), math.MinInt64, math.MaxInt64)
	case 16:
		if end := infinite(b[:8]); end == infinite(b[8:12]) && end == infinite(b[12:]) {
			return end
		}
	}
	return ""
}

func endOf(n, least, most int64) string {
	switch n {
	case least:
		return minusInfinity
	case most:
		return infinity
	}
	return ""
}

// intervalText is an interval of 16 bytes as PostgreSQL writes it (intervalstyle
// postgres): 1 year 2 mons -3 days +04:05:06.5.
func intervalText(b []byte) string {
	if end := infinite(b); end != "" {
		return end
	}
	micros := int64(binary.BigEndian.Uint64(b))
	days := int64(int32(binary.BigEndian.Uint32(b[8:])))
	months := int64(int32(binary.BigEndian.Uint32(b[12:])))
	var parts []string
	negative := false // the part before, so that what is positive says so
	for _, part := range []struct {
		n    int64
		unit string
	}{{months / 12, "year"}, {months % 12, "mon"}, {days, "day"}} {
		if part.n == 0 {
			continue
		}
		plus, plural := "", "s"
		if negative && part.n > 0 {
			plus = "+"
		}
		if part.n == 1 {
			plural = ""
		}
		parts = append(parts, fmt.Sprintf("%s%d %s%s", plus, part.n, part.unit, plural))
		negative = part.n < 0
	}
	if micros == 0 && len(parts) > 0 {
		return strings.Join(parts, " ")
	}
	sign, clock := "", uint64(micros)
	switch {
	case micros < 0:
		sign, clock = "-", -uint64(micros)
	case negative:
		sign = "+"
	}
	seconds := clock / 1_000_000
	text := fmt.Sprintf("%s%02d:%02d:%02d", sign, seconds/3600, seconds/60%60, seconds%60)
	if fraction := clock % 1_000_000; fraction > 0 {
		text += strings.TrimRight(fmt.Sprintf(".%06d", fraction), "0")
	}
	return strings.Join(append(parts, text), " ")
}
