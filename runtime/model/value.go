package model

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"sync"
	"time"
	"unicode/utf8"

	"stackgen.dev/runtime/model/sqltext"
)

// Value is a value bound to a statement. Generated code makes it with the
// function of its field's type; the zero Value is NULL.
type Value = sqltext.Value

// OnPostgres stands between the two texts of a statement that SQLite and
// PostgreSQL write differently, in sites that can work with both.
const OnPostgres = sqltext.OnPostgres

// IntValue binds a whole number.
func IntValue(n int64) Value { return sqltext.Int(n) }

// FloatValue binds a floating-point number.
func FloatValue(f float64) Value { return sqltext.Float(f) }

// BoolValue binds 1 or 0.
func BoolValue(b bool) Value { return sqltext.Bool(b) }

// TextValue binds a string. A string that is not UTF-8, or has a zero byte in
// it, is refused with ErrInvalid when the statement runs.
func TextValue(s string) Value {
	if !utf8.ValidString(s) {
		return sqltext.Invalid("text that is not UTF-8")
	}
	for i := 0; i < len(s); i++ {
		if s[i] == 0 {
			return sqltext.Invalid("text with a zero byte")
		}
	}
	return sqltext.Text(s)
}

// AddressValue binds an IP address in its one canonical form, which is what
// PostgreSQL makes of it: 2001:DB8:0::1 is 2001:db8::1. What is no address, or has a
// zone, is refused with ErrInvalid.
func AddressValue(s string) Value {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return sqltext.Invalid(fmt.Sprintf("%q is not an IP address", s))
	}
	return sqltext.Text(a.String())
}

// TimeValue binds an instant, cut to microseconds.
func TimeValue(t time.Time) Value {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return sqltext.Invalid(fmt.Sprintf("a time in the year %d", y))
	}
	return sqltext.Time(t.UnixMicro())
}

// zones are the names of time zones that were asked for, and whether they are IANA's.
var zones sync.Map // map[string]bool

// zoneValue is the name of a time zone. Only IANA's names mean the same everywhere:
// PostgreSQL takes "UTC+1" for an hour west of UTC.
func zoneValue(zone *time.Location) Value {
	name := zone.String()
	known, asked := zones.Load(name)
	if !asked {
		_, err := time.LoadLocation(name)
		known = err == nil && name != "" && name != "Local"
		zones.Store(name, known)
	}
	if known == false {
		return sqltext.Invalid(fmt.Sprintf("the time zone %q, which has no name that databases know", name))
	}
	return sqltext.Text(name)
}

// DateValue binds a day.
func DateValue(d Date) Value {
	if !d.Valid() {
		return sqltext.Invalid("a day that is not in the calendar: " + d.String())
	}
	return sqltext.Text(d.String())
}

// TimeOfDayValue binds a time on the clock.
func TimeOfDayValue(t TimeOfDay) Value { return sqltext.Text(t.String()) }

// DurationValue binds a length of time in microseconds.
func DurationValue(d time.Duration) Value { return sqltext.Int(d.Microseconds()) }

// DecimalValue binds a decimal number.
func DecimalValue(d Decimal) Value { return sqltext.Decimal(d.String()) }

// DecimalIn binds a decimal number to a field of that many digits and
// decimals: it is rounded to the decimals, half to even, and refused with
// ErrInvalid when it has too many digits (Django's max_digits, decimal_places).
func DecimalIn(d Decimal, digits, places int) Value {
	d = d.Round(places)
	if !d.ok(places) {
		return tooManyDigits(d, digits)
	}
	if n := d.scaledTo(places); n <= -pow10[digits] || n >= pow10[digits] {
		return tooManyDigits(d, digits)
	}
	return DecimalValue(d)
}

func tooManyDigits(d Decimal, digits int) Value {
	return sqltext.Invalid(fmt.Sprintf("%s does not fit in %d digits", d, digits))
}

// UUIDValue binds a UUID.
func UUIDValue(u UUID) Value { return sqltext.Text(u.Hex()) }

// JSONValue binds a JSON text; an empty one is JSON's null. What is not JSON is
// refused with ErrInvalid.
func JSONValue(raw json.RawMessage) Value {
	if len(raw) == 0 {
		return sqltext.Text("null")
	}
	if !json.Valid(raw) {
		return sqltext.Invalid("text that is not JSON")
	}
	return TextValue(string(raw))
}

// BytesValue binds bytes.
func BytesValue(b []byte) Value { return sqltext.Bytes(b) }

// NullValue binds NULL, or the value with the function of its type.
func NullValue[T any](n Null[T], bind func(T) Value) Value {
	if !n.Valid {
		return Value{}
	}
	return bind(n.V)
}
