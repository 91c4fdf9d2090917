package template

import (
	"github.com/dave/jennifer/jen"
)

// settingNode is {% language code %}…{% endlanguage %}, or timezone likewise:
// a setting of the page that holds inside of the tag.
type settingNode struct {
	span  span
	value *filterExpr
	// set and restore are the State's methods, name what the value before is called.
	set, restore, name string
	body               []node
}

func (n *settingNode) children() [][]node { return [][]node{n.body} }

func parseLanguage(p *parser, t token, ws []word) node {
	if len(ws) != 2 {
		panic(t.span.fault("'language' takes one argument (language)", "Write {% language 'de' %}."))
	}
	return &settingNode{span: t.span, value: p.parseExpr(ws[1].span), set: "SetLanguage", restore: "RestoreLanguage", name: "language", body: p.body("endlanguage")}
}

func parseTimezone(p *parser, t token, ws []word) node {
	if len(ws) != 2 {
		panic(t.span.fault("'timezone' takes one argument (timezone)", "Write {% timezone 'Europe/Berlin' %}."))
	}
	return &settingNode{span: t.span, value: p.parseExpr(ws[1].span), set: "SetZone", restore: "RestoreZone", name: "zone", body: p.body("endtimezone")}
}

func (n *settingNode) compile(c *compiler) {
	before := c.local(n.name)
	c.comment(n.span)
	c.stmt(jen.Id(before).Op(":=").Add(c.state()).Dot(n.set).Call(c.boxed(c.eval(n.value, orEmpty))))
	c.nodes(n.body)
	c.stmt(c.sure().Dot(n.restore).Call(jen.Id(before)))
}

// switchNode is {% localize on %} and {% localtime on %}, or off.
type switchNode struct {
	span   span
	method string
	off    bool
	body   []node
}

func (n *switchNode) children() [][]node { return [][]node{n.body} }

func parseSwitch(p *parser, t token, ws []word) node {
	tag := ws[0].text
	if len(ws) > 2 || len(ws) == 2 && ws[1].text != "on" && ws[1].text != "off" {
		panic(t.span.fault("'"+tag+"' argument should be 'on' or 'off'", "Write {% "+tag+" on %} or {% "+tag+" off %}."))
	}
	n := &switchNode{span: t.span, method: "Localize", off: len(ws) == 2 && ws[1].text == "off"}
	if tag == "localtime" {
		n.method = "Localtime"
	}
	n.body = p.body("end" + tag)
	return n
}

func (n *switchNode) compile(c *compiler) {
	before := c.local("before")
	c.comment(n.span)
	c.stmt(jen.Id(before).Op(":=").Add(c.sure()).Dot(n.method).Call(jen.Lit(!n.off)))
	c.nodes(n.body)
	c.stmt(c.sure().Dot(n.method).Call(jen.Id(before)))
}

// languageInfoNode is a get_… tag of i18n and tz: a value under a name.
type languageInfoNode struct {
	leaf
	span span
	tag  string
	of   *filterExpr // of get_language_info; nil for the others
	as   word
}

func parseLanguageInfo(p *parser, t token, ws []word) node {
	tag := ws[0].text
	n := &languageInfoNode{span: t.span, tag: tag}
	if tag == "get_language_info" || tag == "get_language_info_list" {
		if len(ws) != 5 || ws[1].text != "for" || ws[3].text != "as" {
			panic(t.span.fault("'"+tag+"' requires 'for string as variable'", "Write {% "+tag+" for code as info %}."))
		}
		n.of, n.as = p.parseExpr(ws[2].span), ws[4]
		return n
	}
	if len(ws) != 3 || ws[1].text != "as" {
		panic(t.span.fault("'"+tag+"' requires 'as variable'", "Write {% "+tag+" as name %}."))
	}
	n.as = ws[2]
	return n
}

// languageInfoType is tmpl.LanguageInfo.
var languageInfoType = &Type{
	Kind: Struct, Name: "language", Go: GoType{Path: runtimePath, Name: "LanguageInfo"},
	Members: map[string]*Member{
		"code": {Field: "Code", Type: stringType}, "name": {Field: "Name", Type: stringType},
		"name_local": {Field: "NameLocal", Type: stringType}, "name_translated": {Field: "NameTranslated", Type: stringType},
		"bidi": {Field: "Bidi", Type: boolType},
	},
}

func (n *languageInfoNode) compile(c *compiler) {
	var v value
	call := func(t *Type, method string, args ...jen.Code) {
		state := c.sure()
		if len(args) > 0 {
			state = c.state() // a code that is none
		}
		v = code(t, state.Dot(method).Call(args...))
		v.call = true
	}
	switch n.tag {
	case "get_current_language":
		call(stringType, "LanguageCode")
	case "get_current_language_bidi":
		call(boolType, "LanguageBidi")
	case "get_current_timezone":
		call(stringType, "ZoneName")
	case "get_available_languages":
		call(&Type{Kind: List, Elem: anyType}, "AvailableLanguages")
	case "get_language_info":
		call(languageInfoType, "LanguageInfo", c.boxed(c.eval(n.of, orEmpty)))
	case "get_language_info_list":
		call(&Type{Kind: List, Elem: languageInfoType}, "LanguageInfos", c.boxed(c.eval(n.of, orEmpty)))
	}
	c.remember(n.as, v)
}
