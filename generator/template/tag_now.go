package template

import "github.com/dave/jennifer/jen"

// nowNode is {% now "Y-m-d" as var %}.
type nowNode struct {
	leaf
	span   span
	format string
	as     *word
}

func parseNow(p *parser, t token, ws []word) node {
	n := &nowNode{span: t.span}
	if len(ws) == 4 && ws[2].text == "as" {
		n.as = &ws[3]
		ws = ws[:2]
	}
	if len(ws) != 2 {
		panic(t.span.fault("'now' statement takes one argument", `Write {% now "Y-m-d" %}.`))
	}
	if w := ws[1].text; len(w) > 2 {
		n.format = w[1 : len(w)-1]
	}
	return n
}

func (n *nowNode) compile(c *compiler) {
	format := n.format
	if format == "" {
		format = "DATE_FORMAT"
	}
	if n.as != nil {
		v := value{t: stringType, appends: func(b jen.Code) *jen.Statement { return c.sure().Dot("AppendNow").Call(b, jen.Lit(format)) }}
		c.remember(*n.as, c.plain(v))
		return
	}
	// The format is the author's, and what it writes is words and digits.
	c.set(c.sure().Dot("AppendNow").Call(jen.Id("b"), jen.Lit(format)))
	c.html = c.html.afterValue(false)
}

// firstofNode is {% firstof a b 'none' as var %}.
type firstofNode struct {
	leaf
	span   span
	values []*filterExpr
	as     *word
}

func parseFirstof(p *parser, t token, ws []word) node {
	n := &firstofNode{span: t.span}
	ws = ws[1:]
	if len(ws) == 0 {
		panic(t.span.fault("'firstof' statement requires at least one argument", ""))
	}
	if len(ws) >= 2 && ws[len(ws)-2].text == "as" {
		n.as = &ws[len(ws)-1]
		ws = ws[:len(ws)-2]
	}
	for _, w := range ws {
		n.values = append(n.values, p.parseExpr(w.span))
	}
	return n
}

func (n *firstofNode) compile(c *compiler) {
	v := missing()
	for i := len(n.values) - 1; i >= 0; i-- {
		candidate := c.once(c.eval(n.values[i], orNone))
		t := c.truth(candidate)
		switch {
		case t.known && t.value:
			v = candidate
		case !t.known:
			rest := v
			v = candidate
			v.cond, v.alt = t.operand(2), &rest
		}
	}
	if n.as != nil {
		c.remember(*n.as, c.captured(func() { c.output(v, n.span) }))
		return
	}
	c.output(v, n.span)
}
