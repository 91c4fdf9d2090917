package validation

import (
	"math/big"
	"regexp"
	"strconv"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/runtime/model/validators"
)

// Validator says what is wrong with a value that is not empty, in the form in
// which it is stored; nil for nothing.
type Validator func(v model.Value) *validators.Problem

// text makes a validator of a function for text.
func text(check func(string) *validators.Problem) Validator {
	return func(v model.Value) *validators.Problem { return check(v.Text()) }
}

// MinValue and MaxValue are limits of numbers and days, as they are written.
func MinValue(limit string) Validator {
	return limited(limit, -1, "Ensure this value is greater than or equal to ", "min_value")
}

// MaxValue is the other limit.
func MaxValue(limit string) Validator {
	return limited(limit, 1, "Ensure this value is less than or equal to ", "max_value")
}

func limited(limit string, beyond int, message, code string) Validator {
	bound, isNumber := new(big.Rat).SetString(limit)
	return func(v model.Value) *validators.Problem {
		order := 0
		if isNumber {
			n := number(v)
			if n == nil { // infinite, or no number
				return &validators.Problem{Message: message + limit + ".", Code: code}
			}
			order = n.Cmp(bound)
		} else {
			order = compareText(v.Text(), limit) // days sort as their texts do
		}
		if order == beyond {
			return &validators.Problem{Message: message + limit + ".", Code: code}
		}
		return nil
	}
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// number is a value as an exact number; nil where it is none.
func number(v model.Value) *big.Rat {
	switch v.Kind() {
	case sqltext.KindInt:
		return new(big.Rat).SetInt64(v.Int64())
	case sqltext.KindFloat:
		return new(big.Rat).SetFloat64(v.Float64())
	case sqltext.KindText:
		d, err := model.ParseDecimal(v.Text())
		if err != nil {
			return nil
		}
		n, _ := new(big.Rat).SetString(d.String())
		return n
	}
	return nil
}

// StepValue has a number be offset and any number of steps from it.
func StepValue(step, offset float64) Validator {
	return func(v model.Value) *validators.Problem {
		n := v.Float64()
		if v.Kind() != sqltext.KindFloat {
			exact := number(v)
			if exact == nil {
				return nil
			}
			n, _ = exact.Float64()
		}
		return validators.StepValue(n, step, offset)
	}
}

// MinLength and MaxLength count the characters of a text.
func MinLength(limit int) Validator {
	return text(func(s string) *validators.Problem { return validators.MinLength(s, limit) })
}

// MaxLength is the other limit.
func MaxLength(limit int) Validator {
	return text(func(s string) *validators.Problem { return validators.MaxLength(s, limit) })
}

// Regex has an expression be found in a text. message and code are what is said
// otherwise; Django's own where they are empty.
func Regex(expression, message, code string) Validator {
	return found(expression, false, message, code)
}

// NotRegex has an expression not be found (inverse_match).
func NotRegex(expression, message, code string) Validator {
	return found(expression, true, message, code)
}

func found(expression string, inverse bool, message, code string) Validator {
	compiled := regexp.MustCompile(expression)
	return text(func(s string) *validators.Problem {
		p := validators.Regex(s, compiled, inverse, message)
		if p != nil && code != "" {
			p.Code = code
		}
		return p
	})
}

// Email has a text be an e-mail address, URL an absolute URL of one of the
// schemes, and so on: the functions of package validators.
func Email() Validator {
	return text(func(s string) *validators.Problem { return validators.Email(s) })
}

// URL has a text be an absolute URL.
func URL(schemes ...string) Validator {
	return text(func(s string) *validators.Problem { return validators.URL(s, schemes...) })
}

// DomainName has a text be a domain name, with letters of every script.
func DomainName() Validator {
	return text(func(s string) *validators.Problem { return validators.DomainName(s, true) })
}

// Slug has a text be letters, digits, hyphens and underscores.
func Slug() Validator { return text(validators.Slug) }

// UnicodeSlug is Slug with letters and digits of every script.
func UnicodeSlug() Validator { return text(validators.UnicodeSlug) }

// IPv4 has a text be an address of version 4.
func IPv4() Validator { return text(validators.IPv4) }

// IPv6 has a text be an address of version 6.
func IPv6() Validator { return text(validators.IPv6) }

// IP has a text be an address of either version.
func IP() Validator { return text(validators.IP) }

// Integer has a text be a whole number.
func Integer() Validator { return text(validators.Integer) }

// IntegerList has a text be whole numbers with commas between them.
func IntegerList() Validator {
	return text(func(s string) *validators.Problem { return validators.IntegerList(s, ",", false) })
}

// Decimal has a number have at most digits digits, places of them behind the point.
func Decimal(digits, places int) Validator {
	return text(func(s string) *validators.Problem { return validators.Decimal(s, digits, places) })
}

// FileExtension has a file's name end in one of the extensions.
func FileExtension(allowed ...string) Validator {
	return text(func(s string) *validators.Problem { return validators.FileExtension(s, allowed) })
}

// ImageExtension has a file's name end as those of images do.
func ImageExtension() Validator { return FileExtension(validators.ImageExtensions()...) }

// NoNull has a text hold no character of the code 0.
func NoNull() Validator { return text(validators.NoNull) }

// between is what a whole number's kind holds; both ends where the database has less.
func between(v model.Value, low, high int64) *validators.Problem {
	switch n := v.Int64(); {
	case n < low:
		return &validators.Problem{Message: "Ensure this value is greater than or equal to " + strconv.FormatInt(low, 10) + ".", Code: "min_value"}
	case n > high:
		return &validators.Problem{Message: "Ensure this value is less than or equal to " + strconv.FormatInt(high, 10) + ".", Code: "max_value"}
	}
	return nil
}
