package template

import (
	"fmt"
	"math"
	"strings"

	"github.com/dave/jennifer/jen"
)

// value is what an expression comes to while compiling: Go code with a type,
// or a constant. A value that may be missing or None has a condition, and is
// alt when that does not hold.
type value struct {
	t *Type
	// code is a Go expression without effects. It may be written twice unless
	// call is set: then once makes a variable of it.
	code *jen.Statement
	call bool
	// appends, in place of code, is text that a call appends to the bytes it is given.
	appends func(b jen.Code) *jen.Statement
	lit     *literal
	cond    *jen.Statement
	alt     *value
	// vetted says that the template's author called it safe.
	vetted bool
	// path says that it is the path of a URL, as the url tag makes.
	path bool
	// loop is set for forloop itself, whose members are Go expressions.
	loop *loop
	// block is set for block itself.
	block *blockPlace
}

func constant(l *literal) value {
	v := value{lit: l, t: anyType}
	switch l.kind {
	case litString:
		v.t, v.vetted = safeType, true
	case litMissing, litText:
		v.t = stringType
	case litInt:
		v.t = intType
	case litFloat:
		v.t = floatType
	case litBool:
		v.t = boolType
	}
	return v
}

func none() value                          { return constant(&literal{kind: litNone}) }
func missing() value                       { return constant(&literal{kind: litMissing}) }
func code(t *Type, c *jen.Statement) value { return value{t: t, code: c} }

// absent is what a variable that is not there is worth.
func (m mode) absent() value {
	if m == orNone {
		return none()
	}
	return missing()
}

// mode says what a variable that is not there is worth.
type mode int

const (
	orEmpty  mode = iota // "", as in {{ }}, with and include
	orNone               // None, as in if and for
	required             // an error, as in a filter's argument
)

// plain makes v one Go expression with one type, with statements before it
// where that is needed.
func (c *compiler) plain(v value) value {
	if v.cond == nil {
		if v.appends != nil {
			b := jen.Nil()
			out := code(v.t, nil)
			out.vetted, out.path = v.vetted, v.path
			out.code = convertTo(v.t, v.appends(b))
			out.call = true
			return out
		}
		return v
	}
	t := v.t
	for a := v.alt; a != nil; a = a.alt {
		if !sameKind(t, a.t) {
			t = anyType
		}
	}
	name := c.local("v")
	c.stmt(jen.Var().Id(name).Add(goType(t)))
	c.assign(name, t, v)
	out := code(t, jen.Id(name))
	out.vetted = v.allVetted()
	return out
}

// assign is name = v, as branches.
func (c *compiler) assign(name string, t *Type, v value) {
	if v.cond == nil {
		w := c.plain(v)
		if t.Kind == Any {
			c.stmt(jen.Id(name).Op("=").Add(c.boxed(w)))
		} else {
			c.stmt(jen.Id(name).Op("=").Add(c.expr(w)))
		}
		return
	}
	first := v
	first.cond, first.alt = nil, nil
	c.branch(v.cond, func() { c.assign(name, t, first) }, func() { c.assign(name, t, *v.alt) })
}

// once is v such that its code may be written twice.
func (c *compiler) once(v value) value {
	if v.cond != nil || v.appends != nil {
		v = c.plain(v)
	}
	if v.call {
		name := c.local("v")
		c.stmt(jen.Id(name).Op(":=").Add(v.code))
		v.code, v.call = jen.Id(name), false
	}
	return v
}

func (v value) allVetted() bool {
	return v.vetted && (v.alt == nil || v.alt.allVetted())
}

func sameKind(a, b *Type) bool {
	if a.Kind != b.Kind || a.Go != b.Go {
		return false
	}
	return a == b || a.Kind != Struct && (a.Elem == nil || b.Elem != nil && sameKind(a.Elem, b.Elem))
}

// convertTo is the Go string of a kind out of the bytes of an append call.
func convertTo(t *Type, bytes *jen.Statement) *jen.Statement {
	if t.Kind == SafeString {
		return jen.Qual(runtimePath, "Safe").Call(bytes)
	}
	return jen.String().Parens(bytes)
}

