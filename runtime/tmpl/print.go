package tmpl

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Append appends a value as {{ }} shows it, escaped unless it is Safe.
func (s *State) Append(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return AppendHTML(b, v)
	case Safe:
		return append(b, v...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case Tuple:
		return AppendHTML(b, repr(v))
	}
	v = simplify(v)
	if html, ok := htmlOf(v); ok {
		return append(b, html...)
	}
	switch v := v.(type) {
	case Safe:
		return append(b, v...)
	case int64, float64, bool, nil, Decimal, time.Time, Zoned:
		return s.AppendRaw(b, v)
	}
	mark := len(b)
	return EscapeHTML(s.AppendRaw(b, v), mark)
}

// AppendRaw appends a value as {{ }} shows it where autoescape is off.
func (s *State) AppendRaw(b []byte, v any) []byte {
	if t, ok := v.(Tuple); ok {
		return append(b, repr(t)...)
	}
	switch v := simplify(v).(type) {
	case string:
		return append(b, v...)
	case Safe:
		return append(b, v...)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return s.AppendFloat(b, v)
	case Decimal:
		return s.AppendDecimal(b, v)
	case time.Time:
		return s.AppendTime(b, v)
	case Zoned:
		return appendFormat(b, moment{t: v.Time, lang: s.locale()}, s.shown("DATETIME_FORMAT"))
	case Naive:
		return appendFormat(b, moment{t: v.Time, lang: s.locale(), naive: true, zone: s.zone}, s.shown("DATETIME_FORMAT"))
	case Date:
		return s.AppendDay(b, v.Time)
	case Clock:
		return s.AppendClock(b, v.Time)
	default:
		if html, ok := htmlOf(v); ok {
			return append(b, html...)
		}
		return append(b, text(v)...)
	}
}

// htmlOf is how an object prints itself that has a method HTML: a form, a field.
func htmlOf(v any) (Safe, bool) {
	if r := reflect.ValueOf(v); r.Kind() != reflect.Pointer && r.Kind() != reflect.Struct {
		return "", false
	}
	m := reflect.ValueOf(v).MethodByName("HTML")
	if !m.IsValid() || m.Type().NumIn() != 0 || m.Type().NumOut() != 1 || m.Type().Out(0).Kind() != reflect.String {
		return "", false
	}
	return Safe(m.Call(nil)[0].String()), true
}

// AppendBool appends True or False.
func AppendBool(b []byte, v bool) []byte {
	if v {
		return append(b, "True"...)
	}
	return append(b, "False"...)
}

// AppendFloat appends a number as templates show it: the shortest digits, and
// no exponent up to 200 digits.
func AppendFloat(b []byte, f float64) []byte {
	if a := math.Abs(f); a != 0 && (a >= 1e16 || a < 1e-4) && !math.IsInf(f, 0) {
		return appendDecimal(b, Decimal(floatText(f)))
	}
	return append(b, floatText(f)...)
}

// floatText is Python's repr of a float.
func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if a := math.Abs(f); a != 0 && (a >= 1e16 || a < 1e-4) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// AppendDuration appends a length of time as Python prints it: 1 day, 2:03:04.
func AppendDuration(b []byte, d time.Duration) []byte {
	micros := d.Microseconds()
	const day = 86400 * 1000000
	days := micros / day
	rest := micros % day
	if rest < 0 {
		rest += day
		days--
	}
	if days != 0 {
		b = strconv.AppendInt(b, days, 10)
		b = append(b, " day"...)
		if days != 1 && days != -1 {
			b = append(b, 's')
		}
		b = append(b, ", "...)
	}
	seconds := rest / 1000000
	b = fmt.Appendf(b, "%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if f := rest % 1000000; f != 0 {
		b = fmt.Appendf(b, ".%06d", f)
	}
	return b
}

// text is Python's str of a value.
func text(v any) string {
	if t, ok := v.(Tuple); ok {
		return repr(t)
	}
	switch v := simplify(v).(type) {
	case nil:
		return "None"
	case absent:
		return ""
	case string:
		return v
	case Safe:
		return string(v)
	case bool:
		return string(AppendBool(nil, v))
	case int64:
		return strconv.FormatInt(v, 10)
	case *big.Int:
		return v.String()
	case float64:
		return floatText(v)
	case Decimal:
		return string(v)
	case time.Duration:
		return string(AppendDuration(nil, v))
	case time.Time:
		return isoText(v, true)
	case Zoned:
		return isoText(v.Time, true)
	case Naive:
		return isoText(v.Time, false)
	case Date:
		return v.Format("2006-01-02")
	case Clock:
		return clockText(v.Time)
	case fmt.Stringer:
		return v.String()
	case error:
		return v.Error()
	default:
		return repr(v)
	}
}

// isoText is str(datetime).
func isoText(t time.Time, zone bool) string {
	s := t.Format("2006-01-02 15:04:05")
	if us := t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(".%06d", us)
	}
	if zone {
		s += offsetText(t, ":")
	}
	return s
}

func clockText(t time.Time) string {
	s := t.Format("15:04:05")
	if us := t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(".%06d", us)
	}
	return s
}

// offsetText is +HH:MM.
func offsetText(t time.Time, colon string) string {
	_, offset := t.Zone()
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	return fmt.Sprintf("%s%02d%s%02d", sign, offset/3600, colon, offset/60%60)
}

// repr is Python's repr of a value, for lists and maps that a template prints.
func repr(v any) string {
	if t, ok := v.(Tuple); ok {
		inside := strings.TrimSuffix(repr([]any(t))[1:], "]")
		if len(t) == 1 {
			inside += ","
		}
		return "(" + inside + ")"
	}
	v = simplify(v)
	switch v := v.(type) {
	case string:
		return quoteText(v)
	case Safe:
		return quoteText(string(v))
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = repr(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case Decimal:
		return "Decimal('" + string(v) + "')"
	case nil, bool, int64, float64, *big.Int:
		return text(v)
	}
	if isMap(v) {
		keys, values := pairs(v)
		parts := make([]string, len(keys))
		for i := range keys {
			parts[i] = repr(keys[i]) + ": " + repr(values[i])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if s, ok := v.(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprint(v)
}

// quoteText is Python's repr of a text.
func quoteText(s string) string {
	q := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = `"`
	}
	var b strings.Builder
	b.WriteString(q)
	for _, r := range s {
		switch {
		case r == '\\' || string(r) == q:
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == ' ' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String() + q
}

// asciiText is Python's ascii of what repr has made: nothing beyond ASCII.
func asciiText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}
