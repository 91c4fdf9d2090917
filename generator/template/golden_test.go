package template

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden compiles the templates of each archive in testdata/golden for the
// page page.html of the blog, and compares the diagnostics, and where there are
// no errors the Go of the page.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			templates := map[string]string{}
			var inputs []txtar.File
			want := map[string]string{}
			for _, f := range archive.Files {
				if strings.HasPrefix(f.Name, "want/") {
					want[f.Name] = string(f.Data)
					continue
				}
				templates[f.Name] = string(f.Data)
				inputs = append(inputs, f)
			}
			opts := blog(templates)
			for n := range templates {
				opts.Names = append(opts.Names, n)
			}
			opts.Pages = []Page{{Template: "page.html", Func: "Show", Context: blogContext()}}
			if strings.Contains(string(archive.Comment), "dynamic") {
				opts.Pages, opts.Dynamic = nil, []string{"page.html"}
			}
			if strings.Contains(string(archive.Comment), "streamed") {
				opts.Streamed = map[string]bool{"page.html": true}
				for i := range opts.Pages {
					opts.Pages[i].Streams = true
				}
			}
			got := compileGolden(opts, templates)
			if again := compileGolden(opts, templates); strings.Join(values(again), "") != strings.Join(values(got), "") {
				t.Error("compiled twice, the result differs")
			}
			if *update {
				archive.Files = inputs
				for _, n := range []string{"want/diagnostics", "want/show.gen.go", "want/dynamic_page.gen.go"} {
					if got[n] != "" {
						archive.Files = append(archive.Files, txtar.File{Name: n, Data: []byte(got[n])})
					}
				}
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			for n := range got {
				if got[n] != want[n] {
					t.Errorf("%s:\n%s\nwant:\n%s", n, got[n], want[n])
				}
			}
			for n := range want {
				if _, ok := got[n]; !ok {
					t.Errorf("%s is not made", n)
				}
			}
		})
	}
}

func compileGolden(opts Options, templates map[string]string) map[string]string {
	files, diags := Compile(opts)
	got := map[string]string{}
	if len(diags) > 0 {
		got["want/diagnostics"] = render(diags, templates)
	}
	if !diags.HasErrors() {
		f := files[1]
		got["want/"+filepath.Base(f.Path)] = string(f.Bytes())
	}
	return got
}

func values(m map[string]string) []string {
	var out []string
	for _, n := range []string{"want/diagnostics", "want/show.gen.go", "want/dynamic_page.gen.go"} {
		out = append(out, m[n])
	}
	return out
}

// TestDynamicNames ensures that templates with nearly the same name keep apart.
func TestDynamicNames(t *testing.T) {
	templates := map[string]string{"a-b.html": "1", "a_b.html": "2", "a/b.html": "3"}
	files, diags := Compile(caseOptions(templates, "a-b.html", "a_b.html", "a/b.html"))
	if len(diags) > 0 {
		t.Fatal(render(diags, templates))
	}
	seen := map[string]bool{}
	for _, f := range files {
		if seen[f.Path] {
			t.Errorf("%s is written twice", f.Path)
		}
		seen[f.Path] = true
	}
	if len(files) != 6 {
		t.Errorf("%d files, want 6", len(files))
	}
}

// TestIndexName ensures that a view may be called dynamic, or templates.
func TestIndexName(t *testing.T) {
	opts := blog(map[string]string{"a.html": "a", "b.html": "b"})
	opts.Pages = []Page{{Template: "a.html", Func: "Dynamic"}, {Template: "a.html", Func: "Templates"}}
	opts.Dynamic = []string{"b.html"}
	files, diags := Compile(opts)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	seen := map[string]bool{}
	for _, f := range files {
		if seen[f.Path] {
			t.Errorf("%s is written twice", f.Path)
		}
		seen[f.Path] = true
	}
	if name := IndexName(opts.Pages); name != "DynamicTemplates" || !seen["gen/templates/dynamic_templates.gen.go"] {
		t.Errorf("the map is called %s: %v", name, seen)
	}
}

// TestText ensures that nothing is escaped in a text template, nor in what it
// includes or extends, and that a value may stand anywhere in it.
func TestText(t *testing.T) {
	templates := map[string]string{
		"hello.txt": "{% extends 'base.txt' %}{% block body %}Dear {{ post.title }} <{{ post.slug }}>, a < {{ post.views }}{% include 'foot.txt' %}{% endblock %}",
		"base.txt":  "{% block body %}{% endblock %}\n", "foot.txt": "-- \n{{ post.author.name }}", "page.html": "<p>{% include 'foot.txt' %}{{ post.title }}",
	}
	opts := blog(templates)
	opts.Pages = []Page{{Template: "hello.txt", Func: "Hello", Context: blogContext()}, {Template: "page.html", Func: "Show", Context: blogContext()}}
	files, diags := Compile(opts)
	if len(diags) > 0 {
		t.Fatal(render(diags, templates))
	}
	if text := string(files[1].Bytes()); strings.Contains(text, "AppendHTML") {
		t.Errorf("something is escaped:\n%s", text)
	}
	if page := string(files[2].Bytes()); !strings.Contains(page, "AppendHTML(b, p.Post.Title)") {
		t.Errorf("the page behind the text is not escaped:\n%s", page)
	}
}
