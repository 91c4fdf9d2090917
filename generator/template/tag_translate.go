package template

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// translateNode is {% translate "text" context "verb" as name noop %}.
type translateNode struct {
	leaf
	span    span
	expr    *filterExpr
	context *filterExpr
	noop    bool
	as      *word
}

func parseTranslate(p *parser, t token, ws []word) node {
	tag := ws[0].text
	if len(ws) < 2 {
		panic(t.span.fault("'"+tag+"' takes at least one argument", `Write {% `+tag+` "text" %}.`))
	}
	n := &translateNode{span: t.span}
	mark := len(p.out.messages)
	n.expr = p.parseExpr(ws[1].span)
	seen := map[string]bool{}
	for rest := ws[2:]; len(rest) > 0; {
		option := rest[0]
		if seen[option.text] {
			panic(option.span.fault("The '"+option.text+"' option was specified more than once", ""))
		}
		seen[option.text] = true
		rest = rest[1:]
		switch option.text {
		case "noop":
			n.noop = true
			continue
		case "context", "as":
			if len(rest) == 0 {
				panic(option.span.fault("No argument provided to the '"+tag+"' tag for the "+option.text+" option", ""))
			}
			if option.text == "as" {
				n.as = &rest[0]
			} else {
				if w := rest[0].text; w == "as" || w == "noop" {
					panic(rest[0].span.fault("Invalid argument '"+w+"' provided to the '"+tag+"' tag for the context option", ""))
				}
				n.context = p.parseExpr(rest[0].span)
			}
			rest = rest[1:]
		default:
			panic(option.span.fault("Unknown argument for '"+tag+"' tag: '"+option.text+"'. The only options available are 'noop', 'context' \"xxx\", and 'as VAR'", ""))
		}
	}
	if l := n.expr.operand.lit; l != nil && l.kind == litString {
		p.out.messages = append(p.out.messages[:mark], p.message(t.span, literalText(n.context), doublePercent(l.str), ""))
	}
	return n
}

// literalText is the text of an expression that is a string, "" for any other.
func literalText(e *filterExpr) string {
	if e == nil || e.operand.lit == nil || e.operand.lit.kind != litString || len(e.filters) > 0 {
		return ""
	}
	return e.operand.lit.str
}

func doublePercent(s string) string { return strings.ReplaceAll(s, "%", "%%") }

func (n *translateNode) compile(c *compiler) {
	if n.as != nil {
		c.remember(*n.as, c.captured(func() { n.write(c) }))
		return
	}
	n.write(c)
}

func (n *translateNode) write(c *compiler) {
	if !c.opts.localized() || n.noop {
		c.output(c.eval(n.expr, orEmpty), n.span)
		return
	}
	var v value
	percent := true
	if l := n.expr.operand.lit; l != nil && l.kind == litString {
		percent = strings.Contains(l.str, "%") || len(n.expr.filters) > 0
		v = c.translated(l.str, n.contextCode(c))
	} else {
		var context jen.Code = jen.Nil()
		if n.context != nil {
			context = c.boxed(c.eval(n.context, orEmpty))
		}
		v = code(anyType, c.state().Dot("Gettext").Call(context, c.boxed(c.operand(n.expr.operand, orEmpty))))
		v.call = true
	}
	for _, f := range n.expr.filters {
		v = c.filter(f, v)
	}
	if !percent {
		c.output(v, n.span)
		return
	}
	mark := c.local("mark")
	c.stmt(jen.Id(mark).Op(":=").Len(jen.Id("b")))
	c.output(v, n.span)
	c.set(rt("Percent").Call(jen.Id("b"), jen.Id(mark)))
}

// contextCode is the message's context as text.
func (n *translateNode) contextCode(c *compiler) jen.Code { return c.contextText(n.context) }

func (c *compiler) contextText(e *filterExpr) jen.Code {
	if e == nil {
		return jen.Lit("")
	}
	if t, ok := constantText(c.constantName(e)); ok {
		return jen.Lit(t)
	}
	return rt("NonceText").Call(c.boxed(c.eval(e, orEmpty)))
}

// translated is a text of the template in the page's language.
func (c *compiler) translated(text string, context jen.Code) value {
	v := code(&Type{Kind: SafeString, Go: GoType{Name: "string"}}, c.sure().Dot("Translate").Call(context, jen.Lit(doublePercent(text))))
	v.call = true
	return v
}
