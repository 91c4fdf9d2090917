package template

import (
	"html"
	"strings"
)

// htmlMode is where in HTML the text stands, after the tokenizer of the HTML
// standard (13.2.5), reduced to what escaping needs.
type htmlMode uint8

const (
	inText        htmlMode = iota
	inTagOpen              // after <
	inTagName              // in the name of a tag
	inTag                  // between attributes
	inAttrName             // in the name of an attribute
	afterAttrName          // after it, before =
	beforeValue            // after =
	inValue                // in a quoted or unquoted value
	inComment              // in <!-- -->
	inDeclaration          // in <!doctype …> or <? …>
	inRaw                  // in script, style, textarea or title
)

// attrKind is what a browser does with an attribute's value.
type attrKind uint8

const (
	plainAttr  attrKind = iota
	urlAttr             // href, src, action …
	scriptAttr          // on…
	styleAttr           // style
	srcsetAttr          // a list of URLs
	htmlAttr            // srcdoc: HTML in an attribute
	typeAttr            // type of a script element
)

// urlPart says how much of a URL is known.
type urlPart uint8

const (
	urlStart   urlPart = iota // nothing yet: a value may bring a scheme
	urlSettled                // a literal /, ?, # or scheme stands before
	urlScript                 // after a literal javascript:
)

// htmlState is the place that the text so far leads to. States compare with ==.
type htmlState struct {
	mode    htmlMode
	closing bool   // in </name
	name    string // of the tag or attribute being read
	element string // script, style, textarea, title: whose text is raw, or whose tag this is
	data    bool   // a script element whose type is not JavaScript and not JSON
	attr    attrKind
	quote   byte // '"', '\'', or 0 in an unquoted value
	url     urlPart
	value   string // what a URL or type attribute has said so far
	js      jsState
	css     cssState
	tail    string // the last bytes, for --> and </script
}

// feed moves the state over literal text.
func (h htmlState) feed(text string) htmlState {
	for i := 0; i < len(text); {
		i += h.step(text[i:])
	}
	return h
}

// step consumes at least one byte.
func (h *htmlState) step(text string) int {
	c := text[0]
	space := c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'
	switch h.mode {
	case inText:
		n := strings.IndexByte(text, '<')
		if n < 0 {
			return len(text)
		}
		h.mode = inTagOpen
		h.closing, h.tail, h.name = false, "", ""
		return n + 1
	case inTagOpen:
		switch {
		case c == '!' || c == '?':
			h.mode, h.tail = inDeclaration, ""
			if strings.HasPrefix(text, "!--") {
				h.mode = inComment
				return 3
			}
		case c == '/' && !h.closing:
			h.closing = true
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			h.mode, h.name = inTagName, ""
			return 0 + h.step(text)
		case h.closing: // </ and no letter: a bogus comment
			h.mode = inDeclaration
			return h.step(text)
		default:
			h.mode = inText
			return h.step(text)
		}
		return 1
	case inTagName:
		if space || c == '/' || c == '>' {
			h.mode, h.element = inTag, ""
			if name := strings.ToLower(h.name); !h.closing && rawElements[name] {
				h.element = name
			}
			h.name, h.data = "", false
			return h.step(text)
		}
		h.name += text[:1]
	case inTag:
		switch {
		case c == '>':
			h.openElement()
		case space || c == '/':
		default:
			h.mode, h.name = inAttrName, text[:1]
		}
	case inAttrName:
		switch {
		case space:
			h.mode = afterAttrName
		case c == '=':
			h.mode = beforeValue
			h.attr = h.kindOf(h.name)
		case c == '>' || c == '/':
			h.mode = inTag
			return h.step(text)
		default:
			h.name += text[:1]
		}
	case afterAttrName:
		switch {
		case space:
		case c == '=':
			h.mode = beforeValue
			h.attr = h.kindOf(h.name)
		default:
			h.mode = inTag
			return h.step(text)
		}
	case beforeValue:
		switch {
		case space:
		case c == '>':
			h.mode = inTag
			return h.step(text)
		default:
			h.mode, h.quote = inValue, 0
			h.url, h.value, h.js, h.css = urlStart, "", jsState{}, cssState{}
			if c == '"' || c == '\'' {
				h.quote = c
				return 1
			}
			return h.step(text)
		}
	case inValue:
		return h.stepValue(text)
	case inComment:
		h.tail = last(h.tail+text[:1], 3)
		if h.tail == "-->" || h.tail == "->" || h.tail == ">" && h.name == "" || strings.HasSuffix(h.tail, "--!>") {
			*h = htmlState{}
			return 1
		}
		h.name = "-" // something stands in it
		if c == '-' && len(h.tail) == 1 {
			h.name = ""
		}
	case inDeclaration:
		if c == '>' {
			*h = htmlState{}
		}
	case inRaw:
		return h.stepRaw(text)
	}
	return 1
}

