package template

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// eval is what an expression comes to.
func (c *compiler) eval(e *filterExpr, m mode) value {
	v := c.operand(e.operand, m)
	for _, call := range e.filters {
		v = c.filter(call, v)
	}
	return v
}

func (c *compiler) operand(op operand, m mode) value {
	switch {
	case op.lit != nil:
		return constant(op.lit)
	case op.message != nil && !c.opts.localized():
		return constant(op.message)
	case op.message != nil:
		return c.translated(op.message.str, jen.Lit(""))
	}
	return c.variable(op, m)
}

// captured runs body and takes what it has appended off again, as safe text.
func (c *compiler) captured(body func()) value {
	mark := c.local("mark")
	c.stmt(jen.Id(mark).Op(":=").Len(jen.Id("b")))
	before := c.html
	c.whole(body)
	c.flush()
	c.html = before
	text := c.local("text")
	c.stmt(jen.Id(text).Op(":=").Add(rt("Safe").Call(jen.Id("b").Index(jen.Id(mark).Op(":")))))
	c.set(jen.Id("b").Index(jen.Op(":").Id(mark)))
	return code(safeType, jen.Id(text))
}

// filter applies one filter, on each of the values that v may have.
func (c *compiler) filter(call filterCall, v value) value {
	def := call.def
	if def.custom != nil {
		return c.customFilter(call, v)
	}
	if def.special != nil {
		if out, ok := def.special(c, call, v); ok {
			return out
		}
	}
	if v.cond != nil {
		first, rest := v, *v.alt
		first.cond, first.alt = nil, nil
		before, at := len(c.out.stmts), c.out.at
		out, alt := c.filter(call, first), c.filter(call, rest)
		if out.cond == nil && len(c.out.stmts) == before {
			out.cond, out.alt = v.cond, &alt
			return out
		}
		// The filter needs statements, which must not run unguarded.
		c.out.stmts, c.out.at = c.out.stmts[:before], at
		return c.filter(call, c.plain(v))
	}
	if v.lit != nil && def.text && v.lit.kind == litNone {
		v = code(stringType, jen.Lit("None"))
	}
	if v.lit != nil && def.empty && (v.lit.kind == litNone || v.lit.kind == litMissing) {
		return missing()
	}
	if v.t.Kind == Struct && v.t.Text != nil && def.text {
		v = c.text1(v)
	}
	var arg *value
	if call.arg != nil {
		a := c.operand(*call.arg, required)
		arg = &a
	}
	if v.t.Kind != Any {
		for _, f := range def.forms {
			if out, ok := c.form(def, f, v, arg); ok {
				return out
			}
		}
		if def.text && v.t.Kind == Int {
			text := code(stringType, jen.Qual("strconv", "FormatInt").Call(c.native(c.plain(v)), jen.Lit(10)))
			for _, f := range def.forms {
				if out, ok := c.form(def, f, text, arg); ok {
					return out
				}
			}
		}
	}
	return c.dynamicFilter(def, v, arg)
}

// form applies a filter by one of its typed forms, if the types fit.
func (c *compiler) form(def *filter, f form, v value, arg *value) (value, bool) {
	in := v.t.Kind
	if in == SafeString {
		in = String
	}
	if in != f.in {
		return value{}, false
	}
	var args []jen.Code
	for _, kind := range f.args {
		switch kind {
		case 'e': // whether to escape
			args = append(args, jen.Lit(!c.raw && v.t.Kind != SafeString))
		default:
			if arg == nil && f.otherwise != "" {
				args = append(args, jen.Lit(f.otherwise))
				continue
			}
			a, ok := c.argument(kind, arg)
			if !ok {
				return value{}, false
			}
			args = append(args, a)
		}
	}
	if arg != nil && !strings.ContainsAny(f.args, "si") {
		return value{}, false
	}
	safe := v.t.Kind == SafeString
	vetted := v.vetted
	v = c.plain(v)
	in1 := c.native(v)
	out := value{t: &Type{Kind: f.out}}
	if f.out == String && (def.marks || def.safe && safe) {
		out.t = safeType
		out.vetted = vetted && !def.marks || def.vets
	}
	fn := func(first ...jen.Code) *jen.Statement {
		all := append(append(first, in1.Clone()), args...)
		if f.state || c.opts.localized() && localForms[f.call] {
			return c.sure().Dot(f.call).Call(all...)
		}
		return rt(f.call).Call(all...)
	}
	if arg == nil || arg.lit != nil && !strings.ContainsAny(printed(arg.lit), "&<>\"'") {
		if plainResult[f.call] && out.t.Kind == String {
			out.t = safeType
		}
	}
	if f.expr {
		out.code, out.call = fn(), true
	} else {
		out.appends = func(b jen.Code) *jen.Statement { return fn(b) }
	}
	return out, true
}

// plainResult are functions that write words and digits only, besides what
// their constant argument says: there is nothing to escape.
var plainResult = map[string]bool{
	"AppendTimeFormat": true, "AppendDayFormat": true, "AppendClockFormat": true, "AppendTimesince": true, "AppendTimeuntil": true,
	"AppendFloatFormat": true, "AppendFilesize": true, "AppendSlugify": true,
}

// argument is a filter's argument as Go of the wanted kind: s text, i a whole number.
func (c *compiler) argument(kind rune, arg *value) (jen.Code, bool) {
	if arg == nil || arg.cond != nil {
		return nil, false
	}
	switch kind {
	case 's':
		if arg.lit != nil && arg.lit.kind == litInt {
			return jen.Lit(strconv.FormatInt(arg.lit.i, 10)), true
		}
		if arg.t.Kind == String || arg.t.Kind == SafeString {
			return c.str(c.plain(*arg)), true
		}
	case 'i':
		if arg.lit != nil && arg.lit.kind == litString {
			n, err := strconv.Atoi(strings.TrimSpace(arg.lit.str))
			return jen.Lit(n), err == nil
		}
		if arg.t.Kind == Int {
			return c.native(c.plain(*arg)), true
		}
	}
	return nil, false
}

// dynamicFilter calls the filter's form for values of any type.
func (c *compiler) dynamicFilter(def *filter, v value, arg *value) value {
	args := []jen.Code{c.stateRef()}
	if def.autoescape {
		args = append(args, jen.Lit(!c.raw))
	}
	args = append(args, c.boxed(v))
	if arg != nil {
		args = append(args, c.boxed(*arg))
	}
	out := code(anyType, rt("Filter"+camel(def.name+".x")).Call(args...))
	out.call = true
	out.vetted = def.vets || v.vetted && v.t.Kind == Any && def.safe
	return out
}

// printed is a constant as it prints.
func printed(l *literal) string {
	switch l.kind {
	case litInt:
		return strconv.FormatInt(l.i, 10)
	case litBool:
		if l.b {
			return "True"
		}
		return "False"
	case litNone:
		return "None"
	case litFloat:
		return printedFloat(l.f)
	}
	return l.str
}

// printedFloat is Python's repr, without an exponent as templates show it.
func printedFloat(f float64) string {
	if math.IsInf(f, 0) {
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'f', -1, 64), "+"))
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") && f < 1e16 && f > -1e16 {
		s += ".0"
	}
	return s
}

// compile-time text of a constant, where there is one.
func constantText(v value) (string, bool) {
	if v.lit == nil || v.cond != nil {
		return "", false
	}
	switch v.lit.kind {
	case litString, litMissing:
		return v.lit.str, true
	}
	return "", false
}

// unreachable panics with what must not happen.
func unreachable(format string, args ...any) {
	panic("stackgen: unreachable: " + fmt.Sprintf(format, args...))
}
