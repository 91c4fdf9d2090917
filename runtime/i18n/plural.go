package i18n

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Plural chooses which form of a message a number takes: the expression of a
// .po file's Plural-Forms field, compiled. The zero value is English's rule.
type Plural struct{ expr func(n int64) int64 }

// Form is the index of the form for n.
func (p Plural) Form(n int64) int {
	if p.expr == nil {
		if n == 1 {
			return 0
		}
		return 1
	}
	if n < 0 {
		n = -n
	}
	return int(p.expr(n))
}

// ParsePlural reads an expression over n in C's notation, as
// "n%10==1 && n%100!=11 ? 0 : 1".
func ParsePlural(expression string) (Plural, error) {
	p := pluralParser{text: expression}
	e, err := p.ternary(0)
	if err == nil && p.skip() < len(p.text) {
		err = fmt.Errorf("unexpected %q", p.text[p.at:])
	}
	if err != nil {
		return Plural{}, fmt.Errorf("plural forms %q: %w", expression, err)
	}
	return Plural{e}, nil
}

// MustPlural is ParsePlural for an expression that was checked when the site
// was built; it panics on another.
func MustPlural(expression string) Plural {
	p, err := ParsePlural(expression)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return p
}

type pluralParser struct {
	text string
	at   int
}

type pluralExpr = func(n int64) int64

// maxPluralDepth bounds parentheses.
const maxPluralDepth = 50

func (p *pluralParser) skip() int {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\n') {
		p.at++
	}
	return p.at
}

func (p *pluralParser) accept(tokens ...string) string {
	p.skip()
	for _, t := range tokens {
		if strings.HasPrefix(p.text[p.at:], t) {
			p.at += len(t)
			return t
		}
	}
	return ""
}

func (p *pluralParser) ternary(depth int) (pluralExpr, error) {
	if depth > maxPluralDepth {
		return nil, errors.New("nested too deeply")
	}
	cond, err := p.binary(0, depth)
	if err != nil || p.accept("?") == "" {
		return cond, err
	}
	yes, err := p.ternary(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.accept(":") == "" {
		return nil, errors.New("a ? has no : behind it")
	}
	no, err := p.ternary(depth + 1)
	if err != nil {
		return nil, err
	}
	return func(n int64) int64 {
		if cond(n) != 0 {
			return yes(n)
		}
		return no(n)
	}, nil
}

// pluralLevels are C's binary operators, loosest first.
var pluralLevels = [][]string{{"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}}

func (p *pluralParser) binary(level, depth int) (pluralExpr, error) {
	if level == len(pluralLevels) {
		return p.unary(depth)
	}
	left, err := p.binary(level+1, depth)
	for err == nil {
		op := p.accept(pluralLevels[level]...)
		if op == "" {
			break
		}
		var right pluralExpr
		if right, err = p.binary(level+1, depth); err == nil {
			left = pluralOperation(op, left, right)
		}
	}
	return left, err
}

func pluralOperation(op string, l, r pluralExpr) pluralExpr {
	truth := func(test func(a, b int64) bool) pluralExpr {
		return func(n int64) int64 {
			if test(l(n), r(n)) {
				return 1
			}
			return 0
		}
	}
	switch op {
	case "||":
		return truth(func(a, b int64) bool { return a != 0 || b != 0 })
	case "&&":
		return truth(func(a, b int64) bool { return a != 0 && b != 0 })
	case "==":
		return truth(func(a, b int64) bool { return a == b })
	case "!=":
		return truth(func(a, b int64) bool { return a != b })
	case "<=":
		return truth(func(a, b int64) bool { return a <= b })
	case ">=":
		return truth(func(a, b int64) bool { return a >= b })
	case "<":
		return truth(func(a, b int64) bool { return a < b })
	case ">":
		return truth(func(a, b int64) bool { return a > b })
	case "+":
		return func(n int64) int64 { return l(n) + r(n) }
	case "-":
		return func(n int64) int64 { return l(n) - r(n) }
	case "*":
		return func(n int64) int64 { return l(n) * r(n) }
	}
	return func(n int64) int64 {
		d := r(n)
		switch {
		case d == 0:
			return 0
		case op == "/":
			return l(n) / d
		}
		return l(n) % d
	}
}

func (p *pluralParser) unary(depth int) (pluralExpr, error) {
	if depth > maxPluralDepth {
		return nil, errors.New("nested too deeply")
	}
	switch p.accept("!", "(", "n") {
	case "!":
		e, err := p.unary(depth + 1)
		return func(n int64) int64 {
			if e(n) == 0 {
				return 1
			}
			return 0
		}, err
	case "(":
		e, err := p.ternary(depth + 1)
		if err == nil && p.accept(")") == "" {
			err = errors.New("a ( without )")
		}
		return e, err
	case "n":
		return func(n int64) int64 { return n }, nil
	}
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	v, err := strconv.ParseInt(p.text[start:p.at], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("unexpected %q", p.text[start:])
	}
	return func(int64) int64 { return v }, nil
}
