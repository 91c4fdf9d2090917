package validators

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Integer checks a whole number with an optional minus (validate_integer).
func Integer(s string) *Problem {
	if !digits(strings.TrimPrefix(s, "-")) {
		return invalid("Enter a valid integer.")
	}
	return nil
}

func digits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
}

// IntegerList checks whole numbers with sep between them, and minuses where negative is set
// (int_list_validator; validate_comma_separated_integer_list is that of ",").
func IntegerList(s, sep string, negative bool) *Problem {
	for one := range strings.SplitSeq(s, sep) {
		if negative {
			one = strings.TrimPrefix(one, "-")
		}
		if !digits(one) {
			if sep == "," && !negative {
				return invalid("Enter only digits separated by commas.")
			}
			return invalid("Enter a valid value.")
		}
	}
	return nil
}

// Number is what has an order.
type Number interface{ ~int | ~int64 | ~float64 }

// MinValue asks for a number that is not below limit (MinValueValidator).
func MinValue[T Number](v, limit T) *Problem {
	if v < limit {
		return &Problem{fmt.Sprintf("Ensure this value is greater than or equal to %v.", limit), "min_value"}
	}
	return nil
}

// MaxValue asks for a number that is not above limit (MaxValueValidator).
func MaxValue[T Number](v, limit T) *Problem {
	if v > limit {
		return &Problem{fmt.Sprintf("Ensure this value is less than or equal to %v.", limit), "max_value"}
	}
	return nil
}

// StepValue asks for offset or any number of steps from it (StepValueValidator).
func StepValue(v, step, offset float64) *Problem {
	rest := math.Remainder(v-offset, step)
	if math.Abs(rest) <= 1e-9 {
		return nil
	}
	show := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	message := "Ensure this value is a multiple of step size " + show(step)
	if offset != 0 {
		message += ", starting from " + show(offset) + ", e.g. " + show(offset) + ", " + show(offset+step) + ", " + show(offset+2*step) + ", and so on"
	}
	return &Problem{message + ".", "step_size"}
}

// Decimal checks a number in decimal or scientific notation: at most maxDigits
// digits, places of them behind the point. A negative limit is none (DecimalValidator).
func Decimal(s string, maxDigits, places int) *Problem {
	all, decimals, ok := countDigits(s)
	switch {
	case !ok:
		return invalid("Enter a number.")
	case maxDigits >= 0 && all > maxDigits:
		return tooMany(maxDigits, "digit%s in total", "max_digits")
	case places >= 0 && decimals > places:
		return tooMany(places, "decimal place%s", "max_decimal_places")
	case places >= 0 && maxDigits >= 0 && all-decimals > maxDigits-places:
		return tooMany(maxDigits-places, "digit%s before the decimal point", "max_whole_digits")
	}
	return nil
}

func tooMany(n int, what, code string) *Problem {
	return &Problem{fmt.Sprintf("Ensure that there are no more than %d "+what+".", n, plural(n)), code}
}

// countDigits counts the digits of a number, and those behind the point.
func countDigits(s string) (all, decimals int, ok bool) {
	s = strings.TrimLeft(s, "+-")
	mantissa, power, scientific := s, "", false
	if at := strings.IndexAny(s, "eE"); at >= 0 {
		mantissa, power, scientific = s[:at], s[at+1:], true
	}
	exponent := 0
	if scientific {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil {
			return 0, 0, false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent -= len(fraction)
	coefficient := whole + fraction
	if coefficient == "" || strings.Trim(coefficient, "0123456789") != "" {
		return 0, 0, false
	}
	coefficient = strings.TrimLeft(coefficient, "0")
	n := max(1, len(coefficient))
	if exponent >= 0 {
		if coefficient != "" {
			n += exponent
		}
		return n, 0, true
	}
	return max(n, -exponent), -exponent, true
}
