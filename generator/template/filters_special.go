package template

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"
)

// defaultFilter is one value where the other is false: a branch, not a call.
func defaultFilter(c *compiler, call filterCall, v value) (value, bool) {
	arg := c.operand(*call.arg, required)
	if v.cond == nil && v.lit == nil {
		v = c.once(v)
	} else if v.cond != nil {
		first, rest := v, *v.alt
		first.cond, first.alt = nil, nil
		if first.call {
			v = c.once(v)
		} else {
			yes, _ := defaultFilter(c, call, first)
			no, _ := defaultFilter(c, call, rest)
			return orElse(yes, v.cond, no), true
		}
	}
	t := c.truth(v)
	if t.known {
		if t.value {
			return v, true
		}
		return arg, true
	}
	out := v
	out.cond, out.alt = t.operand(2), &arg
	return out, true
}

// orElse is v where cond holds and what v itself needs; else other.
func orElse(v value, cond *jen.Statement, other value) value {
	if v.cond == nil {
		v.cond, v.alt = cond, &other
		return v
	}
	// cond && v.cond ? v : cond ? v.alt : other
	rest := other
	if !sameConstant(*v.alt, other) {
		rest = orElse(*v.alt, cond, other)
	}
	v.cond, v.alt = guard(cond).and(guard(v.cond)).expr(), &rest
	return v
}

func sameConstant(a, b value) bool {
	return a.lit != nil && b.lit != nil && a.cond == nil && b.cond == nil && *a.lit == *b.lit
}

func defaultIfNoneFilter(c *compiler, call filterCall, v value) (value, bool) {
	if v.cond != nil {
		first, rest := v, *v.alt
		first.cond, first.alt = nil, nil
		yes, ok1 := defaultIfNoneFilter(c, call, first)
		no, ok2 := defaultIfNoneFilter(c, call, rest)
		if !ok1 || !ok2 {
			return value{}, false
		}
		return orElse(yes, v.cond, no), true
	}
	switch {
	case v.lit != nil && v.lit.kind == litNone:
		return c.operand(*call.arg, required), true
	case v.lit != nil || v.t.Kind != Any:
		return v, true
	}
	return value{}, false
}

// dateFilter refuses the letters of the clock for what is only a day.
func dateFilter(c *compiler, call filterCall, v value) (value, bool) {
	if v.t.Kind != Date || v.lit != nil || call.arg == nil || call.arg.lit == nil {
		return value{}, false
	}
	format := call.arg.lit.str
	if strings.HasSuffix(format, "_FORMAT") && format != "TIME_FORMAT" {
		return value{}, false
	}
	for i := 0; i < len(format); i++ {
		if strings.IndexByte("aAefgGhHiOPsTuZ", format[i]) >= 0 && (i == 0 || format[i-1] != '\\') {
			c.errorAt(call.arg.span, fmt.Sprintf("The value is a day, and %q in the format stands for a time", format[i:i+1]), "A backslash before a letter makes it stand for itself.")
			return plainString(""), true
		}
	}
	return value{}, false
}

func safeFilter(c *compiler, call filterCall, v value) (value, bool) {
	if v.cond != nil || v.lit != nil {
		return value{}, false
	}
	switch v.t.Kind {
	case String, SafeString:
		out := v
		if v.appends == nil {
			out.code = c.str(v)
			out.t = &Type{Kind: SafeString, Go: GoType{Name: "string"}}
		} else {
			out.t = safeType
		}
		out.vetted = true
		return out, true
	}
	return value{}, false
}

func addFilter(c *compiler, call filterCall, v value) (value, bool) {
	if v.cond != nil || v.t.Kind != Int || v.lit != nil && v.lit.kind != litInt {
		return value{}, false
	}
	arg := c.operand(*call.arg, required)
	n, ok := c.argument('i', &arg)
	if !ok {
		return value{}, false
	}
	return code(&Type{Kind: Int, Go: GoType{Name: "int64"}}, jen.Parens(c.native(c.plain(v)).Op("+").Add(n))), true
}

