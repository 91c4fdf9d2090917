package tmpl

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"stackgen.dev/runtime/i18n"
)

// AppendFloatFormat appends f rounded as the argument of floatformat says.
func AppendFloatFormat(b []byte, f float64, arg string) []byte {
	if out, ok := appendRounded(b, f, arg); ok {
		return out
	}
	return append(b, floatformat(floatText(f), arg, nil)...)
}

// appendRounded is AppendFloatFormat for a number of decimals in one digit and
// numbers without an exponent, by the digits that the number prints with: half
// is rounded away from zero.
func appendRounded(b []byte, f float64, arg string) ([]byte, bool) {
	if len(arg) != 1 || arg[0] < '1' || arg[0] > '9' || !(f > -1e15 && f < 1e15) || f > -1e-4 && f < 1e-4 {
		return b, false
	}
	places := int(arg[0] - '0')
	mark := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	point := len(b)
	for i := mark; i < len(b); i++ {
		if b[i] == '.' {
			point = i
			break
		}
	}
	if point == len(b) {
		b = append(b, '.')
	}
	have := len(b) - point - 1
	for ; have < places; have++ {
		b = append(b, '0')
	}
	if have == places {
		return b, true
	}
	up := b[point+1+places] >= '5'
	b = b[:point+1+places]
	if up && !increment(b[mark:]) {
		// All digits were nines: 9.99 is 10.00.
		first := mark
		if b[mark] == '-' {
			first++
		}
		b = append(b, 0)
		copy(b[first+1:], b[first:])
		b[first] = '1'
	}
	if b[mark] == '-' && allZero(b[mark+1:]) {
		b = append(b[:mark], b[mark+1:]...)
	}
	return b, true
}

// increment adds one to the last place of a number's digits; false says that
// all became zeros.
func increment(digits []byte) bool {
	for i := len(digits) - 1; i >= 0; i-- {
		switch c := digits[i]; {
		case c == '.' || c == '-':
		case c == '9':
			digits[i] = '0'
		default:
			digits[i]++
			return true
		}
	}
	return false
}

func allZero(digits []byte) bool {
	for _, c := range digits {
		if c != '0' && c != '.' {
			return false
		}
	}
	return true
}

// FilterFloatformat is the filter floatformat.
func FilterFloatformat(s *State, v any, args ...any) any {
	arg := "-1"
	if len(args) > 0 {
		arg = text(args[0])
		if f, ok := simplify(args[0]).(float64); ok && isFinite(f) {
			arg = strconv.Itoa(int(f))
		}
	}
	t := asciiDigits(text(v))
	if _, ok := number(t); !ok {
		// Python's float() reads a little more than Decimal() does.
		return ""
	}
	return Safe(floatformat(t, arg, s.locale()))
}

// digits is a decimal number taken apart: ± coefficient × 10^exponent.
type digits struct {
	negative bool
	coef     string // without leading zeros, "0" for zero
	exp      int
	special  string // inf or nan
}

// number reads what Python's Decimal() reads.
func number(s string) (digits, bool) {
	s = strings.ReplaceAll(strings.TrimFunc(s, isSpace), "_", "")
	var d digits
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	switch lower := strings.ToLower(s); {
	case lower == "inf" || lower == "infinity":
		d.special = "inf"
		return d, true
	case strings.TrimRight(lower, "0123456789") == "nan" || strings.TrimRight(lower, "0123456789") == "snan":
		d.special = "nan"
		return d, true
	}
	mantissa := s
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		exp, err := strconv.Atoi(s[i+1:])
		if err != nil {
			return d, false
		}
		d.exp, mantissa = exp, s[:i]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return d, false
	}
	d.exp -= len(fraction)
	d.coef = strings.TrimLeft(whole+fraction, "0")
	if d.coef == "" {
		d.coef = "0"
	}
	return d, true
}

