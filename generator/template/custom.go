package template

import (
	"fmt"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
)

// Function is a Go function of the project.
type Function struct {
	// Path is the import path of its package.
	Path, Name string
	// Request says that its first parameter is the request of the page.
	Request bool
	// Params are the others.
	Params []FuncParam
	// Variadic says that the last of Params takes any number of values.
	Variadic bool
	// Result is what it returns, beside an error where Error is set.
	Result *Type
	Error  bool
}

// FuncParam is one parameter. A Type of kind Any with Code is a Go type that
// values are converted to when the page runs.
type FuncParam struct {
	// Name is the parameter's in snake_case, as tags name it.
	Name string
	Type *Type
}

// Filter is a filter in Go.
type Filter struct {
	Name string
	Func Function
}

// Tag is a tag in Go.
type Tag struct {
	Name string
	Func Function
	// Block says that it has an end; the function's first parameter is what stands inside.
	Block bool
	// Template shows the names that the function returns; empty where it returns text.
	Template string
}

// Value is a name that every template knows, by a function without other parameters than the request.
type Value struct {
	Name string
	Func Function
}

// custom adds the project's filters and tags to those that are known.
func (p *parser) custom(opts *Options) {
	for i := range opts.Filters {
		f := &opts.Filters[i]
		arg := argNone
		if len(f.Func.Params) > 1 {
			arg = argRequired
			if f.Func.Variadic {
				arg = argOptional
			}
		}
		p.filters[f.Name] = &filter{name: f.Name, arg: arg, custom: f, example: "{{ value|" + f.Name + map[bool]string{true: ":argument"}[arg != argNone] + " }}"}
	}
	for i := range opts.Tags {
		g := &opts.Tags[i]
		p.tags[g.Name] = &tag{name: g.Name, parse: func(p *parser, t token, ws []word) node { return parseCustom(p, t, ws, g) }}
	}
}

// ownLibrary reports whether load names a package of the project's functions, as
// templates written for Django do.
func (p *parser) ownLibrary(name string) bool {
	for _, f := range p.opts.funcs() {
		if path.Base(f.Path) == name {
			return true
		}
	}
	return false
}

// customNode is a tag in Go: {% name a b=c as result %}.
type customNode struct {
	span   span
	tag    *Tag
	args   []*filterExpr
	kwargs []assignment
	as     *word
	body   []node
}

func (n *customNode) children() [][]node { return [][]node{n.body} }

func parseCustom(p *parser, t token, ws []word, tag *Tag) node {
	n := &customNode{span: t.span, tag: tag}
	rest := ws[1:]
	if len(rest) >= 2 && rest[len(rest)-2].text == "as" && tag.Template == "" {
		n.as = &rest[len(rest)-1]
		rest = rest[:len(rest)-2]
	}
	params := tag.params()
	given := map[string]bool{}
	for i, w := range rest {
		name, value, ok := keyword(w)
		if !ok {
			if len(n.kwargs) > 0 {
				panic(w.span.fault(fmt.Sprintf("'%s' received some positional argument(s) after some keyword argument(s)", tag.Name), ""))
			}
			n.args = append(n.args, p.parseExpr(w.span))
			if i < len(params) {
				given[params[i].Name] = true
			} else if !tag.Func.Variadic {
				panic(w.span.fault(fmt.Sprintf("'%s' received too many positional arguments", tag.Name), tag.usage()))
			}
			continue
		}
		known := false
		var names []string
		for _, q := range params {
			names = append(names, q.Name)
			known = known || q.Name == name
		}
		switch {
		case !known:
			panic(w.span.fault(fmt.Sprintf("'%s' received unexpected keyword argument '%s'", tag.Name, name), suggest(name, names)))
		case given[name]:
			panic(w.span.fault(fmt.Sprintf("'%s' received multiple values for keyword argument '%s'", tag.Name, name), ""))
		}
		given[name] = true
		n.kwargs = append(n.kwargs, assignment{name, p.parseExpr(value), w.span})
	}
	for i, q := range params {
		if !given[q.Name] && !(tag.Func.Variadic && i == len(params)-1) {
			panic(t.span.fault(fmt.Sprintf("'%s' did not receive value(s) for the argument(s): '%s'", tag.Name, q.Name), tag.usage()))
		}
	}
	if tag.Block {
		n.body = p.body("end" + tag.Name)
	}
	return n
}

// params are the parameters that the template gives.
func (g *Tag) params() []FuncParam {
	if g.Block && len(g.Func.Params) > 0 {
		return g.Func.Params[1:]
	}
	return g.Func.Params
}

// usage shows the tag with its parameters.
func (g *Tag) usage() string {
	names := []string{g.Name}
	for _, q := range g.params() {
		names = append(names, q.Name)
	}
	return "Write {% " + strings.Join(names, " ") + " %}."
}

