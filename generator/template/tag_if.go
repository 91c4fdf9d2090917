package template

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// ifNode is {% if %}…{% elif %}…{% else %}…{% endif %}.
type ifNode struct {
	span     span
	branches []ifBranch
}

// ifBranch is one of its ways; else has no condition.
type ifBranch struct {
	cond  *condition
	nodes []node
	span  span
}

func (n *ifNode) children() [][]node {
	var out [][]node
	for _, b := range n.branches {
		out = append(out, b.nodes)
	}
	return out
}

func parseIf(p *parser, t token, ws []word) node {
	n := &ifNode{span: t.span}
	for {
		cond := p.parseCondition(t.span, ws[1:])
		nodes := p.until("elif", "else", "endif")
		n.branches = append(n.branches, ifBranch{cond, nodes, t.span})
		if t = p.tokens[p.at]; words(t.inner)[0].text != "elif" {
			break
		}
		t, ws = p.closing()
	}
	if p.alone().text == "else" {
		nodes := p.until("endif")
		n.branches = append(n.branches, ifBranch{nil, nodes, t.span})
		p.alone()
	}
	return n
}

func (n *ifNode) compile(c *compiler) {
	c.markURL()
	start := c.html
	var end htmlState
	first := true
	merge := func(at span) {
		if first {
			end, first = c.html, false
			return
		}
		joined, ok := join(end, c.html)
		if !ok {
			c.mismatch(n.span, at, end, c.html)
			return
		}
		end = joined
	}
	c.ways(n.span, n.branches, start, merge)
	c.html = end
}

// ways compiles the branches that are left of the whole tag.
func (c *compiler) ways(whole span, branches []ifBranch, start htmlState, merge func(at span)) {
	if len(branches) == 0 {
		c.html = start
		merge(span{})
		return
	}
	b := branches[0]
	body := func() {
		c.html = start
		c.nodes(b.nodes)
		merge(b.span)
	}
	if b.cond == nil {
		body()
		return
	}
	test := c.condition(b.cond)
	switch {
	case test.known && test.value:
		body()
		return
	case test.known:
		// Never taken; compiled all the same, for what is wrong in it.
		c.nested(func() { c.html = start; c.nodes(b.nodes) })
		c.ways(whole, branches[1:], start, merge)
		return
	}
	holds := c.holds
	c.holds = append(holds[:len(holds):len(holds)], test.all()...)
	yes := c.nested(body)
	c.holds = holds
	no := c.nested(func() { c.ways(whole, branches[1:], start, merge) })
	if b.span == whole {
		c.comment(b.span)
	}
	switch {
	case len(no) == 0:
		c.stmt(jen.If(test.expr()).Block(yes...))
	case len(no) == 1 && isIf(no[0]):
		c.stmt(jen.If(test.expr()).Block(yes...).Else().Add(no[0]))
	default:
		c.stmt(jen.If(test.expr()).Block(yes...).Else().Block(no...))
	}
}

// isIf reports whether a statement is an if, which an else may take over.
func isIf(s jen.Code) bool {
	st, ok := s.(*jen.Statement)
	if !ok || len(*st) == 0 {
		return false
	}
	src := fmt.Sprintf("%#v", st)
	return len(src) > 3 && src[:3] == "if "
}

// mismatch reports branches that end in different places of HTML.
func (c *compiler) mismatch(whole, at span, a, b htmlState) {
	if at.src == nil {
		c.errorAt(whole, "The branch ends in another place of the HTML than it begins in",
			fmt.Sprintf("Where it is not taken the text goes on in %s, else in %s. Close in the branch what is opened in it.", b.describe(), a.describe()))
		return
	}
	c.errorAt(at, "The branches end in different places of the HTML",
		fmt.Sprintf("Before, the text went on in %s; after this branch it goes on in %s. Close in each branch what is opened in it.", a.describe(), b.describe()))
}

// condition is an if tag's expression as Go.
func (c *compiler) condition(n *condition) boolean {
	switch n.op {
	case "":
		return c.truth(c.eval(n.leaf, orNone))
	case "or", "and":
		left := c.condition(n.left)
		// What the right side needs to run runs only where the left side lets it.
		var right boolean
		stmts := c.nested(func() { right = c.condition(n.right) })
		if len(stmts) == 0 {
			if n.op == "or" {
				return left.or(right)
			}
			return left.and(right)
		}
		name := c.local("cond")
		c.stmt(jen.Id(name).Op(":=").Add(left.expr()))
		guard := jen.Id(name)
		if n.op == "or" {
			guard = jen.Op("!").Id(name)
		}
		c.stmt(jen.If(guard).Block(append(stmts, jen.Id(name).Op("=").Add(right.expr()))...))
		return cond(jen.Id(name))
	case "not":
		return c.condition(n.left).not()
	}
	left, right := c.side(n.left), c.side(n.right)
	return c.compare(n.op, left, right)
}

// side is an operand of a comparison: a value, or the truth of an expression.
func (c *compiler) side(n *condition) value {
	if n.op == "" {
		return c.eval(n.leaf, orNone)
	}
	b := c.condition(n)
	if b.known {
		return constant(&literal{kind: litBool, b: b.value})
	}
	return code(boolType, jen.Parens(b.expr()))
}

