package template

import (
	"fmt"
	"sort"
	"strings"

	"stackgen.dev/schema"
)

// node is a piece of a parsed template.
type node interface {
	// compile emits the Go for the node.
	compile(c *compiler)
	// children are the lists of nodes inside, for finding blocks.
	children() [][]node
}

// leaf is embedded by nodes without nodes inside.
type leaf struct{}

func (leaf) children() [][]node { return nil }

// parsed is one template after parsing.
type parsed struct {
	src   *source
	nodes []node
	// extends is nil for a template of its own.
	extends *extendsNode
	blocks  map[string]*blockNode
	order   []*blockNode
	// partials are its partialdef tags, by name.
	partials map[string]*partialDef
	// messages are the texts to translate, in order.
	messages []Message
	// unescaped is what its author answers for himself.
	unescaped []Unescaped
	// spans are where the tags and variables stand.
	spans map[node]span
}

// parser turns the tokens of one template into nodes. It panics with a fault.
type parser struct {
	src    *source
	opts   *Options
	tokens []token
	at     int
	// tags and filters are those that are loaded.
	tags    map[string]*tag
	filters map[string]*filter
	// open are the tags being parsed, for what is never closed.
	open []token
	// cycles are the named cycle tags so far.
	cycles  map[string]*cycleNode
	last    *cycleNode
	nontext bool
	// block is the name of the block being parsed.
	block string
	out   *parsed
	// faults are what is wrong so far; parsing goes on behind each.
	faults schema.Diagnostics
	// orphans counts the closing tags whose opening tag was wrong, by name.
	orphans map[string]int
	// ended says that the template ended inside of a tag: its outer tags are not to blame.
	ended bool
}

// parse reads a template. What is wrong with it is the second result: all of
// it, as far as one mistake does not hide another.
func parse(src *source, opts *Options) (*parsed, schema.Diagnostics) {
	p := &parser{
		orphans: map[string]int{}, opts: opts, src: src, tokens: lex(src), tags: map[string]*tag{}, filters: map[string]*filter{},
		cycles: map[string]*cycleNode{}, out: &parsed{src: src, blocks: map[string]*blockNode{}, partials: map[string]*partialDef{}, spans: map[node]span{}},
	}
	p.load("", nil)
	p.custom(opts)
	p.out.nodes = p.until()
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	return p.out, nil
}

// step parses the next token, up to one of the named tags, where it says done.
// A fault ends the step and not the template.
func (p *parser) step(names []string) (n node, done bool) {
	at, open, block := p.at, len(p.open), p.block
	defer func() {
		if r := recover(); r != nil {
			f, ok := r.(fault)
			if !ok {
				panic(r)
			}
			p.fault(f)
			if p.at == at {
				p.orphan(p.tokens[at])
				p.at++
			} else if p.tokens[at].kind == tagToken && p.at == at+1 {
				p.orphan(p.tokens[at])
			}
			p.open, p.block = p.open[:open], block
			n, done = nil, false
		}
	}()
	t := p.tokens[p.at]
	switch t.kind {
	case textToken:
		p.at++
		return &textNode{span: t.span}, false
	case variableToken:
		p.nontext = true
		if t.inner.text() == "" {
			panic(t.span.fault(fmt.Sprintf("Empty variable tag on line %d", t.span.line()), "Name a variable between {{ and }}, or remove the tag."))
		}
		n := &outputNode{span: t.span, expr: p.parseExpr(t.inner)}
		p.out.spans[n] = t.span
		p.at++
		return n, false
	}
	return p.tag(t, names)
}

// fault notes what is wrong. That outer tags are not closed either where the
// template has ended goes without saying.
func (p *parser) fault(f fault) {
	unclosed := strings.HasPrefix(f.diag.Summary, "Unclosed tag")
	if unclosed && p.ended {
		return
	}
	p.ended = p.ended || unclosed
	p.faults = append(p.faults, f.diag)
}

// orphan lets the closing tags of a tag that could not be read pass.
func (p *parser) orphan(t token) {
	if t.kind != tagToken {
		return
	}
	ws := words(t.inner)
	if len(ws) == 0 {
		return
	}
	name := ws[0].text
	if p.tags[name] == nil && libraryOfTag(name) == "" {
		name = schema.Suggest(name, p.tagNames())
	}
	for _, table := range tagTable() {
		if table.name == name {
			for _, c := range table.closes {
				p.orphans[c]++
			}
		}
	}
}

// tag parses a tag with what belongs to it.
func (p *parser) tag(t token, names []string) (node, bool) {
	ws := words(t.inner)
	if len(ws) == 0 {
		panic(t.span.fault(fmt.Sprintf("Empty block tag on line %d", t.span.line()), "Name a tag between {% and %}, or remove the tag."))
	}
	if name := ws[0].text; p.orphans[name] > 0 {
		for _, table := range tagTable() {
			if n := len(table.closes); n > 0 && table.closes[n-1] == name {
				for _, c := range table.closes {
					p.orphans[c]--
				}
			}
		}
		p.at++
		return nil, false
	}
	for _, n := range names {
		if ws[0].text == n {
			return nil, true
		}
	}
	def := p.tags[ws[0].text]
	if def == nil {
		p.invalidTag(t, ws[0], names)
	}
	p.at++
	p.open = append(p.open, t)
	before := p.nontext
	p.nontext = true
	n := def.parse(p, t, ws)
	if n != nil {
		p.out.spans[n] = t.span
	}
	p.open = p.open[:len(p.open)-1]
	if _, isExtends := n.(*extendsNode); isExtends && (before || len(p.open) > 0) {
		panic(t.span.fault("{% "+t.inner.text()+" %} must be the first tag in '"+p.src.name+"'.", "Only text and {# comments #} may stand before it."))
	}
	return n, false
}

