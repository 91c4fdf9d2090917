package template

import "github.com/dave/jennifer/jen"

// whole compiles what a tag around it looks at when it is complete: nothing of
// it is sent before.
func (c *compiler) whole(body func()) {
	c.held++
	body()
	c.held--
}

// sends reports whether what has been rendered may be sent here: nothing
// around waits for the whole, and no value is still to be judged.
func (c *compiler) sends() bool {
	return c.streams && c.held == 0 && c.urlMark == "" && c.fn.partial == nil && c.html.rested().mode == inText
}

// sendPiece has the page sent so far, between the items of a list.
func (c *compiler) sendPiece() {
	r, ok := c.request()
	if !ok {
		return
	}
	rest := c.unique("rest")
	c.stmt(jen.List(jen.Id(rest), jen.Err()).Op(":=").Add(rt("Flush")).Call(jen.Id("b"), r.code.Clone()))
	c.stmt(jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Id("b"), jen.Err())))
	c.set(jen.Id(rest))
}

// lazy reports whether a for tag can take the items one by one: its page is
// streamed, and nothing but the items is asked for.
func (n *forNode) lazy(c *compiler) bool {
	return c.sends() && !n.reversed && !n.hasEmpty
}
