package template

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// staticNode is {% static 'site.css' as var %}.
type staticNode struct {
	leaf
	span span
	name *filterExpr
	as   *word
}

func parseStatic(p *parser, t token, ws []word) node {
	if len(ws) < 2 {
		panic(t.span.fault("'static' takes at least one argument (path to file)", "Write {% static 'site.css' %}."))
	}
	n := &staticNode{span: t.span, name: p.parseExpr(ws[1].span)}
	if len(ws) == 4 && ws[2].text == "as" {
		n.as = &ws[3]
	}
	return n
}

func (n *staticNode) compile(c *compiler) {
	v, ok := c.staticURL(n)
	if !ok {
		return
	}
	if n.as != nil {
		c.remember(*n.as, v)
		return
	}
	c.output(v, n.span)
}

func (c *compiler) staticURL(n *staticNode) (value, bool) {
	if c.opts.Static == nil {
		c.errorAt(n.span, "The site has no static files", "Declare a static location in the site file.")
		return value{}, false
	}
	name, ok := constantText(c.constantName(n.name))
	if !ok {
		if !c.dynamic {
			c.errorAt(n.name.span, "The name of a static file must be constant", "It is looked up when the site is built. Choose between static tags with if.")
			return value{}, false
		}
		v := code(stringType, c.state().Dot("Static").Call(jen.Lit(c.opts.StaticPrefix), c.boxed(c.eval(n.name, orEmpty))))
		v.call, v.path = true, true
		return v, true
	}
	url, ok := c.opts.Static(name)
	if !ok {
		c.errorAt(n.name.span, fmt.Sprintf("There is no static file %q", name), suggest(name, c.opts.StaticNames))
		return value{}, false
	}
	v := plainString(url)
	v.path = true
	return v, true
}

// prefixNode is {% get_static_prefix %} and {% get_media_prefix %}.
type prefixNode struct {
	leaf
	span  span
	media bool
	as    *word
}

func parsePrefix(p *parser, t token, ws []word) node {
	n := &prefixNode{span: t.span, media: ws[0].text == "get_media_prefix"}
	switch {
	case len(ws) == 3 && ws[1].text == "as":
		n.as = &ws[2]
	case len(ws) > 1:
		panic(ws[1].span.fault("First argument in '"+ws[0].text+"' must be 'as'", ""))
	}
	return n
}

func (n *prefixNode) compile(c *compiler) {
	prefix := c.opts.StaticPrefix
	if n.media {
		prefix = c.opts.MediaPrefix
	}
	if n.as != nil {
		c.remember(*n.as, plainString(prefix))
		return
	}
	c.literal(prefix)
}

// csrfNode is {% csrf_token %}.
type csrfNode struct {
	leaf
	span span
}

func parseCSRF(p *parser, t token, ws []word) node { return &csrfNode{span: t.span} }

func (n *csrfNode) compile(c *compiler) {
	if c.html.mode != inText {
		c.errorAt(n.span, "csrf_token stands in "+c.html.describe(), "It writes an input element, which belongs into the HTML text of a form.")
		return
	}
	var token value
	switch v, found, _ := c.lookup("csrf_token"); {
	case found:
		token = v
	default:
		v, ok := c.global("csrf_token", false)
		if !ok {
			if !c.dynamic {
				c.errorAt(n.span, "The page has no CSRF token", "Add csrf to the middleware of the site file.")
				return
			}
			v = c.dynamicPath(jen.Id("ctx"), []word{{text: "csrf_token"}}, orNone)
		}
		token = v
	}
	if token.t.Kind == String || token.t.Kind == SafeString {
		c.set(rt("AppendCSRF").Call(jen.Id("b"), c.str(c.plain(token))))
		return
	}
	c.set(c.state().Dot("AppendCSRF").Call(jen.Id("b"), c.boxed(token)))
}
