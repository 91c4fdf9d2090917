package template

import "github.com/dave/jennifer/jen"

// loremNode is {% lorem 3 p random %}.
type loremNode struct {
	leaf
	span   span
	count  *filterExpr // nil is one
	method string
	random bool
}

func parseLorem(p *parser, t token, ws []word) node {
	n := &loremNode{span: t.span, method: "b"}
	ws = ws[1:]
	if len(ws) > 0 && ws[len(ws)-1].text == "random" {
		n.random = true
		ws = ws[:len(ws)-1]
	}
	if len(ws) > 0 {
		if m := ws[len(ws)-1].text; m == "w" || m == "p" || m == "b" {
			n.method = m
			ws = ws[:len(ws)-1]
		}
	}
	if len(ws) > 0 {
		n.count = p.parseExpr(ws[0].span)
		ws = ws[1:]
	}
	if len(ws) > 0 {
		panic(t.span.fault("Incorrect format for 'lorem' tag", "Write {% lorem [count] [w|p|b] [random] %}."))
	}
	return n
}

func (n *loremNode) compile(c *compiler) {
	count := jen.Lit(1)
	if n.count != nil {
		count = c.boxed(c.eval(n.count, orEmpty))
	}
	c.set(c.sure().Dot("AppendLorem").Call(jen.Id("b"), count, jen.Lit(n.method), jen.Lit(n.random)))
	c.html = c.html.afterValue(false)
}
