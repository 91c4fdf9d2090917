//go:build e2e

package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// escapingPage puts the visitor's text into every place of HTML that a template can reach.
const escapingPage = `<!doctype html>
<html>
<head>
<title>{{ payload }}</title>
<script>
window.attacked = "";
function attack(where) { window.attacked += " " + (where || "somewhere"); }
window.alert = window.confirm = window.prompt = attack;
</script>
<style>.a { color: {{ payload }}; } .b { background: url("{{ payload }}"); } .c::before { content: '{{ payload }}'; }</style>
<meta name="description" content="{{ payload }}">
</head>
<body>
<p>{{ payload }}</p>
<p title="{{ payload }}" data-x='{{ payload }}' class="a {{ payload }} b">quoted</p>
<!-- {{ payload }} -->
<textarea>{{ payload }}</textarea>
<a href="{{ payload }}">whole</a>
<a href='{{ payload }}'>whole</a>
<a href="  {{ payload }}">after space</a>
<a href="{{ payload }}{{ payload }}">twice</a>
<a href="{{ payload }}:attack()">before a colon</a>
<a href="{% if payload %}{{ payload }}{% endif %}">in a branch</a>
<a href="/search?q={{ payload }}#{{ payload }}">in a query</a>
<a href="{% filter lower %}{{ payload }}{% endfilter %}">filtered</a>
<a href="{% firstof payload 'x' %}">first</a>
<a href="{{ payload|upper|lower }}">changed</a>
<a href="{{ payload|add:'' }}">added</a>
<a href="{% with other=payload %}{{ other }}{% endwith %}">renamed</a>
<a href="{{ payload|force_escape }}" ping="{{ payload }}">escaped already</a>
<img alt="" src="{{ payload }}" srcset="{{ payload }} 2x">
<form action="{{ payload }}"><button formaction="{{ payload }}">send</button></form>
<iframe srcdoc="<p>{{ payload }}</p>"></iframe>
<iframe src="{{ payload }}"></iframe>
<object data="{{ payload }}"></object>
<svg><a xlink:href="{{ payload }}"><text y="20">svg</text></a></svg>
<p style="color: {{ payload }}">styled</p>
<p style="background: url('{{ payload }}')">styled</p>
<button type="button" onclick="var x = '{{ payload }}'">a string</button>
<button type="button" onclick='var x = {{ payload }}'>a value</button>
<input value="{{ payload }}" onfocus="var x = &quot;{{ payload }}&quot;">
<script>var s1 = '{{ payload }}', s2 = "{{ payload }}", s3 = ` + "`{{ payload }}`" + `, s4 = {{ payload }};</script>
<script>var x = {a: {{ payload }}, b: [{{ payload }}, {{ payload }}]}; /* no {% comment %}value{% endcomment %} */</script>
<script type="application/json">{"a": {{ payload }}}</script>
<script type="text/template"><b>{{ payload }}</b></script>
{{ payload|json_script:"data" }}
{{ payload|linebreaks }}{{ payload|urlize }}{{ payload|linenumbers }}{{ payload|truncatewords_html:3 }}{{ payload|striptags }}
{{ payload|title }}{{ payload|capfirst }}{{ payload|center:80 }}{{ payload|wordwrap:5 }}{{ payload|escapejs }}
{% regroup list by 0 as groups %}{% for g in groups %}<i title="{{ g.grouper }}">{{ g.grouper }}</i>{% endfor %}
{% cycle payload 'x' %}{% ifchanged payload %}{{ payload }}{% endifchanged %}
<a href="{% querystring q=payload %}">query string</a>
{% shout payload %}{% box %}{{ payload }}{% endbox %}{{ payload|twice }}
<a href="{% shout payload %}">a tag's</a><script>var t = "{% shout payload %}";</script>
{% load i18n %}{% blocktranslate %}Hello <b title="{{ payload }}">{{ payload }}</b>{% endblocktranslate %}
{% translate payload %}
</body>
</html>
`

const escapingSite = `site "escaping" {
  languages = ["en", "de"]
}
proxy {
  listen "public" { address = "127.0.0.1:8000" }
}
templates {
  context "payload" { handler = go.tags.Payload }
  context "list" { handler = go.tags.List }
  tag "shout" { handler = go.tags.Shout }
  filter "twice" { handler = go.tags.Twice }
  tag "box" {
    handler = go.tags.Box
    block   = true
  }
}
view "typed" { template = "page.html" }
view "dynamic" {
  handler  = go.views.Dynamic
  template = "dynamic.html"
}
route "/typed/" { view = view.typed }
route "/dynamic/" { view = view.dynamic }
`

const escapingTags = `package tags

import (
	"stackgen.dev/runtime/tmpl"
	"stackgen.dev/runtime/web"
)

func Payload(r *web.Request) string { return r.Query().Get("p") }

func List(r *web.Request) []any { return []any{[]any{Payload(r)}} }

func Shout(s string) string { return s }

func Twice(s string) string { return s + s }

func Box(content tmpl.Safe) tmpl.Safe { return "<div>" + content + "</div>" }
`

const escapingViews = `package views

import "stackgen.dev/runtime/web"

func Dynamic(r *web.Request) (*web.Response, error) {
	p := r.Query().Get("p")
	return web.Render(r, "dynamic.html", map[string]any{"text": p, "items": []any{[]any{p}}})
}
`

