package template

import (
	"sort"

	"github.com/dave/jennifer/jen"
)

// debugNode is {% debug %}.
type debugNode struct {
	leaf
	span span
}

func parseDebug(p *parser, t token, ws []word) node { return &debugNode{span: t.span} }

func (n *debugNode) compile(c *compiler) {
	if c.html.mode != inText {
		c.errorAt(n.span, "debug stands in "+c.html.describe(), "It writes text of many lines, which belongs into the HTML text.")
		return
	}
	known := c.contextNow
	if !c.dynamic {
		known = c.typedNames
	}
	if r, ok := c.request(); ok {
		c.set(rt("AppendDebug").Call(jen.Id("b"), r.code, known()))
	}
}

// typedNames are the names of a page with their values.
func (c *compiler) typedNames() *jen.Statement {
	names := c.names()
	sort.Strings(names)
	var entries []jen.Code
	for _, name := range names {
		v, found, closed := c.lookup(name)
		if !found {
			v, found = c.global(name, closed)
		}
		if found && v.loop == nil && v.block == nil && (v.lit != nil || v.t.Kind != Func) {
			entries = append(entries, jen.Lit(name).Op(":").Add(c.boxed(v)))
		}
	}
	return jen.Map(jen.String()).Any().Values(entries...)
}

// nonceNode is {% csp_nonce_attr %}.
type nonceNode struct {
	leaf
	span span
}

func parseNonce(p *parser, t token, ws []word) node {
	if len(ws) > 1 {
		panic(ws[1].span.fault("'csp_nonce_attr' takes no arguments", "Write <script{% csp_nonce_attr %}>."))
	}
	return &nonceNode{span: t.span}
}

func (n *nonceNode) compile(c *compiler) {
	if c.html.mode != inTag && c.html.mode != inTagName {
		c.errorAt(n.span, "csp_nonce_attr stands in "+c.html.describe(), "It writes an attribute, which belongs into the tag of a script or style element.")
		return
	}
	v, found, closed := c.lookup("csp_nonce")
	if !found {
		v, found = c.global("csp_nonce", closed)
	}
	switch r, ok := c.request(); {
	case found:
	case ok:
		v = code(stringType, rt("Nonce").Call(r.code))
		v.call = true
	case c.dynamic:
		v = c.dynamicPath(jen.Id("ctx"), []word{{text: "csp_nonce"}}, orNone)
	default:
		return // a site without a policy has no nonce
	}
	c.set(rt("AppendNonceAttr").Call(jen.Id("b"), rt("NonceText").Call(c.boxed(v))))
	c.html = c.html.feed(` nonce=""`)
}
