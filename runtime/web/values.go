package web

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Values is what a query string or a form holds: names with values, in order,
// names repeated where the client repeats them (Django's QueryDict). The zero
// Values is empty.
type Values struct {
	pairs []pair
}

type pair struct{ name, value string }

// Get returns the value of a name, the last one where there are several, as in
// Django; "" when there is none.
func (v Values) Get(name string) string {
	value, _ := v.Lookup(name)
	return value
}

// Lookup is Get, and says whether the name is there.
func (v Values) Lookup(name string) (string, bool) {
	for i := len(v.pairs) - 1; i >= 0; i-- {
		if v.pairs[i].name == name {
			return v.pairs[i].value, true
		}
	}
	return "", false
}

// Has reports whether the name is there.
func (v Values) Has(name string) bool {
	_, ok := v.Lookup(name)
	return ok
}

// All returns every value of a name in order (getlist).
func (v Values) All(name string) []string {
	var all []string
	for _, p := range v.pairs {
		if p.name == name {
			all = append(all, p.value)
		}
	}
	return all
}

// Names returns each name once, in the order of its first value.
func (v Values) Names() []string {
	var names []string
	seen := make(map[string]bool, len(v.pairs))
	for _, p := range v.pairs {
		if !seen[p.name] {
			seen[p.name] = true
			names = append(names, p.name)
		}
	}
	return names
}

// Last is the value of every name, for templates (QueryDict.dict).
func (v Values) Last() map[string]string {
	m := make(map[string]string, len(v.pairs))
	for _, p := range v.pairs {
		m[p.name] = p.value
	}
	return m
}

// Len is the number of values.
func (v Values) Len() int { return len(v.pairs) }

// Add returns the values with one more.
func (v Values) Add(name, value string) Values {
	return Values{append(v.pairs[:len(v.pairs):len(v.pairs)], pair{name, value})}
}

// Set returns the values with this one in place of all of that name.
func (v Values) Set(name, value string) Values {
	return v.Without(name).Add(name, value)
}

// Without returns the values without those of a name.
func (v Values) Without(name string) Values {
	var kept []pair
	for _, p := range v.pairs {
		if p.name != name {
			kept = append(kept, p)
		}
	}
	return Values{kept}
}

// Encode writes the values as a query string (application/x-www-form-urlencoded).
func (v Values) Encode() string {
	var b []byte
	for i, p := range v.pairs {
		if i > 0 {
			b = append(b, '&')
		}
		b = appendFormEncoded(b, p.name)
		b = append(b, '=')
		b = appendFormEncoded(b, p.value)
	}
	return string(b)
}

func appendFormEncoded(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
			b = append(b, c)
		case c == ' ':
			b = append(b, '+')
		default:
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return b
}

const upperHex = "0123456789ABCDEF"

// ParseQuery reads a query string or a URL-encoded form. It is lenient as
// Django is: a percent sign that begins no encoding stands for itself, bytes that are no
// UTF-8 become U+FFFD. At most limit values are read; ok says whether that was all.
func ParseQuery(raw []byte, limit int) (v Values, ok bool) {
	if len(raw) == 0 {
		return Values{}, true
	}
	n := bytes.Count(raw, []byte("&")) + 1
	if n > limit {
		return Values{}, false
	}
	v.pairs = make([]pair, 0, n)
	for len(raw) > 0 {
		var field []byte
		field, raw, _ = bytes.Cut(raw, []byte("&"))
		if len(field) == 0 {
			continue
		}
		name, value, _ := bytes.Cut(field, []byte("="))
		v.pairs = append(v.pairs, pair{formDecode(name), formDecode(value)})
	}
	return v, true
}

func formDecode(raw []byte) string {
	if bytes.IndexByte(raw, '%') < 0 && bytes.IndexByte(raw, '+') < 0 {
		return validUTF8(string(raw))
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(raw) && unhex(raw[i+1]) >= 0 && unhex(raw[i+2]) >= 0:
			out = append(out, byte(unhex(raw[i+1])<<4|unhex(raw[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return validUTF8(string(out))
}

func validUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