// payloads are the usual attempts.
var payloads = []string{
	`<script>attack()</script>`, `"><script>attack()</script>`, `'><script>attack()</script>`, `</script><script>attack()</script>`,
	`</style><script>attack()</script>`, `</textarea><script>attack()</script>`, `</title><script>attack()</script>`,
	`--><script>attack()</script>`, `--!><script>attack()</script>`, `<!--<script>`, `]]><script>attack()</script>`,
	`<img src=x onerror=attack()>`, `"><img src=x onerror=attack()>`, `'><img src=x onerror=attack()>`, `<svg onload=attack()>`, `<svg/onload=parent.attack()>`,
	`<iframe src="javascript:parent.attack()">`, `<a href="javascript:attack()" autofocus onfocus=attack()>`, `<details open ontoggle=attack()>`,
	`javascript:attack()`, `JaVaScRiPt:attack()`, "java\tscript:attack()", "java\nscript:attack()", " \x01javascript:attack()", `javascript://%0aattack()`,
	`&#106;avascript:attack()`, `javascript&colon;attack()`, `&#x6A;avascript&#58;attack()`, `javascript:parent.attack()`, `javascript`, `vbscript:attack()`,
	`data:text/html,<script>parent.attack()</script>`, `data:text/html;base64,PHNjcmlwdD5wYXJlbnQuYXR0YWNrKCk8L3NjcmlwdD4=`, `data:image/svg+xml,<svg onload=attack()>`,
	`blob:attack`, `feed:javascript:attack()`, `//evil.invalid/x`, `\\evil.invalid`,
	`';attack();//`, `";attack();//`, "`;attack();//", `\';attack();//`, `\";attack();//`, `\`, `${attack()}`, "`${attack()}`", `'+attack()+'`, `"+attack()+"`, `');attack();('`,
	`&#39;;attack();//`, `&quot;;attack();//`, `&#x27;+attack()+&#x27;`, `attack()`, `1;attack()`, `0,attack()`, `x;attack();/*`, `*/attack();/*`, "\u2028attack()//", "\n;attack()\n",
	`" onmouseover="attack()" x="`, `' onfocus='attack()' autofocus='`, ` onfocus=attack() autofocus `, `x" style="x:expression(attack())`, "`onmouseover=attack()",
	`red;}</style><script>attack()</script>`, `expression(attack())`, `url(javascript:attack())`, `");background:url("javascript:attack()`, `red;-moz-binding:url(//evil.invalid/x)`, `\22 \29 ;}`,
	`{{constructor.constructor('attack()')()}}`, `{% now "Y" %}`, `<script>parent.attack()</script>`, `&lt;script&gt;parent.attack()&lt;/script&gt;`, `&amp;lt;script>`, `<scr<script>ipt>attack()</script>`,
	"\x00<script>attack()</script>", `<<script>attack()//<</script>`, `<script/x>attack()</script >`, `</ScRiPt><ScRiPt>attack()</ScRiPt>`, `<base href="javascript:/a/-attack()//">`,
	`<meta http-equiv=refresh content="0;url=javascript:attack()">`, `<math><mtext></p><mglyph><svg><mtext><textarea><path id="</textarea><img onerror=attack() src=1>">`, `<noscript><p title="</noscript><img src=x onerror=attack()>">`,
	`http://example.com" onclick="attack()`, `www.example.com/<script>attack()</script>`, `a@example.com"onmouseover="attack()`, `, javascript:attack() 2x`, `x 1x, data:image/svg+xml,<svg onload=attack()>`,
}

// provoke does to the page what a visitor might, and tells what is wrong with it.
const provoke = `(() => {
  const wrong = [];
  for (const e of document.querySelectorAll("*")) {
    for (const kind of ["click", "mouseover", "focus", "input", "toggle"]) {
      if (e.localName == "a" || e.localName == "button" && e.type == "submit" || e.localName == "object" || e.localName == "iframe") continue;
      e.dispatchEvent(new Event(kind));
    }
    for (const a of e.attributes) {
      if (/^on/.test(a.name) && !["onclick", "onfocus"].includes(a.name)) wrong.push(e.localName + " has " + a.name);
      if (!["href", "src", "action", "formaction", "data", "xlink:href", "ping"].includes(a.name)) continue;
      let u; try { u = new URL(a.value, "http://site.invalid/"); } catch { continue; }
      if (!["http:", "https:", "about:", "mailto:"].includes(u.protocol)) wrong.push(e.localName + " " + a.name + " is " + a.value);
    }
  }
  const scripts = document.querySelectorAll("script").length, images = document.querySelectorAll("img").length;
  if (scripts != SCRIPTS) wrong.push(scripts + " scripts");
  if (images != 1) wrong.push(images + " images");
  for (const name of ["s1", "s2", "s3", "s4", "t"]) if (typeof window[name] != "string") wrong.push(name + " is " + typeof window[name]);
  if (!("a" in window.x)) wrong.push("x is broken");
  try { JSON.parse(document.querySelector("script[type='application/json']").text); JSON.parse(document.getElementById("data").text); } catch (e) { wrong.push("JSON: " + e); }
  if (window.attacked) wrong.push("attacked:" + window.attacked);
  return wrong.join("; ");
})()`

// Ensure that no text of a visitor runs as a script, wherever it stands in a
// page: every payload in every place, typed and dynamic, loaded by a browser.
func TestBrowserEscaping(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, "site.hcl", escapingSite)
	create(t, dir, "tags/tags.go", escapingTags)
	create(t, dir, "views/views.go", escapingViews)
	create(t, dir, "templates/page.html", escapingPage)
	create(t, dir, "templates/dynamic.html", strings.NewReplacer("payload", "text", "list by", "items by").Replace(escapingPage))
	build(t, dir)
	s := start(t, dir)
	b := chromium(t)
	for _, kind := range []string{"typed", "dynamic"} {
		for _, p := range payloads {
			b.open(s.url + "/" + kind + "/?p=" + url.QueryEscape(p))
			if wrong := script[string](b, strings.Replace(provoke, "SCRIPTS", "7", 1)); wrong != "" {
				t.Errorf("%s %q: %s", kind, p, wrong)
			}
		}
	}
}