// expr is the Go expression of a plain value, with its own Go type.
func (c *compiler) expr(v value) *jen.Statement {
	if v.lit == nil {
		return v.code.Clone()
	}
	switch l := v.lit; l.kind {
	case litString:
		return jen.Qual(runtimePath, "Safe").Call(jen.Lit(l.str))
	case litMissing, litText:
		return jen.Lit(l.str)
	case litInt:
		return jen.Lit(int(l.i))
	case litBigInt:
		return jen.Qual(runtimePath, "BigInt").Call(jen.Lit(l.str))
	case litFloat:
		if math.IsInf(l.f, 0) {
			return jen.Qual("math", "Inf").Call(jen.Lit(int(math.Copysign(1, l.f))))
		}
		return jen.Lit(l.f)
	case litBool:
		return jen.Lit(l.b)
	}
	return jen.Nil()
}

// str is the Go string of a plain value whose kind is text.
func (c *compiler) str(v value) *jen.Statement {
	switch {
	case v.lit != nil && (v.lit.kind == litString || v.lit.kind == litMissing || v.lit.kind == litText):
		return jen.Lit(v.lit.str)
	case v.t.Via != "":
		return v.code.Clone().Dot(v.t.Via).Call()
	case v.t.Kind == String && v.t.Go.Name == "", v.t.Go == GoType{Name: "string"}:
		return v.code.Clone()
	}
	return jen.String().Parens(v.code.Clone())
}

// native is the Go expression of a plain value as the type that the runtime
// takes for its kind: string, int64, float64, time.Time, …
func (c *compiler) native(v value) *jen.Statement {
	switch v.t.Kind {
	case String, SafeString, Bytes:
		return c.str(v)
	case Int:
		if v.lit != nil {
			return jen.Lit(int(v.lit.i))
		}
		if v.t.Go == (GoType{Name: "int64"}) {
			return v.code.Clone()
		}
		return converted("int64", v.code)
	case Float:
		if v.lit != nil || v.t.Go.Name == "" {
			return c.expr(v)
		}
		return jen.Float64().Call(v.code.Clone())
	case Bool:
		if v.lit != nil || v.t.Go.Name == "" {
			return c.expr(v)
		}
		return jen.Bool().Call(v.code.Clone())
	case Decimal:
		if v.t.Go.Name == "" {
			return v.code.Clone()
		}
		if v.t.Via != "" {
			return jen.Qual(runtimePath, "Decimal").Call(v.code.Clone().Dot(v.t.Via).Call())
		}
		return jen.Qual(runtimePath, "Decimal").Call(v.code.Clone().Dot("String").Call())
	case Date:
		if v.t.Go.Name != "" {
			return jen.Qual(runtimePath, "Day").Call(v.code.Clone())
		}
	case Clock:
		if v.t.Go.Name != "" {
			return jen.Qual(runtimePath, "TimeOfDay").Call(v.code.Clone())
		}
	}
	return c.expr(v)
}

// converted is a conversion of an expression that may have parentheses already.
func converted(t string, e *jen.Statement) *jen.Statement {
	if src := fmt.Sprintf("%#v", e); strings.HasPrefix(src, "(") && strings.IndexByte(src, ')') == len(src)-1 {
		return jen.Id(t).Add(e.Clone())
	}
	return jen.Id(t).Call(e.Clone())
}

// boxed is v as any, in the Go type that the runtime knows its kind by.
func (c *compiler) boxed(v value) *jen.Statement {
	if v.loop != nil {
		return v.loop.boxed(c)
	}
	v = c.plain(v)
	switch v.t.Kind {
	case Date:
		return jen.Qual(runtimePath, "Date").Values(c.native(v))
	case Clock:
		return jen.Qual(runtimePath, "Clock").Values(c.native(v))
	case Int:
		if v.lit != nil {
			return jen.Lit(int(v.lit.i))
		}
		return c.native(v)
	case String, SafeString:
		if v.lit != nil && v.lit.kind == litString {
			return c.expr(v)
		}
		if v.t.Kind == SafeString {
			if v.t.Go.Name == "" {
				return c.expr(v)
			}
			return jen.Qual(runtimePath, "Safe").Call(c.str(v))
		}
		return c.str(v)
	case Float, Bool, Decimal:
		return c.native(v)
	case Struct:
		if v.t.Text != nil {
			// The struct goes along as it is; how it prints is its String method.
			return c.expr(v)
		}
	}
	return c.expr(v)
}

