package model

import (
	"fmt"
	"math"
	"strconv"
)

// Decimal is an exact decimal number of up to 18 digits (DecimalField). It
// keeps its decimals: 1.50 and 1.5 are equal in value (Compare) and different
// in ==. The zero Decimal is 0.
type Decimal struct {
	coef  int64 // the digits as one number
	scale uint8 // how many of them stand after the point
}

// MaxDecimalDigits is how many digits a Decimal holds.
const MaxDecimalDigits = 18

var pow10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// NewDecimal is coef / 10^scale: NewDecimal(150, 2) is 1.50. It panics when
// scale is not 0 to 18 or coef has more than 18 digits, as these are written
// by the programmer.
func NewDecimal(coef int64, scale int) Decimal {
	if scale < 0 || scale > MaxDecimalDigits || coef <= -pow10[MaxDecimalDigits] || coef >= pow10[MaxDecimalDigits] {
		panic("model: NewDecimal: more than 18 digits")
	}
	return Decimal{coef, uint8(scale)}
}

// ParseDecimal reads an optional sign, digits, and a point with digits. It
// takes no exponent, no infinity and no more than 18 digits after leading zeros.
func ParseDecimal(s string) (Decimal, error) {
	d, ok := parseDecimal(s)
	if !ok {
		return Decimal{}, fmt.Errorf("%w: %q is not a decimal number of up to %d digits", ErrInvalid, s, MaxDecimalDigits)
	}
	return d, nil
}

func parseDecimal(s string) (Decimal, bool) {
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	var d Decimal
	point, seen := false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9':
			seen = true
			if d.coef >= pow10[MaxDecimalDigits-1] || point && d.scale == MaxDecimalDigits {
				return Decimal{}, false
			}
			d.coef = d.coef*10 + int64(c-'0')
			if point {
				d.scale++
			}
		default:
			return Decimal{}, false
		}
	}
	if negative {
		d.coef = -d.coef
	}
	return d, seen
}

// Scale is the number of decimals.
func (d Decimal) Scale() int { return int(d.scale) }

// Coefficient is all digits as one number: d is Coefficient / 10^Scale.
func (d Decimal) Coefficient() int64 { return d.coef }

// Sign is -1, 0 or +1.
func (d Decimal) Sign() int {
	switch {
	case d.coef < 0:
		return -1
	case d.coef > 0:
		return 1
	}
	return 0
}

// Float64 is the nearest floating-point number.
func (d Decimal) Float64() float64 {
	f, err := strconv.ParseFloat(d.String(), 64)
	if err != nil {
		panic("stackgen: unreachable: decimal that is no number: " + err.Error())
	}
	return f
}

// Compare is -1, 0 or +1 as d is less than, equal to or greater than e.
func (d Decimal) Compare(e Decimal) int {
	if d.scale == e.scale {
		return compareInt(d.coef, e.coef)
	}
	dw, df := d.coef/pow10[d.scale], d.coef%pow10[d.scale]
	ew, ef := e.coef/pow10[e.scale], e.coef%pow10[e.scale]
	if dw != ew {
		return compareInt(dw, ew)
	}
	return compareInt(df*pow10[MaxDecimalDigits-d.scale], ef*pow10[MaxDecimalDigits-e.scale])
}

func compareInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Round has the given number of decimals at most, 0 to 18; a half goes to the
// even neighbour, as Django's decimal fields round.
func (d Decimal) Round(places int) Decimal {
	if places >= int(d.scale) {
		return d
	}
	places = max(places, 0)
	unit := pow10[int(d.scale)-places]
	whole, rest := d.coef/unit, d.coef%unit
	if rest < 0 {
		rest = -rest
	}
	if half := unit / 2; rest > half || rest == half && whole%2 != 0 {
		if d.coef < 0 {
			whole--
		} else {
			whole++
		}
	}
	return Decimal{whole, uint8(places)}
}

// ok reports whether d fits in 18 digits with places decimals.
func (d Decimal) ok(places int) bool {
	grow := places - int(d.scale)
	if grow <= 0 {
		return true
	}
	limit := (pow10[MaxDecimalDigits] - 1) / pow10[grow]
	return d.coef <= limit && d.coef >= -limit
}

// scaledTo is the coefficient with exactly places decimals; d has no more and ok(places).
func (d Decimal) scaledTo(places int) int64 { return d.coef * pow10[places-int(d.scale)] }

// AppendText appends the form of String. It never fails.
func (d Decimal) AppendText(b []byte) ([]byte, error) { return d.append(b), nil }

func (d Decimal) append(b []byte) []byte {
	n := d.coef
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	unit := pow10[d.scale]
	b = strconv.AppendInt(b, n/unit, 10)
	if d.scale > 0 {
		b = append(b, '.')
		b = appendDigits(b, int(n%unit), int(d.scale))
	}
	return b
}

// String is the number with all its decimals: "-1.50".
func (d Decimal) String() string { return string(d.append(make([]byte, 0, 20))) }

// WithScale is the number with exactly places decimals, rounded to them where
// it has more; ErrInvalid when that takes more than 18 digits.
func (d Decimal) WithScale(places int) (Decimal, error) {
	r := d.Round(places)
	if places < 0 || places > MaxDecimalDigits || !r.ok(places) {
		return Decimal{}, fmt.Errorf("%w: %s does not fit with %d decimals", ErrInvalid, d, places)
	}
	return Decimal{r.scaledTo(places), uint8(places)}, nil
}

// DecimalFromFloat is the decimal with exactly places decimals that is nearest
// to f. It is the number that was written when that has up to 15 digits;
// ErrInvalid when the result takes more than 18.
func DecimalFromFloat(f float64, places int) (Decimal, error) {
	if places >= 0 && places <= MaxDecimalDigits {
		// Below 1e15 the error of the product is less than a half.
		if n := math.RoundToEven(f * float64(pow10[places])); n > -1e15 && n < 1e15 {
			return Decimal{int64(n), uint8(places)}, nil
		}
	}
	d, err := ParseDecimal(strconv.FormatFloat(f, 'f', places, 64))
	if err != nil {
		return Decimal{}, err
	}
	return d.WithScale(places)
}
