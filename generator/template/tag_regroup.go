package template

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// regroupNode is {% regroup posts by author as groups %}.
type regroupNode struct {
	leaf
	span span
	list *filterExpr
	// item stands for one item in the expression by.
	item string
	by   *filterExpr
	as   word
}

func parseRegroup(p *parser, t token, ws []word) node {
	if len(ws) != 6 {
		panic(t.span.fault("'regroup' tag takes five arguments", "Write {% regroup list by attribute as groups %}."))
	}
	if ws[2].text != "by" {
		panic(ws[2].span.fault("second argument to 'regroup' tag must be 'by'", ""))
	}
	if ws[4].text != "as" {
		panic(ws[4].span.fault("next-to-last argument to 'regroup' tag must be 'as'", ""))
	}
	n := &regroupNode{span: t.span, list: p.parseExpr(ws[1].span), by: p.parseExpr(ws[3].span), as: ws[5], item: ws[5].text}
	if l := n.by.operand.lit; l != nil && (l.kind == litInt || l.kind == litFloat) {
		// An index, or several: the items are lists.
		n.by.operand = operand{span: n.by.operand.span}
		for _, index := range strings.Split(n.by.operand.span.text(), ".") {
			n.by.operand.path = append(n.by.operand.path, word{index, n.by.operand.span})
		}
	}
	if n.by.operand.path == nil {
		panic(ws[3].span.fault("'regroup' takes an attribute behind by", ""))
	}
	// author.name is an attribute of the item.
	n.by.operand.path = append([]word{{n.item, ws[5].span}}, n.by.operand.path...)
	return n
}

func (n *regroupNode) compile(c *compiler) {
	v := c.eval(n.list, orNone)
	elem, list := c.sequence(v, n.list)
	if list == nil {
		return
	}
	item := c.unique("item")
	groups := c.unique(n.as.text)
	var by value
	body := c.nested(func() {
		c.push().names[n.item] = c.follow(code(elem, jen.Id(item)), nil, operand{}, orEmpty)
		by = c.plain(c.eval(n.by, orNone))
		grouper := c.expr(by)
		if by.t.Kind == Any || by.lit != nil {
			grouper = c.boxed(by)
			by.t = anyType
		}
		c.stmt(jen.Id(groups).Op("=").Add(rt("AppendGroup")).Call(jen.Id(groups), grouper, jen.Id(item)))
		c.pop()
	})
	group := groupType(by.t, elem)
	c.comment(n.span)
	c.stmt(jen.Var().Id(groups).Index().Add(goType(group)), jen.Id("_").Op("=").Id(groups))
	c.stmt(jen.For(jen.List(jen.Id("_"), jen.Id(item)).Op(":=").Range().Add(list)).Block(body...))
	c.remember(n.as, code(&Type{Kind: List, Elem: group}, jen.Id(groups)))
}

// groupType is tmpl.Group of a grouper and the items.
func groupType(by, elem *Type) *Type {
	grouper := &Member{Field: "Grouper", Type: by}
	list := &Member{Field: "List", Type: &Type{Kind: List, Elem: elem}}
	return &Type{
		Kind: Struct, Name: "group",
		Code:    func() *jen.Statement { return rt("Group").Types(goType(by), goType(elem)) },
		Members: map[string]*Member{"grouper": grouper, "list": list, "0": grouper, "1": list},
	}
}

// sequence is what is iterated: a list with its element's type, or the items of
// a value that is known only at run time. nil says that it cannot be.
func (c *compiler) sequence(v value, at *filterExpr) (elem *Type, list *jen.Statement) {
	if l, ok := c.items(v); ok {
		return l.t.Elem, l.code
	}
	if v.cond == nil && v.lit == nil && !iterable[v.t.Kind] {
		c.errorAt(at.span, article(v.t)+" cannot be iterated", "A list belongs here.")
		return nil, nil
	}
	return anyType, c.state().Dot("Items").Call(c.boxed(v))
}
