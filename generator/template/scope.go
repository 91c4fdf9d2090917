package template

import (
	"fmt"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"
)

// scope is one level of names: those that a for, with, include or block adds.
type scope struct {
	parent *scope
	names  map[string]value
	// closed hides what stands outside (include only).
	closed bool
	// known is a map in which a closed scope finds every other name; nil for none.
	known *jen.Statement
	// frame is the Go block in which "as name" declares its variables.
	frame *block
}

func (c *compiler) push() *scope {
	c.scope = &scope{parent: c.scope, names: map[string]value{}, frame: c.out}
	return c.scope
}

func (c *compiler) pop() { c.scope = c.scope.parent }

// lookup finds a name that the template itself has given, from the inside out.
func (c *compiler) lookup(name string) (value, bool, bool) {
	for s := c.scope; s != nil; s = s.parent {
		if v, ok := s.names[name]; ok {
			return v, true, false
		}
		if s.closed {
			return value{}, false, true
		}
	}
	return value{}, false, false
}

// variable is what a variable comes to. at is where it stands.
func (c *compiler) variable(op operand, m mode) value {
	root := op.path[0]
	v, found, closed := c.lookup(root.text)
	if !found {
		v, found = c.global(root.text, closed)
	}
	if !found {
		if known := c.knownMap(); known != nil {
			return c.dynamicPath(known.Clone(), op.path, m)
		}
		if c.dynamic {
			if closed {
				return m.absent()
			}
			return c.dynamicPath(jen.Id("ctx"), op.path, m)
		}
		c.unknownName(root, op)
		return code(anyType, jen.Nil())
	}
	return c.follow(v, op.path[1:], op, m)
}

// knownMap is the map of the innermost closed scope, nil where it has none.
func (c *compiler) knownMap() *jen.Statement {
	for s := c.scope; s != nil; s = s.parent {
		if s.closed {
			return s.known
		}
	}
	return nil
}

// global is a name that the page's context or the request gives.
func (c *compiler) global(name string, closed bool) (value, bool) {
	if name == "csrf_token" && c.opts.CSRF != nil {
		if r, ok := c.request(); ok {
			return c.member(r, c.opts.CSRF), true
		}
	}
	if closed {
		return value{}, false
	}
	if c.dynamic {
		if name == "request" && c.opts.Request != nil {
			return code(c.opts.Request, jen.Id("r")), true
		}
		return c.contextValue(name)
	}
	for _, n := range c.page.Context {
		if n.Name == name {
			return code(n.Type, jen.Id("p").Dot(n.Field)), true
		}
	}
	return c.contextValue(name)
}

// request is the request of the page, where it has one.
func (c *compiler) request() (value, bool) {
	if c.dynamic {
		if c.opts.Request == nil {
			return value{}, false
		}
		return code(c.opts.Request, jen.Id("r")), true
	}
	return c.global("request", false)
}

func (c *compiler) unknownName(w word, op operand) {
	known := c.names()
	detail := suggest(w.text, known)
	if detail == "" && len(known) > 0 && len(known) <= 12 {
		detail = "The names here are " + list(known) + "."
	}
	c.errorAt(w.span, fmt.Sprintf("Unknown variable %q", w.text), detail)
}

