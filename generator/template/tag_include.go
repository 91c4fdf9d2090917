package template

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// includeNode is {% include "card.html" with a=b only %}.
type includeNode struct {
	leaf
	span span
	name *filterExpr
	with []assignment
	only bool
}

func parseInclude(p *parser, t token, ws []word) node {
	if len(ws) < 2 {
		panic(t.span.fault("'include' tag takes at least one argument: the name of the template to be included", `Write {% include "name.html" %}.`))
	}
	n := &includeNode{span: t.span, name: p.parseExpr(ws[1].span)}
	seen := map[string]bool{}
	rest := ws[2:]
	for len(rest) > 0 {
		w := rest[0]
		if seen[w.text] {
			panic(w.span.fault("The '"+w.text+"' option was specified more than once", ""))
		}
		seen[w.text] = true
		rest = rest[1:]
		switch w.text {
		case "with":
			n.with, rest = p.keywords(rest, false)
			if len(n.with) == 0 {
				panic(w.span.fault(`"with" in 'include' tag needs at least one keyword argument`, "Write with name=value, without spaces around =."))
			}
		case "only":
			n.only = true
		default:
			panic(w.span.fault("Unknown argument for 'include' tag: '"+w.text+"'", ""))
		}
	}
	return n
}

func (n *includeNode) compile(c *compiler) {
	name, ok := constantText(c.constantName(n.name))
	if !ok {
		c.includeByName(n)
		return
	}
	t := c.load(name, n.name.span)
	if t == nil {
		return
	}
	for _, s := range c.stack {
		if s == t.src {
			c.includeAgain(n, t)
			return
		}
	}
	c.comment(n.span)
	c.inScope(n, func() { c.include(t, n.span) })
}

// inScope runs body with the names that the tag gives.
func (c *compiler) inScope(n *includeNode, body func()) {
	names := c.assigned(n.with)
	s := c.push()
	s.closed = n.only
	for name, v := range names {
		s.names[name] = v
	}
	body()
	c.pop()
}

// include compiles another template here.
func (c *compiler) include(t *parsed, at span) {
	blocks, frame, cycles := c.blocks, c.frame, c.cycles
	c.via = append(c.via, at)
	c.template(t)
	c.via = c.via[:len(c.via)-1]
	c.blocks, c.frame, c.cycles = blocks, frame, cycles
}

// constantName is a template's name, where the expression is constant.
func (c *compiler) constantName(e *filterExpr) value {
	if e.operand.lit == nil || len(e.filters) > 0 {
		return value{t: anyType}
	}
	return constant(e.operand.lit)
}

// template compiles a template with its parents: blocks first, then the
// outermost parent's text.
func (c *compiler) template(t *parsed) {
	raw := c.raw
	c.raw = raw || isText(t.src.name)
	defer func() { c.raw = raw }()
	c.blocks, c.frame, c.cycles = map[string][]*blockNode{}, c.out, map[*cycleNode]*cycleState{}
	depth := len(c.stack)
	defer func() { c.stack = c.stack[:depth] }()
	c.inherit(t, depth)
}

// inherit goes up from a template to its outermost parent and compiles that with
// the blocks found on the way. The stack holds the templates below from depth on.
func (c *compiler) inherit(t *parsed, depth int) {
	for {
		for _, s := range c.stack[depth:] {
			if s == t.src {
				c.errorAt(t.extends.span, "The template extends itself", "The chain of extends comes back to "+t.src.name+".")
				return
			}
		}
		c.stack = append(c.stack, t.src)
		for _, b := range t.order {
			c.blocks[b.name] = append(c.blocks[b.name], b)
		}
		if t.extends == nil {
			break
		}
		// Text before extends is written before everything else.
		for _, n := range t.nodes {
			if text, ok := n.(*textNode); ok {
				text.compile(c)
				continue
			}
			break
		}
		name, ok := constantText(c.constantName(t.extends.name))
		if !ok {
			c.inheritByName(t, depth)
			return
		}
		parent := c.load(name, t.extends.name.span)
		if parent == nil {
			return
		}
		c.unknownBlocks(t, parent)
		t = parent
	}
	c.nodes(t.nodes)
}

// isText reports whether a template is plain text, the body of an e-mail for
// example: nothing is escaped in it.
func isText(name string) bool { return path.Ext(name) == ".txt" }

// unknownBlocks warns of blocks that no parent has: they are never shown.
func (c *compiler) unknownBlocks(t, parent *parsed) {
	known := map[string]bool{}
	for seen := map[*parsed]bool{}; parent != nil && !seen[parent]; {
		seen[parent] = true
		for _, b := range parent.order {
			known[b.name] = true
		}
		if parent.extends == nil {
			break
		}
		name, ok := constantText(c.constantName(parent.extends.name))
		if !ok {
			return
		}
		diags := len(c.diags)
		parent = c.load(name, parent.extends.name.span)
		c.diags = c.diags[:diags] // said when the parent itself is compiled
	}
	var names []string
	for n := range known {
		names = append(names, n)
	}
	for _, b := range t.order {
		if b.outer == "" && !known[b.name] {
			detail := suggest(b.name, names)
			if detail == "" {
				detail = "What stands in it is never shown."
			}
			c.report(schema.Warning, b.nameSpan, fmt.Sprintf("No parent of the template has a block %q", b.name), detail)
		}
	}
}

