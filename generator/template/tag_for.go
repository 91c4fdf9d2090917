package template

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"
)

// forNode is {% for a, b in list reversed %}…{% empty %}…{% endfor %}.
type forNode struct {
	span     span
	vars     []word
	list     *filterExpr
	reversed bool
	body     []node
	empty    []node
	hasEmpty bool
}

func (n *forNode) children() [][]node { return [][]node{n.body, n.empty} }

func parseFor(p *parser, t token, ws []word) node {
	text := t.inner.text()
	if len(ws) < 4 {
		panic(t.span.fault("'for' statements should have at least four words: "+text, "Write {% for item in list %}."))
	}
	n := &forNode{span: t.span}
	in := len(ws) - 2
	if ws[len(ws)-1].text == "reversed" {
		n.reversed = true
		in = len(ws) - 3
	}
	if in < 2 || ws[in].text != "in" {
		panic(t.span.fault("'for' statements should use the format 'for x in y': "+text, ""))
	}
	whole := span{t.span.src, ws[1].span.start, ws[in-1].span.end}
	offset := 0
	for _, name := range strings.Split(whole.text(), ",") {
		trimmed := strings.Trim(name, space)
		if trimmed == "" || strings.ContainsAny(trimmed, space+`"'|`) {
			panic(t.span.fault("'for' tag received an invalid argument: "+text, ""))
		}
		lead := strings.Index(name, trimmed)
		n.vars = append(n.vars, word{trimmed, whole.sub(offset+lead, len(trimmed))})
		offset += len(name) + 1
	}
	n.list = p.parseExpr(ws[in+1].span)
	n.body = p.until("empty", "endfor")
	if words(p.tokens[p.at].inner)[0].text == "endfor" {
		p.closing()
	} else {
		p.alone()
		n.hasEmpty = true
		n.empty = p.body("endfor")
	}
	return n
}

// loop is a running for tag.
type loop struct {
	parent *loop
	// index and list are Go variables; the position is counted from 0.
	index, list string
	// counted says that something asks how many items there are.
	counted bool
	// before are statements that its body needs in front of it.
	before []jen.Code
}

var loopMembers = []string{"counter", "counter0", "first", "last", "length", "parentloop", "revcounter", "revcounter0"}

// member is an attribute of forloop.
func (l *loop) member(c *compiler, name string) (value, bool) {
	i, n := jen.Id(l.index), jen.Len(jen.Id(l.list))
	switch name {
	case "revcounter", "revcounter0", "last", "length":
		l.counted = true
	}
	switch name {
	case "counter":
		return code(intType, jen.Parens(i.Op("+").Lit(1))), true
	case "counter0":
		return code(intType, i), true
	case "revcounter":
		return code(intType, jen.Parens(n.Op("-").Add(i))), true
	case "revcounter0":
		return code(intType, jen.Parens(n.Op("-").Add(i).Op("-").Lit(1))), true
	case "first":
		return code(boolType, jen.Parens(i.Op("==").Lit(0))), true
	case "last":
		return code(boolType, jen.Parens(i.Op("==").Add(n).Op("-").Lit(1))), true
	case "length":
		return code(intType, n), true
	case "parentloop":
		if l.parent != nil {
			return value{t: anyType, loop: l.parent}, true
		}
		return constant(&literal{kind: litMissing}), true
	}
	return value{}, false
}

// boxed is forloop as a value of its own.
func (l *loop) boxed(c *compiler) *jen.Statement {
	parent := jen.Nil()
	l.counted = true
	if l.parent != nil {
		parent = l.parent.boxed(c)
	}
	return rt("Loop").Call(jen.Id(l.index), jen.Len(jen.Id(l.list)), parent)
}