// plain is the number without an exponent.
func (d digits) plain() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	switch {
	case d.special != "":
		return sign + d.special
	case d.exp >= 0:
		if d.coef == "0" {
			return sign + "0"
		}
		return sign + d.coef + strings.Repeat("0", d.exp)
	}
	coef := d.coef
	if len(coef) <= -d.exp {
		coef = strings.Repeat("0", -d.exp-len(coef)+1) + coef
	}
	return sign + coef[:len(coef)+d.exp] + "." + coef[len(coef)+d.exp:]
}

// appendDecimal appends a decimal number as templates show it.
func appendDecimal(b []byte, v Decimal) []byte {
	d, ok := number(string(v))
	if !ok || d.special != "" {
		return append(b, v...)
	}
	if size := len(d.coef) + max(d.exp, -d.exp); size > 200 {
		return appendScientific(b, d)
	}
	return append(b, d.plain()...)
}

// appendScientific is Python's {:e} of a Decimal.
func appendScientific(b []byte, d digits) []byte {
	if d.negative {
		b = append(b, '-')
	}
	b = append(b, d.coef[0])
	if len(d.coef) > 1 {
		b = append(b, '.')
		b = append(b, d.coef[1:]...)
	}
	exp := d.exp + len(d.coef) - 1
	b = append(b, 'e')
	if exp >= 0 {
		b = append(b, '+')
	}
	return strconv.AppendInt(b, int64(exp), 10)
}

// floatformat is Django's filter on the text of a number.
func floatformat(input, arg string, lang *i18n.Locale) string {
	group := false
	switch {
	case strings.HasSuffix(arg, "gu") || strings.HasSuffix(arg, "ug"):
		arg, lang = arg[:len(arg)-2], nil // without localisation there is no grouping either
	case strings.HasSuffix(arg, "g"):
		group, arg = true, arg[:len(arg)-1]
	case strings.HasSuffix(arg, "u"):
		arg, lang = arg[:len(arg)-1], nil
	}
	if arg == "" {
		arg = "-1"
	}
	d, ok := number(input)
	if !ok {
		return ""
	}
	p, isInt := toInt(arg)
	if !isInt || d.special != "" || len(d.coef)+max(d.exp, -d.exp) > 200 {
		return input
	}
	plain := d.plain()
	whole, fraction, _ := strings.Cut(plain, ".")
	if strings.Trim(fraction, "0") == "" && p <= 0 {
		if strings.Trim(whole, "-0") == "" {
			whole = "0"
		}
		return grouped(whole, group, lang)
	}
	if p < 0 {
		p = -p
	}
	if p > 1000 {
		return input
	}
	return grouped(roundHalfUp(Decimal(plain), p), group, lang)
}

// grouped puts separators between thousands and before the fraction, as the language does.
func grouped(s string, group bool, lang *i18n.Locale) string {
	thousands, point := ",", "."
	if lang != nil {
		thousands, point = lang.Thousands, lang.Decimal
	}
	if !group || thousands == "" {
		if point != "." {
			s = strings.Replace(s, ".", point, 1)
		}
		return s
	}
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, dot := strings.Cut(s, ".")
	var parts []string
	for len(whole) > 3 {
		parts = append([]string{whole[len(whole)-3:]}, parts...)
		whole = whole[:len(whole)-3]
	}
	s = sign + strings.Join(append([]string{whole}, parts...), thousands)
	if dot {
		s += point + fraction
	}
	return s
}

// roundHalfUp rounds a plain decimal number to that many decimals, away from
// zero at the half. A result of zero has no sign.
func roundHalfUp(v Decimal, places int) string {
	s := string(v)
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, fraction, _ := strings.Cut(s, ".")
	up := len(fraction) > places && fraction[places] >= '5'
	if len(fraction) > places {
		fraction = fraction[:places]
	}
	fraction += strings.Repeat("0", places-len(fraction))
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		return s
	}
	if up {
		n.Add(n, big.NewInt(1))
	}
	out := n.String()
	if len(out) <= places {
		out = strings.Repeat("0", places-len(out)+1) + out
	}
	if places > 0 {
		out = out[:len(out)-places] + "." + out[len(out)-places:]
	}
	if negative && n.Sign() != 0 {
		out = "-" + out
	}
	return out
}

// isFinite reports whether f is a number that JSON knows.
func isFinite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
