package route

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A route with a regular expression anywhere in it (re_path) is matched as one
// expression over the path without its first slash. Such routes are tried in
// order after the tree has said which `path` route would match, and only those
// that stand before it: a site without any pays nothing.

// piece is a pattern or the prefix of a group, as it was written.
type piece struct {
	text  string
	regex bool
}

// expression is the compiled form of a route with a regular expression.
type expression struct {
	re *regexp.Regexp
	// groups are the numbers of the groups that capture, conv their converters;
	// nil for those of an expression.
	groups []int
	convs  []*Converter
	// named says that the captures have names, and not numbers.
	named bool
	forms []form
}

// compileExpression makes the expression of a route's pieces, with the names of what it captures.
func compileExpression(pieces []piece, converters map[string]*Converter) (*expression, []string, error) {
	var source strings.Builder
	source.WriteString(`\A`)
	x := &expression{forms: []form{nil}}
	positional := 0
	own := map[int]*Converter{} // by group, of path captures
	for i, p := range pieces {
		last := i == len(pieces)-1
		text := p.text
		if i == 0 {
			text = strings.TrimPrefix(text, "/")
		}
		if !p.regex {
			parts, err := parse(text, converters)
			if err != nil {
				return nil, nil, err
			}
			forms := form{}
			for _, part := range parts {
				if part.conv == nil {
					source.WriteString(regexp.QuoteMeta(part.literal))
					forms = append(forms, slot{literal: part.literal})
					continue
				}
				fmt.Fprintf(&source, "(?P<%s>%s)", part.name, part.conv.source())
				forms = append(forms, slot{name: part.name, conv: part.conv})
			}
			x.forms = product(x.forms, []form{forms})
			if last {
				source.WriteString(`\z`)
			}
			continue
		}
		translated := translate(text)
		forms, err := formsOf(translated, &positional)
		if err != nil {
			return nil, nil, fmt.Errorf("route %q: %w", p.text, err)
		}
		x.forms = product(x.forms, forms)
		anchored := strings.HasPrefix(translated, "^") || strings.HasPrefix(translated, `\A`)
		ended := last && strings.HasSuffix(translated, "$") && !strings.HasSuffix(translated, `\$`)
		if !anchored && !ended {
			source.WriteString(`(?s:.*?)`)
		}
		translated = strings.TrimPrefix(strings.TrimPrefix(translated, "^"), `\A`)
		if ended { // the whole path has to match, not a line of it
			translated = strings.TrimSuffix(translated, "$") + `\z`
		}
		source.WriteString("(?:" + translated + ")")
		if last && !strings.HasSuffix(translated, `\z`) {
			source.WriteString(`(?s:.*)\z`)
		}
	}
	var err error
	if x.re, err = regexp.Compile(source.String()); err != nil {
		return nil, nil, fmt.Errorf("route %q: %w", pieces[len(pieces)-1].text, err)
	}
	for _, f := range x.forms {
		for _, s := range f {
			if s.conv != nil {
				own[x.re.SubexpIndex(s.name)] = s.conv
			}
		}
	}
	for _, name := range x.re.SubexpNames() {
		x.named = x.named || name != ""
	}
	var names []string
	for i, name := range x.re.SubexpNames() {
		if i == 0 || x.named && name == "" {
			continue
		}
		if name == "" {
			name = strconv.Itoa(len(names))
		}
		names = append(names, name)
		x.groups = append(x.groups, i)
		x.convs = append(x.convs, own[i])
	}
	return x, names, nil
}

// source is a converter as an expression.
func (c *Converter) source() string {
	if c.Regex != nil {
		return c.Regex.String()
	}
	switch c.Name {
	case "int":
		return `[0-9]+`
	case "slug":
		return `[-a-zA-Z0-9_]+`
	case "uuid":
		return `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	case "path":
		return `.+`
	}
	return `[^/]+`
}

// translate writes an expression of Python's as one of Go's: digits and word
// characters of every script, and \Z.
func translate(text string) string {
	var b strings.Builder
	class := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' || i+1 == len(text) {
			switch {
			case c == '[' && !class:
				class = true
			case c == ']' && class && text[i-1] != '[' && !strings.HasSuffix(text[:i], "[^"):
				class = false
			}
			b.WriteByte(c)
			continue
		}
		i++
		switch n := text[i]; {
		case n == 'd':
			b.WriteString(`\p{Nd}`)
		case n == 'D' && !class:
			b.WriteString(`\P{Nd}`)
		case n == 'w' && class:
			b.WriteString(`\p{L}\p{N}_`)
		case n == 'w':
			b.WriteString(`[\p{L}\p{N}_]`)
		case n == 'W' && !class:
			b.WriteString(`[^\p{L}\p{N}_]`)
		case n == 'Z':
			b.WriteString(`\z`)
		default:
			b.WriteByte('\\')
			b.WriteByte(n)
		}
	}
	return b.String()
}

// matchExpressions looks among the routes with expressions for one that
// matches before the best so far.
func (t *Table) matchExpressions(m *Match) {
	var source string
	for _, i := range t.expressions {
		if i >= m.Route {
			return
		}
		if source == "" {
			source = strings.TrimPrefix(string(m.path), "/")
			if m.escaped {
				source = strings.ReplaceAll(source, "%25", "%")
			}
		}
		var spans [maxHostCaptures]span
		if h := t.entries[i].host; h != nil && !h.match(m.host, &spans) {
			continue
		}
		x := t.entries[i].expression
		found := x.re.FindStringSubmatchIndex(source)
		if found == nil || !x.accept(source, found) {
			continue
		}
		m.Route, m.source, m.hostSpans = i, source, spans
		for j, group := range x.groups {
			m.spans[j] = span{found[2*group], found[2*group+1]}
		}
		return
	}
}

// accept asks the converters of path captures.
func (x *expression) accept(source string, found []int) bool {
	for j, group := range x.groups {
		if c := x.convs[j]; c != nil && !c.accepts(source[found[2*group]:found[2*group+1]]) {
			return false
		}
	}
	return true
}
