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
	parse func(p *parser, t token, ws []word) node
	// closes are the tags that belong to it, its end last.
	closes  []string
	example string
	doc     string
}

// tagTable lists the tags in alphabetical order.
func tagTable() []tag {
	return []tag{
		{name: "autoescape", parse: parseAutoescape, closes: []string{"endautoescape"}, example: "{% autoescape off %}…{% endautoescape %}", doc: "turns escaping on or off"},
		{name: "block", parse: parseBlock, closes: []string{"endblock"}, example: "{% block title %}…{% endblock %}", doc: "is a part that templates which extend this one may replace"},
		{name: "blocktrans", library: "i18n", parse: parseBlocktranslate, closes: []string{"plural", "endblocktrans"}, example: "{% blocktrans %}Hello {{ name }}{% endblocktrans %}", doc: "is blocktranslate under its old name"},
		{name: "blocktranslate", library: "i18n", parse: parseBlocktranslate, closes: []string{"plural", "endblocktranslate"}, example: "{% blocktranslate count n=list|length %}{{ n }} file{% plural %}{{ n }} files{% endblocktranslate %}", doc: "translates a text with values in it"},
		{name: "cache", library: "cache", parse: parseCache, closes: []string{"endcache"}, example: "{% cache 60 sidebar request.path %}…{% endcache %}", doc: "keeps what stands inside for that many seconds"},
		{name: "comment", parse: parseComment, closes: []string{"endcomment"}, example: "{% comment %}…{% endcomment %}", doc: "leaves out what stands inside"},
		{name: "csp_nonce_attr", parse: parseNonce, example: "<script{% csp_nonce_attr %}></script>", doc: "is the nonce attribute that the content security policy asks for"},
		{name: "csrf_token", parse: parseCSRF, example: "{% csrf_token %}", doc: "is the hidden field that protects a form"},
		{name: "cycle", parse: parseCycle, example: "{% cycle 'odd' 'even' %}", doc: "writes its words in turn"},
		{name: "debug", parse: parseDebug, example: "{% debug %}", doc: "writes what the page knows, in development only"},
		{name: "extends", parse: parseExtends, example: "{% extends 'base.html' %}", doc: "says which template this one fills in"},
		{name: "filter", parse: parseFilterTag, closes: []string{"endfilter"}, example: "{% filter upper %}…{% endfilter %}", doc: "applies filters to what stands inside"},
		{name: "firstof", parse: parseFirstof, example: "{% firstof a b 'none' %}", doc: "writes the first value that is true"},
		{name: "for", parse: parseFor, closes: []string{"empty", "endfor"}, example: "{% for x in list %}…{% empty %}…{% endfor %}", doc: "repeats for every item"},
		{name: "get_available_languages", library: "i18n", parse: parseLanguageInfo, example: "{% get_available_languages as languages %}", doc: "gives the site's languages a name"},
		{name: "get_current_language", library: "i18n", parse: parseLanguageInfo, example: "{% get_current_language as code %}", doc: "gives the code of the page's language a name"},
		{name: "get_current_language_bidi", library: "i18n", parse: parseLanguageInfo, example: "{% get_current_language_bidi as bidi %}", doc: "says whether the page's language is written from right to left"},
		{name: "get_current_timezone", library: "tz", parse: parseLanguageInfo, example: "{% get_current_timezone as zone %}", doc: "gives the name of the page's time zone a name"},
		{name: "get_language_info", library: "i18n", parse: parseLanguageInfo, example: "{% get_language_info for 'de' as info %}", doc: "looks up what a language is called"},
		{name: "get_language_info_list", library: "i18n", parse: parseLanguageInfo, example: "{% get_language_info_list for codes as infos %}", doc: "does so for several languages"},
		{name: "get_media_prefix", library: "static", parse: parsePrefix, example: "{% get_media_prefix %}", doc: "is the URL beneath which uploads are served"},
		{name: "get_static_prefix", library: "static", parse: parsePrefix, example: "{% get_static_prefix %}", doc: "is the URL beneath which static files are served"},
		{name: "if", parse: parseIf, closes: []string{"elif", "else", "endif"}, example: "{% if a and not b %}…{% elif c %}…{% else %}…{% endif %}", doc: "chooses"},
		{name: "ifchanged", parse: parseIfchanged, closes: []string{"else", "endifchanged"}, example: "{% ifchanged day %}…{% else %}…{% endifchanged %}", doc: "writes what stands inside only where it differs from the turn of the loop before"},
		{name: "include", parse: parseInclude, example: "{% include 'card.html' with post=p only %}", doc: "puts another template here"},
		{name: "language", library: "i18n", parse: parseLanguage, closes: []string{"endlanguage"}, example: "{% language 'de' %}…{% endlanguage %}", doc: "writes what stands inside in another language"},
		{name: "load", parse: parseLoad, example: "{% load static %}", doc: "makes the tags and filters of a library known"},
		{name: "localize", library: "l10n", parse: parseSwitch, closes: []string{"endlocalize"}, example: "{% localize off %}…{% endlocalize %}", doc: "turns the language's way of writing numbers and dates on or off"},
		{name: "localtime", library: "tz", parse: parseSwitch, closes: []string{"endlocaltime"}, example: "{% localtime off %}…{% endlocaltime %}", doc: "turns the conversion of times to the page's zone on or off"},
		{name: "lorem", parse: parseLorem, example: "{% lorem 2 p %}", doc: "writes placeholder text"},
		{name: "now", parse: parseNow, example: `{% now "Y" %}`, doc: "writes the time"},
		{name: "partial", parse: parsePartial, example: "{% partial card %}", doc: "puts a partial of this template here"},
		{name: "partialdef", parse: parsePartialdef, closes: []string{"endpartialdef"}, example: "{% partialdef card inline %}…{% endpartialdef %}", doc: "names a part of this template, to be used again or rendered alone"},
		{name: "querystring", parse: parseQuerystring, example: "{% querystring page=2 %}", doc: "is the query string of the request with parameters changed"},
		{name: "regroup", parse: parseRegroup, example: "{% regroup posts by author as groups %}", doc: "makes groups of a list by an attribute"},
		{name: "resetcycle", parse: parseResetCycle, example: "{% resetcycle %}", doc: "makes a cycle begin again"},
		{name: "spaceless", parse: parseSpaceless, closes: []string{"endspaceless"}, example: "{% spaceless %}…{% endspaceless %}", doc: "removes space between tags"},
		{name: "static", library: "static", parse: parseStatic, example: "{% static 'site.css' %}", doc: "is the URL of a static file"},
		{name: "templatetag", parse: parseTemplatetag, example: "{% templatetag openblock %}", doc: "writes a brace of the template language"},
		{name: "timezone", library: "tz", parse: parseTimezone, closes: []string{"endtimezone"}, example: "{% timezone 'Europe/Berlin' %}…{% endtimezone %}", doc: "shows times inside in another zone"},
		{name: "trans", library: "i18n", parse: parseTranslate, example: "{% trans 'Save' %}", doc: "is translate under its old name"},
		{name: "translate", library: "i18n", parse: parseTranslate, example: "{% translate 'May' context 'verb' %}", doc: "is a text in the page's language"},
		{name: "url", parse: parseURL, example: "{% url 'post_detail' slug=post.slug %}", doc: "is the URL of a view"},
		{name: "verbatim", parse: parseVerbatim, example: "{% verbatim %}…{% endverbatim %}", doc: "writes what stands inside as it is"},
		{name: "widthratio", parse: parseWidthratio, example: "{% widthratio value 100 300 %}", doc: "scales a value, for bars and the like"},
		{name: "with", parse: parseWith, closes: []string{"endwith"}, example: "{% with total=list|length %}…{% endwith %}", doc: "gives a value a name"},
	}
}

// libraries are those that {% load %} knows.
var libraries = []string{"cache", "humanize", "i18n", "l10n", "static", "tz"}

// load makes the tags and filters of a library known, or only those named.
func (p *parser) load(library string, only map[string]bool) {
	for _, t := range tagTable() {
		if t.library == library && (only == nil || only[t.name]) {
			p.tags[t.name] = &t
		}
	}
	for _, table := range [][]filter{filterTable, libraryFilters} {
		for i := range table {
			if f := &table[i]; f.library == library && (only == nil || only[f.name]) {
				p.filters[f.name] = f
			}
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
	if p.ownLibrary(w.text) {
		return w.text // its tags and filters are known without it
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
	for _, f := range libraryFilters {
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
