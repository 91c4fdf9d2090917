package tmpl

import (
	"math"
	"math/big"
	"reflect"
	"strings"
	"time"
)

// True is Python's truth: nothing, zero and what is empty are false.
func True(v any) bool {
	switch v := simplify(v).(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	case Decimal:
		return strings.ContainsAny(string(v), "123456789nN")
	case string:
		return v != ""
	case Safe:
		return v != ""
	case []any:
		return len(v) > 0
	case time.Duration:
		return v != 0
	case Mapping:
		return len(v.Keys()) > 0
	case absent:
		return false
	case time.Time, Date, Clock, Naive, Zoned:
		return true
	default:
		r := reflect.ValueOf(v)
		switch r.Kind() {
		case reflect.Map:
			return r.Len() > 0
		case reflect.Func:
			return !r.IsNil()
		}
		if l, ok := v.(interface{ Len() int }); ok {
			return l.Len() > 0
		}
	}
	return true
}

// Equal is Python's ==.
func Equal(a, b any) bool {
	if isTuple(a) != isTuple(b) {
		return false
	}
	a, b = simplify(a), simplify(b)
	if n, ok := compare(a, b); ok {
		return n == 0
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !Equal(x[i], y[i]) {
				return false
			}
		}
		return true
	}
	if isMap(a) && isMap(b) {
		return equalMaps(a, b)
	}
	if a == nil || b == nil {
		return false
	}
	if isMap(a) || isMap(b) {
		return false
	}
	ta, tb := reflect.TypeOf(a), reflect.TypeOf(b)
	return ta == tb && ta.Comparable() && a == b
}

func isTuple(v any) bool {
	_, ok := v.(Tuple)
	return ok
}

func isMap(v any) bool {
	if _, ok := v.(Mapping); ok {
		return true
	}
	return v != nil && reflect.TypeOf(v).Kind() == reflect.Map
}

func equalMaps(a, b any) bool {
	ka, va := pairs(a)
	kb, vb := pairs(b)
	if len(ka) != len(kb) {
		return false
	}
	for i, k := range ka {
		found := false
		for j := range kb {
			if Equal(k, kb[j]) {
				found = Equal(va[i], vb[j])
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// Same is Python's is, as far as templates can tell: the same object, and for
// values without identity the same type and value.
func Same(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	ta, tb := reflect.TypeOf(a), reflect.TypeOf(b)
	if ta != tb {
		x, okX := simplify(a).(int64)
		y, okY := simplify(b).(int64)
		return okX && okY && x == y
	}
	switch ta.Kind() {
	case reflect.Slice, reflect.Map, reflect.Func:
		ra, rb := reflect.ValueOf(a), reflect.ValueOf(b)
		return ra.Pointer() == rb.Pointer() && (ta.Kind() != reflect.Slice || ra.Len() == rb.Len())
	}
	return ta.Comparable() && a == b
}

// Less is Python's <; what has no order is not less.
func Less(a, b any) bool {
	n, ok := compareOrdered(a, b)
	return ok && n < 0
}

// LessOrEqual is Python's <=.
func LessOrEqual(a, b any) bool {
	n, ok := compareOrdered(a, b)
	return ok && n <= 0
}

func compareOrdered(a, b any) (int, bool) {
	if isTuple(a) != isTuple(b) {
		return 0, false
	}
	a, b = simplify(a), simplify(b)
	x, ok1 := a.([]any)
	y, ok2 := b.([]any)
	if ok1 && ok2 {
		for i := range min(len(x), len(y)) {
			if !Equal(x[i], y[i]) {
				return compareOrdered(x[i], y[i])
			}
		}
		return len(x) - len(y), true
	}
	return compare(a, b)
}

// compare orders numbers, texts and times; ok is false for anything else.
func compare(a, b any) (order int, ok bool) {
	a, b = simplify(a), simplify(b)
	if x, ok := textOf(a); ok {
		y, ok := textOf(b)
		return strings.Compare(x, y), ok
	}
	if z, ok := a.(Zoned); ok {
		a = z.Time
	}
	if z, ok := b.(Zoned); ok {
		b = z.Time
	}
	switch x := a.(type) {
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y), true
		}
		return 0, false
	case Naive:
		y, ok := b.(Naive)
		return x.Compare(y.Time), ok
	case Date:
		y, ok := b.(Date)
		return x.Compare(y.Time), ok
	case Clock:
		y, ok := b.(Clock)
		return x.Compare(y.Time), ok
	case time.Duration:
		y, ok := b.(time.Duration)
		return int(min(1, max(-1, x-y))), ok
	}
	return compareNumbers(a, b)
}

func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case Safe:
		return string(v), true
	}
	return "", false
}

// compareNumbers compares across int, float, Decimal and bool, exactly.
func compareNumbers(a, b any) (int, bool) {
	if f, ok := a.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return compareInf(f, b)
	}
	if f, ok := b.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		n, ok := compareInf(f, a)
		return -n, ok
	}
	x, okX := rational(a)
	y, okY := rational(b)
	if !okX || !okY {
		return 0, false
	}
	return x.Cmp(y), true
}

func compareInf(f float64, other any) (int, bool) {
	g, isFloat := other.(float64)
	if _, ok := rational(other); !ok && !isFloat || math.IsNaN(f) || isFloat && math.IsNaN(g) {
		return 0, false
	}
	switch {
	case isFloat && f == g:
		return 0, true
	case f > 0:
		return 1, true
	}
	return -1, true
}

// rational is a number's exact value.
func rational(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return big.NewRat(1, 1), true
		}
		return new(big.Rat), true
	case int64:
		return new(big.Rat).SetInt64(v), true
	case *big.Int:
		return new(big.Rat).SetInt(v), true
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
		return new(big.Rat).SetFloat64(v), true
	case Decimal:
		return new(big.Rat).SetString(string(v))
	}
	return nil, false
}

// In is Python's in: an item of a list, a key of a map, a part of a text.
// Where the right side holds nothing it is false.
func In(a, b any) bool {
	found, ok := contains(b, a)
	return ok && found
}

// NotIn is the opposite, and false too where the right side holds nothing.
func NotIn(a, b any) bool {
	found, ok := contains(b, a)
	return ok && !found
}

func contains(list, v any) (found, ok bool) {
	list = simplify(list)
	if s, ok := textOf(list); ok {
		part, ok := textOf(simplify(v))
		return strings.Contains(s, part), ok
	}
	if list == nil {
		return false, false
	}
	all, ok := items(list)
	for _, item := range all {
		if Equal(item, v) {
			return true, ok
		}
	}
	return false, ok
}
