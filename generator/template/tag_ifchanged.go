package template

import "github.com/dave/jennifer/jen"

// ifchangedNode is {% ifchanged a b %}…{% else %}…{% endifchanged %}.
type ifchangedNode struct {
	span    span
	watched []*filterExpr
	body    []node
	other   []node
}

func (n *ifchangedNode) children() [][]node { return [][]node{n.body, n.other} }

func parseIfchanged(p *parser, t token, ws []word) node {
	n := &ifchangedNode{span: t.span}
	for _, w := range ws[1:] {
		n.watched = append(n.watched, p.parseExpr(w.span))
	}
	n.body = p.until("else", "endifchanged")
	if words(p.tokens[p.at].inner)[0].text == "endifchanged" {
		p.closing()
	} else {
		p.alone()
		n.other = p.body("endifchanged")
	}
	return n
}

// before adds statements in front of the loop that is being compiled, or of the
// template where there is none.
func (c *compiler) before(stmts ...jen.Code) {
	if c.loop != nil {
		c.loop.before = append(c.loop.before, stmts...)
		return
	}
	c.frame.stmts = append(stmts, c.frame.stmts...)
}

func (n *ifchangedNode) compile(c *compiler) {
	c.markURL()
	start := c.html
	if len(n.watched) == 0 {
		n.compileContent(c, start)
		return
	}
	last := c.unique("last")
	c.before(jen.Var().Id(last).Index().Any())
	var values []jen.Code
	for _, e := range n.watched {
		values = append(values, c.boxed(c.eval(e, orNone)))
	}
	now := c.local("now")
	c.stmt(jen.Id(now).Op(":=").Index().Any().Values(values...))
	var first, second htmlState
	yes := c.nested(func() {
		c.stmt(jen.Id(last).Op("=").Id(now))
		c.nodes(n.body)
		first = c.html
	})
	no := c.nested(func() {
		c.html = start
		c.nodes(n.other)
		second = c.html
	})
	n.join(c, first, second)
	c.comment(n.span)
	choice := jen.If(jen.Op("!").Add(rt("EqualAll")).Call(jen.Id(now), jen.Id(last))).Block(yes...)
	if len(no) > 0 {
		choice.Else().Block(no...)
	}
	c.stmt(choice)
}

// compileContent watches what the body writes.
func (n *ifchangedNode) compileContent(c *compiler, start htmlState) {
	last, written, mark := c.unique("last"), c.unique("written"), c.local("mark")
	c.before(jen.Var().Id(last).Index().Byte(), jen.Id(written).Op(":=").False())
	c.comment(n.span)
	c.stmt(jen.Id(mark).Op(":=").Len(jen.Id("b")))
	body := c.nested(func() { c.whole(func() { c.nodes(n.body) }) })
	c.out.stmts = append(c.out.stmts, body...)
	first := c.html
	part := func() *jen.Statement { return jen.Id("b").Index(jen.Id(mark).Op(":")) }
	no := c.nested(func() {
		c.html = start
		c.set(jen.Id("b").Index(jen.Op(":").Id(mark)))
		c.nodes(n.other)
	})
	n.join(c, first, c.html)
	c.stmt(jen.If(jen.Id(written).Op("&&").Qual("bytes", "Equal").Call(jen.Id(last), part())).Block(no...).Else().Block(
		jen.List(jen.Id(last), jen.Id(written)).Op("=").List(jen.Append(jen.Id(last).Index(jen.Op(":").Lit(0)), part().Op("...")), jen.True())))
}

func (n *ifchangedNode) join(c *compiler, a, b htmlState) {
	joined, ok := join(a, b)
	if !ok {
		c.mismatch(n.span, n.span, a, b)
	}
	c.html = joined
}
