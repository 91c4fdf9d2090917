package migrate

import (
	"fmt"
	"strings"

	"stackgen.dev/runtime/model/sqltext"
)

// sqlExpr is an expression as a database keeps it: of a check, an index, a
// default or a generated column. Only what a site file can say is read; the rest
// is an error, and stays a comment.
type sqlExpr struct {
	kind exprKind
	// text is the name, the text of a string, the number, the function in small
	// letters, the operator, or the type of a cast.
	text string
	args []*sqlExpr
}

type exprKind uint8

const (
	nameExpr   exprKind = iota
	stringExpr          // text without its quotes
	numberExpr
	wordExpr    // true, false, null, current_timestamp …
	callExpr    // text (args…)
	arithExpr   // args[0] text args[1]
	compareExpr // = <> < <= > >=
	distinctExpr
	likeExpr // args: value, pattern
	inExpr   // args: value, list…
	nullExpr // IS NULL
	notNullExpr
	notTrueExpr // IS NOT TRUE
	andExpr
	orExpr
	notExpr
	castExpr
	listExpr // ARRAY[…]
)

// exprReader reads an expression. Precedence is PostgreSQL's, which writes its
// brackets out; so does stackgen on SQLite where the two differ.
type exprReader struct {
	*ddl
	depth *int
}

// maxDepth bounds how deep brackets, NOT and signs may be nested.
const maxDepth = 200

// readExpr reads SQL that is one expression.
func readExpr(text string) (*sqlExpr, error) {
	r := exprReader{newDDL(text), new(int)}
	e, err := r.or()
	if err == nil && !r.done() {
		err = fmt.Errorf("%q has no meaning here", r.peek(0))
	}
	return e, err
}

func (r exprReader) or() (*sqlExpr, error) {
	return r.deeper(func() (*sqlExpr, error) { return r.joined(orExpr, "OR", r.and) })
}

// deeper reads what may hold itself.
func (r exprReader) deeper(read func() (*sqlExpr, error)) (*sqlExpr, error) {
	if *r.depth++; *r.depth > maxDepth {
		return nil, fmt.Errorf("it is nested too deep")
	}
	defer func() { *r.depth-- }()
	return read()
}

func (r exprReader) and() (*sqlExpr, error) { return r.joined(andExpr, "AND", r.not) }

func (r exprReader) joined(kind exprKind, word string, part func() (*sqlExpr, error)) (*sqlExpr, error) {
	first, err := part()
	if err != nil || !r.is(word) {
		return first, err
	}
	e := &sqlExpr{kind: kind, args: []*sqlExpr{first}}
	for r.take(word) {
		next, err := part()
		if err != nil {
			return nil, err
		}
		e.args = append(e.args, next)
	}
	return e, nil
}

func (r exprReader) not() (*sqlExpr, error) {
	if !r.take("NOT") {
		return r.test()
	}
	of, err := r.deeper(r.not)
	return &sqlExpr{kind: notExpr, args: []*sqlExpr{of}}, err
}

// test reads IS NULL and its kin behind a comparison.
func (r exprReader) test() (*sqlExpr, error) {
	e, err := r.compare()
	if err != nil {
		return nil, err
	}
	for r.is("IS") || r.is("ISNULL") || r.is("NOTNULL") {
		kind := nullExpr
		switch {
		case r.take("IS", "NULL"), r.take("ISNULL"):
		case r.take("IS", "NOT", "NULL"), r.take("NOTNULL"):
			kind = notNullExpr
		case r.take("IS", "NOT", "TRUE"):
			kind = notTrueExpr
		case r.take("IS", "DISTINCT", "FROM"):
			other, err := r.compare()
			if err != nil {
				return nil, err
			}
			e = &sqlExpr{kind: distinctExpr, args: []*sqlExpr{e, other}}
			continue
		default:
			return nil, fmt.Errorf("IS %s", r.peek(1))
		}
		e = &sqlExpr{kind: kind, args: []*sqlExpr{e}}
	}
	return e, nil
}

func (r exprReader) compare() (*sqlExpr, error) {
	left, err := r.sum()
	if err != nil {
		return nil, err
	}
	negated := r.is("NOT") && (strings.EqualFold(r.peek(1), "LIKE") || strings.EqualFold(r.peek(1), "ILIKE") || strings.EqualFold(r.peek(1), "IN"))
	if negated {
		r.at++
	}
	var e *sqlExpr
	switch op := r.operator(); {
	case op == "~~*", op == "LIKE" || op == "ILIKE":
		e, err = r.like(left)
	case op == "!~~*":
		negated = true
		e, err = r.like(left)
	case op == "IN":
		e, err = r.in(left)
	case op == "BETWEEN":
		return r.between(left)
	case op != "":
		if op == "=" && r.take("ANY", "(") {
			return r.any(left)
		}
		right, err := r.sum()
		return &sqlExpr{kind: compareExpr, text: op, args: []*sqlExpr{left, right}}, err
	default:
		return left, nil
	}
	if negated && err == nil {
		e = &sqlExpr{kind: notExpr, args: []*sqlExpr{e}}
	}
	return e, err
}