// items is a value that is iterated, as a list.
func (c *compiler) items(v value) (value, bool) {
	if v.cond != nil || v.lit != nil {
		return value{}, false
	}
	if v.t.Kind == Struct && v.t.Items != nil {
		v = c.follow(c.member(v, v.t.Items), nil, operand{}, orNone)
	}
	if v.cond != nil || v.t.Kind != List {
		return value{}, false
	}
	return c.once(v), true
}

func firstFilter(c *compiler, call filterCall, v value) (value, bool) {
	return c.item(v, func(*jen.Statement) *jen.Statement { return jen.Lit(0) })
}

func lastFilter(c *compiler, call filterCall, v value) (value, bool) {
	return c.item(v, func(l *jen.Statement) *jen.Statement { return jen.Len(l).Op("-").Lit(1) })
}

func (c *compiler) item(v value, index func(*jen.Statement) *jen.Statement) (value, bool) {
	l, ok := c.items(v)
	if !ok {
		return value{}, false
	}
	empty := missing()
	out := code(l.t.Elem, l.code.Clone().Index(index(l.code.Clone())))
	out.cond, out.alt = jen.Len(l.code.Clone()).Op(">").Lit(0), &empty
	return c.follow(out, nil, operand{}, orEmpty), true
}

func lengthFilter(c *compiler, call filterCall, v value) (value, bool) {
	if l, ok := c.items(v); ok {
		return code(intType, jen.Len(l.code)), true
	}
	if v.cond != nil || v.lit != nil {
		return value{}, false
	}
	switch v.t.Kind {
	case Map:
		return code(intType, jen.Len(v.code)), true
	case String, SafeString:
		v = c.plain(v)
		return code(intType, jen.Qual("unicode/utf8", "RuneCountInString").Call(c.str(v))), true
	}
	return value{}, false
}

func sliceFilter(c *compiler, call filterCall, v value) (value, bool) {
	l, ok := c.items(v)
	if !ok || call.arg.lit == nil || call.arg.lit.kind != litString && call.arg.lit.kind != litInt || strings.Count(printed(call.arg.lit), ":") > 1 {
		return value{}, false
	}
	out := code(l.t, rt("Slice").Call(l.code, jen.Lit(printed(call.arg.lit))))
	out.call = true
	return out, true
}

// constantArgument is a filter's argument where the template says it itself.
func constantArgument(call filterCall, instead string) (string, bool) {
	if call.arg == nil {
		return instead, true
	}
	if call.arg.lit == nil || call.arg.lit.kind != litString {
		return "", false
	}
	return call.arg.lit.str, true
}

func plainString(s string) value { return constant(&literal{kind: litText, str: s}) }

func yesnoFilter(c *compiler, call filterCall, v value) (value, bool) {
	arg, ok := constantArgument(call, "yes,no,maybe")
	words := strings.Split(arg, ",")
	if !ok || len(words) < 2 || call.arg == nil && c.opts.localized() {
		return value{}, false
	}
	if v.cond != nil {
		first, rest := v, *v.alt
		first.cond, first.alt = nil, nil
		yes, ok1 := yesnoFilter(c, call, first)
		no, ok2 := yesnoFilter(c, call, rest)
		if !ok1 || !ok2 {
			return value{}, false
		}
		return orElse(yes, v.cond, no), true
	}
	if v.lit != nil && v.lit.kind == litNone {
		if len(words) == 3 {
			return plainString(words[2]), true
		}
		return plainString(words[1]), true
	}
	if v.t.Kind == Any {
		return value{}, false
	}
	t := c.truth(c.once(v))
	if t.known {
		if t.value {
			return plainString(words[0]), true
		}
		return plainString(words[1]), true
	}
	no := plainString(words[1])
	out := plainString(words[0])
	out.cond, out.alt = t.operand(2), &no
	return out, true
}

func pluralizeFilter(c *compiler, call filterCall, v value) (value, bool) {
	arg, ok := constantArgument(call, "s")
	if !ok || v.cond != nil || v.t.Kind != Int || v.lit != nil {
		return value{}, false
	}
	words := strings.Split(arg, ",")
	if len(words) > 2 {
		return value{}, false
	}
	one, many := "", words[0]
	if len(words) == 2 {
		one, many = words[0], words[1]
	}
	rest := plainString(one)
	out := plainString(many)
	out.cond, out.alt = v.code.Clone().Op("!=").Lit(1), &rest
	return out, true
}
