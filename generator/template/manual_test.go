package template

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
)

// manualFile is the reference of tags and filters, made of the tables and of
// what the examples below come to.
const manualFile = "../../docs/templates.md"

// filterExamples are a template and what it knows, for every filter.
var filterExamples = map[string][2]string{
	"add": {`{{ value|add:2 }}`, `{"value": 4}`}, "addslashes": {`{{ value|addslashes|safe }}`, `{"value": "I'm here"}`},
	"capfirst": {`{{ value|capfirst }}`, `{"value": "django"}`}, "center": {`[{{ value|center:10 }}]`, `{"value": "Go"}`},
	"cut": {`{{ value|cut:" " }}`, `{"value": "String with spaces"}`}, "date": {`{{ value|date:"D d M Y" }}, {{ value|date:"c" }}`, `{"value": {"$datetime": "2026-03-14T15:09:26+00:00"}}`},
	"default": {`{{ value|default:"nothing" }}`, `{"value": ""}`}, "default_if_none": {`{{ value|default_if_none:"nothing" }}`, `{"value": null}`},
	"dictsort":         {`{% for v in value|dictsort:"age" %}{{ v.name }} {% endfor %}`, `{"value": [{"name": "Zed", "age": 19}, {"name": "Amy", "age": 22}, {"name": "Joe", "age": 7}]}`},
	"dictsortreversed": {`{% for v in value|dictsortreversed:"age" %}{{ v.name }} {% endfor %}`, `{"value": [{"name": "Zed", "age": 19}, {"name": "Amy", "age": 22}]}`},
	"divisibleby":      {`{{ value|divisibleby:3 }}`, `{"value": 21}`}, "escape": {`{% autoescape off %}{{ value|escape }}{% endautoescape %}`, `{"value": "<b>"}`},
	"escapejs": {`{{ value|escapejs }}`, `{"value": "a 'quoted' <b>"}`}, "escapeseq": {`{% autoescape off %}{{ value|escapeseq|join:", " }}{% endautoescape %}`, `{"value": ["a&b", "<i>"]}`},
	"filesizeformat": {`{{ value|filesizeformat }}`, `{"value": 123456789}`}, "first": {`{{ value|first }}`, `{"value": ["a", "b", "c"]}`},
	"floatformat":  {`{{ value|floatformat }} {{ value|floatformat:3 }} {{ value|floatformat:"-3" }} {{ value|floatformat:"2g" }}`, `{"value": 34232.5}`},
	"force_escape": {`{{ value|linebreaks|force_escape }}`, `{"value": "a"}`}, "get_digit": {`{{ value|get_digit:2 }}`, `{"value": 123456789}`},
	"iriencode": {`{{ value|iriencode }}`, `{"value": "?test=I ♥ Go"}`}, "join": {`{{ value|join:" // " }}`, `{"value": ["a", "b", "c"]}`},
	"json_script": {`{{ value|json_script:"hello-data" }}`, `{"value": {"hello": "</script>"}}`}, "last": {`{{ value|last }}`, `{"value": ["a", "b", "c"]}`},
	"length": {`{{ value|length }}`, `{"value": ["a", "b", "c", "d"]}`}, "linebreaks": {`{{ value|linebreaks }}`, `{"value": "Joel\nis a slug\n\nNew"}`},
	"linebreaksbr": {`{{ value|linebreaksbr }}`, `{"value": "Joel\nis a slug"}`}, "linenumbers": {`{{ value|linenumbers }}`, `{"value": "one\ntwo"}`},
	"ljust": {`[{{ value|ljust:10 }}]`, `{"value": "Go"}`}, "lower": {`{{ value|lower }}`, `{"value": "Totally LOVING this"}`}, "make_list": {`{{ value|make_list|join:"-" }}`, `{"value": "Joel"}`},
	"phone2numeric": {`{{ value|phone2numeric }}`, `{"value": "800-COLLECT"}`}, "pluralize": {`{{ value }} cherr{{ value|pluralize:"y,ies" }}`, `{"value": 3}`},
	"pprint": {`{{ value|pprint }}`, `{"value": {"a": [1, 2]}}`}, "random": {`{{ value|random }}`, `{"value": ["only one"]}`}, "rjust": {`[{{ value|rjust:10 }}]`, `{"value": "Go"}`},
	"safe": {`{{ value|safe }}`, `{"value": "<b>bold</b>"}`}, "safeseq": {`{{ value|safeseq|join:", " }}`, `{"value": ["<b>", "<i>"]}`}, "slice": {`{{ value|slice:":2"|join:"," }}`, `{"value": ["a", "b", "c"]}`},
	"slugify": {`{{ value|slugify }}`, `{"value": "Joel is a slug"}`}, "stringformat": {`{{ value|stringformat:"E" }}`, `{"value": 10}`}, "striptags": {`{{ value|striptags }}`, `{"value": "<b>Joel</b> a <i>slug</i>"}`},
	"time": {`{{ value|time:"H:i" }}`, `{"value": {"$time": "15:09:26"}}`}, "timesince": {`{{ value|timesince }}`, `{"value": {"$datetime": "2026-03-10T09:00:00+00:00"}}`},
	"timeuntil": {`{{ value|timeuntil }}`, `{"value": {"$datetime": "2026-04-20T09:00:00+00:00"}}`}, "title": {`{{ value|title }}`, `{"value": "my FIRST post"}`},
	"truncatechars": {`{{ value|truncatechars:7 }}`, `{"value": "Joel is a slug"}`}, "truncatechars_html": {`{{ value|truncatechars_html:7 }}`, `{"value": "<p>Joel is a slug</p>"}`},
	"truncatewords": {`{{ value|truncatewords:2 }}`, `{"value": "Joel is a slug"}`}, "truncatewords_html": {`{{ value|truncatewords_html:2 }}`, `{"value": "<p>Joel is a slug</p>"}`},
	"unordered_list": {`{{ value|unordered_list }}`, `{"value": ["States", ["Kansas", "Illinois"]]}`}, "upper": {`{{ value|upper }}`, `{"value": "Joel is a slug"}`},
	"urlencode": {`{{ value|urlencode }}`, `{"value": "https://www.example.org/foo?a=b&c=d"}`}, "urlize": {`{{ value|urlize }}`, `{"value": "Check out www.example.com"}`},
	"urlizetrunc": {`{{ value|urlizetrunc:15 }}`, `{"value": "Check out www.djangoproject.com"}`}, "wordcount": {`{{ value|wordcount }}`, `{"value": "Joel is a slug"}`},
	"wordwrap": {`{{ value|wordwrap:5 }}`, `{"value": "Joel is a slug"}`}, "yesno": {`{{ value|yesno:"yeah,no,maybe" }}`, `{"value": null}`},
	"apnumber": {`{{ value|apnumber }}`, `{"value": 5}`}, "intcomma": {`{{ value|intcomma }}`, `{"value": 4500000}`}, "intword": {`{{ value|intword }}`, `{"value": 1200000000}`},
	"naturalday": {`{{ value|naturalday }}`, `{"value": {"$date": "2026-03-13"}}`}, "naturaltime": {`{{ value|naturaltime }}`, `{"value": {"$datetime": "2026-03-14T13:09:26+00:00"}}`}, "ordinal": {`{{ value|ordinal }}`, `{"value": 3}`},
	"language_bidi": {`{{ code|language_bidi }}`, `{"code": "ar"}`}, "language_name": {`{{ code|language_name }}`, `{"code": "de"}`}, "language_name_local": {`{{ code|language_name_local }}`, `{"code": "de"}`},
	"language_name_translated": {`{% load i18n %}{% language "de" %}{{ code|language_name_translated }}{% endlanguage %}`, `{"code": "fr"}`},
	"localize":                 {`{% load i18n %}{% language "de" %}{{ value|localize }}{% endlanguage %}`, `{"value": 1234.5}`}, "unlocalize": {`{% load i18n %}{% language "de" %}{{ value|unlocalize }}{% endlanguage %}`, `{"value": 1234.5}`},
	"localtime": {`{% timezone "Europe/Paris" %}{{ value|localtime|date:"H:i e" }}{% endtimezone %}`, `{"value": {"$datetime": "2026-03-14T15:09:26+00:00"}}`},
	"timezone":  {`{{ value|timezone:"Europe/Paris"|date:"H:i e" }}`, `{"value": {"$datetime": "2026-03-14T15:09:26+00:00"}}`}, "utc": {`{{ value|utc|date:"H:i e" }}`, `{"value": {"$datetime": "2026-03-14T15:09:26-07:00"}}`},
}

