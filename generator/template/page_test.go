package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pageTemplates are a page of the usual size in Django's language; the same in
// html/template lies in testdata/page/html.
var pageTemplates = map[string]string{
	"base.html": `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{% block title %}{% endblock %} · Shop</title><link rel="stylesheet" href="{% load static %}{% static 'shop.css' %}"></head>
<body>
{% block nav %}<nav>{% for link in links %}<a href="{{ link.url }}"{% if link.active %} aria-current="page"{% endif %}>{{ link.title }}</a>{% endfor %}</nav>
<p>{{ user }}</p>{% endblock %}
<main>
{% block content %}{% endblock %}
</main>
<footer>{{ orders|length }} orders</footer>
</body></html>
`,
	"page.html": `{% extends "base.html" %}
{% block title %}{{ title }}{% endblock %}
{% block content %}<h1>{{ title }}</h1>
<table>{% for o in orders %}
<tr class="{{ o.status }}"><td>{{ forloop.counter }}</td><td><a href="{% url 'order' o.id %}">{{ o.id }}</a></td><td>{{ o.customer }}</td><td><time datetime="{{ o.placed|date:'Y-m-d' }}">{{ o.placed|date:"j F Y" }}</time></td><td>{{ o.total|floatformat:2 }}</td><td>{% if o.paid %}paid{% else %}due{% endif %}</td></tr>{% endfor %}
</table>
<form method="post">{% csrf_token %}
{% for field in fields %}<p><label for="id_{{ field.name }}">{{ field.label }}</label> <input id="id_{{ field.name }}" name="{{ field.name }}" value="{{ field.value }}">{% if field.help %} <small>{{ field.help }}</small>{% endif %}{% for e in field.errors %}<strong>{{ e }}</strong>{% endfor %}</p>{% endfor %}
<button>Search</button></form>{% endblock %}
`,
}

// pageOptions are the types of that page.
func pageOptions() Options {
	object := func(name string, pointer bool, members map[string]*Member) *Type {
		return &Type{Kind: List, Elem: &Type{Kind: Struct, Name: strings.ToLower(name), Go: GoType{Path: "casebook/models", Name: name, Pointer: pointer}, Members: members}}
	}
	text := func(field string) *Member { return &Member{Field: field, Type: stringType} }
	opts := blog(pageTemplates)
	opts.CSRF = nil
	opts.Static = func(n string) (string, bool) { return "/static/" + n, true }
	opts.URLs = []URL{{Name: "order", Path: "casebook/urls", Func: "Order", Params: []Param{{Name: "id", Converter: "int"}}}}
	opts.Pages = []Page{{Template: "page.html", Func: "Show", Context: []Name{
		{"title", "Title", stringType}, {"user", "User", stringType}, {"csrf_token", "Token", stringType},
		{"links", "Links", object("Link", false, map[string]*Member{"title": text("Title"), "url": text("URL"), "active": {Field: "Active", Type: boolType}})},
		{"orders", "Orders", object("Order", true, map[string]*Member{
			"id": {Field: "ID", Type: &Type{Kind: Int, Go: GoType{Name: "int64"}}}, "customer": text("Customer"), "status": text("Status"),
			"total": {Field: "Total", Type: floatType}, "placed": {Field: "Placed", Type: &Type{Kind: Time}}, "paid": {Field: "Paid", Type: boolType},
		})},
		{"fields", "Fields", object("Field", false, map[string]*Member{"name": text("Name"), "label": text("Label"), "value": text("Value"), "help": text("Help"), "errors": {Field: "Errors", Type: &Type{Kind: List, Elem: stringType}}})},
	}}}
	return opts
}

type pageResult struct {
	Compiled, HTML     string
	CompiledNS, HTMLNS float64
	CompiledAllocs     int64
	Data               json.RawMessage // what the page shows, for others
}

// runPage compiles the page, and runs it beside html/template.
func runPage(t testing.TB, args ...string) pageResult {
	t.Helper()
	files, diags := Compile(pageOptions())
	if len(diags) > 0 {
		t.Fatal(render(diags, pageTemplates))
	}
	dir := newModule(t, "page")
	for _, f := range files {
		writeFile(t, filepath.Join(dir, f.Path), f.Bytes())
	}
	var r pageResult
	if err := json.Unmarshal(goRun(t, dir, args...), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPage ensures that a page of the usual size comes out as html/template
// writes it, but for the spelling of two entities.
func TestPage(t *testing.T) {
	r := runPage(t)
	want := strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;").Replace(r.HTML)
	if len(want) < 8000 || r.Compiled != want {
		t.Errorf("got\n%s\nwant\n%s", r.Compiled, want)
	}
}

// BenchmarkPage measures that page against html/template's, and against
// Django's where STACKGEN_DJANGO names a Python that has it.
func BenchmarkPage(b *testing.B) {
	r := runPage(b, "measure")
	for b.Loop() {
		// The program has measured; the loop is for the testing package, and forgets what was reported before.
	}
	if python := os.Getenv("STACKGEN_DJANGO"); python != "" {
		d := runDjango(b, python, r.Data)
		if d.Output != r.Compiled {
			b.Fatalf("Django writes\n%s\nand not\n%s", d.Output, r.Compiled)
		}
		b.ReportMetric(d.NS, "django-ns/page")
	}
	b.ReportMetric(r.CompiledNS, "compiled-ns/page")
	b.ReportMetric(r.HTMLNS, "html/template-ns/page")
	b.ReportMetric(r.HTMLNS/r.CompiledNS, "times-faster")
	b.ReportMetric(float64(r.CompiledAllocs), "compiled-allocs/page")
}

type djangoResult struct {
	Output string
	NS     float64
}

// runDjango renders the page's templates with Django.
func runDjango(t testing.TB, python string, data json.RawMessage) (r djangoResult) {
	t.Helper()
	in, err := json.Marshal(map[string]any{"templates": pageTemplates, "data": data})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, filepath.Join("testdata", "page", "django_page.py"))
	cmd.Stdin = bytes.NewReader(in)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, said.Bytes())
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// BenchmarkCompile500 measures compiling a site of 500 templates, and Go's
// compiling of what comes out, where all that it imports has been compiled before.
func BenchmarkCompile500(b *testing.B) {
	templates := map[string]string{"base.html": pageTemplates["base.html"]}
	opts := pageOptions()
	page := opts.Pages[0]
	opts.Pages = nil
	for i := range 500 {
		name := fmt.Sprintf("page%d.html", i)
		templates[name] = pageTemplates["page.html"]
		page.Template, page.Func = name, fmt.Sprintf("Show%d", i)
		opts.Pages = append(opts.Pages, page)
	}
	opts.Load = blog(templates).Load
	for b.Loop() {
		start := time.Now()
		files, diags := Compile(opts)
		if len(diags) > 0 {
			b.Fatal(diags)
		}
		size := 0
		for _, f := range files {
			size += len(f.Bytes())
		}
		b.ReportMetric(time.Since(start).Seconds(), "s/500-templates")
		b.ReportMetric(float64(size), "bytes-of-Go")
		dir := newModule(b, "page")
		for _, f := range files {
			writeFile(b, filepath.Join(dir, f.Path), f.Bytes())
		}
		goBuild(b, dir, runtimePath, "./models", "./urls")
		start = time.Now()
		goBuild(b, dir, "./gen/templates")
		b.ReportMetric(time.Since(start).Seconds(), "s/go-build")
	}
}

func goBuild(t testing.TB, dir string, packages ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"build", "-mod=mod"}, packages...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
