package template

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"
)

// blocktranslateNode is {% blocktranslate with a=b count n=c %}…{% plural %}…{% endblocktranslate %}.
type blocktranslateNode struct {
	leaf
	span    span
	with    []assignment
	count   *assignment
	context *filterExpr
	as      *word
	trimmed bool
	// singular and plural are the two texts; plural is nil without count.
	singular, plural []messagePart
}

// messagePart is literal text, or a variable by its name.
type messagePart struct {
	span span
	text string // of the template, with line ends trimmed where asked
	name string // of a variable; "" for text
}

func parseBlocktranslate(p *parser, t token, ws []word) node {
	n := &blocktranslateNode{span: t.span}
	n.options(p, ws)
	tag := ws[0].text
	n.singular = n.parts(p)
	end, ws := p.closing()
	if n.count != nil {
		if ws[0].text != "plural" {
			panic(end.span.fault("'"+tag+"' doesn't allow other block tags inside it", "Write {% plural %} between the two texts."))
		}
		n.plural = n.parts(p)
		end, ws = p.closing()
	}
	if ws[0].text != "end"+tag {
		panic(end.span.fault(fmt.Sprintf("'%s' doesn't allow other block tags (seen '%s') inside it", tag, end.inner.text()), "Give what the text needs a name with with, and name it in {{ }}."))
	}
	plural := ""
	if n.count != nil {
		plural = messageText(n.plural)
	}
	p.out.messages = append(p.out.messages, p.message(t.span, literalText(n.context), messageText(n.singular), plural))
	return n
}

// options reads what stands behind the tag's name.
func (n *blocktranslateNode) options(p *parser, ws []word) {
	tag := ws[0].text
	seen := map[string]bool{}
	for rest := ws[1:]; len(rest) > 0; {
		option := rest[0]
		if seen[option.text] {
			panic(option.span.fault("The '"+option.text+"' option was specified more than once", ""))
		}
		seen[option.text] = true
		rest = rest[1:]
		switch option.text {
		case "with":
			n.with, rest = p.keywords(rest, true)
			if len(n.with) == 0 {
				panic(option.span.fault(`"with" in '`+tag+`' tag needs at least one keyword argument`, "Write with name=value, without spaces around =."))
			}
		case "count":
			var counts []assignment
			counts, rest = p.keywords(rest, true)
			if len(counts) != 1 {
				panic(option.span.fault(`"count" in '`+tag+`' tag expected exactly one keyword argument`, "Write count name=value."))
			}
			n.count = &counts[0]
		case "context":
			if len(rest) == 0 {
				panic(option.span.fault(`"context" in '`+tag+`' tag expected exactly one argument`, ""))
			}
			n.context = p.parseExpr(rest[0].span)
			rest = rest[1:]
		case "trimmed":
			n.trimmed = true
		case "asvar":
			if len(rest) == 0 {
				panic(option.span.fault("No argument provided to the '"+tag+"' tag for the asvar option", ""))
			}
			n.as = &rest[0]
			rest = rest[1:]
		default:
			panic(option.span.fault("Unknown argument for '"+tag+"' tag: '"+option.text+"'", "It takes with, count, context, trimmed and asvar."))
		}
	}
}

// parts reads texts and variables up to the next tag.
func (n *blocktranslateNode) parts(p *parser) []messagePart {
	var parts []messagePart
	for p.at < len(p.tokens) && p.tokens[p.at].kind != tagToken {
		t := p.tokens[p.at]
		p.at++
		if t.kind == variableToken {
			parts = append(parts, messagePart{span: t.span, name: t.inner.text()})
			continue
		}
		parts = append(parts, messagePart{span: t.span, text: t.span.text()})
	}
	if p.at >= len(p.tokens) {
		tag := words(p.open[len(p.open)-1].inner)[0].text
		panic(n.span.fault(fmt.Sprintf("Unclosed tag on line %d: '%s'. Looking for: end%s", n.span.line(), tag, tag), "Add {% end"+tag+" %}."))
	}
	if t := p.tokens[p.at]; t.inner.text() == "" {
		panic(t.span.fault(fmt.Sprintf("Empty block tag on line %d", t.span.line()), "Name a tag between {% and %}, or remove the tag."))
	}
	if n.trimmed {
		parts = trimParts(parts)
	}
	return parts
}

// trimParts joins the lines of a text with spaces (trimmed).
func trimParts(parts []messagePart) []messagePart {
	const mark = "\x00"
	var names []messagePart
	var b strings.Builder
	for _, p := range parts {
		if p.name != "" {
			names = append(names, p)
			b.WriteString(mark)
		} else {
			b.WriteString(p.text)
		}
	}
	var lines []string
	for _, line := range strings.Split(b.String(), "\n") {
		if line = strings.Trim(line, space); line != "" {
			lines = append(lines, line)
		}
	}
	var out []messagePart
	for i, text := range strings.Split(strings.Join(lines, " "), mark) {
		if i > 0 {
			out = append(out, names[i-1])
		}
		if text != "" {
			out = append(out, messagePart{text: text})
		}
	}
	return out
}

// messageText is a text as .po files have it.
func messageText(parts []messagePart) string {
	var b strings.Builder
	for _, p := range parts {
		if p.name != "" {
			b.WriteString("%(" + p.name + ")s")
		} else {
			b.WriteString(doublePercent(p.text))
		}
	}
	return b.String()
}

func (n *blocktranslateNode) compile(c *compiler) {
	if n.as != nil {
		c.remember(*n.as, c.captured(func() { n.write(c) }))
		return
	}
	n.write(c)
}

