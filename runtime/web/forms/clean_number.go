package forms

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/validators"
)

// digits writes digits of every script as 0 to 9, as Python's numbers read
// them, and takes single underscores between digits away.
func digits(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < 0x80 && s[i] != '_'
	}
	if plain {
		return s
	}
	var b strings.Builder
	previous := rune(0)
	for i, r := range s {
		switch {
		case r == '_' && unicode.IsDigit(previous) && i+1 < len(s) && s[i+1] != '_' && s[i+1] != '.':
		case r >= 0x80 && unicode.IsDigit(r):
			b.WriteByte('0' + digitValue(r))
		default:
			b.WriteRune(r)
		}
		previous = r
	}
	return b.String()
}

// digitValue of a decimal digit: they stand in runs of ten that begin with zero.
func digitValue(r rune) byte {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return byte((r - rune(t.Lo)) % 10)
		}
	}
	return 0
}

func (f *Field) parseInteger(raw string) (any, *Error) {
	s := digits(raw)
	if at := strings.IndexByte(s, '.'); at >= 0 && strings.Trim(s[at+1:], "0") == "" {
		s = s[:at]
	}
	whole := strings.TrimLeft(s, "+-")
	if whole == "" || len(s)-len(whole) > 1 || strings.Trim(whole, "0123456789") != "" {
		return nil, &Error{"Enter a whole number.", "invalid"}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		if s[0] == '-' {
			return nil, tooSmall(int64(math.MinInt64))
		}
		return nil, tooBig(int64(math.MaxInt64))
	}
	if low, ok := f.Min.(int64); ok && n < low {
		return nil, tooSmall(low)
	}
	if high, ok := f.Max.(int64); ok && n > high {
		return nil, tooBig(high)
	}
	if e := f.checkStep(float64(n)); e != nil {
		return nil, e
	}
	return n, nil
}

func tooSmall(limit any) *Error {
	return &Error{fmt.Sprintf("Ensure this value is greater than or equal to %v.", limit), "min_value"}
}

func tooBig(limit any) *Error {
	return &Error{fmt.Sprintf("Ensure this value is less than or equal to %v.", limit), "max_value"}
}

func (f *Field) parseFloat(raw string) (any, *Error) {
	s := digits(raw)
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) || strings.ContainsAny(s, "xXpP_") {
		return nil, &Error{"Enter a number.", "invalid"}
	}
	if low, ok := f.Min.(float64); ok && n < low {
		return nil, tooSmall(low)
	}
	if high, ok := f.Max.(float64); ok && n > high {
		return nil, tooBig(high)
	}
	return n, nil
}

func (f *Field) parseDecimal(raw string) (any, *Error) {
	plain, ok := expand(digits(raw))
	if !ok {
		return nil, &Error{"Enter a number.", "invalid"}
	}
	whole, decimals, _ := strings.Cut(strings.TrimLeft(plain, "+-"), ".")
	if e := f.checkDigits(len(strings.TrimLeft(whole, "0")), len(decimals), decimals); e != nil {
		return nil, e
	}
	d, err := model.ParseDecimal(plain)
	if err != nil {
		return nil, tooManyDigits(model.MaxDecimalDigits, "in total", "max_digits")
	}
	if low, ok := f.Min.(model.Decimal); ok && d.Compare(low) < 0 {
		return nil, tooSmall(low)
	}
	if high, ok := f.Max.(model.Decimal); ok && d.Compare(high) > 0 {
		return nil, tooBig(high)
	}
	return d, nil
}

// checkDigits is Django's DecimalValidator.
func (f *Field) checkDigits(whole, places int, decimals string) *Error {
	if f.MaxDigits == 0 {
		return nil
	}
	total := whole + places
	if whole == 0 {
		// 0.012 has two digits and three places: the places count.
		total = max(len(strings.TrimLeft(decimals, "0")), places)
	}
	switch {
	case total > f.MaxDigits:
		return tooManyDigits(f.MaxDigits, "in total", "max_digits")
	case places > f.DecimalPlaces:
		return &Error{fmt.Sprintf("Ensure that there are no more than %d decimal place%s.", f.DecimalPlaces, plural(f.DecimalPlaces)), "max_decimal_places"}
	case whole > f.MaxDigits-f.DecimalPlaces:
		return tooManyDigits(f.MaxDigits-f.DecimalPlaces, "before the decimal point", "max_whole_digits")
	}
	return nil
}

func tooManyDigits(most int, where, code string) *Error {
	return &Error{fmt.Sprintf("Ensure that there are no more than %d digit%s %s.", most, plural(most), where), code}
}

// expand writes a number with an exponent out: "1.5e3" is "1500". The exponent
// is limited, so that a few bytes do not become many.
func expand(s string) (string, bool) {
	mantissa, exponent, found := strings.Cut(strings.ToLower(s), "e")
	sign := ""
	if mantissa != "" && (mantissa[0] == '-' || mantissa[0] == '+') {
		sign, mantissa = strings.TrimPrefix(mantissa[:1], "+"), mantissa[1:]
	}
	whole, decimals, _ := strings.Cut(mantissa, ".")
	if whole+decimals == "" || strings.Trim(whole+decimals, "0123456789") != "" {
		return "", false
	}
	if found {
		n, err := strconv.Atoi(exponent)
		if err != nil || n < -40 || n > 40 {
			return "", false
		}
		for ; n > 0; n-- {
			if decimals == "" {
				decimals = "0"
			}
			whole, decimals = whole+decimals[:1], decimals[1:]
		}
		for ; n < 0; n++ {
			if whole == "" {
				whole = "0"
			}
			whole, decimals = whole[:len(whole)-1], whole[len(whole)-1:]+decimals
		}
	}
	if whole == "" {
		whole = "0"
	}
	if decimals != "" {
		decimals = "." + decimals
	}
	return sign + whole + decimals, true
}

// checkStep asks for a number of steps from the lowest value.
func (f *Field) checkStep(n float64) *Error {
	if f.Step == 0 {
		return nil
	}
	offset := 0.0
	switch low := f.Min.(type) {
	case int64:
		offset = float64(low)
	case float64:
		offset = low
	case model.Decimal:
		offset = low.Float64()
	}
	if p := validators.StepValue(n, f.Step, offset); p != nil {
		return &Error{p.Message, p.Code}
	}
	return nil
}
