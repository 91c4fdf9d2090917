package generator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// plainViews are all of one kind: what routes alone cost. allViews are of every
// kind in turn, most with a page of their own to compile.
var (
	plainViews = []string{"text = \"Text\""}
	allViews   = []string{
		"text = \"Text\"",
		"template = \"page.html\"",
		"list {\n    model = model.page\n    paginate_by = 20\n  }\n  template = \"page_list.html\"",
		"detail { model = model.page }\n  template = \"page_detail.html\"",
		"create {\n    model = model.page\n    fields = [\"title\", \"slug\", \"body\"]\n    success = view.v0\n  }\n  template = \"page_form.html\"",
	}
)

// largeSite is a site with n routes to as many views, of those kinds in turn.
func largeSite(n int, kinds []string) string {
	var b strings.Builder
	b.WriteString(`site "large" {}
database { url = "sqlite:data/large.db" }
middleware = [security, session, common, csrf, clickjacking]
model "page" {
  field "title" { type = char(200) }
  field "slug" {
    type   = slug
    unique = true
  }
  field "body" { type = text }
  ordering = ["title"]
}
`)
	for i := range n {
		pattern := fmt.Sprintf("/section%d/page%d/", i%20, i)
		if strings.HasPrefix(kinds[i%len(kinds)], "detail") {
			pattern += "<slug:slug>/"
		}
		fmt.Fprintf(&b, "view \"v%d\" {\n  %s\n}\nroute %q { view = view.v%d }\n", i, kinds[i%len(kinds)], pattern, i)
	}
	return b.String()
}

// largeTemplates are its pages.
var largeTemplates = map[string]string{
	"base.html":        "<!doctype html>\n<title>{% block title %}Large{% endblock %}</title>\n<body>{% block content %}{% endblock %}</body>\n",
	"page.html":        "{% extends \"base.html\" %}\n{% block content %}<p>{{ request.path }}</p>{% endblock %}\n",
	"page_list.html":   "{% extends \"base.html\" %}\n{% block content %}{% for page in object_list %}<h2>{{ page.title|upper }}</h2>{% empty %}<p>None</p>{% endfor %}{% endblock %}\n",
	"page_detail.html": "{% extends \"base.html\" %}\n{% block title %}{{ object.title }}{% endblock %}\n{% block content %}{{ object.body|linebreaks }}{% endblock %}\n",
	"page_form.html":   "{% extends \"base.html\" %}\n{% block content %}<form method=\"post\">{% csrf_token %}{{ form }}</form>{% endblock %}\n",
}

// BenchmarkGenerate is the way from 1,000 routes in a file to the project in
// memory: what check, plan and build wait for.
func BenchmarkGenerate(b *testing.B) {
	dir := b.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "templates"), 0o777); err != nil {
		b.Fatal(err)
	}
	for name, text := range largeTemplates {
		if err := os.WriteFile(filepath.Join(dir, "templates", name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	for _, bench := range []struct {
		name     string
		kinds    []string
		generate bool
	}{
		{"routes", plainViews, true},
		{"views of every kind", allViews, true},
		{"load alone", allViews, false},
	} {
		b.Run(bench.name, func(b *testing.B) {
			file := filepath.Join(dir, "site.hcl")
			if err := os.WriteFile(file, []byte(largeSite(1000, bench.kinds)), 0o666); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				site, sources, diags := schema.Load(file)
				if diags.HasErrors() {
					b.Fatal(rendered(diags, sources))
				}
				if !bench.generate {
					continue
				}
				if _, diags = Generate(site, sources); diags.HasErrors() {
					b.Fatal(rendered(diags, sources))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
		})
	}
}
