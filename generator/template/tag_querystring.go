package template

import "github.com/dave/jennifer/jen"

// querystringNode is {% querystring request.GET page=2 as url %}.
type querystringNode struct {
	leaf
	span   span
	maps   []*filterExpr
	kwargs []assignment
	as     *word
}

func parseQuerystring(p *parser, t token, ws []word) node {
	n := &querystringNode{span: t.span}
	rest := ws[1:]
	if len(rest) >= 2 && rest[len(rest)-2].text == "as" {
		n.as = &rest[len(rest)-1]
		rest = rest[:len(rest)-2]
	}
	seen := map[string]bool{}
	for _, w := range rest {
		name, value, ok := keyword(w)
		switch {
		case !ok && len(n.kwargs) > 0:
			panic(w.span.fault("'querystring' received some positional argument(s) after some keyword argument(s)", ""))
		case !ok:
			n.maps = append(n.maps, p.parseExpr(w.span))
		case seen[name]:
			panic(w.span.fault("'querystring' received multiple values for keyword argument '"+name+"'", ""))
		default:
			seen[name] = true
			n.kwargs = append(n.kwargs, assignment{name, p.parseExpr(value), w.span})
		}
	}
	return n
}

func (n *querystringNode) compile(c *compiler) {
	var maps, names, values []jen.Code
	for _, e := range n.maps {
		maps = append(maps, c.boxed(c.eval(e, orEmpty)))
	}
	if len(n.maps) == 0 {
		q, ok := c.requestQuery()
		if !ok {
			c.errorAt(n.span, "There is no request whose query string could be taken", "")
			return
		}
		maps = []jen.Code{q}
	}
	for _, a := range n.kwargs {
		names = append(names, jen.Lit(a.name))
		values = append(values, c.boxed(c.eval(a.expr, orEmpty)))
	}
	v := code(stringType, c.state().Dot("QueryString").Call(jen.Index().Any().Values(maps...), jen.Index().String().Values(names...), jen.Index().Any().Values(values...)))
	v.call, v.path = true, true // it begins with ?
	if n.as != nil {
		c.remember(*n.as, v)
		return
	}
	c.output(v, n.span)
}

// requestQuery is the parameters of the request.
func (c *compiler) requestQuery() (*jen.Statement, bool) {
	if r, ok := c.request(); ok && c.opts.Query != nil {
		return c.boxed(c.member(r, c.opts.Query)), true
	}
	if !c.dynamic {
		return nil, false
	}
	return c.dynamicPath(jen.Id("ctx"), []word{{text: "request"}, {text: "GET"}}, required).code, true
}