// compare is one of the comparing operators.
func (c *compiler) compare(op string, l, r value) boolean {
	if b, ok := c.compareNone(op, l, r); ok {
		return b
	}
	if b, ok := c.compareTyped(op, l, r); ok {
		return b
	}
	x, y := c.boxed(l), c.boxed(r)
	switch op {
	case "==", "is":
		name := "Equal"
		if op == "is" {
			name = "Same"
		}
		return cond(rt(name).Call(x, y))
	case "!=", "is not":
		name := "Equal"
		if op == "is not" {
			name = "Same"
		}
		return cond(jen.Op("!").Add(rt(name).Call(x, y)))
	case "<":
		return cond(rt("Less").Call(x, y))
	case ">":
		return cond(rt("Less").Call(y, x))
	case "<=":
		return cond(rt("LessOrEqual").Call(x, y))
	case ">=":
		return cond(rt("LessOrEqual").Call(y, x))
	case "in":
		return cond(rt("In").Call(x, y))
	case "not in":
		return cond(rt("NotIn").Call(x, y))
	}
	unreachable("comparison with %s", op)
	return boolean{}
}

// compareNone is a comparison with the word None, which needs no look at the value.
func (c *compiler) compareNone(op string, l, r value) (boolean, bool) {
	if r.cond != nil || r.lit == nil || r.lit.kind != litNone {
		return boolean{}, false
	}
	negate := op == "!=" || op == "is not"
	if op != "==" && op != "is" && !negate {
		return boolean{}, false
	}
	var is boolean
	switch {
	case l.cond != nil:
		if l.alt.lit == nil || l.alt.cond != nil {
			return boolean{}, false
		}
		there := guard(l.cond)
		first := l
		first.cond, first.alt = nil, nil
		inner, ok := c.compareNone("is", first, r)
		if !ok {
			return boolean{}, false
		}
		is = there.and(inner).or(there.not().and(known(l.alt.lit.kind == litNone)))
	case l.lit != nil:
		is = known(l.lit.kind == litNone)
	case l.t.Kind == Any && l.loop == nil:
		is = comparison(c.plain(l).code.Clone(), "==", jen.Nil())
	default:
		is = known(false)
	}
	if negate {
		return is.not(), true
	}
	return is, true
}

// compareTyped compares two values whose kinds are known.
func (c *compiler) compareTyped(op string, l, r value) (boolean, bool) {
	if l.cond != nil {
		// A value that is not there equals nothing that is.
		if op != "==" && op != "<" && op != ">" && op != "<=" && op != ">=" || r.cond != nil || r.t.Kind == Any || l.alt.lit == nil ||
			l.alt.lit.kind != litNone || l.alt.cond != nil {
			return boolean{}, false
		}
		first := l
		first.cond, first.alt = nil, nil
		inner, ok := c.compareTyped(op, first, r)
		return guard(l.cond).and(inner), ok
	}
	if r.cond != nil || l.loop != nil || r.loop != nil {
		return boolean{}, false
	}
	a, b := l.t.Kind, r.t.Kind
	text := func(k Kind) bool { return k == String || k == SafeString }
	number := func(v value) bool { return v.t.Kind == Int || v.t.Kind == Float }
	if op == "in" || op == "not in" {
		if !text(a) || !text(b) {
			return boolean{}, false
		}
		in := cond(jen.Qual("strings", "Contains").Call(c.str(c.plain(r)), c.str(c.plain(l))))
		if op == "not in" {
			return in.not(), true
		}
		return in, true
	}
	if op == "is" || op == "is not" {
		return boolean{}, false
	}
	switch {
	case text(a) && text(b):
		return comparison(c.str(c.plain(l)), op, c.str(c.plain(r))), true
	case a == Int && b == Int:
		x, y := c.expr(c.plain(l)), c.expr(c.plain(r))
		if l.t.Go != r.t.Go && l.lit == nil && r.lit == nil {
			x, y = c.native(l), c.native(r)
		}
		return comparison(x, op, y), true
	case number(l) && number(r):
		float := func(v value) *jen.Statement {
			if v.lit != nil || v.t.Kind == Float {
				return c.native(c.plain(v))
			}
			return jen.Float64().Call(c.plain(v).code)
		}
		return comparison(float(l), op, float(r)), true
	case a == Bool && b == Bool && (op == "==" || op == "!="):
		return comparison(c.native(c.plain(l)), op, c.native(c.plain(r))), true
	case a == Time && b == Time:
		return comparison(c.expr(c.plain(l)).Dot("Compare").Call(c.expr(c.plain(r))), op, jen.Lit(0)), true
	case a == Struct && b == Struct && l.t == r.t && (op == "==" || op == "!="):
		if m := l.t.Members[l.t.Equal]; m != nil {
			return c.compareTyped(op, c.follow(c.member(c.once(l), m), nil, operand{}, orNone), c.follow(c.member(c.once(r), m), nil, operand{}, orNone))
		}
	}
	return boolean{}, false
}