// operator takes a comparison, and returns "" where there is none.
func (r exprReader) operator() string {
	for _, op := range []string{"<=", ">=", "<>", "!=", "==", "!~~*", "~~*", "=", "<", ">"} {
		if !r.symbol(op) {
			continue
		}
		switch op {
		case "!=":
			return "<>"
		case "==":
			return "="
		}
		return op
	}
	for _, word := range []string{"LIKE", "ILIKE", "IN", "BETWEEN"} {
		if r.take(word) {
			return word
		}
	}
	return ""
}

// symbol takes an operator of several characters, which are tokens each.
func (r exprReader) symbol(op string) bool {
	for i := range len(op) {
		if r.peek(i) != op[i:i+1] || i > 0 && r.tokens[r.at+i].At != r.tokens[r.at+i-1].End() {
			return false
		}
	}
	r.at += len(op)
	return true
}

// like reads what follows LIKE; only patterns with a backslash as the escape are read.
func (r exprReader) like(left *sqlExpr) (*sqlExpr, error) {
	pattern, err := r.sum()
	if err != nil {
		return nil, err
	}
	pattern, _ = constant(pattern)
	if pattern.kind == callExpr && pattern.text == "like_escape" && len(pattern.args) == 2 {
		pattern, _ = constant(pattern.args[0])
	} else if !r.take("ESCAPE") || r.peek(0) != `'\'` {
		return nil, fmt.Errorf("LIKE without ESCAPE")
	} else {
		r.at++
	}
	return &sqlExpr{kind: likeExpr, args: []*sqlExpr{left, pattern}}, nil
}

func (r exprReader) in(left *sqlExpr) (*sqlExpr, error) {
	if !r.take("(") {
		return nil, fmt.Errorf("IN without a list")
	}
	list, err := r.list(")")
	return &sqlExpr{kind: inExpr, args: append([]*sqlExpr{left}, list...)}, err
}

// any reads = ANY (ARRAY[…]), which PostgreSQL makes of IN.
func (r exprReader) any(left *sqlExpr) (*sqlExpr, error) {
	array, err := r.or()
	if err != nil {
		return nil, err
	}
	for array.kind == castExpr {
		array = array.args[0]
	}
	if array.kind != listExpr || !r.take(")") {
		return nil, fmt.Errorf("ANY without a list")
	}
	return &sqlExpr{kind: inExpr, args: append([]*sqlExpr{left}, array.args...)}, nil
}

func (r exprReader) between(left *sqlExpr) (*sqlExpr, error) {
	low, err := r.sum()
	if err != nil {
		return nil, err
	}
	if !r.take("AND") {
		return nil, fmt.Errorf("BETWEEN without AND")
	}
	high, err := r.sum()
	return &sqlExpr{kind: andExpr, args: []*sqlExpr{
		{kind: compareExpr, text: ">=", args: []*sqlExpr{left, low}}, {kind: compareExpr, text: "<=", args: []*sqlExpr{left, high}},
	}}, err
}

func (r exprReader) sum() (*sqlExpr, error) { return r.arithmetic("+-", r.product) }

func (r exprReader) product() (*sqlExpr, error) { return r.arithmetic("*/%", r.unary) }

func (r exprReader) arithmetic(ops string, part func() (*sqlExpr, error)) (*sqlExpr, error) {
	e, err := part()
	for err == nil && len(r.peek(0)) == 1 && strings.Contains(ops, r.peek(0)) {
		op := r.peek(0)
		r.at++
		var right *sqlExpr
		right, err = part()
		e = &sqlExpr{kind: arithExpr, text: op, args: []*sqlExpr{e, right}}
	}
	return e, err
}

func (r exprReader) unary() (*sqlExpr, error) {
	if r.take("-") {
		e, err := r.deeper(r.unary)
		if err == nil && e.kind != numberExpr {
			err = fmt.Errorf("a minus before what is no number")
		}
		if err != nil {
			return nil, err
		}
		return &sqlExpr{kind: numberExpr, text: "-" + e.text}, nil
	}
	r.take("+")
	e, err := r.primary()
	for err == nil && r.symbol("::") {
		e = &sqlExpr{kind: castExpr, text: r.typeName(), args: []*sqlExpr{e}}
	}
	return e, err
}

