package template

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
)

// urlNode is {% url 'name' a b=c as var %}.
type urlNode struct {
	leaf
	span   span
	name   *filterExpr
	args   []*filterExpr
	kwargs []assignment
	as     *word
}

func parseURL(p *parser, t token, ws []word) node {
	if len(ws) < 2 {
		panic(t.span.fault("'url' takes at least one argument, a URL pattern name", "Write {% url 'name' %}."))
	}
	n := &urlNode{span: t.span, name: p.parseExpr(ws[1].span)}
	rest := ws[2:]
	if len(rest) >= 2 && rest[len(rest)-2].text == "as" {
		n.as = &rest[len(rest)-1]
		rest = rest[:len(rest)-2]
	}
	for _, w := range rest {
		if name, value, ok := keyword(w); ok {
			n.kwargs = append(n.kwargs, assignment{name, p.parseExpr(value), w.span})
		} else {
			n.args = append(n.args, p.parseExpr(w.span))
		}
	}
	if len(n.args) > 0 && len(n.kwargs) > 0 {
		panic(t.span.fault("Don't mix positional and keyword arguments in a url tag", "Name all of them, or none."))
	}
	return n
}

func (n *urlNode) compile(c *compiler) {
	v, ok := c.reverse(n)
	if !ok {
		return
	}
	v.path = true
	if n.as != nil {
		c.remember(*n.as, v)
		return
	}
	c.output(v, n.span)
}

// reverse is the URL as a value.
func (c *compiler) reverse(n *urlNode) (value, bool) {
	name, ok := constantText(c.constantName(n.name))
	if !ok {
		if !c.dynamic {
			c.errorAt(n.name.span, "The name of a URL must be constant", "It is checked when the site is built. Choose between url tags with if.")
			return value{}, false
		}
		return c.reverseByName(n), true
	}
	var patterns []URL
	for _, u := range c.opts.URLs {
		if u.Name == name {
			patterns = append(patterns, u)
		}
	}
	if len(patterns) == 0 {
		var names []string
		for _, u := range c.opts.URLs {
			names = append(names, u.Name)
		}
		c.errorAt(n.name.span, fmt.Sprintf("There is no URL called %q", name), suggest(name, names))
		return value{}, false
	}
	for _, u := range patterns {
		if exprs, ok := u.match(n); ok {
			return c.reverseCall(u, exprs)
		}
	}
	c.errorAt(n.span, fmt.Sprintf("The arguments do not fit the URL %q", name), "It takes "+parameters(patterns)+".")
	return value{}, false
}

// match puts the tag's arguments into the order of the pattern's parameters.
func (u URL) match(n *urlNode) ([]*filterExpr, bool) {
	if len(n.kwargs) == 0 {
		return n.args, len(n.args) == len(u.Params)
	}
	if len(n.kwargs) != len(u.Params) {
		return nil, false
	}
	var exprs []*filterExpr
	for _, p := range u.Params {
		found := false
		for _, a := range n.kwargs {
			if a.name == p.Name {
				exprs, found = append(exprs, a.expr), true
			}
		}
		if !found {
			return nil, false
		}
	}
	return exprs, true
}

func parameters(patterns []URL) string {
	var forms []string
	for _, u := range patterns {
		if len(u.Params) == 0 {
			forms = append(forms, "no arguments")
			continue
		}
		var names []string
		for _, p := range u.Params {
			names = append(names, p.Name+" ("+p.Converter+")")
		}
		forms = append(forms, list(names))
	}
	sort.Strings(forms)
	return strings.Join(forms, ", or ")
}

// reverseCall is the call of the typed reverse function.
func (c *compiler) reverseCall(u URL, exprs []*filterExpr) (value, bool) {
	var args []jen.Code
	for i, e := range exprs {
		arg, ok := c.pathArgument(u, u.Params[i], e)
		if !ok {
			return value{}, false
		}
		args = append(args, arg)
	}
	v := code(stringType, jen.Qual(u.Path, u.Func).Call(args...))
	v.call = true
	return v, true
}

