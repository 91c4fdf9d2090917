package template

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// withNode is {% with name=value … %}…{% endwith %}.
type withNode struct {
	span   span
	values []assignment
	body   []node
}

func (n *withNode) children() [][]node { return [][]node{n.body} }

func parseWith(p *parser, t token, ws []word) node {
	values, rest := p.keywords(ws[1:], true)
	if len(values) == 0 {
		panic(t.span.fault("'with' expected at least one variable assignment", "Write {% with name=value %}, without spaces around =."))
	}
	if len(rest) > 0 {
		panic(rest[0].span.fault("'with' received an invalid token: '"+rest[0].text+"'", ""))
	}
	return &withNode{span: t.span, values: values, body: p.body("endwith")}
}

func (n *withNode) compile(c *compiler) {
	names := c.assigned(n.values)
	c.push()
	for name, v := range names {
		c.scope.names[name] = v
	}
	c.nodes(n.body)
	c.pop()
}

// assigned evaluates name=value pairs, all in the scope outside.
func (c *compiler) assigned(values []assignment) map[string]value {
	names := map[string]value{}
	for _, a := range values {
		names[a.name] = c.named(a.name, c.eval(a.expr, orEmpty))
	}
	return names
}

// named is v as a variable of that name, unless it is one already or a constant.
func (c *compiler) named(name string, v value) value {
	if v.cond == nil && (v.lit != nil || v.loop != nil || !v.call && v.appends == nil) {
		return v
	}
	if v.cond != nil && !v.call && v.appends == nil {
		return v
	}
	v = c.plain(v)
	if !v.call {
		return v
	}
	n := c.local(name)
	c.stmt(jen.Id(n).Op(":=").Add(v.code))
	v.code, v.call = jen.Id(n), false
	return v
}

// remember is "as name": the name is known up to the end of the for, with,
// include or block around, also where this is one branch of an if.
func (c *compiler) remember(name word, v value) {
	if v.cond == nil {
		v = c.named(name.text, v)
		if v.appends != nil {
			v = c.plain(v)
		}
	} else {
		v = c.plain(v)
	}
	if c.scope.frame == c.out {
		c.scope.names[name.text] = v
		return
	}
	before, found := c.scope.names[name.text]
	if !found {
		if c.dynamic {
			before, found, _ = c.lookup(name.text)
			if !found {
				before = c.dynamicPath(jen.Id("ctx"), []word{name}, orEmpty)
			}
		} else {
			before = missing()
			if outer, ok, _ := c.lookup(name.text); ok {
				before = outer
			}
		}
	}
	// The variable stands in the frame's block; whether it was set is known at run time.
	variable, set := c.unique(name.text), c.unique(name.text+"_set")
	frame := c.scope.frame
	frame.stmts = append([]jen.Code{
		jen.Var().Id(variable).Add(goType(v.t)),
		jen.Id(set).Op(":=").False(),
		jen.Id("_").Op("=").Id(variable),
	}, frame.stmts...)
	c.flush()
	c.stmt(jen.List(jen.Id(variable), jen.Id(set)).Op("=").List(c.expr(v), jen.True()))
	out := value{t: v.t, code: jen.Id(variable), cond: jen.Id(set), alt: &before, vetted: v.vetted, path: v.path}
	c.scope.names[name.text] = out
}

// autoescapeNode is {% autoescape on %} or off.
type autoescapeNode struct {
	off  bool
	body []node
}

func (n *autoescapeNode) children() [][]node { return [][]node{n.body} }

func parseAutoescape(p *parser, t token, ws []word) node {
	if len(ws) != 2 {
		panic(t.span.fault("'autoescape' tag requires exactly one argument", "Write {% autoescape on %} or {% autoescape off %}."))
	}
	if ws[1].text != "on" && ws[1].text != "off" {
		panic(ws[1].span.fault("'autoescape' argument should be 'on' or 'off'", ""))
	}
	if ws[1].text == "off" {
		p.unescaped(t.span, "autoescape off")
	}
	return &autoescapeNode{off: ws[1].text == "off", body: p.body("endautoescape")}
}

func (n *autoescapeNode) compile(c *compiler) {
	before := c.raw
	c.raw = n.off
	c.nodes(n.body)
	c.raw = before
}

// spacelessNode is {% spaceless %}…{% endspaceless %}.
type spacelessNode struct{ body []node }

func (n *spacelessNode) children() [][]node { return [][]node{n.body} }

func parseSpaceless(p *parser, t token, ws []word) node {
	return &spacelessNode{body: p.body("endspaceless")}
}

func (n *spacelessNode) compile(c *compiler) {
	mark := c.local("mark")
	c.stmt(jen.Id(mark).Op(":=").Len(jen.Id("b")))
	c.whole(func() { c.nodes(n.body) })
	c.set(rt("Spaceless").Call(jen.Id("b"), jen.Id(mark)))
}

// filterNode is {% filter upper|cut:" " %}…{% endfilter %}.
type filterNode struct {
	span    span
	filters []filterCall
	body    []node
}

func (n *filterNode) children() [][]node { return [][]node{n.body} }

func parseFilterTag(p *parser, t token, ws []word) node {
	if len(ws) < 2 {
		panic(t.span.fault("'filter' tag takes at least one filter", "Write {% filter upper %}."))
	}
	e := p.parseFilters(span{t.span.src, ws[1].span.start, t.inner.end})
	for _, f := range e {
		if f.name.text == "escape" || f.name.text == "safe" {
			panic(f.name.span.fault(`"filter `+f.name.text+`" is not permitted`, `Use the "autoescape" tag instead.`))
		}
	}
	return &filterNode{span: t.span, filters: e, body: p.body("endfilter")}
}

func (n *filterNode) compile(c *compiler) {
	start := c.html
	v := c.captured(func() {
		c.nodes(n.body)
		if end, ok := join(start, c.html); !ok {
			c.errorAt(n.span, "The body of the filter tag ends in another place of the HTML than it begins in",
				fmt.Sprintf("It begins in %s and ends in %s.", start.describe(), end.describe()))
		}
	})
	for _, f := range n.filters {
		v = c.filter(f, v)
	}
	c.html = start
	c.markURL()
	// What was inside is escaped already, and what the filters made of it is
	// taken as it is.
	before := c.raw
	c.raw = true
	c.write(v, place{})
	c.raw = before
	if c.urlMark != "" && start.mode == inValue && start.attr == urlAttr && start.url == urlStart && !before {
		c.set(rt("CheckURL").Call(jen.Id("b"), jen.Id(c.urlMark)))
	}
	c.html = start
}
