package tmpl

import (
	"reflect"
	"time"
)

// As is a value as a parameter of a Go function takes it. What does not fit is
// an error; None is T's zero value.
func As[T any](s *State, v any) T {
	if t, ok := v.(T); ok {
		return t
	}
	var out T
	if v = simplify(v); v == nil || v == (absent{}) {
		return out
	}
	if t, ok := v.(T); ok {
		return t
	}
	into := reflect.ValueOf(&out).Elem()
	if !set(into, v) {
		s.failf("%s does not fit a function that takes %T", repr(v), out)
	}
	return out
}

// set puts a simple value into a Go variable.
func set(into reflect.Value, v any) bool {
	switch into.Kind() {
	case reflect.String:
		switch v.(type) {
		case []any, Mapping:
			return false
		}
		into.SetString(text(v))
		return true
	case reflect.Bool:
		into.SetBool(True(v))
		return true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok := toInt(v)
		if _, duration := v.(time.Duration); !ok || duration || into.OverflowInt(int64(n)) {
			return false
		}
		into.SetInt(int64(n))
		return true
	case reflect.Float32, reflect.Float64:
		f, ok := floatOf(v)
		if ok {
			into.SetFloat(f)
		}
		return ok
	case reflect.Slice:
		list, ok := items(v)
		if _, isText := textOf(v); !ok || isText {
			return false
		}
		out := reflect.MakeSlice(into.Type(), len(list), len(list))
		for i, item := range list {
			if r := reflect.ValueOf(item); r.IsValid() && r.Type().AssignableTo(into.Type().Elem()) {
				out.Index(i).Set(r)
			} else if item = simplify(item); item != nil && !set(out.Index(i), item) {
				return false
			}
		}
		into.Set(out)
		return true
	}
	switch t := v.(type) {
	case Zoned:
		v = t.Time
	case Date:
		v = t.Time
	}
	r := reflect.ValueOf(v)
	if !r.Type().AssignableTo(into.Type()) {
		return false
	}
	into.Set(r)
	return true
}
