package template

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// placeCases say what becomes of a value v in every place of HTML.
var placeCases = []struct{ name, template, value, want string }{
	{"text", `<p>{{ v }}</p>`, `<script>alert(1)</script>`, `<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>`},
	{"quoted attribute", `<p title="{{ v }}">`, `"><img onerror=x>`, `<p title="&quot;&gt;&lt;img onerror=x&gt;">`},
	{"attribute in single quotes", `<p title='{{ v }}'>`, `' onclick='x`, `<p title='&#x27; onclick=&#x27;x'>`},
	{"comment", `<!-- {{ v }} -->`, `--><b>`, `<!-- --&gt;&lt;b&gt; -->`},
	{"textarea", `<textarea>{{ v }}</textarea>`, `</textarea><b>`, `<textarea>&lt;/textarea&gt;&lt;b&gt;</textarea>`},
	{"title", `<title>{{ v }}</title>{{ v }}`, `</title>`, `<title>&lt;/title&gt;</title>&lt;/title&gt;`},

	{"link", `<a href="{{ v }}">`, `https://example.com/?a=1&b=2`, `<a href="https://example.com/?a=1&amp;b=2">`},
	{"relative link", `<a href="{{ v }}">`, `/a:b`, `<a href="/a:b">`},
	{"script link", `<a href="{{ v }}">`, `javascript:alert(1)`, `<a href="about:invalid#blocked">`},
	{"script link in capitals", `<a href="{{ v }}">`, `JaVaScRiPt:alert(1)`, `<a href="about:invalid#blocked">`},
	{"script link with a tab", `<a href="{{ v }}">`, "java\tscript:alert(1)", `<a href="about:invalid#blocked">`},
	{"script link behind a space", `<a href=" {{ v }}">`, "\x01javascript:alert(1)", `<a href=" about:invalid#blocked">`},
	{"data link", `<iframe src="{{ v }}">`, "data:text/html,x", `<iframe src="about:invalid#blocked">`},
	{"scheme in two values", `<a href="{{ v }}{{ w }}">`, "javascript", `<a href="about:invalid#blocked">`},
	{"scheme half written", `<a href="java{{ v }}">`, "script:alert(1)", `<a href="about:invalid#blocked">`},
	{"scheme in a branch", `<a href="{% if v %}{{ v }}{% else %}/x{% endif %}{{ w }}">`, "javascript", `<a href="about:invalid#blocked">`},
	{"scheme from a loop", `<a href="{% for x in v %}{{ x }}{% endfor %}">`, "javascript:x", `<a href="about:invalid#blockedx">`},
	{"path behind a literal", `<a href="/p/{{ v }}">`, `javascript:x`, `<a href="/p/javascript:x">`},
	{"mail", `<a href="mailto:{{ v }}">`, `a@b"c`, `<a href="mailto:a@b&quot;c">`},
	{"escape filter in a link", `<a href="{{ v|escape }}">`, `javascript:x`, `<a href="about:invalid#blocked">`},
	{"srcset", `<img srcset="/a.png 1x, {{ v }} 2x">`, `javascript:x`, `<img srcset="/a.png 1x, about:invalid#blocked 2x">`},
	{"form action", `<button formaction="{{ v }}">`, `javascript:x`, `<button formaction="about:invalid#blocked">`},
	{"xlink", `<a xlink:href="{{ v }}">`, `javascript:x`, `<a xlink:href="about:invalid#blocked">`},

	{"script code", `<script>var x = {{ v }};</script>`, `</script><script>alert(1)`, `<script>var x = "\u003C/script\u003E\u003Cscript\u003Ealert(1)";</script>`},
	{"script string", `<script>var x = "{{ v }}";</script>`, `";alert(1)//\`, `<script>var x = "\u0022\u003Balert(1)\u002F\u002F\u005C";</script>`},
	{"script string in single quotes", `<script>var x = '{{ v }}';</script>`, `'</script>`, `<script>var x = '\u0027\u003C\u002Fscript\u003E';</script>`},
	{"template literal", "<script>var x = `{{ v }}`;</script>", "`${alert(1)}", "<script>var x = `\\u0060\\u0024{alert(1)}`;</script>"},
	{"code in a template literal", "<script>var x = `a${ {{ v }} }b`;</script>", `"`, "<script>var x = `a${ \"\\\"\" }b`;</script>"},
	{"behind a comment", "<script>// it's\nvar x = {{ v }};</script>", `'`, "<script>// it's\nvar x = \"'\";</script>"},
	{"behind a regular expression", `<script>var r = /["']/; var x = {{ v }};</script>`, `a`, `<script>var r = /["']/; var x = "a";</script>`},
	{"behind a division", `<script>var r = a / b; var x = "{{ v }}" / 2;</script>`, `"`, `<script>var r = a / b; var x = "\u0022" / 2;</script>`},
	{"JSON", `<script type="application/ld+json">{"name": {{ v }}}</script>`, `</script>"`, `<script type="application/ld+json">{"name": "\u003C/script\u003E\""}</script>`},
	{"another language", `<script type="text/template"><b>{{ v }}</b></script>`, `</script>`, `<script type="text/template"><b>&lt;/script&gt;</b></script>`},
	{"event attribute", `<b onclick="f({{ v }})">`, `"');alert(1)//`, `<b onclick="f(&quot;\&quot;&#x27;);alert(1)//&quot;)">`},
	{"event attribute of htmx", `<b hx-on:click="f({{ v }})">`, `"`, `<b hx-on:click="f(&quot;\&quot;&quot;)">`},
	{"event attribute of Vue", `<b v-on:click="f({{ v }})" @input="g({{ v }})">`, `a`, `<b v-on:click="f(&quot;a&quot;)" @input="g(&quot;a&quot;)">`},
	{"string in an event attribute", `<b onclick="f('{{ v }}')">`, `');alert(1)//`, `<b onclick="f('\u0027)\u003Balert(1)\u002F\u002F')">`},
	{"quotes written as entities", `<b onclick="f(&quot;{{ v }}&quot;)">`, `")`, `<b onclick="f(&quot;\u0022)&quot;)">`},
	{"escape filter in a script", `<script>var x = "{{ v|escape }}";</script>`, `\`, `<script>var x = "\u005C";</script>`},
	{"escapejs in a script", `<script>var x = "{{ v|escapejs }}";</script>`, `";x`, `<script>var x = "\u0022\u003Bx";</script>`},
	{"json_script", `{{ v|json_script:"d" }}`, `</script>`, `<script id="d" type="application/json">"\u003C/script\u003E"</script>`},

	{"style", `<style>p { color: {{ v }} }</style>`, `red; } body { display: none`, `<style>p { color: red\3B  \7D  body \7B  display\3A  none }</style>`},
	{"style attribute", `<p style="width: {{ v }}px">`, `1"><script>`, `<p style="width: 1\22 \3E \3C script\3E px">`},
	{"string of a style", `<style>p::before { content: "{{ v }}" }</style>`, `"}</style>`, `<style>p::before { content: "\22 \7D \3C \2F style\3E " }</style>`},
	{"srcdoc", `<iframe srcdoc="{{ v }}">`, `<b>`, `<iframe srcdoc="&amp;lt;b&amp;gt;">`},

	{"safe in text", `{{ v|safe }}`, `<b>`, `<b>`},
	{"safe in a script", `<script>{{ v|safe }}</script>`, `f("x")`, `<script>f("x")</script>`},
	{"safe in a link", `<a href="{{ v|safe }}">`, `javascript:x`, `<a href="javascript:x">`},
	{"safe as attributes", `<p {{ v|safe }}>`, `class="x"`, `<p class="x">`},
}

// TestPlaces ensures that no value leaves the place where it stands.
func TestPlaces(t *testing.T) {
	templates := map[string]string{}
	var cases []*oracleCase
	for i, c := range placeCases {
		context, err := json.Marshal(map[string]string{"v": c.value, "w": ":alert(1)"})
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprintf("place%d", i)
		templates[id+"/main.html"] = c.template
		cases = append(cases, &oracleCase{ID: id, Context: context})
	}
	results := runCases(t, templates, cases)
	for i, c := range placeCases {
		r := results[fmt.Sprintf("place%d", i)]
		if r.Error != "" || r.Output != c.want {
			t.Errorf("%s: %s with %q\ngot  %s%s\nwant %s", c.name, c.template, c.value, r.Output, r.Error, c.want)
		}
	}
}

// TestRefusedPlaces ensures that a value is refused where no escaping helps, and
// branches that end in different places are too.
func TestRefusedPlaces(t *testing.T) {
	tests := []struct{ template, want string }{
		{`<p title={{ v }}>`, "A value stands in an unquoted attribute"},
		{`<p title=a{{ v }}>`, "A value stands in an unquoted attribute"},
		{`<{{ v }}>`, "A value stands in the name of a tag"},
		{`<h{{ v }}>`, "A value stands in the name of a tag"},
		{`<p {{ v }}>`, "A value stands in a tag, between its attributes"},
		{`<p data-{{ v }}="x">`, "A value stands in a tag, between its attributes"},
		{`<a href="javascript:f('{{ v }}')">`, "A value stands in a javascript: URL"},
		{`<script>// {{ v }}` + "\n</script>", "A value stands in a script, in a comment"},
		{`<script>/* {{ v }} */</script>`, "A value stands in a script, in a comment"},
		{`<script>x = /{{ v }}/;</script>`, "A value stands in a script, in a regular expression"},
		{`{% if v %}<p title="{% endif %}x`, "The branch ends in another place of the HTML than it begins in"},
		{`{% if v %}<script>{% else %}<p>{% endif %}</script>`, "The branches end in different places of the HTML"},
		{`{% for x in v %}<p title="{% endfor %}">`, "The body of the for tag ends in another place of the HTML than it begins in"},
		{`<p title="`, "The template ends in the value of an attribute"},
		{`<script>{% csrf_token %}</script>`, "csrf_token stands in a script, in code"},
	}
	for _, test := range tests {
		templates := map[string]string{"main.html": test.template}
		_, diags := Compile(caseOptions(templates, "main.html"))
		if len(diags) == 0 || diags[0].Summary != test.want {
			t.Errorf("%s\ngot  %swant %s", test.template, render(diags, templates), test.want)
		}
	}
}

// TestAcceptedPlaces ensures that what designers write every day is no error.
func TestAcceptedPlaces(t *testing.T) {
	for _, template := range []string{
		`<option value="1"{% if v %} selected{% endif %}>`,
		`<option {% if v %}selected{% endif %}>`,
		`<p {% if v %}class="a"{% else %}id="b"{% endif %}>`,
		`<p class="a {% if v %}b{% endif %}">`,
		`<a href="{% if v %}{{ v }}{% else %}/x{% endif %}">`,
		`<a href="/x{% if v %}?p={{ v }}{% endif %}">`,
		`<ul>{% for x in v %}<li{% if forloop.first %} class="f"{% endif %}>{{ x }}</li>{% endfor %}</ul>`,
		`<script>var a = [{% for x in v %}{{ x }}{% if not forloop.last %}, {% endif %}{% endfor %}];</script>`,
		`<script>{% if v %}f();{% else %}g(){% endif %}</script>`,
		`<style>{% if v %}p { color: red }{% endif %}</style>`,
		`<!-- {% if v %}a -- b{% endif %} -->`,
		`<!DOCTYPE html><br/><img src="/x"/>a < b <3`,
		`{% if v %}<b>{% endif %}x{% if v %}</b>{% endif %}`,
		`<tr class="{% cycle 'a' 'b' %}">`,
		`<input{% if v %} value="{{ v }}"{% endif %} disabled>`,
	} {
		templates := map[string]string{"main.html": template}
		if _, diags := Compile(caseOptions(templates, "main.html")); len(diags) > 0 {
			t.Errorf("%s\n%s", template, render(diags, templates))
		}
	}
}

// FuzzPlace ensures that following text in pieces leads where following it at
// once leads, and that nothing loops.
func FuzzPlace(f *testing.F) {
	for _, c := range placeCases {
		f.Add(c.template, 5)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		whole := htmlState{}.feed(text)
		if cut < 0 || cut > len(text) || strings.Contains(text, "&") || strings.Contains(text, "<!") {
			return
		}
		if parts := (htmlState{}).feed(text[:cut]).feed(text[cut:]); parts != whole {
			t.Errorf("%q cut at %d\nwhole %+v\nparts %+v", text, cut, whole, parts)
		}
	})
}
