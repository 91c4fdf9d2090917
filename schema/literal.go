package schema

import (
	"math"
	"math/big"
	"net/netip"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

func ctyJSON(v cty.Value) ([]byte, error) { return ctyjson.Marshal(v, v.Type()) }

var (
	slugPattern    = regexp.MustCompile(`^[-a-zA-Z0-9_]+$`)
	uuidPattern    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	decimalPattern = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
)

// literalFor turns a constant into the Go value that a field's default and a
// query's operand have: string, int64, float64 or bool. Decimals, dates,
// times, durations and UUIDs are strings in their usual form.
func literalFor(f *Field, v cty.Value) (any, *problem) {
	kind := f.Kind
	if kind == ForeignKey {
		if f.Target.Target == nil {
			return nil, nil
		}
		return literalFor(f.Target.Target.PrimaryKey(), v)
	}
	if v.IsNull() || !v.IsKnown() {
		return nil, literalProblem(f, v)
	}
	switch {
	case isWhole(kind) && v.Type() == cty.Number:
		return wholeLiteral(f, v)
	case kind == FloatField && v.Type() == cty.Number:
		n, _ := v.AsBigFloat().Float64()
		return n, nil
	case kind == Boolean && v.Type() == cty.Bool:
		return v.True(), nil
	case kind == Decimal && v.Type() == cty.Number && v.AsBigFloat().MantExp(nil) > 4096:
		return nil, literalProblem(f, v) // writing it out would take for ever
	case kind == Decimal && v.Type() == cty.Number:
		return decimalLiteral(f, v.AsBigFloat().Text('f', -1), v)
	case kind == Decimal && v.Type() == cty.String:
		return decimalLiteral(f, v.AsString(), v)
	case v.Type() == cty.String && !isWhole(kind) && kind != FloatField && kind != Boolean:
		return textLiteral(f, v)
	}
	return nil, literalProblem(f, v)
}

// isWhole reports whether rows hold whole numbers in fields of the kind.
func isWhole(k FieldKind) bool {
	switch k {
	case Auto, BigAuto, Integer, BigInteger, SmallInteger, PositiveInt, PositiveSmall, PositiveBig:
		return true
	}
	return false
}

// Range is the smallest and the largest number that fields of a whole number's
// kind hold.
func (k FieldKind) Range() (low, high int64) {
	switch k {
	case Integer, Auto:
		return math.MinInt32, math.MaxInt32
	case SmallInteger:
		return math.MinInt16, math.MaxInt16
	case PositiveInt:
		return 0, math.MaxInt32
	case PositiveSmall:
		return 0, math.MaxInt16
	case PositiveBig:
		return 0, math.MaxInt64
	}
	return math.MinInt64, math.MaxInt64
}

// isAuto reports whether the database makes the values of the kind.
func isAuto(k FieldKind) bool { return k == Auto || k == BigAuto }

// isText reports whether rows hold text in fields of the kind.
func isText(k FieldKind) bool {
	switch k {
	case Char, Text, Slug, Email, URL, IPAddress, FileKind, ImageKind:
		return true
	}
	return false
}

func wholeLiteral(f *Field, v cty.Value) (any, *problem) {
	n, accuracy := v.AsBigFloat().Int64()
	low, high := f.Kind.Range()
	if accuracy != big.Exact || n < low || n > high {
		return nil, literalProblem(f, v)
	}
	return n, nil
}

func decimalLiteral(f *Field, text string, v cty.Value) (any, *problem) {
	whole, part, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if !decimalPattern.MatchString(text) || len(part) > f.DecimalPlaces || len(strings.TrimLeft(whole, "0"))+f.DecimalPlaces > f.MaxDigits {
		return nil, literalProblem(f, v)
	}
	return text, nil
}

// textLiteral checks what is written as a string by the form that the field's kind has.
func textLiteral(f *Field, v cty.Value) (any, *problem) {
	text := v.AsString()
	good := true
	switch f.Kind {
	case Slug:
		good = text == "" || slugPattern.MatchString(text)
	case UUID:
		good = uuidPattern.MatchString(text)
	case Date:
		_, err := time.Parse(time.DateOnly, text)
		good = err == nil
	case DateTime:
		_, err := time.Parse(time.RFC3339, text)
		good = err == nil
	case TimeOfDay:
		_, err := time.Parse(time.TimeOnly, text)
		_, short := time.Parse("15:04", text)
		good = err == nil || short == nil
	case DurationKind:
		_, err := ParseDuration(text)
		good = err == nil
	case IPAddress:
		_, err := netip.ParseAddr(text)
		good = err == nil
	case JSON, Binary:
		good = false
	}
	if f.MaxLength > 0 && isText(f.Kind) && utf8.RuneCountInString(text) > f.MaxLength {
		return nil, literalTooLong(f)
	}
	if !good {
		return nil, literalProblem(f, v)
	}
	return text, nil
}