// truth is the Go condition under which a value counts as true. known says
// that it is constant.
type boolean struct {
	code  *jen.Statement
	known bool
	value bool
	// terms are the conditions that hold together where the whole holds.
	terms []string
	// level is how loosely code's operator binds: 0 none, 1 a comparison, 2 &&, 3 ||.
	level int
}

func known(b bool) boolean { return boolean{known: true, value: b} }

func cond(c *jen.Statement) boolean { return boolean{code: c} }

func (b boolean) expr() *jen.Statement {
	if b.known {
		return jen.Lit(b.value)
	}
	return b.code.Clone()
}

// all are the conditions of which every one holds where b does.
func (b boolean) all() []string {
	if b.known || len(b.terms) > 0 {
		return b.terms
	}
	return []string{fmt.Sprintf("%#v", b.code)}
}

// operand is b inside of an operator of that level.
func (b boolean) operand(level int) *jen.Statement {
	if !b.known && b.level > level {
		return jen.Parens(b.code.Clone())
	}
	return b.expr()
}

func (b boolean) not() boolean {
	if b.known {
		return known(!b.value)
	}
	return cond(jen.Op("!").Add(b.operand(0)))
}

func (b boolean) and(o boolean) boolean {
	switch {
	case b.known && !b.value || o.known && !o.value:
		return known(false)
	case b.known:
		return o
	case o.known:
		return b
	}
	return boolean{code: b.operand(2).Op("&&").Add(o.operand(2)), level: 2, terms: append(b.all(), o.all()...)}
}

func (b boolean) or(o boolean) boolean {
	switch {
	case b.known && b.value || o.known && o.value:
		return known(true)
	case b.known:
		return o
	case o.known:
		return b
	}
	return boolean{code: b.operand(3).Op("||").Add(o.operand(3)), level: 3}
}

// guard is a value's condition, which holds no || at its top.
func guard(c *jen.Statement) boolean {
	return boolean{code: c.Clone(), level: 2, terms: strings.Split(fmt.Sprintf("%#v", c), " && ")}
}

// comparison is x op y in Go.
func comparison(x *jen.Statement, op string, y jen.Code) boolean {
	return boolean{code: x.Op(op).Add(y), level: 1}
}

// truth is Python's bool(v).
func (c *compiler) truth(v value) boolean {
	if v.cond != nil {
		first := v
		first.cond, first.alt = nil, nil
		guard := guard(v.cond)
		yes, no := c.truth(first), c.truth(*v.alt)
		return guard.and(yes).or(guard.not().and(no))
	}
	if v.loop != nil {
		return known(true)
	}
	if l := v.lit; l != nil {
		switch l.kind {
		case litString, litText:
			return known(l.str != "")
		case litInt:
			return known(l.i != 0)
		case litBigInt:
			return known(true)
		case litFloat:
			return known(l.f != 0)
		case litBool:
			return known(l.b)
		}
		return known(false)
	}
	v = c.plain(v)
	switch v.t.Kind {
	case String, SafeString:
		return comparison(c.str(v), "!=", jen.Lit(""))
	case Bytes, List, Map:
		return comparison(jen.Len(v.code.Clone()), ">", jen.Lit(0))
	case Int, Float, Duration:
		return comparison(v.code.Clone(), "!=", jen.Lit(0))
	case Bool:
		return cond(v.code.Clone())
	case Time, Date, Clock:
		return known(true)
	case Struct:
		if v.t.Items != nil {
			return c.truth(c.member(v, v.t.Items))
		}
		return known(true)
	}
	return cond(jen.Qual(runtimePath, "True").Call(c.boxed(v)))
}