// typeName reads a type behind :: or AS.
func (r exprReader) typeName() string {
	from := r.at
	r.name()
	for _, more := range [][]string{{"varying"}, {"precision"}, {"without", "time", "zone"}, {"with", "time", "zone"}} {
		r.take(more...)
	}
	if r.is("(") {
		r.bracketed()
		for _, more := range [][]string{{"without", "time", "zone"}, {"with", "time", "zone"}} {
			r.take(more...)
		}
	}
	if from >= len(r.tokens) || r.at > len(r.tokens) {
		return "" // it ends too early
	}
	name := canonicalType(r.text[r.tokens[from].At:r.tokens[r.at-1].End()])
	if r.take("[", "]") {
		name += "[]"
	}
	return name
}

func (r exprReader) primary() (*sqlExpr, error) {
	word := r.peek(0)
	switch {
	case word == "":
		return nil, fmt.Errorf("it ends too early")
	case word == "(":
		r.at++
		e, err := r.or()
		if err == nil && !r.take(")") {
			err = fmt.Errorf("a bracket is not closed before %q", r.peek(0))
		}
		return e, err
	case word[0] == '\'' && len(word) > 1:
		r.at++
		return &sqlExpr{kind: stringExpr, text: strings.ReplaceAll(word[1:len(word)-1], "''", "'")}, nil
	case word[0] >= '0' && word[0] <= '9':
		return &sqlExpr{kind: numberExpr, text: r.number()}, nil
	case strings.EqualFold(word, "ARRAY") && r.peek(1) == "[":
		r.at += 2
		list, err := r.list("]")
		return &sqlExpr{kind: listExpr, args: list}, err
	case strings.EqualFold(word, "CAST") && r.peek(1) == "(":
		return r.cast()
	case word[0] == '"' && len(word) > 1 || isWord(word):
		return r.named()
	}
	return nil, fmt.Errorf("%q has no meaning here", word)
}

func isWord(word string) bool {
	c := word[0]
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// number takes the tokens of one number: 1, 1.5, 1e5, 1.5e-3.
func (r exprReader) number() string {
	begin := r.at
	next := func() bool { return r.at < len(r.tokens) && r.tokens[r.at].At == r.tokens[r.at-1].End() }
	r.at++
	if next() && r.peek(0) == "." {
		r.at++
		if next() && r.peek(0)[0] >= '0' && r.peek(0)[0] <= '9' {
			r.at++
		}
	}
	if last := r.tokens[r.at-1].Text; strings.HasSuffix(strings.ToLower(last), "e") && next() && (r.peek(0) == "-" || r.peek(0) == "+") {
		r.at++
		if next() {
			r.at++
		}
	}
	return r.text[r.tokens[begin].At:r.tokens[r.at-1].End()]
}

func (r exprReader) cast() (*sqlExpr, error) {
	r.at += 2
	e, err := r.or()
	if err != nil {
		return nil, err
	}
	if !r.take("AS") {
		return nil, fmt.Errorf("CAST without AS")
	}
	typ := r.typeName()
	if !r.take(")") {
		return nil, fmt.Errorf("a bracket is not closed before %q", r.peek(0))
	}
	return &sqlExpr{kind: castExpr, text: typ, args: []*sqlExpr{e}}, nil
}

// named reads a name, a word with a meaning of its own, or a call.
func (r exprReader) named() (*sqlExpr, error) {
	word := r.peek(0)
	plain := word[0] != '"'
	switch lower := strings.ToLower(word); {
	case !plain:
	case lower == "true", lower == "false", lower == "null", lower == "current_timestamp", lower == "current_date", lower == "current_time":
		r.at++
		return &sqlExpr{kind: wordExpr, text: lower}, nil
	case r.take("TRIM", "(", "BOTH", "FROM"):
		list, err := r.list(")")
		return &sqlExpr{kind: callExpr, text: "trim", args: list}, err
	}
	name := r.name()
	if !r.is("(") {
		return &sqlExpr{kind: nameExpr, text: name}, nil
	}
	r.at++
	list, err := r.list(")")
	return &sqlExpr{kind: callExpr, text: name, args: list}, err
}

// list reads expressions up to a closing bracket.
func (r exprReader) list(end string) ([]*sqlExpr, error) {
	var list []*sqlExpr
	for !r.take(end) {
		e, err := r.or()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if !r.is(end) && !r.take(",") {
			return nil, fmt.Errorf("%q has no meaning here", r.peek(0))
		}
	}
	return list, nil
}

// indexTerms takes what stands in the brackets of an index apart at its commas.
func indexTerms(body string) []string {
	var list []string
	depth, from := 0, 0
	for _, t := range sqltext.Tokens(body) {
		switch t.Text {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		case ",":
			if depth == 0 {
				list = append(list, strings.TrimSpace(body[from:t.At]))
				from = t.End()
			}
		}
	}
	return append(list, strings.TrimSpace(body[from:]))
}
