package sqltext

import (
	"math"
	"strconv"
	"strings"
)

// Kind is the form in which a Value reaches the database.
type Kind uint8

// The kinds of value. A driver knows how to bind each.
const (
	KindNull Kind = iota
	KindInt
	KindFloat
	KindText
	// KindTime is an instant, in microseconds since the Unix epoch, UTC.
	KindTime
	// KindInvalid is a value that must not be stored; its text says why. A
	// driver answers it with an error.
	KindInvalid
	// KindBytes is bytes, kept as a string of them.
	KindBytes
)

// Value is one value to bind. It is small and holds no pointer besides its
// text, so a list of them costs one allocation. The zero Value is NULL.
type Value struct {
	kind    Kind
	boolean bool // a KindInt that is a truth value
	decimal bool // a KindText that is a decimal number
	num     int64
	text    string
}

// Int is a whole number.
func Int(n int64) Value { return Value{kind: KindInt, num: n} }

// Bool is 1 or 0.
func Bool(b bool) Value {
	v := Value{kind: KindInt, boolean: true}
	if b {
		v.num = 1
	}
	return v
}

// Float is a floating-point number.
func Float(f float64) Value { return Value{kind: KindFloat, num: int64(math.Float64bits(f))} }

// Text is a string.
func Text(s string) Value { return Value{kind: KindText, text: s} }

// Decimal is a decimal number: its digits, with a point.
func Decimal(digits string) Value { return Value{kind: KindText, decimal: true, text: digits} }

// IsDecimal reports whether a KindText value is a decimal number.
func (v Value) IsDecimal() bool { return v.decimal }

// Time is an instant in microseconds since the Unix epoch.
func Time(micros int64) Value { return Value{kind: KindTime, num: micros} }

// Bytes is a string of bytes.
func Bytes(b []byte) Value { return Value{kind: KindBytes, text: string(b)} }

// Invalid is a value that the database must refuse, with the reason.
func Invalid(reason string) Value { return Value{kind: KindInvalid, text: reason} }

// Kind is the value's form.
func (v Value) Kind() Kind { return v.kind }

// Int64 is the number of a KindInt or KindTime value.
func (v Value) Int64() int64 { return v.num }

// Float64 is the number of a KindFloat value.
func (v Value) Float64() float64 { return math.Float64frombits(uint64(v.num)) }

// Text is the string of a KindText or KindBytes value, or the reason of a KindInvalid one.
func (v Value) Text() string { return v.text }

// AppendLiteral appends the value as an SQL literal. Times and invalid values
// have none and panic: they are known at run time only.
func (v Value) AppendLiteral(b []byte) []byte {
	switch v.kind {
	case KindNull:
		return append(b, "NULL"...)
	case KindInt:
		return strconv.AppendInt(b, v.num, 10)
	case KindFloat:
		s := strconv.FormatFloat(v.Float64(), 'g', -1, 64)
		if !strings.ContainsAny(s, ".eIN") {
			s += ".0"
		}
		return append(b, s...)
	case KindText:
		b = append(b, '\'')
		b = append(b, strings.ReplaceAll(v.text, "'", "''")...)
		return append(b, '\'')
	}
	panic("stackgen: unreachable: value without a literal")
}

// LikePattern is the pattern of LIKE ... ESCAPE '\' that finds text literally
// with before and after ("%" or "") around it.
func LikePattern(before, text, after string) string {
	return before + likeEscaper.Replace(text) + after
}

// likeEscaper never changes; strings.Replacer is safe for concurrent use.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
