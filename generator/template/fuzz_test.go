package template

import (
	goparser "go/parser"
	gotoken "go/token"
	"html"
	"strings"
	"testing"

	"stackgen.dev/runtime/tmpl"
)

func seeds(f *testing.F) {
	for _, c := range readFuzzSeeds(f) {
		f.Add(c)
	}
	for _, c := range typedCases {
		f.Add(c.template)
	}
}

func readFuzzSeeds(f *testing.F) []string {
	f.Helper()
	return []string{
		`{% for p in posts %}{% ifchanged p.title %}{{ p.title }}{% else %}-{% endifchanged %}{% empty %}x{% endfor %}`,
		`{% load i18n l10n tz %}{% blocktranslate count n=posts|length with a=post.title trimmed %}{{ n }} {{ a }}{% plural %}{{ n }}s{% endblocktranslate %}`,
		`{% regroup posts by author as g %}{% for x, y in g %}{{ x.name }}{{ y|length }}{% endfor %}`,
		`{% partialdef a inline %}{{ post.title }}{% endpartialdef %}{% partial a %}`,
		`{% load cache %}{% cache 5 a post.pk %}{% cycle 'a' 'b' as c silent %}{{ c }}{% resetcycle c %}{% endcache %}`,
		`<a href="{% if post.draft %}{{ post.link }}{% else %}/x{% endif %}:y" onclick='f({{ post.title }}, "{{ post.slug }}")'>`,
		`<script>var a = {{ post.tags }}, r = /{{ post.views }}/;</script><style>a { b: "{{ post.slug }}" }</style>`,
		`{% with a=1 b="x"|upper %}{% if a == 1 and not b or a in posts %}{% querystring a=b %}{% widthratio a 2 3 as w %}{{ w }}{% endif %}{% endwith %}`,
		"{# c #}{% comment %}{% nope %}{% endcomment %}{% verbatim %}{{ x }}{% endverbatim %}{{ 'a\\'b'|default:_(\"x\") }}",
	}
}

// FuzzLex ensures that tokens follow one another and lie within the text.
func FuzzLex(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, tok := range lex(newSource("t", "t", text)) {
			if tok.span.start < at || tok.span.end <= tok.span.start || tok.span.end > len(text) {
				t.Fatalf("token %d-%d behind %d of %d", tok.span.start, tok.span.end, at, len(text))
			}
			if gap := text[at:tok.span.start]; gap != "" && !strings.HasPrefix(gap, "{#") {
				t.Fatalf("%q is no token", gap)
			}
			if tok.kind != textToken && (tok.inner.start < tok.span.start+2 || tok.inner.end > tok.span.end-2 || tok.inner.end < tok.inner.start) {
				t.Fatalf("the inner part of %q is %d-%d", tok.span.text(), tok.inner.start, tok.inner.end)
			}
			at = tok.span.end
		}
	})
}

// FuzzCompile ensures that every text is a template or has diagnostics within
// it, and that what is compiled is Go.
func FuzzCompile(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		opts := blog(map[string]string{"page.html": text})
		opts.Pages = []Page{{Template: "page.html", Func: "Show", Context: blogContext()}}
		opts.Dynamic = []string{"page.html"}
		opts.Languages = []Language{{Code: "en"}, {Code: "de"}}
		files, diags := Compile(opts)
		for _, d := range diags {
			if r := d.Subject; r.Start.Byte < 0 || r.End.Byte > len(text) || r.End.Byte < r.Start.Byte {
				t.Fatalf("%s stands at %d-%d of %d", d.Summary, r.Start.Byte, r.End.Byte, len(text))
			}
		}
		if diags.HasErrors() {
			return
		}
		for _, file := range files {
			if _, err := goparser.ParseFile(gotoken.NewFileSet(), "", file.Bytes(), 0); err != nil {
				t.Fatalf("%v\n%s", err, file.Bytes())
			}
		}
	})
}

// valuePlaces are texts before a value, and how a value is escaped behind each.
var valuePlaces = []struct {
	before string
	escape func(b []byte, v string) []byte
}{
	{"<p>", tmpl.AppendHTML},
	{`<p title="`, tmpl.AppendHTML},
	{`<p title='`, tmpl.AppendHTML},
	{`<a href="`, escapedURL},
	{`<a href="/x?`, tmpl.AppendHTML},
	{`<a href='`, escapedURL},
	{"<textarea>", tmpl.AppendHTML},
	{"<title>", tmpl.AppendHTML},
	{"<!-- ", tmpl.AppendHTML},
	{`<p style="color: `, attribute(tmpl.EscapeCSS)},
	{`<style>a { b: "`, escaped(tmpl.EscapeCSS)},
	{`<script>a = "`, escaped(tmpl.EscapeJS)},
	{`<script>a = '`, escaped(tmpl.EscapeJS)},
	{"<script>a = `", escaped(tmpl.EscapeJS)},
	{`<button onclick="a('`, attribute(tmpl.EscapeJS)},
	{`<iframe srcdoc="<p>`, escaped(tmpl.EscapeSrcdoc)},
}

func escaped(escape func([]byte, int) []byte) func([]byte, string) []byte {
	return func(b []byte, v string) []byte {
		mark := len(b)
		return escape(append(b, v...), mark)
	}
}

func attribute(escape func([]byte, int) []byte) func([]byte, string) []byte {
	return func(b []byte, v string) []byte {
		mark := len(b)
		return tmpl.EscapeHTML(escape(append(b, v...), mark), mark)
	}
}

func escapedURL(b []byte, v string) []byte {
	mark := len(b)
	return tmpl.CheckURL(tmpl.AppendHTML(b, v), mark)
}

// FuzzPlaces ensures that no value leaves the place where it stands: the HTML
// behind it goes on as before it, and where HTML is all there is to escape the
// value can be read back.
func FuzzPlaces(f *testing.F) {
	for _, v := range []string{"", "plain", `"><script>alert(1)</script>`, `';alert(1)//`, "</style>", "--><b>", "javascript:alert(1)", "`${x}`", "\\", "\u2028", "\x00", "&quot;", "http://x/?a=b&c"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		for _, p := range valuePlaces {
			start := htmlState{}.feed(p.before)
			out := string(p.escape(nil, v))
			end := start.feed(out)
			if end.mode != start.mode || end.element != start.element || end.attr != start.attr || end.quote != start.quote || end.js.mode != start.js.mode {
				t.Fatalf("%s%s ends in %s, not in %s", p.before, out, end.describe(), start.describe())
			}
			if end.url == urlScript {
				t.Fatalf("%s%s is a script", p.before, out)
			}
			if start.mode == inText || start.mode == inValue && start.attr == plainAttr {
				if back := html.UnescapeString(out); back != v {
					t.Fatalf("%s: %q reads back as %q", p.before, v, back)
				}
			}
		}
	})
}