// openElement handles the > of a tag.
func (h *htmlState) openElement() {
	if h.element == "" {
		*h = htmlState{}
		return
	}
	*h = htmlState{mode: inRaw, element: h.element, data: h.data}
}

// stepValue is one step inside an attribute's value.
func (h *htmlState) stepValue(text string) int {
	end := len(text)
	if h.quote != 0 {
		if n := strings.IndexByte(text, h.quote); n >= 0 {
			end = n
		}
	} else if n := strings.IndexAny(text, " \t\n\r\f>"); n >= 0 {
		end = n
	}
	if end > 0 {
		piece := html.UnescapeString(text[:end])
		switch h.attr {
		case urlAttr, srcsetAttr:
			h.feedURL(piece)
		case scriptAttr:
			h.js = h.js.feed(piece)
		case styleAttr:
			h.css = h.css.feed(piece)
		case typeAttr:
			h.value += piece
		}
	}
	if end == len(text) {
		return end
	}
	if h.attr == typeAttr {
		h.data = !scriptType(h.value)
	}
	h.mode, h.name, h.url, h.value, h.attr = inTag, "", urlStart, "", plainAttr
	h.js, h.css = jsState{}, cssState{}
	if h.quote != 0 {
		h.quote = 0
		return end + 1
	}
	return max(end, 1) * min(end, 1)
}

// feedURL follows a URL up to where its scheme is settled.
func (h *htmlState) feedURL(piece string) {
	for i := 0; i < len(piece); i++ {
		c := piece[i]
		if h.attr == srcsetAttr && c == ',' {
			h.url, h.value = urlStart, ""
			continue
		}
		if h.url != urlStart {
			continue
		}
		switch c {
		case '/', '?', '#':
			h.url = urlSettled
		case ':':
			h.url = urlSettled
			switch strings.ToLower(h.value) {
			case "javascript", "vbscript":
				h.url = urlScript
			}
		case ' ', '\t', '\n', '\r', '\f':
		default:
			h.value += piece[i : i+1]
		}
	}
}

// stepRaw is one step inside script, style, textarea or title.
func (h *htmlState) stepRaw(text string) int {
	end := "</" + h.element
	h.tail = strings.ToLower(last(h.tail+text[:1], len(end)))
	if h.tail == end {
		*h = htmlState{mode: inTagName, closing: true, name: h.element}
		return 1
	}
	switch {
	case h.element == "script" && !h.data:
		h.js = h.js.step(text[0])
	case h.element == "style":
		h.css = h.css.step(text[0])
	}
	return 1
}

// afterValue is the state behind a value that was put in at h; settled says
// that the value is a whole path, as the url tag makes.
func (h htmlState) afterValue(settled bool) htmlState {
	switch h.mode {
	case inTagOpen:
		h.mode = inText
	case beforeValue:
		h.mode, h.quote = inValue, 0
	case inValue:
		switch {
		case h.attr == scriptAttr:
			h.js = h.js.afterValue()
		case (h.attr == urlAttr || h.attr == srcsetAttr) && h.url == urlStart:
			h.value = ""
			if settled {
				h.url = urlSettled
			}
		}
	case inRaw:
		if h.element == "script" && !h.data {
			h.js = h.js.afterValue()
		}
	}
	h.tail = ""
	return h
}