// tagExamples are the same for every tag; other templates stand behind.
var tagExamples = map[string][2]string{
	"autoescape": {`{% autoescape off %}{{ value }}{% endautoescape %} {{ value }}`, `{"value": "<b>"}`}, "block": {`{% block title %}My site{% endblock %}`, `{}`},
	"blocktrans":     {`{% language "de" %}{% blocktrans %}Hello {{ name }}{% endblocktrans %}{% endlanguage %}`, `{"name": "<Ann>"}`},
	"blocktranslate": {`{% language "de" %}{% blocktranslate count counter=n %}{{ counter }} file{% plural %}{{ counter }} files{% endblocktranslate %}{% endlanguage %}`, `{"n": 3}`},
	"cache":          {`{% cache 500 sidebar user %}Hello {{ user }}{% endcache %}`, `{"user": "Ann"}`}, "comment": {`a{% comment "why" %}left out{% endcomment %}b`, `{}`},
	"csp_nonce_attr": {`<script{% csp_nonce_attr %}></script>`, `{"csp_nonce": "cmFuZG9t"}`}, "csrf_token": {`<form method="post">{% csrf_token %}</form>`, `{"csrf_token": "a1b2"}`},
	"cycle": {`{% for x in list %}<tr class="{% cycle 'odd' 'even' %}">{% endfor %}`, `{"list": [1, 2, 3]}`}, "debug": {`[{% debug %}]`, `{}`},
	"extends": {`{% extends "base.html" %}{% block title %}A post{% endblock %}`, `{}`}, "filter": {`{% filter force_escape|lower %}A <b>B</b>{% endfilter %}`, `{}`},
	"firstof": {`{% firstof a b "neither" %}`, `{"a": "", "b": "second"}`}, "for": {`{% for a, b in list %}{{ forloop.counter }}: {{ a }}={{ b }} {% empty %}none{% endfor %}`, `{"list": [["x", 1], ["y", 2]]}`},
	"get_available_languages": {`{% get_available_languages as all %}{% for code, name in all %}{{ code }} {% endfor %}`, `{}`}, "get_current_language": {`{% get_current_language as code %}{{ code }}`, `{}`},
	"get_current_language_bidi": {`{% get_current_language_bidi as bidi %}<html dir="{{ bidi|yesno:'rtl,ltr' }}">`, `{}`}, "get_current_timezone": {`{% get_current_timezone as zone %}{{ zone }}`, `{}`},
	"get_language_info":      {`{% get_language_info for "de" as l %}{{ l.name }}, {{ l.name_local }}`, `{}`},
	"get_language_info_list": {`{% get_language_info_list for codes as all %}{% for l in all %}{{ l.name_local }} {% endfor %}`, `{"codes": ["fr", "ar"]}`},
	"get_media_prefix":       {`{% get_media_prefix %}`, `{}`}, "get_static_prefix": {`{% get_static_prefix %}`, `{}`},
	"if":        {`{% if n > 5 and not off %}many{% elif n %}some{% else %}none{% endif %}`, `{"n": 3, "off": false}`},
	"ifchanged": {`{% for d in days %}{% ifchanged d.month %}<h2>{{ d.month }}</h2>{% endifchanged %}{{ d.day }} {% endfor %}`, `{"days": [{"month": "May", "day": 1}, {"month": "May", "day": 2}, {"month": "June", "day": 1}]}`},
	"include":   {`{% include "greeting.html" with name="Ann" only %}`, `{}`}, "language": {`{% language "de" %}{% translate "Save" %}{% endlanguage %}`, `{}`},
	"load": {`{% load humanize %}{{ 4500|intcomma }}`, `{}`}, "localize": {`{% load i18n %}{% language "de" %}{{ v }} {% localize off %}{{ v }}{% endlocalize %}{% endlanguage %}`, `{"v": 1.5}`},
	"localtime": {`{% localtime off %}{{ v|date:"H:i" }}{% endlocaltime %}`, `{"v": {"$datetime": "2026-03-14T15:09:26-07:00"}}`}, "lorem": {`{% lorem 5 w %}`, `{}`}, "now": {`It is {% now "jS F Y H:i" %}`, `{}`},
	"partial": {`{% partialdef card %}[{{ name }}]{% endpartialdef %}{% partial card %} {% partial card %}`, `{"name": "Ann"}`}, "partialdef": {`{% partialdef card inline %}[{{ name }}]{% endpartialdef %} and {% include "cards.html#small" %}`, `{"name": "Ann"}`},
	"querystring": {`{% querystring parameters page=2 sort=None %}`, `{"parameters": {"q": "a b", "page": 1, "sort": "x"}}`},
	"regroup":     {`{% regroup cities by country as countries %}{% for c in countries %}{{ c.grouper }}: {% for city in c.list %}{{ city.name }} {% endfor %}{% endfor %}`, `{"cities": [{"name": "Bonn", "country": "DE"}, {"name": "Ulm", "country": "DE"}, {"name": "Lyon", "country": "FR"}]}`},
	"resetcycle":  {`{% for r in rows %}{% for x in r %}{% cycle "a" "b" %}{% endfor %}{% resetcycle %} {% endfor %}`, `{"rows": [[1, 2, 3], [1]]}`}, "spaceless": {"{% spaceless %}<p>\n  <a>Foo</a>\n</p>{% endspaceless %}", `{}`},
	"static": {`<img alt="" src="{% static 'hi.jpg' %}">`, `{}`}, "templatetag": {`{% templatetag openblock %} url 'x' {% templatetag closeblock %}`, `{}`}, "timezone": {`{% timezone "Asia/Tokyo" %}{{ v|date:"H:i e" }}{% endtimezone %}`, `{"v": {"$datetime": "2026-03-14T15:09:26+00:00"}}`},
	"trans": {`{% language "de" %}{% trans "Save" %}{% endlanguage %}`, `{}`}, "translate": {`{% language "de" %}{% translate "May" context "verb" %}{% endlanguage %}`, `{}`},
	"url": {`{% url "tag" slug="go" page=2 %}`, `{}`}, "verbatim": {`{% verbatim %}{{ not replaced }}{% endverbatim %}`, `{}`},
	"widthratio": {`<img alt="" width="{% widthratio value 200 100 %}">`, `{"value": 175}`}, "with": {`{% with total=list|length %}{{ total }} item{{ total|pluralize }}{% endwith %}`, `{"list": [1, 2]}`},
}

