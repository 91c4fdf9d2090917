package tmpl

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// Get follows a variable's names from a context or value: a key of a map, then
// a field or method, then an index of a list (Django's order). Functions are
// called. What is not there is "".
func (s *State) Get(v any, path ...string) any {
	if v = s.follow(v, path); v == (absent{}) {
		return ""
	}
	return v
}

// GetOrNone is Get where what is not there is None, as in if and for.
func (s *State) GetOrNone(v any, path ...string) any {
	if v = s.follow(v, path); v == (absent{}) {
		return nil
	}
	return v
}

// GetRequired is Get where what is not there is an error, as in a filter's argument.
func (s *State) GetRequired(v any, path ...string) any {
	if v = s.follow(v, path); v == (absent{}) {
		s.failf("%s does not exist", strings.Join(path, "."))
		return ""
	}
	return v
}

func (s *State) follow(v any, path []string) any {
	for _, name := range path {
		v = s.attribute(v, name)
		if v = s.call(v); v == (absent{}) {
			return v
		}
	}
	return v
}

// call calls a function that takes nothing and returns a value; one that
// returns none, or an error only, does something and is not called.
func (s *State) call(v any) any {
	switch f := v.(type) {
	case nil, string, Safe, int, int64, bool, float64, []any, Tuple, map[string]any:
		return v
	case func() any:
		return f()
	case func() (any, error):
		out, err := f()
		s.Fail(err)
		return out
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Func || r.Type().CanSeq() || yieldsErrors(r.Type()) {
		return v
	}
	if r.IsNil() || !callable(r.Type(), 0) {
		return absent{}
	}
	return s.results(r.Call(nil))
}

func (s *State) results(out []reflect.Value) any {
	if len(out) == 2 && !out[1].IsNil() {
		s.Fail(out[1].Interface().(error))
		return nil
	}
	return out[0].Interface()
}

var errorType = reflect.TypeFor[error]()

// callable reports whether a template may call a function of the type, which has that many receivers.
func callable(t reflect.Type, receivers int) bool {
	if t.NumIn() != receivers || t.IsVariadic() {
		return false
	}
	switch t.NumOut() {
	case 1:
		return t.Out(0) != errorType
	case 2:
		return t.Out(1) == errorType
	}
	return false
}

// attribute is one step of a look-up.
func (s *State) attribute(v any, name string) any {
	switch v := v.(type) {
	case nil:
		return absent{}
	case map[string]any:
		if value, ok := v[name]; ok {
			return value
		}
		return mapMethod(v, name)
	case []any:
		return index(len(v), name, func(i int) any { return v[i] })
	case Tuple:
		return index(len(v), name, func(i int) any { return v[i] })
	case string:
		return index(len([]rune(v)), name, func(i int) any { return string([]rune(v)[i]) })
	case Mapping:
		if value, ok := v.Get(name); ok {
			return value
		}
		if n, err := strconv.ParseInt(name, 10, 64); err == nil {
			if value, ok := v.Get(n); ok {
				return value
			}
		}
		return mapMethod(v, name)
	case MultiMapping:
		if all := v.All(name); len(all) > 0 {
			return all[len(all)-1]
		}
	}
	r := reflect.ValueOf(v)
	return s.reflected(r, name)
}

func index(n int, name string, at func(int) any) any {
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < n {
		return at(i)
	}
	return absent{}
}

// mapMethod is what templates write for iterating a map.
func mapMethod(v any, name string) any {
	switch name {
	case "items", "keys", "values":
		keys, values := pairs(v)
		switch name {
		case "keys":
			return keys
		case "values":
			return values
		}
		list := make([]any, len(keys))
		for i := range keys {
			list[i] = Tuple{keys[i], values[i]}
		}
		return list
	}
	return absent{}
}

type memberKey struct {
	t    reflect.Type
	name string
}

// memberAt is a field's index or a method's number; neither for a name that the type has not.
type memberAt struct {
	field  []int
	method int
}

func (s *State) reflected(r reflect.Value, name string) any {
	if r.Kind() == reflect.Interface {
		r = r.Elem()
	}
	if r.Kind() == reflect.Pointer && r.IsNil() || !r.IsValid() {
		return absent{}
	}
	at := s.env.memberOf(r.Type(), name)
	switch {
	case at.method >= 0:
		return s.results(r.Method(at.method).Call(nil))
	case at.field != nil:
		for r.Kind() == reflect.Pointer {
			r = r.Elem()
		}
		f, err := r.FieldByIndexErr(at.field)
		if err != nil {
			return absent{}
		}
		return simplifyNull(f.Interface())
	}
	if field, ok := fieldOf(r, name); ok {
		return field
	}
	for r.Kind() == reflect.Pointer {
		r = r.Elem()
	}
	switch r.Kind() {
	case reflect.Map:
		return mapEntry(r, name)
	case reflect.Slice, reflect.Array, reflect.String:
		if r.Kind() == reflect.String {
			return s.attribute(r.String(), name)
		}
		return index(r.Len(), name, func(i int) any { return r.Index(i).Interface() })
	}
	return absent{}
}

// fieldOf is a field of a form by its name: what its method Lookup returns.
func fieldOf(r reflect.Value, name string) (any, bool) {
	m := r.MethodByName("Lookup")
	if !m.IsValid() {
		return nil, false
	}
	t := m.Type()
	if t.NumIn() != 1 || t.In(0).Kind() != reflect.String || t.NumOut() != 1 || t.Out(0).Kind() != reflect.Pointer {
		return nil, false
	}
	out := m.Call([]reflect.Value{reflect.ValueOf(name).Convert(t.In(0))})[0]
	if out.IsNil() {
		return nil, false
	}
	return out.Interface(), true
}

// simplifyNull opens a field that may be null; other structs stay as they are.
func simplifyNull(v any) any {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Struct || r.Kind() == reflect.Pointer {
		return simplify(v)
	}
	return v
}

func mapEntry(r reflect.Value, name string) any {
	key := r.Type().Key()
	var k reflect.Value
	switch key.Kind() {
	case reflect.String:
		k = reflect.ValueOf(name).Convert(key)
	case reflect.Interface:
		k = reflect.ValueOf(name)
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, err := strconv.ParseInt(name, 10, 64)
		if err != nil {
			return absent{}
		}
		k = reflect.ValueOf(n).Convert(key)
	default:
		return absent{}
	}
	if e := r.MapIndex(k); e.IsValid() {
		return e.Interface()
	}
	return mapMethod(r.Interface(), name)
}

// memberOf finds the exported field or method that a template's name means:
// post.author_id is AuthorID, post.title is Title.
func (e *Env) memberOf(t reflect.Type, name string) *memberAt {
	key := memberKey{t, name}
	if at, ok := e.members.Load(key); ok {
		return at.(*memberAt)
	}
	at := &memberAt{method: -1}
	want := folded(name)
	if choice, ok := strings.CutPrefix(name, "get_"); ok && strings.HasSuffix(choice, "_display") {
		want = folded(choice) // StatusDisplay of a generated row
	}
	base := t
	for base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	if base.Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(base) {
			if f.IsExported() && !f.Anonymous && folded(f.Name) == want {
				at.field = f.Index
				break
			}
		}
	}
	if at.field == nil {
		for i := range t.NumMethod() {
			if m := t.Method(i); folded(m.Name) == want && callable(m.Type, 1) {
				at.method = i
				break
			}
		}
	}
	e.members.Store(key, at)
	return at
}

// folded is a name without underscores, in small letters.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// Extend is a context with more names, for a template that is called.
func Extend(base, more map[string]any) map[string]any {
	if len(base) == 0 {
		return more
	}
	all := make(map[string]any, len(base)+len(more))
	for name, v := range base {
		all[name] = v
	}
	for name, v := range more {
		all[name] = v
	}
	return all
}

// describe is a value's type for errors.
func describe(v any) string { return fmt.Sprintf("%T", v) }
