package tmpl

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"unicode/utf8"
)

// Items is what a for tag iterates: the items of a list, the keys of a map, the
// letters of a text. None is empty; what cannot be iterated is an error.
func (s *State) Items(v any) []any {
	if next, ok := s.sequence(v); ok {
		return slices.Collect(next)
	}
	list, ok := items(v)
	if !ok {
		s.failf("%s cannot be iterated", repr(v))
	}
	cloned := false
	for i, item := range list {
		if item == nil || reflect.TypeOf(item).Kind() != reflect.Func {
			continue
		}
		// A function in a list is called, as any other that a name stands for.
		if !cloned {
			list, cloned = slices.Clone(list), true
		}
		if list[i] = s.call(item); list[i] == (absent{}) {
			list[i] = ""
		}
	}
	return list
}

// items is the list that iterating v gives.
func items(v any) ([]any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case []any:
		return v, true
	case Tuple:
		return v, true
	case Decimal:
		return nil, false
	case string:
		return letters(v), true
	case Safe:
		return letters(string(v)), true
	case map[string]any, Mapping:
		keys, _ := pairs(v)
		return keys, true
	}
	r := reflect.ValueOf(v)
	if list, ok := parts(r); ok {
		return list, true
	}
	if r.Kind() == reflect.Pointer {
		r = r.Elem()
	}
	switch r.Kind() {
	case reflect.Slice, reflect.Array:
		list := make([]any, r.Len())
		for i := range list {
			list[i] = r.Index(i).Interface()
		}
		return list, true
	case reflect.Map:
		keys, _ := pairs(v)
		return keys, true
	case reflect.String:
		return letters(r.String()), true
	case reflect.Func:
		if r.Type().CanSeq() {
			var list []any
			for item := range r.Seq() {
				list = append(list, item.Interface())
			}
			return list, true
		}
	}
	return nil, false
}

// parts are the fields of a form, the forms of a formset, or the messages of a list of
// errors: objects that templates iterate.
func parts(r reflect.Value) ([]any, bool) {
	if k := r.Kind(); k != reflect.Struct && (k != reflect.Pointer || r.IsNil() || r.Elem().Kind() != reflect.Struct) {
		return nil, false
	}
	for _, name := range []string{"Fields", "Forms", "Messages"} {
		m := r.MethodByName(name)
		if m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() == 1 && m.Type().Out(0).Kind() == reflect.Slice {
			return items(m.Call(nil)[0].Interface())
		}
	}
	return nil, false
}

func letters(s string) []any {
	list := make([]any, 0, len(s))
	for len(s) > 0 {
		_, n := utf8.DecodeRuneInString(s)
		list = append(list, s[:n])
		s = s[n:]
	}
	return list
}

// pairs are a map's keys and values: in the map's order where it has one, else
// sorted by key.
func pairs(v any) (keys, values []any) {
	switch m := v.(type) {
	case map[string]any:
		for _, k := range Keys(m) {
			keys = append(keys, k)
			values = append(values, m[k])
		}
		return keys, values
	case Mapping:
		keys = m.Keys()
		for _, k := range keys {
			value, _ := m.Get(k)
			values = append(values, value)
		}
		return keys, values
	}
	r := reflect.ValueOf(v)
	sorted := r.MapKeys()
	sort.Slice(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if less, ok := compare(a.Interface(), b.Interface()); ok {
			return less < 0
		}
		return fmt.Sprint(a) < fmt.Sprint(b)
	})
	for _, k := range sorted {
		keys = append(keys, k.Interface())
		values = append(values, r.MapIndex(k).Interface())
	}
	return keys, values
}

// Keys are the keys of a map, sorted.
func Keys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Reversed is a list from its end; the list itself stays as it is.
func Reversed[S ~[]E, E any](list S) S {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}

// Unpack is the n parts of a loop's item. Another number of parts is an error.
func (s *State) Unpack(v any, n int) []any {
	parts, ok := items(v)
	if v == nil || !ok {
		parts = []any{v}
	}
	if len(parts) != n {
		s.failf("need %d values to unpack in for loop; got %d", n, len(parts))
		return make([]any, n)
	}
	return parts
}

// Loop is forloop as a value of its own.
func Loop(i, n int, parent any) map[string]any {
	if parent == nil {
		parent = map[string]any{}
	}
	return map[string]any{
		"counter": i + 1, "counter0": i, "revcounter": n - i, "revcounter0": n - i - 1,
		"first": i == 0, "last": i == n-1, "length": n, "parentloop": parent,
	}
}