func (n *customNode) compile(c *compiler) {
	if n.as != nil {
		v, ok := n.call(c)
		if ok {
			c.remember(*n.as, v)
		}
		return
	}
	v, ok := n.call(c)
	if !ok {
		return
	}
	if n.tag.Template == "" {
		c.output(v, n.span)
		return
	}
	t := c.load(n.tag.Template, n.span)
	if t == nil {
		return
	}
	for _, s := range c.stack {
		if s == t.src {
			c.errorAt(n.span, fmt.Sprintf("The template %q of the tag contains the tag again", n.tag.Template), "It would not end.")
			return
		}
	}
	names := c.local("names")
	c.stmt(jen.Id(names).Op(":=").Add(v.code))
	c.comment(n.span)
	s := c.push()
	s.closed, s.known = true, jen.Id(names)
	c.include(t, n.span)
	c.pop()
}

// call is what the function returns.
func (n *customNode) call(c *compiler) (value, bool) {
	var given []jen.Code
	if n.tag.Block {
		body := c.captured(func() { c.nodes(n.body) })
		given = append(given, c.convert(n.tag.Func.Params[0].Type, body))
	}
	byName := map[string]*filterExpr{}
	for _, a := range n.kwargs {
		byName[a.name] = a.expr
	}
	params := n.tag.params()
	for i, q := range params {
		last := i == len(params)-1 && n.tag.Func.Variadic
		switch e := byName[q.Name]; {
		case last:
			for _, e := range n.args[min(i, len(n.args)):] {
				given = append(given, c.convert(q.Type, c.eval(e, orEmpty)))
			}
		case e != nil:
			given = append(given, c.convert(q.Type, c.eval(e, orEmpty)))
		default:
			given = append(given, c.convert(q.Type, c.eval(n.args[i], orEmpty)))
		}
	}
	return c.invoke(&n.tag.Func, given, n.span)
}

// invoke calls a function of the project.
func (c *compiler) invoke(f *Function, args []jen.Code, at span) (value, bool) {
	if f.Request {
		r, ok := c.request()
		if !ok {
			c.errorAt(at, "There is no request here, which "+f.Name+" takes", "")
			return value{}, false
		}
		args = append([]jen.Code{r.code}, args...)
	}
	call := jen.Qual(f.Path, f.Name).Call(args...)
	if f.Result.Kind == Any && !f.Error {
		call = jen.Any().Call(call)
	}
	v := c.result(call, f.Result, f.Error, lowerCamel(f.Name+".x"))
	return v, true
}

// convert is a value as a parameter takes it.
func (c *compiler) convert(t *Type, v value) *jen.Statement {
	v = c.plain(v)
	text := func(k Kind) bool { return k == String || k == SafeString }
	switch {
	case t.Kind == Any && t.Code == nil:
		return c.boxed(v)
	case t.Kind == String && text(v.t.Kind) && v.loop == nil:
		return c.str(v)
	case t.Kind == SafeString && v.t.Kind == SafeString && v.t.Go.Name == "" && (v.lit == nil || v.lit.kind == litString):
		return c.expr(v)
	case t.Kind == v.t.Kind && t.Kind != Any && t.Code == nil && t.Go == v.t.Go && v.loop == nil && scalar[t.Kind]:
		return c.expr(v)
	case t.Kind == Int && v.t.Kind == Int && v.loop == nil:
		if v.lit != nil {
			return c.expr(v)
		}
		return goType(t).Call(v.code.Clone())
	}
	return rt("As").Types(goType(t)).Call(c.stateRef(), c.boxed(v))
}

// scalar are the kinds whose Go values go along as they are.
var scalar = map[Kind]bool{Int: true, Float: true, Bool: true, Time: true, Duration: true}

// customFilter applies a filter in Go.
func (c *compiler) customFilter(call filterCall, v value) value {
	f := &call.def.custom.Func
	args := []jen.Code{c.convert(f.Params[0].Type, v)}
	if call.arg != nil {
		args = append(args, c.convert(f.Params[1].Type, c.operand(*call.arg, required)))
	}
	out, ok := c.invoke(f, args, call.name.span)
	if !ok {
		return missing()
	}
	return out
}

// funcs are all functions of the project.
func (o *Options) funcs() []*Function {
	var all []*Function
	for i := range o.Filters {
		all = append(all, &o.Filters[i].Func)
	}
	for i := range o.Tags {
		all = append(all, &o.Tags[i].Func)
	}
	for i := range o.Values {
		all = append(all, &o.Values[i].Func)
	}
	return all
}

// contextValue is a name that the project gives every template.
func (c *compiler) contextValue(name string) (value, bool) {
	for i := range c.opts.Values {
		if v := &c.opts.Values[i]; v.Name == name {
			out, ok := c.invoke(&v.Func, nil, span{})
			if ok {
				out = c.once(out)
			}
			return out, ok
		}
	}
	return value{}, false
}
