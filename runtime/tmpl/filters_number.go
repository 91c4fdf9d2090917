package tmpl

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// bigInt is Python's int() without a bound.
func bigInt(v any) (*big.Int, bool) {
	switch v := simplify(v).(type) {
	case *big.Int:
		return v, true
	case Decimal:
		r, ok := rational(v)
		if !ok {
			return nil, false
		}
		return new(big.Int).Quo(r.Num(), r.Denom()), true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
		n, _ := big.NewFloat(v).Int(nil)
		return n, true
	case string:
		t := asciiDigits(v)
		if len(t) > 4300 {
			return nil, false
		}
		return new(big.Int).SetString(strings.TrimPrefix(t, "+"), 10)
	case Safe:
		return bigInt(string(v))
	case bool, int64:
		n, _ := toInt(v)
		return big.NewInt(int64(n)), true
	}
	return nil, false
}

// smallest gives a big number the type of a small one where it is one.
func smallest(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// FilterAdd is the filter add: numbers are added, texts and lists put together,
// and what does not go together is "".
func FilterAdd(s *State, v any, args ...any) any {
	x, okX := bigInt(v)
	y, okY := bigInt(args[0])
	if okX && okY {
		return smallest(new(big.Int).Add(x, y))
	}
	return plus(simplify(v), simplify(args[0]))
}

// plus is Python's + for what is no pair of whole numbers.
func plus(a, b any) any {
	if x, ok := textOf(a); ok {
		y, ok := textOf(b)
		if !ok {
			return ""
		}
		_, safeX := a.(Safe)
		_, safeY := b.(Safe)
		if safeX && safeY {
			return Safe(x + y)
		}
		return x + y
	}
	switch x := a.(type) {
	case []any:
		if y, ok := b.([]any); ok {
			return append(append([]any{}, x...), y...)
		}
	case float64:
		switch y := b.(type) {
		case float64:
			return x + y
		case int64:
			return x + float64(y)
		}
	case int64:
		if y, ok := b.(float64); ok {
			return float64(x) + y
		}
	}
	return addTimes(a, b)
}

// DivisibleBy reports whether n can be divided by d. Nothing can be divided by 0.
func DivisibleBy(n, d int64) bool { return d != 0 && n%d == 0 }

// FilterDivisibleby is the filter divisibleby.
func FilterDivisibleby(s *State, v any, args ...any) any {
	x, okX := bigInt(v)
	y, okY := bigInt(args[0])
	if !okX || !okY || y.Sign() == 0 {
		s.failf("%s cannot be divided by %s", repr(v), repr(args[0]))
		return false
	}
	return new(big.Int).Rem(x, y).Sign() == 0
}

// FilterGetDigit is the filter get_digit.
func FilterGetDigit(s *State, v any, args ...any) any {
	digit, ok := toInt(args[0])
	n, okN := bigInt(v)
	if !ok || !okN {
		return v
	}
	if digit < 1 {
		return smallest(n)
	}
	digits := n.String()
	if digit > len(digits) {
		return int64(0)
	}
	c := digits[len(digits)-digit]
	if c < '0' || c > '9' {
		s.failf("%s has no digit %d", repr(v), digit)
		return ""
	}
	return int64(c - '0')
}

// Pluralize is the ending for n: of "y,ies" the first for 1, else the second.
func Pluralize(n int64, endings string) string {
	one, many, ok := pluralEndings(endings)
	switch {
	case !ok:
		return ""
	case n == 1:
		return one
	}
	return many
}

func pluralEndings(endings string) (one, many string, ok bool) {
	if !strings.Contains(endings, ",") {
		return "", endings, true
	}
	one, many, _ = strings.Cut(endings, ",")
	return one, many, !strings.Contains(many, ",")
}

// FilterPluralize is the filter pluralize, of a number or of how many a list holds.
func FilterPluralize(s *State, v any, args ...any) any {
	endings := "s"
	if len(args) > 0 {
		endings = text(args[0])
	}
	one, many, ok := pluralEndings(endings)
	if !ok {
		return ""
	}
	pick := func(single bool) any {
		if single {
			return one
		}
		return many
	}
	switch v := simplify(v).(type) {
	case string:
		f, err := parseFloat(v)
		if err != nil {
			return pickLength(v, pick)
		}
		return pick(f == 1)
	case Safe:
		f, err := parseFloat(string(v))
		if err != nil {
			return pickLength(v, pick)
		}
		return pick(f == 1)
	case bool, int64, float64, Decimal, *big.Int:
		return pick(Equal(v, int64(1)))
	default:
		return pickLength(v, pick)
	}
}

func pickLength(v any, pick func(bool) any) any {
	if _, ok := textOf(v); ok {
		return ""
	}
	n, ok := length(v)
	if !ok {
		return ""
	}
	return pick(n == 1)
}

// AppendFilesize appends a number of bytes as 13.0 KB.
func AppendFilesize(b []byte, n int64) []byte {
	return appendFilesize(b, float64(n), nil)
}

// appendFilesize is the filter; s is nil for English.
func appendFilesize(b []byte, n float64, s *State) []byte {
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	const kb = 1 << 10
	if n < kb {
		if s != nil && s.lang != nil {
			if form := s.lang.Plural("", "%d byte", "", int64(n)); form != "%d byte" && form != "" {
				return fmt.Appendf(b, strings.ReplaceAll(form, " ", "\u00a0"), int64(n))
			}
		}
		b = strconv.AppendInt(b, int64(n), 10)
		if int64(n) == 1 {
			return append(b, "\u00a0byte"...)
		}
		return append(b, "\u00a0bytes"...)
	}
	unit, names := float64(kb), []string{"KB", "MB", "GB", "TB", "PB"}
	i := 0
	for i < len(names)-1 && n >= unit*1024 {
		unit *= 1024
		i++
	}
	size := roundHalfUp(Decimal(exact(n/unit)), 1)
	if s != nil && s.lang != nil {
		size = grouped(size, false, s.locale())
		if form := s.lang.Text("", "%s "+names[i]); form != "%s "+names[i] {
			return fmt.Appendf(b, strings.ReplaceAll(form, " ", "\u00a0"), size)
		}
	}
	b = append(b, size...)
	b = append(b, "\u00a0"...)
	return append(b, names[i]...)
}

// exact is all digits of a float.
func exact(f float64) string {
	return strconv.FormatFloat(f, 'f', 60, 64)
}

// FilterFilesizeformat is the filter filesizeformat.
func FilterFilesizeformat(s *State, v any, args ...any) any {
	n, ok := bigInt(v)
	if !ok {
		return keep(v, appendFilesize(nil, 0, s))
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return keep(v, appendFilesize(nil, f, s))
}
