package template

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// operand is a variable or a literal.
type operand struct {
	span span
	// lit is nil for a variable.
	lit *literal
	// message is a text to translate, _("…"); nil for anything else.
	message *literal
	// path is a variable's names: post.author.name.
	path []word
}

// literal is a constant of the template.
type literal struct {
	kind litKind
	str  string // text, or the digits of a number
	i    int64
	f    float64
	b    bool
}

type litKind int

const (
	litString litKind = iota // marked safe, as Django does
	litInt
	litBigInt
	litFloat
	litBool
	litNone
	litMissing // "", of a variable that is not there
	litText    // text that is escaped like any other
)

// filterExpr is a variable or literal with filters.
type filterExpr struct {
	span    span
	operand operand
	filters []filterCall
}

type filterCall struct {
	name word
	// arg is nil without an argument.
	arg *operand
	// def is the filter's row in the table.
	def *filter
}

// parseExpr reads a variable with filters (Django's FilterExpression).
func (p *parser) parseExpr(s span) *filterExpr {
	e := &filterExpr{span: s}
	op, n, ok := p.parseOperand(s)
	if !ok {
		p.remainder(s, 0)
	}
	e.operand = op
	e.filters = p.filterCalls(s, n)
	return e
}

// parseFilters reads filters without a value before them, as the filter tag has them.
func (p *parser) parseFilters(s span) []filterCall {
	text := s.text()
	n := wordLen(text, false)
	if n == 0 {
		p.remainder(s, 0)
	}
	call, end := p.filterCall(s, 0)
	return append([]filterCall{call}, p.filterCalls(s, end)...)
}

// filterCalls reads |name:argument from offset n of s to its end.
func (p *parser) filterCalls(s span, n int) []filterCall {
	var calls []filterCall
	text := s.text()
	for n < len(text) {
		i := n + countSpace(text[n:])
		if i >= len(text) || text[i] != '|' {
			p.remainder(s, n)
		}
		i++
		i += countSpace(text[i:])
		if wordLen(text[i:], false) == 0 {
			p.remainder(s, n)
		}
		call, end := p.filterCall(s, i)
		calls = append(calls, call)
		n = end
	}
	return calls
}

// filterCall reads name:argument at offset i, and says where it ends.
func (p *parser) filterCall(s span, i int) (filterCall, int) {
	text := s.text()
	size := wordLen(text[i:], false)
	call := filterCall{name: word{text[i : i+size], s.sub(i, size)}}
	i += size
	if i < len(text) && text[i] == ':' {
		if arg, m, ok := p.parseOperand(s.sub(i+1, len(text)-i-1)); ok {
			call.arg = &arg
			i += 1 + m
		}
	}
	call.def = p.findFilter(call)
	if call.def.vets {
		p.unescaped(call.name.span, "the filter "+call.name.text)
	}
	return call, i
}

func (p *parser) remainder(s span, n int) {
	text := s.text()
	panic(s.sub(n, len(text)-n).fault(fmt.Sprintf("Could not parse the remainder: '%s' from '%s'", text[n:], text), ""))
}

// parseOperand reads one operand at the beginning of s and says how long it is.
func (p *parser) parseOperand(s span) (operand, int, bool) {
	text := s.text()
	if text == "" {
		return operand{}, 0, false
	}
	start := 0
	if strings.HasPrefix(text, "_(") {
		start = 2
	}
	if start < len(text) && (text[start] == '"' || text[start] == '\'') {
		end := quoted(text, start)
		if end < 0 {
			return operand{}, 0, false
		}
		lit := &literal{kind: litString, str: unescape(text[start:end])}
		if start == 2 {
			// _("…") is translated when the page runs.
			if end >= len(text) || text[end] != ')' {
				return operand{}, 0, false
			}
			end++
			p.out.messages = append(p.out.messages, p.message(s.sub(0, end), "", doublePercent(lit.str), ""))
			return operand{span: s.sub(0, end), message: lit}, end, true
		}
		return operand{span: s.sub(0, end), lit: lit}, end, true
	}
	n := wordLen(text, true)
	if n == 0 {
		n = numberLen(text)
		if n == 0 {
			return operand{}, 0, false
		}
	}
	n += exponentLen(text, n)
	return p.variable(s.sub(0, n)), n, true
}