// load reads and parses a template, once. nil means that a diagnostic says why not.
func (c *compiler) load(name string, at span) *parsed {
	name = c.relative(name, at)
	if name == "" {
		return nil
	}
	t, status := c.parsed(name)
	switch status {
	case isMissing:
		c.errorAt(at, fmt.Sprintf("Template %q does not exist", name), suggest(name, c.opts.Names))
	case isBroken:
		// Its own diagnostic says it all.
	}
	return t
}

// relative resolves ./ and ../ against the template that says it.
func (c *compiler) relative(name string, at span) string {
	if !strings.HasPrefix(name, "./") && !strings.HasPrefix(name, "../") {
		if name == "" {
			c.errorAt(at, "The name of the template is empty", "")
		}
		return name
	}
	full := path.Join(path.Dir(at.src.name), name)
	if strings.HasPrefix(full, "../") || full == ".." {
		c.errorAt(at, fmt.Sprintf("The relative path '%s' points outside the file hierarchy that template '%s' is in", name, at.src.name), "")
		return ""
	}
	return full
}

type loadStatus int

const (
	isRead loadStatus = iota
	isMissing
	isBroken
)

// parsed reads and parses a template by its full name.
func (s *site) parsed(name string) (*parsed, loadStatus) {
	if t, ok := s.cache[name]; ok {
		if t == nil {
			return nil, isBroken
		}
		return t, isRead
	}
	if strings.Contains(name, "#") {
		return s.partialOf(name)
	}
	file := s.opts.dir() + name
	text, err := s.opts.Load(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, isMissing
	}
	src := newSource(name, file, string(text))
	if err != nil {
		s.cache[name] = nil
		s.diags = append(s.diags, span{src, 0, 0}.diag(schema.Error, "The template cannot be read: "+err.Error(), ""))
		return nil, isBroken
	}
	if s.opts.Sources != nil {
		s.opts.Sources.Add(file, text)
	}
	t, bad := parse(src, s.opts)
	s.cache[name] = t
	if t != nil {
		maps.Copy(s.spans, t.spans)
	}
	if bad != nil {
		s.diags = append(s.diags, bad...)
		return nil, isBroken
	}
	return t, isRead
}

// partial is the function of an included template that includes itself.
type partial struct {
	name     string
	template *parsed
	html     htmlState
	raw      bool
}

// includeAgain calls a template that is being compiled already: in dynamic
// templates as a function with the names it sees.
func (c *compiler) includeAgain(n *includeNode, t *parsed) {
	if !c.dynamic {
		c.errorAt(n.span, fmt.Sprintf("Template %q includes itself", t.src.name), "A template with typed names is put together when the site is built, which would not end. Render what is nested with a Go view, whose templates may include themselves.")
		return
	}
	key := fmt.Sprintf("%s\x00%v\x00%v", t.src.name, c.raw, c.html)
	p := c.partials[key]
	if p == nil {
		p = &partial{name: fmt.Sprintf("include%s", camel(t.src.name)), template: t, html: c.html, raw: c.raw}
		for i := 2; c.partialNamed(p.name); i++ {
			p.name = fmt.Sprintf("include%s%d", camel(t.src.name), i)
		}
		c.partials[key] = p
		c.pending = append(c.pending, p)
	}
	c.comment(n.span)
	c.inScope(n, func() {
		c.set(jen.Id(p.name).Call(jen.Id("b"), c.requestArgument(), c.stateRef(), c.contextNow()))
	})
}

func (c *compiler) partialNamed(name string) bool {
	for _, p := range c.partials {
		if p.name == name {
			return true
		}
	}
	return false
}

func (c *compiler) requestArgument() *jen.Statement {
	return jen.Id("r")
}

// contextNow is the names that are known here, as a map.
func (c *compiler) contextNow() *jen.Statement {
	names := map[string]value{}
	var order []string
	closed := false
	for s := c.scope; s != nil && !closed; s = s.parent {
		for name, v := range s.names {
			if _, ok := names[name]; !ok {
				names[name] = v
				order = append(order, name)
			}
		}
		closed = s.closed
	}
	sort.Strings(order)
	base := jen.Nil()
	if !closed {
		base = jen.Id("ctx")
	} else if known := c.knownMap(); known != nil {
		base = known.Clone()
	}
	if len(order) == 0 && !closed {
		return base
	}
	entries := make([]jen.Code, 0, len(order))
	for _, name := range order {
		entries = append(entries, jen.Lit(name).Op(":").Add(c.boxed(names[name])))
	}
	return rt("Extend").Call(base, jen.Map(jen.String()).Any().Values(entries...))
}

// includeByName includes a template whose name is known only at run time.
func (c *compiler) includeByName(n *includeNode) {
	if !c.dynamic {
		c.errorAt(n.name.span, "The name of an included template must be constant", "A template with typed names is put together when the site is built. Choose between includes with if.")
		return
	}
	if c.html.mode != inText {
		c.errorAt(n.span, "A template whose name is not constant can be included in HTML text only", "Here the text stands in "+c.html.describe()+".")
		return
	}
	if c.held > 0 && len(c.opts.Streamed) > 0 {
		c.errorAt(n.span, "A template whose name is not constant is included where its text is wanted whole", "The site has pages that are streamed, and the template may be one of them. Name it, or move the include out of the tag around.")
		return
	}
	c.included = true
	c.comment(n.span)
	v := c.eval(n.name, orEmpty)
	c.inScope(n, func() {
		c.set(jen.Id("includeNamed").Call(jen.Id("b"), c.requestArgument(), c.stateRef(), c.boxed(v), c.contextNow()))
	})
}
