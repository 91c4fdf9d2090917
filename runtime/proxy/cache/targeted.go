package cache

import (
	"strings"

	"stackgen.dev/runtime/gateway"
)

// answerDirectives are what an answer says to this cache: CDN-Cache-Control where there is
// one that is well formed, in place of Cache-Control and Expires (RFC 9213).
func answerDirectives(h *gateway.Header) (d directives, targeted bool) {
	if h.Has("CDN-Cache-Control") {
		if d, ok := parseTargeted(h); ok {
			return d, true
		}
	}
	return parseDirectives(h), false
}

// parseTargeted reads CDN-Cache-Control, a dictionary (RFC 9651, section 3.2). A field that is
// malformed or empty counts for nothing, as does a directive whose value is of another type.
func parseTargeted(h *gateway.Header) (directives, bool) {
	d := directives{maxAge: notSaid, sMaxAge: notSaid, minFresh: notSaid, maxStale: notSaid, staleWhileRevalidate: notSaid, staleIfError: notSaid}
	var whole []byte
	for _, f := range h.Fields() {
		if gateway.EqualFold(f.Name, "CDN-Cache-Control") {
			if len(whole) > 0 {
				whole = append(whole, ',')
			}
			whole = append(whole, f.Value...)
		}
	}
	said := map[string]member{}
	p := dictionary{text: string(whole)}
	if !p.members(said) || len(said) == 0 {
		return d, false
	}
	for name, m := range said {
		switch name {
		case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error":
			if m.kind == numberMember {
				d.apply(name, m.text, true)
			}
		default:
			switch {
			case m.kind == trueMember:
				d.apply(name, "", false)
			case m.kind == textMember && (name == "private" || name == "no-cache"): // names fields
				d.apply(name, m.text, true)
			}
		}
	}
	return d, true
}

// member is what a name of a dictionary stands for, as far as a cache has to know.
type member struct {
	kind memberKind
	text string
}

type memberKind uint8

const (
	otherMember  memberKind = iota
	trueMember              // a name alone, or ?1
	numberMember            // an integer that is not negative
	textMember              // a string
)

// dictionary parses one, strictly; what is left of it is text.
type dictionary struct{ text string }

func (p *dictionary) members(into map[string]member) bool {
	p.skip(" \t")
	for p.text != "" {
		name, ok := p.name()
		if !ok {
			return false
		}
		m := member{kind: trueMember}
		if p.eat('=') {
			if m, ok = p.value(); !ok {
				return false
			}
		}
		if !p.parameters() {
			return false
		}
		into[name] = m
		p.skip(" \t")
		if p.text == "" {
			return true
		}
		if !p.eat(',') {
			return false
		}
		if p.skip(" \t"); p.text == "" {
			return false // a comma at the end
		}
	}
	return true
}

func (p *dictionary) skip(set string) { p.text = strings.TrimLeft(p.text, set) }

func (p *dictionary) eat(c byte) bool {
	if p.text == "" || p.text[0] != c {
		return false
	}
	p.text = p.text[1:]
	return true
}

// span takes the characters of which all is true; none is malformed.
func (p *dictionary) span(first, all func(byte) bool) (string, bool) {
	if p.text == "" || !first(p.text[0]) {
		return "", false
	}
	n := 1
	for n < len(p.text) && all(p.text[n]) {
		n++
	}
	s := p.text[:n]
	p.text = p.text[n:]
	return s, true
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' || c == '*' }
func digit(c byte) bool { return '0' <= c && c <= '9' }
func inName(c byte) bool {
	return lower(c) || digit(c) || c == '_' || c == '-' || c == '.'
}
func alpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '*' }
func inToken(c byte) bool {
	return alpha(c) || digit(c) || strings.IndexByte("!#$%&'*+-.^_`|~:/", c) >= 0
}
func inBytes(c byte) bool {
	return alpha(c) && c != '*' || digit(c) || c == '+' || c == '/' || c == '='
}

func (p *dictionary) name() (string, bool) { return p.span(lower, inName) }

// value takes an item or an inner list.
func (p *dictionary) value() (member, bool) {
	if !p.eat('(') {
		return p.item()
	}
	for {
		p.skip(" ")
		if p.eat(')') {
			return member{}, true
		}
		if _, ok := p.item(); !ok || !p.parameters() {
			return member{}, false
		}
		if p.text == "" || p.text[0] != ' ' && p.text[0] != ')' {
			return member{}, false
		}
	}
}

func (p *dictionary) item() (member, bool) {
	switch {
	case p.text == "":
		return member{}, false
	case p.eat('?'):
		if p.eat('1') {
			return member{kind: trueMember}, true
		}
		return member{}, p.eat('0')
	case p.eat('"'):
		return p.quoted()
	case p.eat(':'):
		if p.eat(':') {
			return member{}, true
		}
		_, ok := p.span(inBytes, inBytes)
		return member{}, ok && p.eat(':')
	case alpha(p.text[0]):
		_, ok := p.span(alpha, inToken)
		return member{}, ok
	}
	negative := p.eat('-')
	number, ok := p.span(digit, digit)
	if !ok || len(number) > 15 {
		return member{}, false
	}
	if p.eat('.') {
		fraction, ok := p.span(digit, digit)
		return member{}, ok && len(fraction) <= 3 && len(number) <= 12
	}
	if negative {
		return member{}, true
	}
	return member{numberMember, number}, true
}

// quoted takes what is left of a string behind its first quotation mark.
func (p *dictionary) quoted() (member, bool) {
	var text []byte
	for p.text != "" {
		c := p.text[0]
		p.text = p.text[1:]
		switch {
		case c == '"':
			return member{textMember, string(text)}, true
		case c < ' ' || c > '~':
			return member{}, false
		case c == '\\':
			if p.text == "" || p.text[0] != '"' && p.text[0] != '\\' {
				return member{}, false
			}
			c, p.text = p.text[0], p.text[1:]
		}
		text = append(text, c)
	}
	return member{}, false
}

// parameters skips what is said of a value.
func (p *dictionary) parameters() bool {
	for p.eat(';') {
		p.skip(" ")
		if _, ok := p.name(); !ok {
			return false
		}
		if p.eat('=') {
			if _, ok := p.item(); !ok {
				return false
			}
		}
	}
	return true
}
