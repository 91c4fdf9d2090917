package tmpl

import (
	"math/big"
	"reflect"
	"time"
)

// Decimal is a decimal number as its digits: "1.50". Its scale is kept.
type Decimal string

// Date is a day without a time; the time's zone and hours do not count.
type Date struct{ time.Time }

// Clock is a time of day without a day.
type Clock struct{ time.Time }

// Naive is a date and time without a zone: what its clock shows is shown.
type Naive struct{ time.Time }

// Zoned is a moment that is shown in the zone it has, as the filters of the
// library tz make it.
type Zoned struct{ time.Time }

// Mapping is a map with an order, or whose values are computed. Templates look
// names up in it before they look for methods, and iterate its keys.
type Mapping interface {
	// Get returns the value of a key; ok is false when there is none.
	Get(key any) (value any, ok bool)
	// Keys lists the keys in order.
	Keys() []any
}

// Tuple is a list that prints in parentheses, as the pairs of a map's items do,
// and that no other list equals.
type Tuple []any

// absent is the value of a name that is not there, where templates tell it from None.
type absent struct{}

// BigInt is a whole number of any size, written in the template.
func BigInt(digits string) *big.Int {
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		panic("stackgen: unreachable: big number " + digits)
	}
	return n
}

// Day is the date of a type that knows its day, as time.Time at midnight UTC.
func Day[T interface {
	In(*time.Location) time.Time
}](d T) time.Time {
	return d.In(time.UTC)
}

// TimeOfDay is the time of a type that knows its time of day, on the first day of year 1.
func TimeOfDay[T interface {
	Clock() (h, m, s int)
	Microsecond() int
}](t T) time.Time {
	h, m, s := t.Clock()
	return time.Date(1, 1, 1, h, m, s, t.Microsecond()*1000, time.UTC)
}

// simplify gives a value one of few types: nil, bool, int64, *big.Int, float64,
// Decimal, string, Safe, time.Time, Date, Clock, Naive, Zoned, time.Duration, []any,
// Mapping, a function, or what it is.
func simplify(v any) any {
	switch v := v.(type) {
	case nil, bool, int64, float64, string, Safe, Decimal, time.Time, Date, Clock, Naive, Zoned, time.Duration, []any, *big.Int:
		return v
	case int:
		return int64(v)
	case []byte:
		return string(v)
	case Tuple:
		return []any(v)
	case Mapping:
		return v
	case interface {
		Scale() int
		Coefficient() int64
		String() string
	}:
		return Decimal(v.String())
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer, reflect.Interface:
		if r.IsNil() {
			return nil
		}
		if e := r.Elem(); e.Kind() != reflect.Struct {
			return simplify(e.Interface())
		}
		return v
	case reflect.Bool:
		return r.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return r.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if u := r.Uint(); u < 1<<63 {
			return int64(u)
		}
		return new(big.Int).SetUint64(r.Uint())
	case reflect.Float32, reflect.Float64:
		return r.Float()
	case reflect.String:
		if r.Type().Name() == "HTML" {
			return Safe(r.String()) // markup as other packages mark it
		}
		return r.String()
	case reflect.Struct:
		return simplifyStruct(v, r)
	case reflect.Array, reflect.Slice:
		if t, ok := v.(interface{ String() string }); ok {
			return t.String() // a UUID, an address
		}
		list := make([]any, r.Len())
		for i := range list {
			list[i] = r.Index(i).Interface()
		}
		return list
	}
	return v
}

// simplifyStruct opens values that may be null, and knows dates and times of day.
func simplifyStruct(v any, r reflect.Value) any {
	if valid := r.FieldByName("Valid"); valid.IsValid() && valid.Kind() == reflect.Bool && r.NumField() == 2 {
		if !valid.Bool() {
			return nil
		}
		for i := range 2 {
			if f := r.Field(i); r.Type().Field(i).Name != "Valid" && r.Type().Field(i).IsExported() {
				return simplify(f.Interface())
			}
		}
	}
	switch v := v.(type) {
	case interface {
		In(*time.Location) time.Time
	}:
		return Date{v.In(time.UTC)}
	case interface {
		Clock() (h, m, s int)
		Microsecond() int
	}:
		h, m, s := v.Clock()
		return Clock{time.Date(1, 1, 1, h, m, s, v.Microsecond()*1000, time.UTC)}
	}
	return v
}
