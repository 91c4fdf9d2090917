package template

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// outputNode is {{ … }}.
type outputNode struct {
	leaf
	span span
	expr *filterExpr
}

func (n *outputNode) compile(c *compiler) {
	// {{ block.super }} is the parent's block, here.
	if place, ok := c.isSuper(n.expr); ok {
		c.super(place)
		return
	}
	c.output(c.eval(n.expr, orEmpty), n.span)
}

// textNode is literal text.
type textNode struct {
	leaf
	span span
}

func (n *textNode) compile(c *compiler) { c.literal(n.span.text()) }

// place is what has to be done to a value where it stands.
type place struct {
	// escape is the runtime's function for bytes already appended, "" for HTML.
	escape string
	// dynamic is the runtime's function for a value of unknown type.
	dynamic string
	attr    bool // JavaScript or CSS in an attribute, which is HTML besides
	js      bool // a whole JavaScript value
	url     bool // the URL's scheme is still open
}

// place finds it out, or reports that no value can be put here safely.
func (c *compiler) place(at span) (place, bool) {
	h := c.html
	attr := h.mode == inValue
	switch h.mode {
	case inText, inComment, inDeclaration:
		return place{}, true
	case beforeValue, inValue:
		if h.mode == beforeValue || h.quote == 0 {
			c.errorAt(at, "A value stands in an unquoted attribute", "Write quotes around the attribute's value: without them a space in the value begins a new attribute.")
			return place{}, false
		}
		switch h.attr {
		case urlAttr, srcsetAttr:
			if h.url == urlScript {
				c.errorAt(at, "A value stands in a javascript: URL", "Put the script into a script element, and the value into a data- attribute or a json_script element.")
				return place{}, false
			}
			return place{url: h.url == urlStart}, true
		case scriptAttr:
			return c.scriptPlace(h.js, at, true)
		case styleAttr:
			return place{escape: "EscapeCSS", dynamic: "AppendCSS", attr: true}, true
		case htmlAttr:
			return place{escape: "EscapeSrcdoc", dynamic: "AppendSrcdoc"}, true
		}
		return place{}, true
	case inRaw:
		switch {
		case h.element == "script" && !h.data:
			return c.scriptPlace(h.js, at, attr)
		case h.element == "style":
			return place{escape: "EscapeCSS", dynamic: "AppendCSS"}, true
		}
		return place{}, true
	}
	c.errorAt(at, "A value stands in "+h.describe(), "A browser would read the value as markup. Put it into the text or into a quoted attribute; what is certainly safe can be marked with |safe.")
	return place{}, false
}

func (c *compiler) scriptPlace(j jsState, at span, attr bool) (place, bool) {
	switch {
	case j.mode == jsCode && !(j.slash && j.regex):
		return place{js: true, dynamic: "AppendJS", attr: attr}, true
	case j.mode == jsString:
		return place{escape: "EscapeJS", dynamic: "AppendJSString", attr: attr}, true
	case j.mode == jsTemplate:
		return place{escape: "EscapeJS", dynamic: "AppendJSString", attr: attr}, true
	}
	c.errorAt(at, "A value stands in "+c.html.describe(), "Put it into a string or into the code instead.")
	return place{}, false
}

// output appends a value, escaped for where it stands.
func (c *compiler) output(v value, at span) {
	if v.lit != nil && v.cond == nil {
		switch v.lit.kind {
		case litString:
			c.literal(v.lit.str)
			return
		case litMissing:
			// Nothing to write: but a value stood here.
			c.html = c.html.afterValue(false)
			return
		case litText:
			if c.raw {
				c.literal(v.lit.str)
				return
			}
			if c.htmlOnly() || v.path && c.html.mode == inValue && c.html.quote != 0 && c.html.attr == urlAttr && c.html.url == urlStart {
				c.text = append(c.text, htmlEscaper.Replace(v.lit.str)...)
				c.html = c.html.afterValue(v.path)
				return
			}
		case litInt, litBool, litNone, litFloat:
			if v.lit.kind == litFloat && c.opts.localized() {
				v = code(floatType, c.expr(v))
			} else if c.htmlOnly() {
				c.literal(printed(v.lit))
				return
			}
		}
	}
	if v.cond == nil && v.t.Kind == Struct && v.t.Text == nil {
		c.errorAt(at, article(v.t)+" cannot be printed", "Name one of its attributes.")
		return
	}
	var where place
	if !c.raw && !v.allVetted() {
		var ok bool
		if where, ok = c.place(at); !ok {
			return
		}
	}
	if where.url && !c.raw && !v.path {
		// The scheme is judged over everything that stands before it is settled.
		c.markURL()
		c.write(v, where)
		c.set(rt("CheckURL").Call(jen.Id("b"), jen.Id(c.urlMark)))
	} else {
		c.write(v, where)
	}
	c.html = c.html.afterValue(v.path)
}

