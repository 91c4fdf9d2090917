package template

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// cycleNode is {% cycle 'a' 'b' as name silent %}.
type cycleNode struct {
	span   span
	values []*filterExpr
	name   *word
	silent bool
}

// cycleUse is a place where a cycle goes one further: the tag itself, or
// {% cycle name %}.
type cycleUse struct {
	leaf
	cycle *cycleNode
}

// cycleState is a cycle's variables in the function being compiled.
type cycleState struct {
	counter  string
	variable string
	t        *Type
}

func parseCycle(p *parser, t token, ws []word) node {
	if len(ws) < 2 {
		panic(t.span.fault("'cycle' tag requires at least two arguments", "Write {% cycle 'odd' 'even' %}."))
	}
	if len(ws) == 2 {
		n := p.cycles[ws[1].text]
		if n == nil {
			var names []string
			for name := range p.cycles {
				names = append(names, name)
			}
			if len(names) == 0 {
				panic(ws[1].span.fault("No named cycles in template. '"+ws[1].text+"' is not defined", ""))
			}
			panic(ws[1].span.fault("Named cycle '"+ws[1].text+"' does not exist", suggest(ws[1].text, names)))
		}
		return &cycleUse{cycle: n}
	}
	n := &cycleNode{span: t.span}
	if len(ws) > 4 {
		switch {
		case ws[len(ws)-3].text == "as":
			if flag := ws[len(ws)-1]; flag.text != "silent" {
				panic(flag.span.fault("Only 'silent' flag is allowed after cycle's name, not '"+flag.text+"'", ""))
			}
			n.silent = true
			n.name = &ws[len(ws)-2]
			ws = ws[:len(ws)-3]
		case ws[len(ws)-2].text == "as":
			n.name = &ws[len(ws)-1]
			ws = ws[:len(ws)-2]
		}
	}
	for _, w := range ws[1:] {
		n.values = append(n.values, p.parseExpr(w.span))
	}
	if n.name != nil {
		p.cycles[n.name.text] = n
	}
	p.last = n
	return &cycleUse{cycle: n}
}

// state declares the cycle's variables at the beginning of the template.
func (n *cycleNode) state(c *compiler) *cycleState {
	if s := c.cycles[n]; s != nil {
		return s
	}
	s := &cycleState{counter: c.unique("cycle"), t: stringType}
	declare := []jen.Code{jen.Id(s.counter).Op(":=").Lit(0)}
	c.fn.declared = append(c.fn.declared, &declaration{name: s.counter, use: jen.Null()})
	declare = append(declare, c.fn.declared[len(c.fn.declared)-1].use)
	if n.name != nil {
		s.variable = c.unique(n.name.text)
		s.t = safeType
		initial := jen.Var().Id(s.variable).Add(goType(safeType))
		if _, ok := n.constants(); !ok {
			s.t = anyType
			initial = jen.Var().Id(s.variable).Any().Op("=").Lit("")
		}
		use := jen.Null()
		c.fn.declared = append(c.fn.declared, &declaration{name: s.variable, use: use})
		declare = append(declare, initial, use)
	}
	c.frame.stmts = append(declare, c.frame.stmts...)
	c.cycles[n] = s
	return s
}

// constants are the cycle's words, if all are constant.
func (n *cycleNode) constants() ([]string, bool) {
	var words []string
	for _, e := range n.values {
		l := e.operand.lit
		if l == nil || l.kind != litString || len(e.filters) > 0 {
			return nil, false
		}
		words = append(words, l.str)
	}
	return words, true
}

func (u *cycleUse) compile(c *compiler) {
	n := u.cycle
	s := n.state(c)
	turn := jen.Id(s.counter).Op("%").Lit(len(n.values))
	if n.name != nil {
		v := code(s.t, jen.Id(s.variable))
		if words, ok := n.constants(); ok {
			c.stmt(jen.Id(s.variable).Op("=").Add(choose("Safe", words, turn)))
			v.vetted = true
		} else {
			c.choose(n, turn, func(e *filterExpr) { c.assign(s.variable, anyType, c.eval(e, orEmpty)) })
		}
		c.stmt(jen.Id(s.counter).Op("++"))
		c.scope.names[n.name.text] = v
		c.holds = nil // what was asked about the name may hold no more
		if !n.silent {
			c.output(v, n.span)
		}
		return
	}
	if words, ok := n.constants(); ok {
		v := code(&Type{Kind: SafeString, Go: GoType{Name: "string"}}, choose("", words, turn))
		v.vetted = true
		c.output(v, n.span)
	} else {
		start := c.html
		c.choose(n, turn, func(e *filterExpr) {
			c.html = start
			c.output(c.eval(e, orEmpty), n.span)
		})
	}
	c.stmt(jen.Id(s.counter).Op("++"))
}

func choose(t string, words []string, turn *jen.Statement) *jen.Statement {
	var items []jen.Code
	for _, w := range words {
		items = append(items, jen.Lit(w))
	}
	elem := jen.String()
	if t != "" {
		elem = rt(t)
	}
	return jen.Index(jen.Op("...")).Add(elem).Values(items...).Index(turn)
}

// choose runs body for the value whose turn it is.
func (c *compiler) choose(n *cycleNode, turn *jen.Statement, body func(*filterExpr)) {
	var cases []jen.Code
	for i, e := range n.values {
		cases = append(cases, jen.Case(jen.Lit(i)).Block(c.nested(func() { body(e) })...))
	}
	c.stmt(jen.Switch(turn.Clone()).Block(cases...))
}

// resetCycleNode is {% resetcycle name %}.
type resetCycleNode struct {
	leaf
	cycle *cycleNode
}

func parseResetCycle(p *parser, t token, ws []word) node {
	switch {
	case len(ws) > 2:
		panic(t.span.fault("'resetcycle' tag accepts at most one argument", ""))
	case len(ws) == 2:
		n := p.cycles[ws[1].text]
		if n == nil {
			panic(ws[1].span.fault(fmt.Sprintf("Named cycle '%s' does not exist", ws[1].text), ""))
		}
		return &resetCycleNode{cycle: n}
	case p.last == nil:
		panic(t.span.fault("No cycles in template", ""))
	}
	return &resetCycleNode{cycle: p.last}
}

func (n *resetCycleNode) compile(c *compiler) {
	s := n.cycle.state(c)
	c.stmt(jen.Id(s.counter).Op("=").Lit(0))
}
