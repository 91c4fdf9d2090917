package route

import (
	"fmt"
	"regexp"
	"strings"
)

// Route is one line of a site's route table, or a group of them where Include is set.
type Route struct {
	// Pattern is the path from the site's root, or from the group's end:
	// "/posts/<slug:slug>/".
	Pattern string
	// Regex says that Pattern is a regular expression for the path without its
	// first slash, in Go's syntax: "^articles/(?P<year>[0-9]{4})/$" (re_path).
	Regex bool
	// Host binds the route, or a group's, to hosts: "api.example.com", "*.example.com", or "<team>.example.com", which
	// captures a label; "" is every host.
	Host string
	// Name is what reverse uses; several routes may share one.
	Name string
	// Extra are constants handed to the view beside what is captured. They win over
	// captures of the same name, and have to agree when a URL is reversed.
	Extra map[string]any

	// Include makes this a group: Pattern is the prefix of its routes.
	Include []Route
	// Namespace is the group's instance namespace, AppName its application
	// namespace (the Namespace where it is not written).
	Namespace, AppName string
}

// Entry is a route after compiling.
type Entry struct {
	// Pattern is the full pattern, prefixes of groups included.
	Pattern string
	// Host is the pattern of the hosts that the route is bound to; Address is that before Pattern.
	Host, Address string
	// Name has the namespaces before it: "shop:cart".
	Name string
	// Extra are the constants of the route and of its groups.
	Extra map[string]any
	// Captures are the names of what is captured: by the host, then by the pattern, in order.
	Captures []string

	host  *host
	parts []part
	convs []*Converter // of the captures of parts
	// expression is set for a route with a regular expression anywhere in it.
	expression *expression
}

// Table is a compiled route table. It is read only and safe for concurrent use.
type Table struct {
	entries []Entry
	root    *node
	nodes   int
	scope   *scope
	hosts   []hostRoutes
	// expressions are the numbers of the routes with a regular expression.
	expressions []int
}

// Compile makes a table. Routes are tried in the order given, groups in place:
// the first one that matches wins. own are converters beside the built-in ones, which they
// may replace.
func Compile(routes []Route, own ...*Converter) (*Table, error) {
	converters := map[string]*Converter{}
	for _, c := range Builtin() {
		converters[c.Name] = c
	}
	for _, c := range own {
		if c.Regex == nil {
			return nil, fmt.Errorf("converter %q has no Regex", c.Name)
		}
		var re *regexp.Regexp
		re, err := anchored(c.Regex)
		if err != nil {
			return nil, fmt.Errorf("converter %q: %w", c.Name, err)
		}
		copied := *c
		copied.Regex, copied.crosses = re, true // a slash is for the expression to refuse
		if copied.reach, err = reachOf(re); err != nil {
			return nil, fmt.Errorf("converter %q: %w", c.Name, err)
		}
		converters[c.Name] = &copied
	}
	t := &Table{scope: newScope()}
	if err := t.collect(routes, nil, "", "", nil, converters); err != nil {
		return nil, err
	}
	t.root = t.newNode()
	for i := range t.entries {
		t.insert(i)
	}
	next := 0
	t.scope.fill(routes, t.entries, &next)
	return t, nil
}

// collect lists the leaves of the tree of groups in the order they are tried.
func (t *Table) collect(routes []Route, prefix []piece, host, space string, extra map[string]any, converters map[string]*Converter) error {
	for i := range routes {
		r := &routes[i]
		pieces := appendPiece(prefix, piece{r.Pattern, r.Regex})
		full := patternOf(pieces)
		merged := merge(extra, r.Extra)
		hostPattern := host
		if r.Host != "" {
			hostPattern = r.Host
		}
		if r.Include != nil {
			inner := space
			if r.Namespace != "" {
				inner += r.Namespace + ":"
			}
			if err := t.collect(r.Include, pieces, hostPattern, inner, merged, converters); err != nil {
				return err
			}
			continue
		}
		e := Entry{Pattern: full, Host: hostPattern, Address: hostPattern + full, Extra: merged}
		if r.Name != "" {
			e.Name = space + r.Name
		}
		var err error
		if e.host, err = t.hostOf(hostPattern, converters); err != nil {
			return err
		}
		if len(pieces) > 1 || pieces[0].regex {
			e.expression, e.Captures, err = compileExpression(pieces, converters)
			t.expressions = append(t.expressions, len(t.entries))
		} else {
			e.parts, err = parse(full, converters)
		}
		if err != nil {
			return err
		}
		for _, p := range e.parts {
			if p.conv != nil {
				e.Captures = append(e.Captures, p.name)
				e.convs = append(e.convs, p.conv)
			}
		}
		if len(e.Captures) > MaxCaptures {
			return fmt.Errorf("route %q: more than %d captures", full, MaxCaptures)
		}
		if e.host != nil {
			var names []string
			for _, p := range e.host.captured {
				names = append(names, p.name)
			}
			e.Captures = append(names, e.Captures...)
		}
		t.entries = append(t.entries, e)
	}
	return nil
}

// appendPiece adds a pattern to the prefixes of its groups. Patterns of paths
// that follow each other become one.
func appendPiece(pieces []piece, p piece) []piece {
	if n := len(pieces); n > 0 && !p.regex && !pieces[n-1].regex {
		out := append([]piece(nil), pieces...)
		out[n-1].text = join(out[n-1].text, p.text)
		return out
	}
	return append(pieces[:len(pieces):len(pieces)], p)
}

// patternOf is the full pattern: an expression's ^ stays only at its beginning.
func patternOf(pieces []piece) string {
	full := pieces[0].text
	for _, p := range pieces[1:] {
		full += strings.TrimPrefix(p.text, "^")
	}
	return full
}

// merge puts the second map's entries over the first's.
func merge(a, b map[string]any) map[string]any {
	if len(b) == 0 {
		return a
	}
	m := make(map[string]any, len(a)+len(b))
	for k, v := range a {
		m[k] = v
	}
	for k, v := range b {
		m[k] = v
	}
	return m
}

// converter is that of capture i, nil for a group of an expression.
func (e *Entry) converter(i int) *Converter {
	n := e.hostCaptures()
	if i < n {
		return e.host.captured[i].conv
	}
	i -= n
	if e.expression != nil {
		return e.expression.convs[i]
	}
	return e.convs[i]
}

// hostCaptures is how many captures are of the host.
func (e *Entry) hostCaptures() int {
	if e.host == nil {
		return 0
	}
	return len(e.host.captured)
}

// Len is the number of routes.
func (t *Table) Len() int { return len(t.entries) }

// Entry returns route i, counted in the order in which they are tried.
func (t *Table) Entry(i int) *Entry { return &t.entries[i] }