// manualFiles are the other templates of the examples.
var manualFiles = map[string]string{
	"base.html":     "<title>{% block title %}My site{% endblock %}</title>",
	"greeting.html": "Hello {{ name|default:\"friend\" }}!",
	"cards.html":    "{% partialdef small %}({{ name }}){% endpartialdef %}",
}

// TestManual ensures that every tag and filter has an example, and that the
// reference shows what it comes to.
func TestManual(t *testing.T) {
	var cases []*oracleCase
	example := func(id, library string, e [2]string) {
		c := &oracleCase{ID: id, Template: e[0], Context: json.RawMessage(e[1]), Files: manualFiles}
		if library != "" {
			c.Template = "{% load " + library + " %}" + c.Template
		}
		if e[0] == "" {
			t.Errorf("%s has no example", id)
		}
		cases = append(cases, c)
	}
	tags := tagTable()
	for _, g := range tags {
		example("tag-"+g.name, g.library, tagExamples[g.name])
	}
	filters := append(append([]filter(nil), filterTable...), libraryFilters...)
	for _, f := range filters {
		library := f.library
		example("filter-"+f.name, library, filterExamples[f.name])
	}
	if t.Failed() {
		return
	}
	shown := map[string]string{}
	templates := map[string]string{}
	for _, c := range cases {
		shown[c.ID] = c.Template
		c.rename(templates)
	}
	results := runCases(t, templates, cases)
	for id, r := range results {
		if r.Error != "" {
			t.Errorf("%s: %s", id, r.Error)
		}
	}
	text := manual(tags, filters, shown, results) + differing(t)
	if *update {
		if err := os.WriteFile(manualFile, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(manualFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(old) != text {
		t.Errorf("docs/templates.md is not what tables and examples say; run go test ./generator/template -run TestManual -update")
	}
}

// manual is the reference as Markdown.
func manual(tags []tag, filters []filter, shown map[string]string, results map[string]result) string {
	var b strings.Builder
	b.WriteString(manualHead)
	section := func(title string, rows []manualRow) {
		fmt.Fprintf(&b, "\n## %s\n", title)
		for _, r := range rows {
			library := ""
			if r.library != "" {
				library = " (`{% load " + r.library + " %}`)"
			}
			fmt.Fprintf(&b, "\n### %s\n\n`%s` %s%s.\n", r.name, r.name, r.doc, library)
			if context := strings.TrimSpace(string(r.context)); context != "{}" {
				fmt.Fprintf(&b, "\nWith `%s`:\n", context)
			}
			fmt.Fprintf(&b, "\n```django\n%s\n```\n\n```text\n%s\n```\n", shown[r.id], results[r.id].Output)
		}
	}
	var rows []manualRow
	for _, g := range tags {
		rows = append(rows, manualRow{g.name, g.library, g.doc, tagExamples[g.name][1], "tag-" + g.name})
	}
	section("Tags", rows)
	rows = nil
	sort.SliceStable(filters, func(i, j int) bool { return filters[i].name < filters[j].name })
	for _, f := range filters {
		rows = append(rows, manualRow{f.name, f.library, f.doc, filterExamples[f.name][1], "filter-" + f.name})
	}
	section("Filters", rows)
	return b.String()
}

// differing lists the cases in which the output is not Django's, by the reason.
func differing(t *testing.T) string {
	var known map[string]difference
	readJSON(t, "differences.json", &known)
	byReason := map[string][]oracleCase{}
	var reasons []string
	for _, name := range []string{"filters.json", "tags.json"} {
		for _, c := range readCases(t, name) {
			if d, ok := known[c.ID]; ok {
				if byReason[d.Why] == nil {
					reasons = append(reasons, d.Why)
				}
				byReason[d.Why] = append(byReason[d.Why], c)
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n## Where it differs from Django\n\nOf %d cases whose output Django 6.1 has given, these come to something else.\n", 3244)
	cell := func(s string) string {
		return "`" + strings.NewReplacer("|", "\\|", "\n", "⏎").Replace(s) + "`"
	}
	for _, why := range reasons {
		fmt.Fprintf(&b, "\nIt %s:\n\n| template | values | Django | here |\n|---|---|---|---|\n", why)
		for _, c := range byReason[why] {
			theirs := c.Error
			if c.Output != nil {
				theirs = *c.Output
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(c.Template), cell(string(c.Context)), cell(theirs), cell(known[c.ID].Ours))
		}
	}
	return b.String()
}

type manualRow struct{ name, library, doc, context, id string }

const manualHead = `# The template language

Written by the template compiler's tests from its tables; every output below is what the example comes to. The language is Django's,
compiled to Go when the site is built: unknown names, filters, tags, templates, URLs and static files are errors with a place. Values are
escaped for where they stand (text, attribute, URL, script, style); a value in an unquoted attribute is refused.

Beside the tags and filters below a site has those of its own, written in Go and named in the ` + "`templates`" + ` block of the site file. Texts
to translate go into ` + "`locale/LANGUAGE/LC_MESSAGES/django.po`" + ` by ` + "`stackgen messages extract`" + `.

What goes wrong while a page is rendered is logged with the place of its tag (` + "`templates/post.html:12:7: …`" + `); while the site runs for
development the browser shows the lines. ` + "`safe`, `safeseq`, `autoescape off`" + ` and ` + "`tmpl.Safe`" + ` in Go are believed, and listed with their places
by the site's ` + "`check --deploy`" + `.

A view with ` + "`stream = true`" + ` sends its page while it is rendered, between the items of its lists, and asks a Go function that yields rows
(` + "`models.Posts(r).Iterate()`" + `) for one at a time. A list is read whole where the page asks how long it is (` + "`forloop.last`, `forloop.length`,\n`forloop.revcounter`, `reversed`, `empty`" + `); inside of a tag that works on what it surrounds (` + "`filter`, `spaceless`, `cache`, `ifchanged`" + `) nothing is sent.

The parent of a template is named in quotes. Where a Go view renders the template a name of its map may say it, too
(` + "`{% extends layout %}`" + `): the template is then compiled with every template of the site that has one of its blocks.

The examples know the other templates ` + "`base.html`, `greeting.html` and `cards.html`" + `, and a German translation; it is 14 March 2026, 15:09 UTC.
Dates and times in the values are written as ` + "`{\"$datetime\": …}`" + `.
`