// variable reads a name with dots, or a number.
func (p *parser) variable(s span) operand {
	text := s.text()
	if lit := number(text); lit != nil {
		return operand{span: s, lit: lit}
	}
	switch text {
	case "True", "False":
		return operand{span: s, lit: &literal{kind: litBool, b: text == "True"}}
	case "None":
		return operand{span: s, lit: &literal{kind: litNone}}
	}
	if text[0] == '_' || strings.Contains(text, "._") {
		panic(s.fault("Variables and attributes may not begin with underscores: '"+text+"'", ""))
	}
	if text[0] == '-' || text[0] == '+' {
		panic(s.fault(fmt.Sprintf("Invalid character ('%c') in variable name: '%s'", text[0], text), ""))
	}
	op := operand{span: s}
	offset := 0
	for _, part := range strings.Split(text, ".") {
		op.path = append(op.path, word{part, s.sub(offset, len(part))})
		offset += len(part) + 1
	}
	return op
}

// number reads what Python's int() and float() would, or returns nil.
func number(text string) *literal {
	digits := strings.TrimLeft(text, "+-")
	if digits == "" || !(digits[0] >= '0' && digits[0] <= '9' || digits[0] == '.') {
		return nil
	}
	if strings.ContainsAny(text, ".eE") {
		if strings.HasSuffix(text, ".") || strings.Contains(text, "_") {
			return nil
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil && !strings.Contains(err.Error(), "range") {
			return nil
		}
		return &literal{kind: litFloat, f: f}
	}
	plain := strings.ReplaceAll(text, "_", "")
	if strings.Contains(text, "__") || strings.HasSuffix(text, "_") {
		return nil
	}
	n, ok := new(big.Int).SetString(plain, 10)
	switch {
	case !ok:
		return nil
	case n.IsInt64():
		return &literal{kind: litInt, i: n.Int64()}
	}
	return &literal{kind: litBigInt, str: n.String()}
}

// unescape takes the quotes off a string literal.
func unescape(s string) string {
	q := s[:1]
	s = strings.ReplaceAll(s[1:len(s)-1], `\`+q, q)
	return strings.ReplaceAll(s, `\\`, `\`)
}

// wordLen is the length of the letters, digits and underscores at the
// beginning of s, and the dots too if dots.
func wordLen(s string, dots bool) int {
	for i, r := range s {
		if r == '_' || dots && r == '.' || unicode.IsLetter(r) || unicode.IsNumber(r) {
			continue
		}
		return i
	}
	return len(s)
}

// numberLen is the length of a signed number: [-+.]?\d[\d.e]*, or of a lone sign.
func numberLen(s string) int {
	n := 0
	if s[0] == '-' || s[0] == '+' {
		n = 1
	} else {
		return 0
	}
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.' || s[n] == 'e') {
		n++
	}
	return n
}

// exponentLen is the length of the sign and digits behind n bytes of a number that ends in e.
func exponentLen(s string, n int) int {
	if n < 2 || n+1 >= len(s) || s[n-1]|0x20 != 'e' || s[n] != '-' && s[n] != '+' || strings.Trim(s[:n-1], "0123456789.+-") != "" {
		return 0
	}
	end := n + 1
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == n+1 {
		return 0
	}
	return end - n
}

func countSpace(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsSpace(r) {
			break
		}
		n += size
	}
	return n
}

// findFilter looks a filter up and checks the number of its arguments.
func (p *parser) findFilter(call filterCall) *filter {
	name := call.name.text
	def := p.filters[name]
	if def == nil {
		detail := suggest(name, p.filterNames())
		panic(call.name.span.fault("Invalid filter: '"+name+"'", detail))
	}
	given := 1
	if call.arg != nil {
		given = 2
	}
	if call.arg == nil && def.arg == argRequired {
		panic(call.name.span.fault(name+" requires 2 arguments, 1 provided", "Write "+def.example+"."))
	}
	if call.arg != nil && def.arg == argNone {
		panic(call.name.span.fault(fmt.Sprintf("%s requires 1 argument, %d provided", name, given), "Write "+def.example+"."))
	}
	return def
}
