package tmpl

import (
	"strconv"
	"strings"
)

// Pattern is a URL of the site, for url tags whose name is known only at run time.
type Pattern struct {
	Name               string
	Params, Converters []string
	// Own makes the arguments for converters of the site's own, nil for each of the others; nil where
	// there is none.
	Own   []func(v any) (any, error)
	Build func(args []PathValue) string
}

// PathValue is an argument of a URL: Int for the converter int, Own for one of the site's own, else Text.
type PathValue struct {
	Text string
	Int  int64
	Own  any
}

// PathInt is a value as the converter int takes it. What does not fit is an error.
func (s *State) PathInt(v any) int64 {
	digits := text(v)
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !fitsConverter("int", digits) {
		s.failf("%s does not fit a URL's converter int", repr(v))
	}
	return n
}

// PathText is a value as another converter takes it. What does not fit is an error.
func (s *State) PathText(v any, converter string) string {
	t := text(v)
	if !fitsConverter(converter, t) {
		s.failf("%s does not fit a URL's converter %s", repr(v), converter)
	}
	return t
}

// PathArgument is a value as a converter of the site's own takes it, which value says. What does
// not fit is an error.
func PathArgument[T any](s *State, v any, value func(v any) (T, error)) T {
	t, err := value(bare(v))
	if err == nil {
		return t
	}
	if read, failed := value(text(v)); failed == nil {
		return read
	}
	s.Fail(err)
	return t
}

// bare is a value as Go code outside of templates knows it.
func bare(v any) any {
	switch v := v.(type) {
	case Date:
		return v.Time
	case Clock:
		return v.Time
	case Naive:
		return v.Time
	case Zoned:
		return v.Time
	case nil, absent, Safe, Decimal, Tuple:
		return text(v)
	}
	return v
}

// Reverse finds the URL of that name whose parameters the arguments fit.
// names is empty for positional arguments.
func (s *State) Reverse(patterns []Pattern, name any, names []string, args []any) string {
	for _, p := range patterns {
		if p.Name != text(name) || len(p.Params) != len(args) {
			continue
		}
		if values, ok := p.values(names, args); ok {
			return p.Build(values)
		}
	}
	s.failf("no URL %s with these arguments", repr(name))
	return ""
}

func (p *Pattern) values(names []string, args []any) ([]PathValue, bool) {
	values := make([]PathValue, len(p.Params))
	for i, param := range p.Params {
		at := i
		if len(names) > 0 {
			at = -1
			for j, n := range names {
				if n == param {
					at = j
				}
			}
			if at < 0 {
				return nil, false
			}
		}
		if p.Own != nil && p.Own[i] != nil {
			var err error
			if values[i].Own, err = p.Own[i](bare(args[at])); err != nil {
				return nil, false
			}
			continue
		}
		t := text(args[at])
		if !fitsConverter(p.Converters[i], t) {
			return nil, false
		}
		values[i].Text = t
		if p.Converters[i] == "int" {
			n, err := strconv.ParseInt(t, 10, 64)
			if err != nil {
				return nil, false
			}
			values[i].Int = n
		}
	}
	return values, true
}

// fitsConverter is the converters' regular expressions.
func fitsConverter(converter, s string) bool {
	if s == "" {
		return false
	}
	switch converter {
	case "int":
		return strings.Trim(s, "0123456789") == ""
	case "slug":
		return strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == ""
	case "uuid":
		if len(s) != 36 {
			return false
		}
		for i := range 36 {
			if hyphen := i == 8 || i == 13 || i == 18 || i == 23; hyphen != (s[i] == '-') || !hyphen && strings.IndexByte("0123456789abcdef", s[i]) < 0 {
				return false
			}
		}
		return true
	case "path":
		return true
	}
	return !strings.Contains(s, "/")
}

// Static is the URL of a static file whose name is known only now.
func (s *State) Static(prefix string, name any) string {
	path := string(appendQuoted(nil, text(name), "/"))
	if strings.HasPrefix(path, "/") {
		return path
	}
	return prefix + path
}