// join is the state behind a branch whose ways end in a and b; ok is false
// when no one state fits both.
func join(a, b htmlState) (htmlState, bool) {
	a, b = a.rested(), b.rested()
	if a == b {
		return a, true
	}
	if a.mode == inValue && b.mode == inValue && (a.attr == urlAttr || a.attr == srcsetAttr) && a.url != urlScript && b.url != urlScript {
		if b.url == urlStart {
			a, b = b, a
		}
		a.value, b.value = "", ""
		b.url = a.url
	}
	if a.js.mode == jsCode && b.js.mode == jsCode {
		// Whether a slash then divides is not known; a value there is refused by neither.
		a.js.word, b.js.word = "", ""
		a.js.prev, b.js.prev = 0, 0
	}
	return a, a == b
}

// rested forgets what does not matter for what follows: that a tag's name or
// an attribute may end where a branch ends.
func (h htmlState) rested() htmlState {
	switch h.mode {
	case inText:
		h.tail, h.name, h.closing = "", "", false
	case inTagName:
		if h.name != "" {
			next := h
			next.step(" ")
			return next.rested()
		}
	case inAttrName, afterAttrName:
		h.mode, h.name = inTag, ""
	case inComment, inRaw:
		h.tail = ""
	}
	return h
}

// describe is the place as diagnostics name it.
func (h htmlState) describe() string {
	switch h.mode {
	case inText:
		return "HTML text"
	case inTagOpen, inTagName:
		return "the name of a tag"
	case inTag, inAttrName, afterAttrName:
		return "a tag, between its attributes"
	case beforeValue:
		return "an attribute, before its value"
	case inValue:
		quote := "the unquoted value of "
		if h.quote != 0 {
			quote = "the value of "
		}
		switch h.attr {
		case urlAttr, srcsetAttr:
			return quote + "a URL attribute"
		case scriptAttr:
			return quote + "an event attribute, in " + h.js.describe()
		case styleAttr:
			return quote + "a style attribute"
		}
		return quote + "an attribute"
	case inComment:
		return "an HTML comment"
	case inDeclaration:
		return "a declaration"
	}
	if h.element == "script" && !h.data {
		return "a script, in " + h.js.describe()
	}
	return "a " + h.element + " element"
}

var rawElements = map[string]bool{"script": true, "style": true, "textarea": true, "title": true}

// kindOf classifies an attribute of the tag being read.
func (h *htmlState) kindOf(name string) attrKind {
	name = strings.ToLower(name)
	if _, local, ok := strings.Cut(name, ":"); ok && name != "xmlns" {
		if strings.HasPrefix(name, "on") || strings.HasPrefix(name, "x-on:") || strings.HasPrefix(name, "v-on:") || strings.HasPrefix(name, "hx-on:") || strings.HasPrefix(name, "@") {
			return scriptAttr
		}
		name = local
	}
	switch {
	case strings.HasPrefix(name, "on"), strings.HasPrefix(name, "hx-on"), strings.HasPrefix(name, "@"):
		return scriptAttr
	case name == "style":
		return styleAttr
	case name == "srcdoc":
		return htmlAttr
	case name == "srcset" || name == "imagesrcset" || name == "ping":
		return srcsetAttr
	case name == "type" && h.element == "script":
		return typeAttr
	case urlAttrs[strings.TrimPrefix(name, "data-")]:
		return urlAttr
	}
	return plainAttr
}

var urlAttrs = map[string]bool{
	"action": true, "archive": true, "background": true, "cite": true, "classid": true, "codebase": true, "data": true,
	"formaction": true, "href": true, "icon": true, "longdesc": true, "manifest": true, "poster": true, "profile": true,
	"src": true, "usemap": true, "url": true, "uri": true, "hx-get": true, "hx-post": true,
}

// scriptType reports whether a script element of that type holds JavaScript or JSON.
func scriptType(t string) bool {
	t, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(t)), ";")
	switch strings.TrimSpace(t) {
	case "", "module", "importmap", "speculationrules", "text/javascript", "application/javascript", "application/ecmascript", "text/ecmascript", "text/jscript", "application/x-javascript":
		return true
	}
	return t == "application/json" || strings.HasSuffix(t, "+json")
}

func last(s string, n int) string {
	if len(s) > n {
		return s[len(s)-n:]
	}
	return s
}
