package template

import "fmt"

// extendsNode is {% extends "base.html" %}; the template's other nodes are
// found through its blocks.
type extendsNode struct {
	leaf
	span span
	name *filterExpr
}

func (n *extendsNode) compile(c *compiler) {}

func parseExtends(p *parser, t token, ws []word) node {
	if len(ws) != 2 {
		panic(t.span.fault("'extends' takes one argument", `Write {% extends "base.html" %}.`))
	}
	n := &extendsNode{span: t.span, name: p.parseExpr(ws[1].span)}
	if l := n.name.operand.lit; l != nil && len(n.name.filters) == 0 && l.str == "" {
		panic(ws[1].span.fault("Invalid template name in 'extends' tag: "+ws[1].text, ""))
	}
	if p.out.extends != nil {
		panic(t.span.fault("'extends' cannot appear more than once in the same template", ""))
	}
	p.out.extends = n
	return n
}

// blockNode is {% block name %}…{% endblock %}.
type blockNode struct {
	span, nameSpan span
	name           string
	body           []node
	// outer is the block around, in the same template.
	outer string
}

func (n *blockNode) children() [][]node { return [][]node{n.body} }

func parseBlock(p *parser, t token, ws []word) node {
	if len(ws) != 2 {
		panic(t.span.fault("'block' tag takes only one argument", "Write {% block name %}."))
	}
	name := ws[1].text
	n := &blockNode{span: t.span, nameSpan: ws[1].span, name: name, outer: p.block}
	if p.out.blocks[name] != nil {
		panic(ws[1].span.fault("'block' tag with name '"+name+"' appears more than once", "Every block of a template needs a name of its own."))
	}
	p.out.blocks[name] = n
	p.out.order = append(p.out.order, n)
	p.block = name
	n.body = p.until("endblock")
	p.block = n.outer
	end, ws := p.closing()
	if len(ws) > 2 || len(ws) == 2 && ws[1].text != name {
		panic(end.span.fault(fmt.Sprintf("Invalid block tag on line %d: '%s', expected 'endblock' or 'endblock %s'", end.span.line(), end.inner.text(), name), ""))
	}
	return n
}

func (n *blockNode) compile(c *compiler) {
	defs := c.blocks[n.name]
	if len(defs) == 0 {
		defs = []*blockNode{n}
	}
	c.define(defs, 0)
}

// define compiles a block's definition at that level: 0 is what is shown, the
// rest are reached through block.super.
func (c *compiler) define(defs []*blockNode, level int) {
	n := defs[level]
	c.push().names["block"] = value{t: anyType, block: &blockPlace{defs, level}}
	if len(defs) > 1 {
		c.comment(n.span)
	}
	c.nodes(n.body)
	c.pop()
}

// blockPlace is which definition of a block is being compiled.
type blockPlace struct {
	defs  []*blockNode
	level int
}

// blockMember is an attribute of block.
func (c *compiler) blockMember(v value, name string) (value, bool) {
	switch name {
	case "name":
		return plainString(v.block.defs[v.block.level].name), true
	case "super":
		return c.captured(func() { c.super(v.block) }), true
	}
	return value{}, false
}

// isSuper reports whether an expression is block.super and nothing else.
func (c *compiler) isSuper(e *filterExpr) (*blockPlace, bool) {
	p := e.operand.path
	if len(p) != 2 || p[0].text != "block" || p[1].text != "super" || len(e.filters) > 0 {
		return nil, false
	}
	v, _, _ := c.lookup("block")
	return v.block, v.block != nil
}

// super compiles the definition that the current one replaces.
func (c *compiler) super(place *blockPlace) {
	if place.level+1 < len(place.defs) {
		c.define(place.defs, place.level+1)
	}
}
