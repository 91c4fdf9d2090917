package schema

import (
	"fmt"
	"regexp"
	"strings"
)

// converter is one kind of capture in a route's pattern, as Django names them.
type converter struct {
	name, doc string
	// pattern is what a capture matches; sample is text that it matches.
	pattern, sample string
}

// converters is their table.
func converters() []converter {
	return []converter{
		{"str", "One or more characters but no slash; what a capture without a converter is.", `[^/]+`, "x"},
		{"int", "One or more digits.", `[0-9]+`, "1"},
		{"slug", "Letters, digits, hyphens and underscores.", `[-a-zA-Z0-9_]+`, "a"},
		{"uuid", "A UUID in small letters.", `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, "0a000000-0000-4000-8000-00000000000a"},
		{"path", "One or more characters, slashes included.", `.+`, "x/y"},
	}
}

func converterNames(own []*Converter) []string {
	var names []string
	for _, c := range converters() {
		names = append(names, c.name)
	}
	for _, c := range own {
		names = append(names, c.Name)
	}
	return names
}

var captureName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// parsePattern splits "/posts/<slug:slug>/" into segments. Within a group the
// slash at the beginning is the prefix's, as in Django.
func parsePattern(text string, nested bool, own ...*Converter) ([]Segment, *problem) {
	switch slash := strings.HasPrefix(text, "/"); {
	case !slash && !nested:
		return nil, patternWithoutSlash(text)
	case slash && nested:
		return nil, nestedWithSlash(text)
	}
	var out []Segment
	for rest := text; rest != ""; {
		open := strings.IndexByte(rest, '<')
		literal := rest
		if open >= 0 {
			literal = rest[:open]
		}
		if p := checkLiteral(text, literal); p != nil {
			return nil, p
		}
		if literal != "" {
			out = append(out, Segment{Literal: literal})
		}
		if open < 0 {
			break
		}
		end := strings.IndexByte(rest, '>')
		if end < open {
			return nil, patternUnclosed(text)
		}
		capture, p := parseCapture(text, rest[open+1:end], own)
		if p != nil {
			return nil, p
		}
		if n := len(out); n > 0 && out[n-1].Name != "" {
			return nil, patternAdjacent(text)
		}
		out = append(out, capture)
		rest = rest[end+1:]
	}
	return out, repeatedCapture(text, out)
}

func parseCapture(text, inside string, own []*Converter) (Segment, *problem) {
	kind, name, found := strings.Cut(inside, ":")
	if !found {
		kind, name = "str", inside
	}
	if !captureName.MatchString(name) {
		return Segment{}, patternCaptureName(text, inside)
	}
	for _, c := range converters() {
		if c.name == kind {
			return Segment{Name: name, Converter: kind}, nil
		}
	}
	if c := converterNamed(own, kind); c != nil {
		return Segment{Name: name, Converter: kind, Own: c}, nil
	}
	return Segment{}, unknownConverter(kind, own)
}

// checkLiteral refuses what a path cannot hold once it is decoded.
func checkLiteral(text, literal string) *problem {
	for _, r := range literal {
		switch {
		case r == '>':
			return patternUnclosed(text)
		case r == '?' || r == '#':
			return patternCharacter(text, string(r), "A pattern is compared with the path alone.")
		case r <= ' ' || r == 0x7f:
			return patternCharacter(text, "space", "Write the path without it.")
		}
	}
	if i := strings.IndexByte(literal, '%'); i >= 0 {
		return patternCharacter(text, "%", "Paths are decoded before they are compared, so write the character itself.")
	}
	if strings.Contains(literal, "//") {
		return patternCharacter(text, "//", "Write one slash.")
	}
	return nil
}

func repeatedCapture(text string, segments []Segment) *problem {
	seen := map[string]bool{}
	for _, s := range segments {
		if s.Name != "" && seen[s.Name] {
			return captureTwice(text, s.Name)
		}
		seen[s.Name] = true
	}
	return nil
}

// Captures lists a route's captures in order, those of its host first.
func (r *Route) Captures() []Segment { return r.captures() }

func (r *Route) captures() []Segment {
	var out []Segment
	for _, segments := range [][]Segment{r.HostSegments, r.Segments} {
		for _, s := range segments {
			if s.Name != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// capture returns the capture of that name.
func (r *Route) capture(name string) (Segment, bool) {
	for _, s := range r.captures() {
		if s.Name == name {
			return s, true
		}
	}
	return Segment{}, false
}

// Lookup is a capture of a route that finds a row: the row whose Field has the
// captured value.
type Lookup struct {
	Capture Segment
	Field   *Field
}

// Lookups pairs the captures of a route with the fields of a model: those of
// the same name, and the primary key for pk. Other captures are left out, and so
// are those of the day of a date_detail and of the parents of a resource.
func (r *Route) Lookups(m *Model) []Lookup {
	var out []Lookup
	for _, c := range r.captures() {
		f := m.Field(c.Name)
		if c.Name == "pk" {
			f = m.PrimaryKey()
		}
		if f != nil && !isDatePart(r.View.Target, c.Name) && parentOf(r.View.Target, c.Name) == nil {
			out = append(out, Lookup{Capture: c, Field: f})
		}
	}
	return out
}

// reversible reports whether a row of the model has a value for every capture.
func (r *Route) reversible(m *Model) bool {
	if r.Regex {
		return false
	}
	for _, c := range r.captures() {
		if r.unfilled(c, m) != "" {
			return false
		}
	}
	return true
}

// unfilled says why a row of the model has no value for a capture, "" where it
// has one. m is nil for no row.
func (r *Route) unfilled(c Segment, m *Model) string {
	if m == nil {
		return "there is no row"
	}
	if p := parentOf(r.View.Target, c.Name); p != nil {
		return "it finds the " + p.Name + " that rows belong to"
	}
	f := m.Field(c.Name)
	if c.Name == "pk" {
		f = m.PrimaryKey()
	}
	switch {
	case f == nil:
		return fmt.Sprintf("a row of %s has no field of that name", m.Name)
	case f.Null.V:
		return "that field may be null"
	case !fills(f, c):
		return fmt.Sprintf("that field is %s, which <%s:%s> does not take", withArticle(string(f.Kind)), c.Converter, c.Name)
	}
	return ""
}

// fills reports whether a value of the field can stand for a capture.
func fills(f *Field, c Segment) bool {
	if f.Kind == ForeignKey {
		return f.Target.Target == nil || fills(f.Target.Target.PrimaryKey(), c)
	}
	switch {
	case f.Kind == "" || c.Value() == "":
		return true
	case isWhole(f.Kind):
		return c.isNumber()
	case f.Kind == UUID:
		return c.Value() == "UUID" || c.Own == nil && !c.isNumber()
	}
	return c.Value() == "string" && isText(f.Kind)
}

// checkRoute looks at the pattern as it is written.
func checkRoute(d *decoder, s *scope) {
	if _, p := parsePattern(s.label, inGroup(s), d.site.Converters...); p != nil {
		d.report(badValue(s.labelRange, p, nil))
		d.broken(s.owner)
	}
}

// checkRePath looks at the expression as it is written.
func checkRePath(d *decoder, s *scope) {
	s.owner.(*Route).Regex = true
	if p := checkExpression(s.label); p != nil {
		d.report(badValue(s.labelRange, p, nil))
		d.broken(s.owner)
	} else if strings.HasPrefix(s.label, "/") || strings.HasPrefix(s.label, "^/") {
		d.report(badValue(s.labelRange, expressionWithSlash(s.label), nil))
		d.broken(s.owner)
	}
}

// groupsOf are the groups of an expression that have a name.
func groupsOf(expression string) []Segment {
	var out []Segment
	for _, name := range regexp.MustCompile(expression).SubexpNames() {
		if name != "" {
			out = append(out, Segment{Name: name, Converter: "str"})
		}
	}
	return out
}

// checkGroup looks at the prefix as it is written.
func checkGroup(d *decoder, s *scope) {
	_, p := parsePattern(s.label, inGroup(s), d.site.Converters...)
	if p == nil && !strings.HasSuffix(s.label, "/") {
		p = prefixOpen(s.label)
	}
	if p != nil {
		d.report(badValue(s.labelRange, p, nil))
		d.broken(s.owner)
	}
	if len(s.owner.(*Group).Nodes) == 0 {
		d.report(emptyGroup(s))
	}
}

func inGroup(s *scope) bool {
	_, nested := s.parent.owner.(*Group)
	return nested
}

// broken marks a struct that later checks leave alone.
func (d *decoder) broken(owner any) { d.brokenOnes[owner] = true }

// routes fills in what routes get from the groups around them.
func (d *decoder) routes(nodes []RouteNode, prefix, namespace string, host String, broken bool) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *Group:
			inner := namespace
			if n.Namespace.V != "" {
				inner += n.Namespace.V + ":"
			}
			bound := host
			if n.Host.V != "" {
				if bound = n.Host; host.V != "" {
					d.report(errorAt(n.Host.Range, "Host within a host", "The group around is bound to %s already. Write the host in one of the two.", host.V).and(host.Range, "the group's host is here"))
				}
			}
			d.routes(n.Nodes, prefix+n.Prefix, inner, bound, broken || d.brokenOnes[n])
		case *Route:
			d.route(n, prefix, namespace, broken)
			d.bindHost(n, host)
			for _, c := range n.captures() {
				if c.Own != nil {
					d.names.used[c.Own] = true
				}
			}
		}
	}
}

func (d *decoder) route(r *Route, prefix, namespace string, broken bool) {
	if !r.Name.Set {
		r.Name = String{V: r.View.Name, Range: r.DeclRange}
	}
	r.Full = prefix + r.Pattern
	r.FullName = namespace + r.Name.V
	if broken || d.brokenOnes[r] {
		d.broken(r)
		r.Segments = []Segment{{Literal: r.Full}}
		return
	}
	if r.Regex {
		r.Full = r.Pattern
		r.Segments = groupsOf(r.Pattern)
		return
	}
	segments, p := parsePattern(r.Full, false, d.site.Converters...)
	if p != nil {
		d.report(badValue(d.labels[r], p, nil))
		d.broken(r)
		segments = []Segment{{Literal: r.Full}}
	}
	r.Segments = segments
}