// pathArgument converts an expression to what a parameter takes.
func (c *compiler) pathArgument(u URL, p Param, e *filterExpr) (jen.Code, bool) {
	v := c.eval(e, orEmpty)
	if v.cond != nil {
		v = c.plain(v)
	}
	if p.Own != nil {
		return c.ownArgument(u, p, e, v)
	}
	if v.lit != nil {
		text := printed(v.lit)
		if !fits(p.Converter, text) {
			c.errorAt(e.span, fmt.Sprintf("%q does not fit %s of the URL %q", text, p.Name, u.Name), "The converter "+p.Converter+" takes "+converters[p.Converter]+".")
			return nil, false
		}
		if p.Converter == "int" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				c.errorAt(e.span, text+" is too large for a URL", "")
				return nil, false
			}
			return jen.Lit(int(n)), true
		}
		return jen.Lit(text), true
	}
	if v.t.Kind == Nullable {
		v = c.plain(c.opened(v))
	}
	if p.Converter == "int" {
		switch v.t.Kind {
		case Int:
			return c.native(v), true
		case Any, String, SafeString:
			return c.state().Dot("PathInt").Call(c.boxed(v)), true
		}
		c.errorAt(e.span, fmt.Sprintf("%s does not fit %s of the URL %q", article(v.t), p.Name, u.Name), "The converter int takes a whole number.")
		return nil, false
	}
	switch v.t.Kind {
	case String, SafeString:
		return c.str(c.plain(v)), true
	case Int:
		return jen.Qual("strconv", "FormatInt").Call(c.native(v), jen.Lit(10)), true
	case List, Map, Func:
		c.errorAt(e.span, fmt.Sprintf("%s does not fit %s of the URL %q", article(v.t), p.Name, u.Name), "")
		return nil, false
	case Struct:
		if v.t.Text == nil {
			c.errorAt(e.span, fmt.Sprintf("%s does not fit %s of the URL %q", article(v.t), p.Name, u.Name), "Name one of its attributes.")
			return nil, false
		}
	}
	return c.state().Dot("PathText").Call(c.boxed(v), jen.Lit(p.Converter)), true
}

// converters say what each takes, as diagnostics put it.
var converters = map[string]string{
	"int": "digits", "str": "text without a slash", "slug": "letters, digits, hyphens and underscores",
	"uuid": "a UUID in small letters", "path": "text",
}

// fits is the converters' regular expressions.
func fits(converter, s string) bool {
	if s == "" {
		return false
	}
	ok := func(good func(i int, c byte) bool) bool {
		for i := 0; i < len(s); i++ {
			if !good(i, s[i]) {
				return false
			}
		}
		return true
	}
	switch converter {
	case "int":
		return ok(func(_ int, c byte) bool { return c >= '0' && c <= '9' })
	case "slug":
		return ok(func(_ int, c byte) bool {
			return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		})
	case "uuid":
		return len(s) == 36 && ok(func(i int, c byte) bool {
			if i == 8 || i == 13 || i == 18 || i == 23 {
				return c == '-'
			}
			return c >= '0' && c <= '9' || c >= 'a' && c <= 'f'
		})
	case "path":
		return true
	}
	return !strings.Contains(s, "/")
}

// reverseByName is a URL whose name is known only at run time.
func (c *compiler) reverseByName(n *urlNode) value {
	c.reversed = true
	var args, names []jen.Code
	for _, e := range n.args {
		args = append(args, c.boxed(c.eval(e, orEmpty)))
	}
	for _, a := range n.kwargs {
		names = append(names, jen.Lit(a.name))
		args = append(args, c.boxed(c.eval(a.expr, orEmpty)))
	}
	v := code(stringType, c.state().Dot("Reverse").Call(jen.Id("patterns"), c.boxed(c.eval(n.name, orEmpty)),
		jen.Index().String().Values(names...), jen.Index().Any().Values(args...)))
	v.call = true
	return v
}
