package model

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendJSONString appends s as a JSON string, in the form of encoding/json:
// with <, >, & and the line separators escaped, so that it may stand in HTML;
// bytes that are not UTF-8 become U+FFFD.
func AppendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, '\\', 'b')
			case '\f':
				b = append(b, '\\', 'f')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, s[start:i]...)
			b = append(b, `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			b = append(b, s[start:i]...)
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&15])
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// AppendJSONTime appends t in UTC as an RFC 3339 string.
func AppendJSONTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// AppendJSONFloat appends f; infinities and NaN, which JSON lacks, are null.
func AppendJSONFloat(b []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(b, "null"...)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, f, format, -1, 64)
}

// AppendJSONDuration appends d as an ISO 8601 string with days, hours, minutes
// and seconds: "P1DT02H03M04.500000S", as Django's encoder does.
func AppendJSONDuration(b []byte, d time.Duration) []byte {
	b = append(b, '"')
	micros := d.Microseconds()
	if micros < 0 {
		b = append(b, '-')
		micros = -micros
	}
	b = append(b, 'P')
	b = strconv.AppendInt(b, micros/day, 10)
	b = append(b, "DT"...)
	b = appendDigits(b, int(micros%day/hour), 2)
	b = append(b, 'H')
	b = appendDigits(b, int(micros%hour/minute), 2)
	b = append(b, 'M')
	b = appendDigits(b, int(micros%minute/second), 2)
	if rest := micros % second; rest != 0 {
		b = append(b, '.')
		b = appendDigits(b, int(rest), 6)
	}
	return append(b, `S"`...)
}

// AppendJSONText appends a Date, TimeOfDay, Decimal or UUID as a JSON string.
func AppendJSONText[T encoding.TextAppender](b []byte, v T) []byte {
	b = append(b, '"')
	b, err := v.AppendText(b)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return append(b, '"')
}

// AppendJSONRaw appends what is JSON already; an empty text is null.
func AppendJSONRaw(b []byte, raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return append(b, "null"...)
	}
	return append(b, raw...)
}

// AppendJSONBytes appends bytes as a JSON string in base 64.
func AppendJSONBytes(b, v []byte) []byte {
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, v)
	return append(b, '"')
}
