package template

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// partialDef is {% partialdef name inline %}…{% endpartialdef %}.
type partialDef struct {
	span   span
	name   string
	inline bool
	body   []node
	// source is what the partial is called as a template of its own: file.html#name.
	source *parsed
}

func (n *partialDef) children() [][]node { return [][]node{n.body} }

func parsePartialdef(p *parser, t token, ws []word) node {
	switch {
	case len(ws) < 2:
		panic(t.span.fault("'partialdef' tag requires a name", "Write {% partialdef name %}."))
	case len(ws) > 3:
		panic(t.span.fault("'partialdef' tag takes at most 2 arguments", ""))
	case len(ws) == 3 && ws[2].text != "inline":
		panic(ws[2].span.fault("The 'inline' argument does not have any parameters; either use 'inline' or remove it completely", ""))
	}
	n := &partialDef{span: t.span, name: ws[1].text, inline: len(ws) == 3}
	if p.out.partials[n.name] != nil {
		panic(ws[1].span.fault("Partial '"+n.name+"' is already defined in the '"+p.src.name+"' template", "Every partial of a template needs a name of its own."))
	}
	p.out.partials[n.name] = n
	n.body = p.until("endpartialdef")
	end, ws := p.closing()
	if len(ws) > 2 || len(ws) == 2 && ws[1].text != n.name {
		panic(end.span.fault(fmt.Sprintf("Invalid block tag on line %d: '%s', expected 'endpartialdef' or 'endpartialdef %s'", end.span.line(), end.inner.text(), n.name), ""))
	}
	return n
}

func (n *partialDef) compile(c *compiler) {
	if n.inline {
		c.nodes(n.body)
	}
}

// partialUse is {% partial name %}.
type partialUse struct {
	leaf
	span, nameSpan span
	name           string
	home           *parsed
}

func parsePartial(p *parser, t token, ws []word) node {
	if len(ws) != 2 {
		panic(t.span.fault("'partial' tag requires a single argument", "Write {% partial name %}."))
	}
	return &partialUse{span: t.span, nameSpan: ws[1].span, name: ws[1].text, home: p.out}
}

func (n *partialUse) compile(c *compiler) {
	def := n.home.partials[n.name]
	if def == nil {
		n.unknown(c)
		return
	}
	for _, d := range c.partialsOpen {
		if d == def {
			c.errorAt(n.span, "The partial '"+n.name+"' contains itself", "Its text would not end.")
			return
		}
	}
	c.partialsOpen = append(c.partialsOpen, def)
	frame, cycles := c.frame, c.cycles
	c.frame, c.cycles = c.out, map[*cycleNode]*cycleState{}
	c.comment(n.span)
	c.nodes(def.body)
	c.frame, c.cycles = frame, cycles
	c.partialsOpen = c.partialsOpen[:len(c.partialsOpen)-1]
}

// unknown reports a partial that the template has not: in dynamic templates it
// is an error of the page that reaches the tag.
func (n *partialUse) unknown(c *compiler) {
	var names []string
	for name := range n.home.partials {
		names = append(names, name)
	}
	summary := "Partial '" + n.name + "' is not defined in the current template"
	if !c.dynamic {
		c.errorAt(n.nameSpan, summary, suggest(n.name, names))
		return
	}
	c.report(schema.Warning, n.nameSpan, summary, suggest(n.name, names))
	c.stmt(c.state().Dot("NoPartial").Call(jen.Lit(n.name)))
}

// partialOf is the partial that a name with # means, as a template.
func (s *site) partialOf(name string) (*parsed, loadStatus) {
	file, part, _ := strings.Cut(name, "#")
	t, status := s.parsed(file)
	if status != isRead || part == "" {
		return t, status
	}
	def := t.partials[part]
	if def == nil {
		return nil, isMissing
	}
	if def.source == nil {
		src := *t.src
		def.source = &parsed{src: &src, nodes: def.body, partials: t.partials}
	}
	return def.source, isRead
}
