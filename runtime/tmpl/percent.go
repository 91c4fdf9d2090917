package tmpl

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// percent is Python's % of one code, as "05.1f"; ok is false where Python fails.
func percent(code string, v any) (string, bool) {
	flags, rest := splitWhile(code, "-+ 0#")
	width, rest := splitWhile(rest, "0123456789")
	precision := -1
	if strings.HasPrefix(rest, ".") {
		var digits string
		digits, rest = splitWhile(rest[1:], "0123456789")
		precision, _ = strconv.Atoi(digits)
	}
	_, rest = splitWhile(rest, "hlL")
	if rest == "" {
		return "", false
	}
	verb, after := rest[0], rest[1:]
	if strings.Contains(after, "%") && strings.ReplaceAll(after, "%%", "") != after {
		after = strings.ReplaceAll(after, "%%", "%")
	} else if strings.Contains(after, "%") {
		return "", false
	}
	if w, _ := strconv.Atoi(width); w > maxWidth || precision > maxWidth {
		return "", false
	}
	out, ok := percentVerb(verb, flags, precision, v)
	if !ok {
		return "", false
	}
	return pad(out, flags, width, verb) + after, true
}

func splitWhile(s, set string) (head, rest string) {
	n := len(s) - len(strings.TrimLeft(s, set))
	return s[:n], s[n:]
}

// pad brings a formatted value to its width.
func pad(s, flags, width string, verb byte) string {
	w, _ := strconv.Atoi(width)
	gap := w - utf8.RuneCountInString(s)
	switch {
	case gap <= 0:
		return s
	case strings.Contains(flags, "-"):
		return s + strings.Repeat(" ", gap)
	case strings.Contains(flags, "0") && strings.IndexByte("diouxXeEfFgG", verb) >= 0:
		sign := ""
		if s != "" && strings.ContainsRune("+- ", rune(s[0])) {
			sign, s = s[:1], s[1:]
		}
		if strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X") || strings.HasPrefix(s, "0o") {
			sign, s = sign+s[:2], s[2:]
		}
		return sign + strings.Repeat("0", gap) + s
	}
	return strings.Repeat(" ", gap) + s
}

func percentVerb(verb byte, flags string, precision int, v any) (string, bool) {
	switch verb {
	case 's', 'r', 'a':
		t := text(v)
		if verb != 's' {
			t = repr(v)
		}
		if verb == 'a' {
			t = asciiText(t)
		}
		if precision >= 0 {
			if r := []rune(t); len(r) > precision {
				t = string(r[:precision])
			}
		}
		return t, true
	case 'c':
		if n, ok := simplify(v).(int64); ok {
			return string(rune(n)), n >= 0 && n <= 0x10ffff
		}
		t, ok := textOf(simplify(v))
		return t, ok && utf8.RuneCountInString(t) == 1
	case 'd', 'i', 'u', 'o', 'x', 'X':
		n, ok := percentInt(verb, v)
		if !ok {
			return "", false
		}
		return signed(formatInt(n, verb, flags, precision), flags), true
	case 'e', 'E', 'f', 'F', 'g', 'G':
		f, ok := percentFloat(v)
		if !ok {
			return "", false
		}
		if precision < 0 {
			precision = 6
		}
		return signed(formatFloat(f, verb, flags, precision), flags), true
	}
	return "", false
}

func signed(s, flags string) string {
	switch {
	case strings.HasPrefix(s, "-"):
		return s
	case strings.Contains(flags, "+"):
		return "+" + s
	case strings.Contains(flags, " "):
		return " " + s
	}
	return s
}

func percentInt(verb byte, v any) (*big.Int, bool) {
	switch simplify(v).(type) {
	case bool, int64, *big.Int:
		return bigInt(v)
	case float64, Decimal:
		if verb == 'd' || verb == 'i' || verb == 'u' {
			return bigInt(v)
		}
	}
	return nil, false
}

func percentFloat(v any) (float64, bool) {
	switch v := simplify(v).(type) {
	case float64:
		return v, true
	case Decimal:
		f, err := strconv.ParseFloat(string(v), 64)
		return f, err == nil
	}
	r, ok := rational(simplify(v))
	if !ok {
		return 0, false
	}
	f, _ := r.Float64()
	return f, true
}

func formatInt(n *big.Int, verb byte, flags string, precision int) string {
	base, prefix := 10, ""
	switch verb {
	case 'o':
		base, prefix = 8, "0o"
	case 'x', 'X':
		base, prefix = 16, "0"+string(verb)
	}
	digits := new(big.Int).Abs(n).Text(base)
	if verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	if len(digits) < precision {
		digits = strings.Repeat("0", precision-len(digits)) + digits
	}
	if base != 10 && strings.Contains(flags, "#") {
		digits = prefix + digits
	}
	if n.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

func formatFloat(f float64, verb byte, flags string, precision int) string {
	if !isFinite(f) {
		s := floatText(f)
		if verb < 'a' {
			s = strings.ToUpper(s)
		}
		return s
	}
	format := "%." + strconv.Itoa(precision) + string(verb)
	if strings.Contains(flags, "#") {
		format = "%#." + strconv.Itoa(precision) + string(verb)
	}
	if verb == 'F' {
		format = strings.ReplaceAll(format, "F", "f")
	}
	if (verb == 'g' || verb == 'G') && precision == 0 {
		format = strings.Replace(format, ".0", ".1", 1)
	}
	return fmt.Sprintf(format, f)
}
