package template

import "fmt"

// condition is a node of an if tag's expression: an operator over conditions,
// or a leaf with a value.
type condition struct {
	op          string // "", "or", "and", "not", "in", "not in", "is", "is not", "==", "!=", "<", ">", "<=", ">="
	left, right *condition
	leaf        *filterExpr
	span        span
}

// binding powers of the operators, as in Django's smartif.
var powers = map[string]int{
	"or": 6, "and": 7, "not": 8, "in": 9, "not in": 9,
	"is": 10, "is not": 10, "==": 10, "!=": 10, ">": 10, ">=": 10, "<": 10, "<=": 10,
}

type conditionParser struct {
	p      *parser
	tag    span
	tokens []word
	at     int
}

// parseCondition reads the words after if or elif.
func (p *parser) parseCondition(tag span, ws []word) *condition {
	c := conditionParser{p: p, tag: tag}
	for i := 0; i < len(ws); i++ {
		w := ws[i]
		if i+1 < len(ws) && (w.text == "is" && ws[i+1].text == "not" || w.text == "not" && ws[i+1].text == "in") {
			w = word{w.text + " " + ws[i+1].text, span{w.span.src, w.span.start, ws[i+1].span.end}}
			i++
		}
		c.tokens = append(c.tokens, w)
	}
	result := c.expression(0)
	if c.at < len(c.tokens) {
		t := c.tokens[c.at]
		panic(t.span.fault(fmt.Sprintf("Unused '%s' at end of if expression.", t.text), ""))
	}
	return result
}

// power is how strongly the next token binds to what stands before it.
func (c *conditionParser) power() int {
	if c.at >= len(c.tokens) {
		return 0
	}
	return powers[c.tokens[c.at].text]
}

func (c *conditionParser) expression(right int) *condition {
	if c.at >= len(c.tokens) {
		panic(c.tag.fault("Unexpected end of expression in if tag.", ""))
	}
	t := c.tokens[c.at]
	c.at++
	left := c.prefix(t)
	for right < c.power() {
		op := c.tokens[c.at]
		c.at++
		if op.text == "not" {
			panic(op.span.fault("Not expecting 'not' as infix operator in if tag.", "Write and or or between the two."))
		}
		left = &condition{op: op.text, left: left, right: c.expression(powers[op.text]), span: op.span}
	}
	return left
}

func (c *conditionParser) prefix(t word) *condition {
	switch {
	case t.text == "not":
		return &condition{op: "not", left: c.expression(powers["not"]), span: t.span}
	case powers[t.text] > 0:
		panic(t.span.fault(fmt.Sprintf("Not expecting '%s' in this position in if tag.", t.text), ""))
	}
	return &condition{leaf: c.p.parseExpr(t.span), span: t.span}
}