func (n *forNode) compile(c *compiler) {
	c.markURL()
	v := c.eval(n.list, orNone)
	if v.cond != nil {
		if first := v; v.alt.lit != nil && v.alt.cond == nil && (v.t.Kind == List || v.t.Kind == Struct && v.t.Items != nil) {
			// A list that may not be there is empty where it is not.
			name := c.local("list")
			first.cond, first.alt = nil, nil
			if l, ok := c.items(first); ok {
				c.stmt(jen.Var().Id(name).Add(goType(l.t)))
				c.stmt(jen.If(v.cond.Clone()).Block(jen.Id(name).Op("=").Add(l.code)))
				v = code(l.t, jen.Id(name))
			}
		}
	}
	elem := anyType
	var listCode, one *jen.Statement
	if l, ok := c.items(v); ok {
		elem, listCode = l.t.Elem, l.code
	} else {
		if v.cond == nil && v.lit == nil && !iterable[v.t.Kind] {
			c.errorAt(n.list.span, article(v.t)+" cannot be iterated", "A for tag takes a list.")
			return
		}
		if v.cond == nil && v.t.Kind == Map && len(n.vars) == 1 {
			elem = stringType
			listCode = rt("Keys").Call(c.plain(v).code)
		} else {
			one = c.boxed(v)
			listCode = c.state().Dot("Items").Call(one.Clone())
		}
	}
	lazy := one != nil && n.lazy(c)
	listed := jen.Null()
	list := ""
	if id, ok := identifier(listCode); ok {
		list = id
	} else {
		if list = n.vars[0].text + "_list"; lazy {
			list = c.unique(list)
		} else {
			list = c.local(list)
		}
		listed.Id(list).Op(":=").Add(listCode)
		c.stmt(listed)
	}
	if n.reversed {
		reversed := c.local(n.vars[0].text + "_reversed")
		c.stmt(jen.Id(reversed).Op(":=").Add(rt("Reversed")).Call(jen.Id(list)))
		list = reversed
	}

	start := c.html
	index, item := c.unique("i"), c.unique(n.vars[0].text)
	l := &loop{parent: c.loop, index: index, list: list}
	var body []jen.Code
	compileBody := func() {
		l.before = nil
		body = c.nested(func() {
			c.push()
			c.loop = l
			c.scope.names["forloop"] = value{t: anyType, loop: l}
			n.unpack(c, elem, item)
			c.nodes(n.body)
			if c.sends() {
				c.sendPiece()
			}
			c.loop = l.parent
			c.pop()
		})
	}
	diags := len(c.diags)
	compileBody()
	end, ok := join(start, c.html)
	if ok && end != start.rested() && end != start {
		// The body may begin where it ends: compiled again for both.
		c.diags = c.diags[:diags]
		c.html = end
		compileBody()
		end, ok = join(end, c.html)
	}
	if !ok {
		c.errorAt(n.span, "The body of the for tag ends in another place of the HTML than it begins in",
			fmt.Sprintf("It begins in %s and ends in %s. Close in the body what is opened in it.", start.describe(), c.html.describe()))
		end = start
	}
	c.html = end
	reads := readNames(body)
	items := jen.Id(list)
	if lazy && !l.counted {
		// Nothing needs the list itself.
		*listed = *jen.Null()
		items = c.sure().Dot("Each").Call(one)
	}
	each := jen.Range().Add(items)
	switch key := jen.Id(index); {
	case reads[item] && reads[index]:
		each = jen.List(key, jen.Id(item)).Op(":=").Range().Add(items)
	case reads[item]:
		each = jen.List(jen.Id("_"), jen.Id(item)).Op(":=").Range().Add(items)
	case reads[index]:
		each = key.Op(":=").Range().Add(items)
	}
	if len(l.before) > 0 {
		c.stmt(l.before...)
	}
	loop := jen.For(each).Block(body...)
	c.comment(n.span)
	if !n.hasEmpty {
		c.stmt(loop)
		return
	}
	empty := c.nested(func() {
		c.html = start
		c.nodes(n.empty)
	})
	joined, ok := join(end, c.html)
	if !ok {
		c.mismatch(n.span, n.span, end, c.html)
	}
	c.html = joined
	c.comment(n.span)
	c.stmt(loop)
	if len(empty) > 0 {
		c.stmt(jen.If(jen.Len(jen.Id(list)).Op("==").Lit(0)).Block(empty...))
	}
}

// unpack gives the loop's names their values.
func (n *forNode) unpack(c *compiler, elem *Type, item string) {
	whole := code(elem, jen.Id(item))
	if len(n.vars) == 1 {
		c.scope.names[n.vars[0].text] = c.follow(whole, nil, operand{}, orEmpty)
		return
	}
	if elem.Kind == Struct && len(elem.Members) > 0 && elem.Members["0"] != nil {
		for i, w := range n.vars {
			m := elem.Members[fmt.Sprint(i)]
			if m == nil {
				c.errorAt(w.span, fmt.Sprintf("Need %d values to unpack in for loop; got %d", len(n.vars), i), "")
				return
			}
			c.scope.names[w.text] = c.follow(c.once(c.member(whole, m)), nil, operand{}, orEmpty)
		}
		return
	}
	if elem.Kind != Any && elem.Kind != List && elem.Kind != String && elem.Kind != SafeString {
		c.errorAt(n.vars[1].span, fmt.Sprintf("%s cannot be unpacked into %d names", article(elem), len(n.vars)), "")
		return
	}
	parts := c.local("parts")
	c.stmt(jen.Id(parts).Op(":=").Add(c.state()).Dot("Unpack").Call(c.boxed(whole), jen.Lit(len(n.vars))))
	for i, w := range n.vars {
		c.scope.names[w.text] = code(anyType, jen.Id(parts).Index(jen.Lit(i)))
	}
}

// iterable are the kinds that a for tag takes.
var iterable = map[Kind]bool{Any: true, String: true, SafeString: true, List: true, Map: true}

// identifier is the name that an expression is, if it is one.
func identifier(s *jen.Statement) (string, bool) {
	src := fmt.Sprintf("%#v", s)
	for i := 0; i < len(src); i++ {
		if !isWord(src[i]) {
			return "", false
		}
	}
	return src, src != "" && src != "nil"
}
