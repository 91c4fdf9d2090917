package tmpl

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// AppendJSONScript appends a value as a script element of type application/json.
func (s *State) AppendJSONScript(b []byte, v any, id string) []byte {
	b = append(b, "<script"...)
	if id != "" {
		b = append(b, ` id="`...)
		b = append(AppendHTML(b, id), '"')
	}
	b = append(b, ` type="application/json">`...)
	return append(s.appendJSON(b, v), "</script>"...)
}

// FilterJsonScript is the filter json_script.
func FilterJsonScript(s *State, v any, args ...any) any {
	id := ""
	if len(args) > 0 && True(args[0]) {
		id = text(args[0])
	}
	return Safe(s.AppendJSONScript(nil, v, id))
}

// appendJSON writes a value as Django's JSON encoder does, with < > & as
// escapes, so that it may stand in a script element.
func (s *State) appendJSON(b []byte, v any) []byte {
	switch v := simplify(v).(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case *big.Int:
		return append(b, v.String()...)
	case float64:
		switch {
		case isFinite(v):
			return append(b, floatText(v)...)
		case v != v:
			return append(b, "NaN"...)
		case v > 0:
			return append(b, "Infinity"...)
		}
		return append(b, "-Infinity"...)
	case string:
		return appendJSONText(b, v)
	case Safe:
		return appendJSONText(b, string(v))
	case Decimal:
		return appendJSONText(b, string(v))
	case time.Time:
		return appendJSONText(b, isoJSON(v, true))
	case Zoned:
		return appendJSONText(b, isoJSON(v.Time, true))
	case Naive:
		return appendJSONText(b, isoJSON(v.Time, false))
	case Date:
		return appendJSONText(b, v.Format("2006-01-02"))
	case Clock:
		return appendJSONText(b, clockJSON(v.Time))
	case time.Duration:
		return appendJSONText(b, durationISO(v))
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = s.appendJSON(b, item)
		}
		return append(b, ']')
	default:
		if isMap(v) {
			return s.appendJSONMap(b, v)
		}
		return s.appendJSONOther(b, v)
	}
}

func (s *State) appendJSONMap(b []byte, v any) []byte {
	keys, values := pairs(v)
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ", "...)
		}
		switch k := simplify(k).(type) {
		case nil:
			b = append(b, `"null"`...)
		case bool:
			b = appendJSONText(b, strconv.FormatBool(k))
		case string, int64, float64, *big.Int, Safe:
			b = appendJSONText(b, text(k))
		default:
			s.failf("a key of type %s does not go into JSON", describe(k))
		}
		b = append(b, ": "...)
		b = s.appendJSON(b, values[i])
	}
	return append(b, '}')
}

// appendJSONOther writes Go values by encoding/json, whose escapes fit a script too.
func (s *State) appendJSONOther(b []byte, v any) []byte {
	if reflect.ValueOf(v).Kind() == reflect.Func {
		list, ok := items(v)
		if !ok {
			s.failf("a value of type %s does not go into JSON", describe(v))
			return append(b, "null"...)
		}
		return s.appendJSON(b, list)
	}
	if t, ok := v.(fmt.Stringer); ok {
		if _, own := v.(json.Marshaler); !own {
			return appendJSONText(b, t.String())
		}
	}
	out, err := json.Marshal(v)
	if err != nil {
		s.failf("a value of type %s does not go into JSON: %v", describe(v), err)
		return append(b, "null"...)
	}
	return append(b, out...)
}

// appendJSONText writes a string in ASCII.
func appendJSONText(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r == '<' || r == '>' || r == '&':
			b = fmt.Appendf(b, `\u%04X`, r)
		case r < 32 || r > 126 && r < 0x10000:
			b = fmt.Appendf(b, `\u%04x`, r)
		case r >= 0x10000:
			r1, r2 := utf16.EncodeRune(r)
			b = fmt.Appendf(b, `\u%04x\u%04x`, r1, r2)
		default:
			b = append(b, byte(r))
		}
	}
	return append(b, '"')
}

// isoJSON is a moment as Django's encoder writes it: milliseconds, Z for UTC.
func isoJSON(t time.Time, zone bool) string {
	s := t.Format("2006-01-02T15:04:05")
	if us := t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(".%03d", us/1000)
	}
	if zone {
		o := offsetText(t, ":")
		if o == "+00:00" {
			o = "Z"
		}
		s += o
	}
	return s
}

func clockJSON(t time.Time) string {
	s := t.Format("15:04:05")
	if us := t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(".%03d", us/1000)
	}
	return s
}

// durationISO is ISO 8601's form: P1DT02H03M04S.
func durationISO(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	days := d / (24 * time.Hour)
	d -= days * 24 * time.Hour
	ms := ""
	if us := d % time.Second / time.Microsecond; us != 0 {
		ms = fmt.Sprintf(".%06d", us)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%sP%dDT%02dH%02dM%02d%sS", sign, days, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, ms)
	return b.String()
}
