package tmpl

import (
	"net/url"
	"reflect"
	"strings"
)

// MultiMapping is a map with several values under a name, in order: the
// parameters of a request.
type MultiMapping interface {
	// Names lists the names, each once, in order; All the values of one.
	Names() []string
	All(name string) []string
}

// QueryString is a query string that begins with ?: the parameters of the
// maps, of which a later one replaces what an earlier one says, and at last
// those of names (the tag querystring). None takes a parameter out; the
// items of a list become several.
func (s *State) QueryString(maps []any, names []string, values []any) string {
	var q query
	for _, m := range maps {
		if multi, ok := m.(MultiMapping); ok {
			for _, name := range multi.Names() {
				q.set(name, multi.All(name)...)
			}
			continue
		}
		m = simplify(m)
		if !isMap(m) {
			s.failf("querystring takes maps, not %s", repr(m))
			return ""
		}
		keys, of := pairs(m)
		for i, k := range keys {
			name, ok := textOf(simplify(k))
			if !ok {
				s.failf("querystring takes maps whose keys are text, not %s", repr(k))
				return ""
			}
			q.add(name, of[i])
		}
	}
	for i, name := range names {
		q.add(name, values[i])
	}
	return q.encode()
}

// query is parameters in the order in which they first came.
type query struct {
	names  []string
	values map[string][]string
}

func (q *query) set(name string, values ...string) {
	if q.values == nil {
		q.values = map[string][]string{}
	}
	if _, ok := q.values[name]; !ok {
		q.names = append(q.names, name)
	}
	q.values[name] = values
}

func (q *query) add(name string, value any) {
	value = simplify(value)
	if value == nil {
		if _, ok := q.values[name]; ok {
			delete(q.values, name)
			for i, n := range q.names {
				if n == name {
					q.names = append(q.names[:i:i], q.names[i+1:]...)
					break
				}
			}
		}
		return
	}
	if _, isText := textOf(value); !isText && (isMap(value) || isList(value)) {
		list, _ := items(value)
		texts := []string{}
		for _, v := range list {
			if simplify(v) != nil {
				texts = append(texts, text(v))
			}
		}
		q.set(name, texts...)
		return
	}
	q.set(name, text(value))
}

func isList(v any) bool {
	if _, ok := v.([]any); ok {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Func && r.Type().CanSeq()
}

func (q *query) encode() string {
	var b strings.Builder
	for _, name := range q.names {
		for _, v := range q.values[name] {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(url.QueryEscape(name))
			b.WriteByte('=')
			b.WriteString(url.QueryEscape(v))
		}
	}
	return "?" + b.String()
}