// until parses nodes up to one of the named tags, which it leaves in
// p.closing; without names up to the end of the template.
func (p *parser) until(names ...string) []node {
	var nodes []node
	for p.at < len(p.tokens) {
		n, done := p.step(names)
		if done {
			return nodes
		}
		if n != nil {
			nodes = append(nodes, n)
		}
	}
	if len(names) > 0 {
		opened := p.open[len(p.open)-1]
		panic(opened.span.fault(fmt.Sprintf("Unclosed tag on line %d: '%s'. Looking for one of: %s.",
			opened.span.line(), words(opened.inner)[0].text, strings.Join(sortedEnds(names), ", ")), "Add {% "+names[len(names)-1]+" %}."))
	}
	return nodes
}

// sortedEnds are the tags that may end one, in the order in which Django lists them.
func sortedEnds(names []string) []string {
	out := append([]string(nil), names...)
	sort.Strings(out)
	return out
}

func (p *parser) invalidTag(t token, w word, names []string) {
	line := t.span.line()
	summary := fmt.Sprintf("Invalid block tag on line %d: '%s'", line, w.text)
	if len(names) > 0 {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = "'" + n + "'"
		}
		list := quoted[0]
		if len(quoted) > 1 {
			list = strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
		}
		summary += ", expected " + list
	}
	detail := ""
	if lib := libraryOfTag(w.text); lib != "" {
		detail = "Write {% load " + lib + " %} before it."
	} else if s := suggest(w.text, append(p.tagNames(), names...)); s != "" {
		detail = s
	}
	panic(w.span.fault(summary+".", detail))
}

// body parses up to the closing tag and steps over it.
func (p *parser) body(end string) []node {
	nodes := p.until(end)
	p.at++
	return nodes
}

// closing is the tag that ended until, as words, and steps over it.
func (p *parser) closing() (token, []word) {
	t := p.tokens[p.at]
	p.at++
	return t, words(t.inner)
}

// alone is closing for a tag that takes nothing behind its name.
func (p *parser) alone() word {
	t, ws := p.closing()
	if len(ws) > 1 {
		panic(t.span.fault(fmt.Sprintf("Malformed template tag at line %d: %q", t.span.line(), t.inner.text()),
			fmt.Sprintf("Nothing stands behind %s here.", ws[0].text)))
	}
	return ws[0]
}

// skipPast drops tokens up to the tag of that name (comment).
func (p *parser) skipPast(end string) {
	for p.at < len(p.tokens) {
		t := p.tokens[p.at]
		p.at++
		if t.kind == tagToken && t.inner.text() == end {
			return
		}
	}
	opened := p.open[len(p.open)-1]
	panic(opened.span.fault(fmt.Sprintf("Unclosed tag on line %d: '%s'. Looking for one of: %s.",
		opened.span.line(), words(opened.inner)[0].text, end), "Add {% "+end+" %}."))
}

func (p *parser) tagNames() []string {
	var out []string
	for n := range p.tags {
		out = append(out, n)
	}
	return out
}

func (p *parser) filterNames() []string {
	var out []string
	for n := range p.filters {
		out = append(out, n)
	}
	return out
}

// keyword splits name=value; ok is false when there is no name.
func keyword(w word) (name string, value span, ok bool) {
	n := wordLen(w.text, false)
	if n == 0 || n+1 >= len(w.text) || w.text[n] != '=' {
		return "", w.span, false
	}
	return w.text[:n], w.span.sub(n+1, len(w.text)-n-1), true
}

// assignment is name=value of with, include, url.
type assignment struct {
	name string
	expr *filterExpr
	span span
}

// keywords reads name=value words from the front, or the old "value as name and …" form.
func (p *parser) keywords(ws []word, legacy bool) ([]assignment, []word) {
	var out []assignment
	if len(ws) == 0 {
		return nil, ws
	}
	_, _, kw := keyword(ws[0])
	if !kw {
		if !legacy || len(ws) < 3 || ws[1].text != "as" {
			return nil, ws
		}
		for len(ws) >= 3 && ws[1].text == "as" {
			out = append(out, assignment{ws[2].text, p.parseExpr(ws[0].span), ws[0].span})
			ws = ws[3:]
			if len(ws) == 0 || ws[0].text != "and" {
				break
			}
			ws = ws[1:]
		}
		return out, ws
	}
	for len(ws) > 0 {
		name, value, ok := keyword(ws[0])
		if !ok {
			break
		}
		out = append(out, assignment{name, p.parseExpr(value), ws[0].span})
		ws = ws[1:]
	}
	return out, ws
}
