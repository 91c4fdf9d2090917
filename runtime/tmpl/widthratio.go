package tmpl

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// WidthRatio is value / most * width, rounded half to even (the tag
// widthratio). What is no number is "", a division by zero "0"; a width that is
// no number is an error.
func (s *State) WidthRatio(value, most, width any) string {
	w, ok := widthOf(width)
	if !ok {
		s.failf("the last argument of widthratio has to be a number, not %s", repr(width))
		return ""
	}
	v, okV := floatOf(value)
	m, okM := floatOf(most)
	switch {
	case !okV || !okM:
		return ""
	case m == 0:
		return "0"
	}
	ratio := v / m * float64(w)
	if math.IsNaN(ratio) || math.IsInf(ratio, 0) {
		return ""
	}
	if ratio = math.RoundToEven(ratio); ratio == 0 {
		return "0" // without a sign
	}
	return strconv.FormatFloat(ratio, 'f', 0, 64)
}

// widthOf is Python's int() of the width.
func widthOf(v any) (int, bool) {
	v = simplify(v)
	if f, ok := v.(float64); ok && isFinite(f) {
		return int(f), true
	}
	return toInt(v)
}

// floatOf is Python's float().
func floatOf(v any) (float64, bool) {
	switch v := simplify(v).(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case Safe:
		return floatOf(string(v))
	case string:
		f, err := parseFloat(v)
		return f, err == nil
	}
	if r, ok := rational(simplify(v)); ok {
		f, _ := r.Float64()
		return f, true
	}
	return 0, false
}

// parseFloat is Python's float() of a text: digits of every script, no hexadecimal.
func parseFloat(s string) (float64, error) {
	s = asciiDigits(s)
	if strings.ContainsAny(s, "xX") {
		return 0, strconv.ErrSyntax
	}
	f, err := strconv.ParseFloat(s, 64)
	if errors.Is(err, strconv.ErrRange) {
		err = nil // infinite, or zero
	}
	return f, err
}
