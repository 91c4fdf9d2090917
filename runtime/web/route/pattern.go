package route

import (
	"fmt"
	"strings"
)

// MaxCaptures is how many captures one route may have, those of the groups
// around it included.
const MaxCaptures = 16

// part is a piece of a pattern: literal text, or a capture.
type part struct {
	literal string
	name    string
	conv    *Converter // nil for a literal
}

// parse splits a pattern: "/posts/<int:year>/<slug>/". A capture is written
// <converter:name>, or <name> for a str (Django's path()).
func parse(pattern string, converters map[string]*Converter) ([]part, error) {
	var parts []part
	rest := pattern
	for rest != "" {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			parts = append(parts, part{literal: rest})
			break
		}
		if open > 0 {
			parts = append(parts, part{literal: rest[:open]})
		}
		end := strings.IndexByte(rest[open:], '>')
		if end < 0 {
			return nil, fmt.Errorf("route %q: a capture that begins with %q is not closed", pattern, "<")
		}
		kind, name, found := strings.Cut(rest[open+1:open+end], ":")
		if !found {
			kind, name = "str", kind
		}
		conv := converters[kind]
		if conv == nil {
			return nil, fmt.Errorf("route %q: there is no converter %q", pattern, kind)
		}
		if !identifier(name) {
			return nil, fmt.Errorf("route %q: %q is no name for a capture", pattern, name)
		}
		for _, p := range parts {
			if p.conv != nil && p.name == name {
				return nil, fmt.Errorf("route %q: two captures are called %q", pattern, name)
			}
		}
		parts = append(parts, part{name: name, conv: conv})
		rest = rest[open+end+1:]
	}
	return parts, nil
}

// identifier reports whether s can name a capture: letters, digits and
// underscores, no digit first.
func identifier(s string) bool {
	if s == "" || '0' <= s[0] && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !word[c] || c == '-' {
			return false
		}
	}
	return true
}

// join puts a group's prefix before a pattern. Where one ends and the other
// begins with a slash, one slash stays.
func join(prefix, pattern string) string {
	if strings.HasSuffix(prefix, "/") && strings.HasPrefix(pattern, "/") {
		return prefix + pattern[1:]
	}
	return prefix + pattern
}
