package template

import (
	"github.com/dave/jennifer/jen"
)

// cacheNode is {% cache seconds name vary… %}…{% endcache %}.
type cacheNode struct {
	span    span
	seconds *filterExpr
	name    string
	vary    []*filterExpr
	body    []node
}

func (n *cacheNode) children() [][]node { return [][]node{n.body} }

func parseCache(p *parser, t token, ws []word) node {
	if len(ws) < 3 {
		panic(t.span.fault("'cache' tag requires at least 2 arguments", "Write {% cache 60 name %}."))
	}
	n := &cacheNode{span: t.span, seconds: p.parseExpr(ws[1].span), name: ws[2].text}
	rest := ws[3:]
	if len(rest) > 0 {
		if name, value, ok := keyword(rest[len(rest)-1]); ok && name == "using" {
			// The site has one store for fragments; Django's default name of it is all that is known.
			if v := value.text(); v != `"default"` && v != `'default'` && v != `"template_fragments"` && v != `'template_fragments'` {
				panic(value.fault("There is no cache "+v, "Fragments are kept in one place; leave using out."))
			}
			rest = rest[:len(rest)-1]
		}
	}
	for _, w := range rest {
		n.vary = append(n.vary, p.parseExpr(w.span))
	}
	n.body = p.body("endcache")
	return n
}

func (n *cacheNode) compile(c *compiler) {
	c.caches = true
	c.markURL()
	start := c.html
	args := []jen.Code{jen.Lit(n.name)}
	for _, e := range n.vary {
		args = append(args, c.boxed(c.eval(e, orEmpty)))
	}
	if c.opts.localized() {
		args = append(args, c.sure().Dot("LanguageCode").Call())
	}
	seconds := c.boxed(c.eval(n.seconds, orEmpty))
	key, kept, ok, mark := c.local("key"), c.local("kept"), c.local("ok"), c.unique("mark")
	c.comment(n.span)
	c.stmt(jen.Id(key).Op(":=").Add(c.sure()).Dot("FragmentKey").Call(args...))
	if r, ok := c.request(); ok && c.opts.Fragments != nil {
		c.stmt(c.sure().Dot("KeepIn").Call(jen.Qual(c.opts.Fragments.Path, c.opts.Fragments.Name).Call(r.code)))
	}
	body := c.nested(func() {
		c.push()
		c.whole(func() { c.nodes(n.body) })
		c.pop()
		c.stmt(c.state().Dot("KeepFragment").Call(jen.Id(key), seconds, jen.Id("b").Index(jen.Id(mark).Op(":"))))
	})
	body = append([]jen.Code{jen.Id(mark).Op(":=").Len(jen.Id("b"))}, body...)
	if c.html.describe() != start.describe() {
		c.errorAt(n.span, "The body of the cache tag ends in another place of the HTML than it begins in", "It begins in "+start.describe()+" and ends in "+c.html.describe()+".")
	}
	c.stmt(jen.If(jen.List(jen.Id(kept), jen.Id(ok)).Op(":=").Add(c.sure()).Dot("Fragment").Call(jen.Id(key)), jen.Id(ok)).Block(
		jen.Id("b").Op("=").Append(jen.Id("b"), jen.Id(kept).Op("...")),
	).Else().Block(body...))
}