// names are those that may be used here, sorted.
func (c *compiler) names() []string {
	set := map[string]bool{}
	closed := false
	for s := c.scope; s != nil && !closed; s = s.parent {
		for n := range s.names {
			set[n] = true
		}
		closed = s.closed
	}
	if !closed && c.page != nil {
		for _, n := range c.page.Context {
			set[n.Name] = true
		}
		for _, v := range c.opts.Values {
			set[v.Name] = true
		}
	}
	var out []string
	for n := range set {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

func list(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// dynamicPath looks names up at run time, beginning at a value or context.
func (c *compiler) dynamicPath(from *jen.Statement, path []word, m mode) value {
	method := map[mode]string{orEmpty: "Get", orNone: "GetOrNone", required: "GetRequired"}[m]
	args := []jen.Code{from}
	for _, w := range path {
		args = append(args, jen.Lit(w.text))
	}
	v := code(anyType, c.state().Dot(method).Call(args...))
	v.call = true
	return v
}

// follow goes from a value along the rest of a variable's path.
func (c *compiler) follow(v value, path []word, op operand, m mode) value {
	for i, w := range path {
		if v.cond != nil {
			return c.followEach(v, path[i:], op, m)
		}
		if v.loop != nil {
			member, ok := v.loop.member(c, w.text)
			if !ok {
				if c.dynamic {
					return m.absent()
				}
				c.errorAt(w.span, fmt.Sprintf("forloop has no attribute %q", w.text), suggest(w.text, loopMembers))
				return code(anyType, jen.Nil())
			}
			v = member
			continue
		}
		if v.block != nil {
			member, ok := c.blockMember(v, w.text)
			if !ok {
				return m.absent()
			}
			v = member
			continue
		}
		if v.lit != nil {
			return m.absent()
		}
		if (v.t.Kind == String || v.t.Kind == Date) && v.t.Members[w.text] != nil {
			next, ok := c.attribute(v, w, op)
			if !ok {
				return code(anyType, jen.Nil())
			}
			v = next
			continue
		}
		switch v.t.Kind {
		case Any:
			return c.dynamicPath(v.code.Clone(), path[i:], m)
		case Nullable:
			return c.followEach(c.opened(v), path[i:], op, m)
		case Func:
			v = c.called(v)
			return c.follow(v, path[i:], op, m)
		case Struct:
			next, ok := c.attribute(v, w, op)
			if !ok {
				return code(anyType, jen.Nil())
			}
			v = next
		case List:
			n := number(w.text)
			if n == nil || n.kind != litInt || n.i < 0 {
				c.errorAt(w.span, fmt.Sprintf("A list has no attribute %q", w.text), "A list is indexed with a number, as in "+op.path[0].text+".0; its length is |length.")
				return code(anyType, jen.Nil())
			}
			v = c.once(v)
			elem := code(v.t.Elem, v.code.Clone().Index(jen.Lit(int(n.i))))
			elem.cond = jen.Len(v.code.Clone()).Op(">").Lit(int(n.i))
			a := m.absent()
			elem.alt = &a
			v = elem
		case Map:
			name, ok := c.local("v"), c.local("ok")
			c.stmt(jen.List(jen.Id(name), jen.Id(ok)).Op(":=").Add(v.code.Clone()).Index(jen.Lit(w.text)))
			a := m.absent()
			v = value{t: v.t.Elem, code: jen.Id(name), cond: jen.Id(ok), alt: &a}
		default:
			c.errorAt(w.span, fmt.Sprintf("%s has no attribute %q", article(v.t), w.text), "")
			return code(anyType, jen.Nil())
		}
	}
	switch {
	case v.cond != nil || v.lit != nil || v.loop != nil || v.block != nil:
		return v
	case v.t.Kind == Nullable:
		return c.opened(v)
	case v.t.Kind == Func:
		return c.called(v)
	}
	return v
}

// followEach continues behind a value that may not be there: what is missing
// or None has no attributes.
func (c *compiler) followEach(v value, path []word, op operand, m mode) value {
	if len(path) == 0 {
		return v
	}
	if v.alt.lit == nil || v.alt.cond != nil {
		return c.follow(c.plain(v), path, op, m)
	}
	there := v.cond
	v.cond, v.alt = nil, nil
	before := c.out
	inner := &block{parent: before}
	c.out = inner
	v = c.follow(v, path, op, m)
	c.out = before
	absent := m.absent()
	if len(inner.stmts) == 0 {
		if v.cond != nil {
			there = guard(there).and(guard(v.cond)).expr()
		}
		v.cond = there
		if v.alt == nil || v.alt.lit == nil {
			v.alt = &absent
		}
		return v
	}
	// Statements of the rest run only behind the guard.
	c.out = inner
	t := v.t
	if v.cond != nil {
		v = c.plain(v)
		t = v.t
	}
	name, ok := c.local("v"), c.local("ok")
	c.stmt(jen.List(jen.Id(name), jen.Id(ok)).Op("=").List(c.expr(c.plain(v)), jen.True()))
	c.out = before
	c.stmt(jen.Var().Id(name).Add(goType(t)))
	c.stmt(jen.Id(ok).Op(":=").False())
	c.stmt(jen.If(there).Block(inner.stmts...))
	return value{t: t, code: jen.Id(name), cond: jen.Id(ok), alt: &absent}
}

// opened is a Nullable as a value that is None when it is not set.
func (c *compiler) opened(v value) value {
	v = c.once(v)
	t := v.t
	n := none()
	out := value{t: t.Elem, alt: &n}
	switch {
	case t.Valid != "":
		out.cond = v.code.Clone().Dot(t.Valid)
		out.code = v.code.Clone().Dot(t.Value)
	case t.Elem.Kind == Struct && t.Elem.Go.Pointer:
		out.cond = v.code.Clone().Op("!=").Nil()
		out.code = v.code.Clone()
	default:
		out.cond = v.code.Clone().Op("!=").Nil()
		out.code = jen.Parens(jen.Op("*").Add(v.code.Clone()))
	}
	return out
}

// called is what a function returns.
func (c *compiler) called(v value) value {
	return c.follow(c.result(v.code.Clone().Call(), v.t.Elem, v.t.Error, "v"), nil, operand{}, orEmpty)
}

// result is what a call returns. One that may fail ends the page on an error.
func (c *compiler) result(call *jen.Statement, t *Type, fails bool, hint string) value {
	if !fails {
		v := code(t, call)
		v.call = true
		return v
	}
	// The same call in the same place or around it has been made already.
	key := fmt.Sprintf("%#v", call)
	for b := c.out; b != nil; b = b.parent {
		if name := b.results[key]; name != "" {
			return code(t, jen.Id(name))
		}
	}
	name := c.local(hint)
	c.stmt(jen.List(jen.Id(name), jen.Id("err")).Op(":=").Add(call))
	end := []jen.Code{jen.Return(jen.Id("b"), rt("At").Call(jen.Lit(c.here.place()), jen.Id("err")))}
	if c.fn.partial != nil {
		end = []jen.Code{c.state().Dot("Fail").Call(jen.Id("err")), jen.Return(jen.Id("b"))}
	}
	c.stmt(jen.If(jen.Id("err").Op("!=").Nil()).Block(end...))
	if c.out.results == nil {
		c.out.results = map[string]string{}
	}
	c.out.results[key] = name
	return code(t, jen.Id(name))
}

// member is a member of a struct as a value.
func (c *compiler) member(v value, m *Member) value {
	if m.Call != nil {
		out, ok := c.invoke(m.Call, nil, span{})
		if !ok {
			return code(anyType, jen.Nil())
		}
		return c.once(out)
	}
	if m.Func != nil {
		return code(m.Type, m.Func.code().Call(v.code.Clone(), jen.Lit(m.Argument)))
	}
	if m.Method != "" {
		var args []jen.Code
		if m.Argument != "" {
			args = append(args, jen.Lit(m.Argument))
		}
		return c.result(v.code.Clone().Dot(m.Method).Call(args...), m.Type, m.Error, m.Method)
	}
	out := code(m.Type, v.code.Clone().Dot(m.Field))
	out.call = v.call
	return out
}

// attribute finds a member by name, or says why there is none.
func (c *compiler) attribute(v value, w word, op operand) (value, bool) {
	t := v.t
	name := t.Name
	if name == "" {
		name = "object"
	}
	m := t.Members[w.text]
	if m == nil {
		var known []string
		for n, m := range t.Members {
			if m.Absent == "" {
				known = append(known, n)
			}
		}
		sort.Strings(known)
		detail := suggest(w.text, known)
		if detail == "" && len(known) > 0 && len(known) <= 16 {
			detail = "It has " + list(known) + "."
		}
		c.errorAt(w.span, fmt.Sprintf("%s has no attribute %q", name, w.text), detail)
		return value{}, false
	}
	if m.Absent != "" {
		c.errorAt(w.span, fmt.Sprintf("%s.%s cannot be used here", name, w.text), sentence(m.Absent))
		return value{}, false
	}
	return c.member(v, m), true
}

// article is a type as the beginning of a sentence: A text, An object, A post.
func article(t *Type) string {
	name := t.Kind.String()
	if t.Kind == Struct && t.Name != "" {
		name = t.Name
	}
	if strings.ContainsRune("aeio", rune(name[0])) {
		return "An " + name
	}
	return "A " + name
}

func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
