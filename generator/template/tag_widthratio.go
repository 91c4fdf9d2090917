package template

import "github.com/dave/jennifer/jen"

// widthratioNode is {% widthratio value max width as name %}.
type widthratioNode struct {
	leaf
	span             span
	value, most, max *filterExpr
	as               *word
}

func parseWidthratio(p *parser, t token, ws []word) node {
	n := &widthratioNode{span: t.span}
	switch {
	case len(ws) == 6 && ws[4].text == "as":
		n.as = &ws[5]
	case len(ws) == 6:
		panic(ws[4].span.fault("Invalid syntax in widthratio tag. Expecting 'as' keyword", ""))
	case len(ws) != 4:
		panic(t.span.fault("widthratio takes at least three arguments", "Write {% widthratio value max_value max_width %}."))
	}
	n.value, n.most, n.max = p.parseExpr(ws[1].span), p.parseExpr(ws[2].span), p.parseExpr(ws[3].span)
	return n
}

func (n *widthratioNode) compile(c *compiler) {
	args := []jen.Code{c.boxed(c.eval(n.value, orEmpty)), c.boxed(c.eval(n.most, orEmpty)), c.boxed(c.eval(n.max, orEmpty))}
	v := code(stringType, c.state().Dot("WidthRatio").Call(args...))
	v.call = true
	if n.as != nil {
		c.remember(*n.as, v)
		return
	}
	v.t = &Type{Kind: SafeString, Go: GoType{Name: "string"}} // digits
	c.output(v, n.span)
}