func (n *blocktranslateNode) write(c *compiler) {
	names := c.assigned(n.with)
	var count value
	if n.count != nil {
		count = c.named(n.count.name, c.once(c.eval(n.count.expr, orEmpty)))
		if n.count != nil && !c.dynamic && count.cond == nil && count.lit == nil && count.t.Kind != Any && count.t.Kind != Int && count.t.Kind != Float && count.t.Kind != Decimal {
			c.errorAt(n.count.span, article(count.t)+" is no number that could be counted with", "")
		}
		names[n.count.name] = count
	}
	c.push()
	for name, v := range names {
		c.scope.names[name] = v
	}
	c.comment(n.span)
	if n.count == nil && !c.opts.localized() {
		n.inline(c, n.singular)
	} else {
		n.message(c, count)
	}
	c.pop()
}

// inline writes the text itself: a site with one language translates nothing.
func (n *blocktranslateNode) inline(c *compiler, parts []messagePart) {
	for _, p := range parts {
		if p.name == "" {
			c.literal(p.text)
		} else if v, ok := n.variable(c, p); ok {
			c.output(v, p.span)
		}
	}
}

// variable is the value of a name in the text. Names only: what is no name is
// nothing, as in Django, and an error where names are known.
func (n *blocktranslateNode) variable(c *compiler, p messagePart) (value, bool) {
	if wordLen(p.name, false) != len(p.name) {
		if !c.dynamic {
			c.errorAt(p.span, fmt.Sprintf("%q is no name, and only names may stand in a text to translate", p.name), "Give the value a name: {% blocktranslate with name="+p.name+" %}.")
		}
		return value{}, false
	}
	inner := p.span.sub(strings.Index(p.span.text(), p.name), len(p.name))
	return c.variable(operand{span: inner, path: []word{{p.name, inner}}}, orEmpty), true
}

// message writes the text in the page's language.
func (n *blocktranslateNode) message(c *compiler, count value) {
	start := c.html
	var names, values []jen.Code
	seen := map[string]bool{}
	collect := func(parts []messagePart) htmlState {
		c.html = start
		for i, p := range parts {
			if p.name == "" {
				c.html = c.html.feed(p.text)
				continue
			}
			at := c.html
			if at.mode == inValue && at.attr == urlAttr && at.url == urlStart && (len(at.value) > 0 || i+1 >= len(parts) || !startsWithAny(parts[i+1].text, `"'/?#`)) {
				c.errorAt(p.span, "A value stands in the beginning of a URL in a text to translate", "Put the whole URL into the value.")
			}
			if !seen[p.name] {
				seen[p.name] = true
				names = append(names, jen.Lit(p.name))
				text := code(safeType, rt("Safe").Call(jen.Lit("")))
				if v, ok := n.variable(c, p); ok {
					text = c.captured(func() { c.output(v, p.span) })
					c.urlMark = ""
				}
				values = append(values, c.expr(text))
			}
			c.html = at.afterValue(false)
		}
		return c.html
	}
	end := collect(n.singular)
	if n.count != nil {
		other, ok := join(end, collect(n.plural))
		if !ok {
			c.mismatch(n.span, n.span, end, c.html)
		}
		end = other
	}
	n.checkTranslations(c, start)
	context := c.contextText(n.context)
	var message *jen.Statement
	if n.count == nil {
		message = c.sure().Dot("Message").Call(context, jen.Lit(messageText(n.singular)))
	} else {
		message = c.state().Dot("MessagePlural").Call(context, jen.Lit(messageText(n.singular)), jen.Lit(messageText(n.plural)), c.boxed(count))
	}
	c.set(rt("Fill").Call(jen.Id("b"), message, jen.Index().String().Values(names...), jen.Index().Add(rt("Safe")).Values(values...)))
	c.html = end
}

// checkTranslations reports a translation that puts a value into another place
// of the HTML than the text does: there it would be escaped wrongly.
func (n *blocktranslateNode) checkTranslations(c *compiler, start htmlState) {
	places := map[string]string{}
	end := walkMessage(start, messageText(n.singular), func(name, place string) { places[name] = place }).describe()
	if n.plural != nil {
		walkMessage(start, messageText(n.plural), func(name, place string) { places[name] = place })
	}
	key := messageText(n.singular)
	if context := literalText(n.context); context != "" {
		key = context + "\x04" + key
	}
	for _, l := range c.opts.catalogs() {
		for _, form := range l.Messages[key] {
			if form == "" {
				continue
			}
			finish := walkMessage(start, form, func(name, place string) {
				want, known := places[name]
				switch {
				case !known:
					c.errorAt(n.span, fmt.Sprintf("The translation into %s has %%(%s)s, which the text has not", l.Code, name), "")
				case want != place:
					c.errorAt(n.span, fmt.Sprintf("The translation into %s puts %%(%s)s into another place of the HTML", l.Code, name), "In the text it stands in "+want+", in the translation in "+place+".")
				}
			})
			if finish.describe() != end {
				c.errorAt(n.span, "The translation into "+l.Code+" ends in another place of the HTML than the text", "The text ends in "+end+", the translation in "+finish.describe()+".")
			}
		}
	}
}

// walkMessage follows a message through HTML and names the place of each placeholder.
func walkMessage(h htmlState, message string, place func(name, place string)) htmlState {
	for message != "" {
		before, rest, more := strings.Cut(message, "%(")
		h = h.feed(strings.ReplaceAll(before, "%%", "%"))
		if !more {
			break
		}
		name, after, ok := strings.Cut(rest, ")s")
		if !ok {
			h = h.feed(rest)
			break
		}
		place(name, h.describe())
		h = h.afterValue(false)
		message = after
	}
	return h
}

func startsWithAny(s, chars string) bool { return s != "" && strings.IndexByte(chars, s[0]) >= 0 }
