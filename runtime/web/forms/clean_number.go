package forms

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/validators"
)

// asciiDigits writes digits of every script as 0 to 9.
func asciiDigits(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < 0x80
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && unicode.IsDigit(r) {
			return '0' + rune(digitValue(r))
		}
		return r
	}, s)
}

// digits is a number as Python's int and float read it: with digits of every script, single
// underscores between them, and blanks around it.
func digits(s string) string {
	s = asciiDigits(strings.TrimSpace(s))
	if strings.IndexByte(s, '_') < 0 {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if s[i] == '_' && i > 0 && isDigit(s[i-1]) && i+1 < len(s) && isDigit(s[i+1]) {
			continue
		}
		b.WriteByte(s[i])
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

func (f *Field) parseInteger(raw string) (any, []Error) {
	s := strings.TrimRightFunc(raw, unicode.IsSpace)
	if at := strings.IndexByte(s, '.'); at >= 0 && strings.Trim(s[at+1:], "0") == "" {
		s = s[:at]
	}
	s = digits(s)
	whole := strings.TrimLeft(s, "+-")
	if whole == "" || len(s)-len(whole) > 1 || strings.Trim(whole, "0123456789") != "" {
		return nil, []Error{{"Enter a whole number.", "invalid"}}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		if wrong := f.beyond(s[0] == '-'); wrong != nil {
			return nil, wrong
		}
		if s[0] == '-' {
			return nil, []Error{*tooSmall(int64(math.MinInt64))}
		}
		return nil, []Error{*tooBig(int64(math.MaxInt64))}
	}
	return n, append(within(f, n, cmp.Compare), f.checkStep(float64(n))...)
}

// within says where a number is beyond the field's limits.
func within[N any](f *Field, n N, compare func(a, b N) int) (errs []Error) {
	if high, ok := f.Max.(N); ok && compare(n, high) > 0 {
		errs = append(errs, *tooBig(high))
	}
	if low, ok := f.Min.(N); ok && compare(n, low) < 0 {
		errs = append(errs, *tooSmall(low))
	}
	return errs
}

// beyond says which limit a number is beyond that is too large to be compared.
func (f *Field) beyond(negative bool) []Error {
	switch {
	case negative && f.Min != nil:
		return []Error{*tooSmall(f.Min)}
	case !negative && f.Max != nil:
		return []Error{*tooBig(f.Max)}
	}
	return nil
}

func tooSmall(limit any) *Error {
	return &Error{fmt.Sprintf("Ensure this value is greater than or equal to %v.", limit), "min_value"}
}

func tooBig(limit any) *Error {
	return &Error{fmt.Sprintf("Ensure this value is less than or equal to %v.", limit), "max_value"}
}

func (f *Field) parseFloat(raw string) (any, []Error) {
	s := digits(raw)
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) || strings.ContainsAny(s, "xXpP_") {
		return nil, []Error{{"Enter a number.", "invalid"}}
	}
	return n, append(within(f, n, cmp.Compare), f.checkStep(n)...)
}

func (f *Field) parseDecimal(raw string) (any, []Error) {
	plain, ok := expand(strings.ReplaceAll(asciiDigits(strings.TrimSpace(raw)), "_", "")) // as Python's Decimal
	if !ok {
		return nil, []Error{{"Enter a number.", "invalid"}}
	}
	whole, decimals, _ := strings.Cut(strings.TrimLeft(plain, "+-"), ".")
	wrong := f.checkDigits(len(strings.TrimLeft(whole, "0")), len(decimals), decimals)
	d, err := model.ParseDecimal(plain)
	if err != nil { // more digits than decimals have here
		if len(strings.TrimLeft(whole, "0")) > model.MaxDecimalDigits {
			wrong = append(f.beyond(plain[0] == '-'), wrong...)
		}
		if wrong == nil {
			wrong = []Error{*tooManyDigits(model.MaxDecimalDigits, "in total", "max_digits")}
		}
		return nil, wrong
	}
	return d, slices.Concat(within(f, d, model.Decimal.Compare), f.checkStep(d.Float64()), wrong)
}

// checkDigits is Django's DecimalValidator.
func (f *Field) checkDigits(whole, places int, decimals string) []Error {
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
		return []Error{*tooManyDigits(f.MaxDigits, "in total", "max_digits")}
	case places > f.DecimalPlaces:
		return []Error{{fmt.Sprintf("Ensure that there are no more than %d decimal place%s.", f.DecimalPlaces, plural(f.DecimalPlaces)), "max_decimal_places"}}
	case whole > f.MaxDigits-f.DecimalPlaces:
		return []Error{*tooManyDigits(f.MaxDigits-f.DecimalPlaces, "before the decimal point", "max_whole_digits")}
	}
	return nil
}

func tooManyDigits(most int, where, code string) *Error {
	return &Error{fmt.Sprintf("Ensure that there are no more than %d digit%s %s.", most, plural(most), where), code}
}

// maxExponent leads beyond all digits that a decimal can have, so that a few bytes do not become many.
const maxExponent = 40

// expand writes a number with an exponent out: "1.5e3" is "1500".
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
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return "", false
		}
		n = min(max(n, -maxExponent), maxExponent)
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
func (f *Field) checkStep(n float64) []Error {
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
		return []Error{Error(*p)}
	}
	return nil
}