// htmlOnly reports whether what stands here is read as HTML text and nothing else.
func (c *compiler) htmlOnly() bool {
	h := c.html
	return h.mode == inText || h.mode == inValue && h.quote != 0 && (h.attr == plainAttr || h.attr == urlAttr && h.url == urlSettled) ||
		h.mode == inRaw && (h.element == "textarea" || h.element == "title")
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;")

// markURL remembers, at run time, where a URL begins whose scheme is open.
func (c *compiler) markURL() {
	h := c.html
	if c.urlMark != "" || h.mode != inValue || h.attr != urlAttr && h.attr != srcsetAttr || h.url != urlStart {
		return
	}
	c.flush()
	mark := c.local("url")
	length := jen.Len(jen.Id("b"))
	if n := len(h.value); n > 0 {
		length = length.Op("-").Lit(n)
	}
	c.stmt(jen.Id(mark).Op(":=").Add(length))
	c.urlMark = mark
}

// set is b = e.
func (c *compiler) set(e *jen.Statement) { c.stmt(jen.Id("b").Op("=").Add(e)) }

func rt(name string) *jen.Statement { return jen.Qual(runtimePath, name) }

// write appends a value at a place.
func (c *compiler) write(v value, where place) {
	if v.cond != nil {
		first := v
		first.cond, first.alt = nil, nil
		c.branch(v.cond, func() { c.write(first, where) }, func() { c.write(*v.alt, where) })
		return
	}
	if v.lit != nil && where == (place{}) && v.lit.kind != litBigInt {
		text := printed(v.lit)
		if v.lit.kind != litString && !c.raw {
			text = htmlEscaper.Replace(text)
		}
		c.text = append(c.text, text...)
		return
	}
	if v.loop != nil {
		v = code(anyType, v.loop.boxed(c))
	}
	b := jen.Id("b")
	switch {
	case where.js && !v.vetted:
		c.writeScript(v, where)
		return
	case v.t.Kind == Any && (v.lit == nil || v.lit.kind == litBigInt):
		name := "Append"
		switch {
		case where.dynamic != "" && !v.vetted:
			name = where.dynamic
			if where.attr {
				name += "Attr"
			}
		case c.raw || v.vetted && where.dynamic != "":
			name = "AppendRaw"
		}
		state := c.sure()
		if where.dynamic != "" {
			state = c.state() // not every value can stand in a script
		}
		c.set(state.Dot(name).Call(b, c.expr(v)))
		return
	}
	safe := c.raw || v.vetted || v.t.Kind == SafeString && where.escape == "" || plainText[v.t.Kind] && where.escape == ""
	if safe {
		c.writeText(v)
		return
	}
	if where.escape == "" && v.appends == nil && (v.t.Kind == String || v.t.Kind == Bytes) {
		c.set(rt("AppendHTML").Call(b, c.str(v)))
		return
	}
	if where.escape == "" && v.t.Kind == Struct && v.t.Text != nil {
		c.write(c.text1(v), where)
		return
	}
	mark := c.local("mark")
	c.stmt(jen.Id(mark).Op(":=").Len(b))
	c.writeText(v)
	if where.escape != "" {
		c.set(rt(where.escape).Call(b, jen.Id(mark)))
		if !where.attr {
			return
		}
	}
	c.set(rt("EscapeHTML").Call(b, jen.Id(mark)))
}

// text1 is how a struct prints itself.
func (c *compiler) text1(v value) value {
	return c.follow(c.member(v, v.t.Text), nil, operand{}, orEmpty)
}

// plainText are the kinds whose text has nothing to escape.
var plainText = map[Kind]bool{Int: true, Float: true, Decimal: true, Bool: true, Time: true, Date: true, Clock: true, Duration: true}

// writeText appends a value's text as it is.
func (c *compiler) writeText(v value) {
	b := jen.Id("b")
	if v.appends != nil {
		c.set(v.appends(b))
		return
	}
	if v.lit != nil {
		c.stmt(jen.Id("b").Op("=").Append(b, jen.Lit(printed(v.lit)).Op("...")))
		return
	}
	switch v.t.Kind {
	case String, SafeString:
		c.set(jen.Append(b, c.str(v).Op("...")))
	case Bytes:
		c.set(jen.Append(b, c.expr(v).Op("...")))
	case Int:
		c.set(jen.Qual("strconv", "AppendInt").Call(b, c.native(v), jen.Lit(10)))
	case Float:
		c.set(c.local1("AppendFloat").Call(b, c.native(v)))
	case Decimal:
		if c.opts.localized() {
			c.set(c.sure().Dot("AppendDecimal").Call(b, c.native(v)))
			return
		}
		c.set(jen.Append(b, c.native(v).Op("...")))
	case Bool:
		c.set(rt("AppendBool").Call(b, c.native(v)))
	case Time:
		c.set(c.sure().Dot("AppendTime").Call(b, c.expr(v)))
	case Date:
		c.set(c.local1("AppendDay").Call(b, c.native(v)))
	case Clock:
		c.set(c.local1("AppendClock").Call(b, c.native(v)))
	case Duration:
		c.set(rt("AppendDuration").Call(b, c.expr(v)))
	case Struct:
		if v.t.Text != nil {
			c.writeText(c.plain(c.text1(v)))
			return
		}
		c.set(c.sure().Dot("AppendRaw").Call(b, c.boxed(v)))
	default:
		c.set(c.sure().Dot("AppendRaw").Call(b, c.boxed(v)))
	}
}

// local1 is a function of the runtime, in the page's language where there are several.
func (c *compiler) local1(name string) *jen.Statement {
	if c.opts.localized() {
		return c.sure().Dot(name)
	}
	return rt(name)
}

// writeScript appends a value as JavaScript.
func (c *compiler) writeScript(v value, where place) {
	b := jen.Id("b")
	switch {
	case v.t.Kind == Int:
		c.writeText(v)
		return
	case v.t.Kind == Struct && v.t.Text != nil:
		v = c.text1(v)
	}
	name := where.dynamic
	if where.attr {
		name += "Attr"
	}
	c.set(c.state().Dot(name).Call(b, c.boxed(v)))
}
