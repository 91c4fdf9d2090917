package template

import (
	"sort"
	"strings"
)

// tag is a row of the table of tags. Adding one is a row here and a node.
type tag struct {
	name string
	// library is what {% load %} must name; empty for the built-in ones.
	library string
	// parse reads the tag, whose words are ws, and what belongs to it. A nil
	// node leaves nothing in the page.
	parse   func(p *parser, t token, ws []word) node
	example string
	doc     string
}

// tagTable lists the tags in alphabetical order.
func tagTable() []tag {
	return []tag{
		{name: "autoescape", parse: parseAutoescape, example: "{% autoescape off %}…{% endautoescape %}", doc: "turns escaping on or off"},
		{name: "block", parse: parseBlock, example: "{% block title %}…{% endblock %}", doc: "is a part that templates which extend this one may replace"},
		{name: "comment", parse: parseComment, example: "{% comment %}…{% endcomment %}", doc: "leaves out what stands inside"},
		{name: "csrf_token", parse: parseCSRF, example: "{% csrf_token %}", doc: "is the hidden field that protects a form"},
		{name: "cycle", parse: parseCycle, example: "{% cycle 'odd' 'even' %}", doc: "writes its words in turn"},
		{name: "extends", parse: parseExtends, example: "{% extends 'base.html' %}", doc: "says which template this one fills in"},
		{name: "filter", parse: parseFilterTag, example: "{% filter upper %}…{% endfilter %}", doc: "applies filters to what stands inside"},
		{name: "firstof", parse: parseFirstof, example: "{% firstof a b 'none' %}", doc: "writes the first value that is true"},
		{name: "for", parse: parseFor, example: "{% for x in list %}…{% empty %}…{% endfor %}", doc: "repeats for every item"},
		{name: "get_media_prefix", library: "static", parse: parsePrefix, example: "{% get_media_prefix %}", doc: "is the URL beneath which uploads are served"},
		{name: "get_static_prefix", library: "static", parse: parsePrefix, example: "{% get_static_prefix %}", doc: "is the URL beneath which static files are served"},
		{name: "if", parse: parseIf, example: "{% if a and not b %}…{% elif c %}…{% else %}…{% endif %}", doc: "chooses"},
		{name: "include", parse: parseInclude, example: "{% include 'card.html' with post=p only %}", doc: "puts another template here"},
		{name: "load", parse: parseLoad, example: "{% load static %}", doc: "makes the tags and filters of a library known"},
		{name: "now", parse: parseNow, example: `{% now "Y" %}`, doc: "writes the time"},
		{name: "resetcycle", parse: parseResetCycle, example: "{% resetcycle %}", doc: "makes a cycle begin again"},
		{name: "spaceless", parse: parseSpaceless, example: "{% spaceless %}…{% endspaceless %}", doc: "removes space between tags"},
		{name: "static", library: "static", parse: parseStatic, example: "{% static 'site.css' %}", doc: "is the URL of a static file"},
		{name: "templatetag", parse: parseTemplatetag, example: "{% templatetag openblock %}", doc: "writes a brace of the template language"},
		{name: "url", parse: parseURL, example: "{% url 'post_detail' slug=post.slug %}", doc: "is the URL of a view"},
		{name: "verbatim", parse: parseVerbatim, example: "{% verbatim %}…{% endverbatim %}", doc: "writes what stands inside as it is"},
		{name: "with", parse: parseWith, example: "{% with total=list|length %}…{% endwith %}", doc: "gives a value a name"},
	}
}

// libraries are those that {% load %} knows, with or without tags of their own so far.
var libraries = []string{"cache", "humanize", "i18n", "l10n", "static", "tz"}

// load makes the tags and filters of a library known, or only those named.
func (p *parser) load(library string, only map[string]bool) {
	for _, t := range tagTable() {
		if t.library == library && (only == nil || only[t.name]) {
			p.tags[t.name] = &t
		}
	}
	for i := range filterTable {
		if f := &filterTable[i]; f.library == library && (only == nil || only[f.name]) {
			p.filters[f.name] = f
		}
	}
}

// libraryOfTag is the library that has a tag, or "".
func libraryOfTag(name string) string {
	for _, t := range tagTable() {
		if t.name == name {
			return t.library
		}
	}
	return ""
}

func parseLoad(p *parser, t token, ws []word) node {
	ws = ws[1:]
	if n := len(ws); n >= 3 && ws[n-2].text == "from" {
		library := p.library(ws[n-1])
		names := map[string]bool{}
		for _, w := range ws[:n-2] {
			if !provides(library, w.text) {
				panic(w.span.fault("'"+w.text+"' is not a valid tag or filter in tag library '"+library+"'", ""))
			}
			names[w.text] = true
		}
		p.load(library, names)
		return nil
	}
	for _, w := range ws {
		p.load(p.library(w), nil)
	}
	return nil
}

func (p *parser) library(w word) string {
	for _, l := range libraries {
		if l == w.text {
			return l
		}
	}
	detail := suggest(w.text, libraries)
	if detail == "" {
		detail = "There are " + list(libraries) + "."
	}
	panic(w.span.fault("'"+w.text+"' is not a registered tag library", detail))
}

func provides(library, name string) bool {
	for _, t := range tagTable() {
		if t.library == library && t.name == name {
			return true
		}
	}
	for _, f := range filterTable {
		if f.library == library && f.name == name {
			return true
		}
	}
	return false
}

func parseComment(p *parser, t token, ws []word) node {
	p.skipPast("endcomment")
	return nil
}

// parseVerbatim reads the text that the lexer left as it is.
func parseVerbatim(p *parser, t token, ws []word) node {
	nodes := p.until("endverbatim")
	p.at++
	return &listNode{nodes: nodes}
}

// listNode is nodes that stand for themselves.
type listNode struct{ nodes []node }

func (n *listNode) children() [][]node  { return [][]node{n.nodes} }
func (n *listNode) compile(c *compiler) { c.nodes(n.nodes) }

var templateTags = map[string]string{
	"openblock": "{%", "closeblock": "%}", "openvariable": "{{", "closevariable": "}}",
	"openbrace": "{", "closebrace": "}", "opencomment": "{#", "closecomment": "#}",
}

func parseTemplatetag(p *parser, t token, ws []word) node {
	if len(ws) != 2 {
		panic(t.span.fault("'templatetag' statement takes one argument", ""))
	}
	text, ok := templateTags[ws[1].text]
	if !ok {
		var names []string
		for n := range templateTags {
			names = append(names, n)
		}
		sort.Strings(names)
		panic(ws[1].span.fault("Invalid templatetag argument: '"+ws[1].text+"'. Must be one of: "+strings.Join(names, ", "), ""))
	}
	return &literalNode{text: text}
}

// literalNode is text that the template does not have as such.
type literalNode struct {
	leaf
	text string
}

func (n *literalNode) compile(c *compiler) { c.literal(n.text) }
