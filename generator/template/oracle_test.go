package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// oracleCase is one row of the tables in testdata: a template, what it knows,
// and what Django makes of it.
type oracleCase struct {
	ID         string            `json:"id"`
	Template   string            `json:"template"`
	Context    json.RawMessage   `json:"context"`
	Files      map[string]string `json:"files,omitempty"`
	Autoescape *bool             `json:"autoescape,omitempty"`
	TimeZone   string            `json:"timezone,omitempty"`
	Language   string            `json:"language,omitempty"`
	Query      *string           `json:"request_query,omitempty"`
	CSRFToken  string            `json:"csrf_token,omitempty"`
	Output     *string           `json:"output,omitempty"`
	Error      string            `json:"error,omitempty"`
	Tags       []string          `json:"tags,omitempty"`
}

// TestOracle ensures that dynamic templates give what Django gives: every case
// of the tables is compiled into one package and run, but for those that
// differences.json lists with a reason.
func TestOracle(t *testing.T) {
	var cases []oracleCase
	for _, name := range []string{"filters.json", "tags.json", "more.json"} {
		cases = append(cases, readCases(t, name)...)
	}
	var differences map[string]difference
	readJSON(t, "differences.json", &differences)

	templates := map[string]string{}
	var good []*oracleCase
	results := map[string]result{}
	for i := range cases {
		c := &cases[i]
		c.rename(templates)
		_, diags := Compile(caseOptions(templates, c.ID+"/main.html"))
		if diags.HasErrors() {
			results[c.ID] = result{Error: render(diags, templates)}
			continue
		}
		good = append(good, c)
	}
	for id, r := range runCases(t, templates, good) {
		results[id] = r
	}
	seen := map[string]bool{}
	for i := range cases {
		c := &cases[i]
		seen[c.ID] = true
		r := results[c.ID]
		problem := c.check(r)
		d, differs := differences[c.ID]
		if ours := r.short(); differs && d.Ours != ours {
			if !*update {
				t.Errorf("%s: gives %q, and differences.json says %q", c.ID, ours, d.Ours)
			}
			d.Ours = ours
			differences[c.ID] = d
		}
		switch {
		case problem != "" && !differs:
			t.Errorf("%s: %s\ntemplate %q\ncontext  %s\n%s", c.ID, strings.Join(c.Tags, " "), c.Template, c.Context, problem)
		case problem == "" && differs:
			t.Errorf("%s: listed as a difference (%s), but gives what Django gives", c.ID, d.Why)
		}
	}
	for id := range differences {
		if !seen[id] {
			t.Errorf("differences.json lists %s, which is no case", id)
		}
	}
	if *update && !t.Failed() {
		text, err := json.MarshalIndent(differences, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, "testdata/differences.json", append(text, '\n'))
	}
}

// difference is a case that gives something else than Django's output, by design.
type difference struct {
	Why, Ours string
}

// result is what running a case gave.
type result struct {
	ID     string `json:"id"`
	Output string `json:"output"`
	Error  string `json:"error"`
}

// short is what a case gave, for the list of differences: an error's first line without its place.
func (r result) short() string {
	if r.Error == "" {
		return r.Output
	}
	line, _, _ := strings.Cut(r.Error, "\n")
	parts := strings.SplitN(line, ": ", 2)
	return "error: " + strings.TrimPrefix(parts[len(parts)-1], "error: ")
}

func (c *oracleCase) check(r result) string {
	switch {
	case c.Error != "" && r.Error == "":
		return fmt.Sprintf("got  %q\nwant an error (%s)", r.Output, c.Error)
	case c.Error == "" && r.Error != "":
		return fmt.Sprintf("got  error %s\nwant %q", r.Error, *c.Output)
	case c.Error == "" && r.Output != *c.Output:
		return fmt.Sprintf("got  %q\nwant %q", r.Output, *c.Output)
	}
	return ""
}

// rename gives the case's templates names of their own, as all cases are one site.
func (c *oracleCase) rename(templates map[string]string) {
	names := make([]string, 0, len(c.Files))
	for name := range c.Files {
		names = append(names, name)
	}
	sort.Strings(names)
	own := func(text string) string {
		for _, name := range names {
			for _, q := range []string{`'`, `"`} {
				text = strings.ReplaceAll(text, q+name+q, q+c.ID+"/"+name+q)
				text = strings.ReplaceAll(text, q+name+"#", q+c.ID+"/"+name+"#")
			}
		}
		return text
	}
	text := c.Template
	if c.Autoescape != nil && !*c.Autoescape {
		text = "{% autoescape off %}" + text + "{% endautoescape %}"
	}
	templates[c.ID+"/main.html"] = own(text)
	for _, name := range names {
		templates[c.ID+"/"+name] = own(c.Files[name])
	}
	c.Context = json.RawMessage(own(string(c.Context)))
}

// besideThose are the templates that may be parents of those whose parent is known only at run time.
func besideThose(templates map[string]string, dynamic []string) []string {
	var names []string
	for _, d := range dynamic {
		if !regexp.MustCompile(`\{% extends [a-z]`).MatchString(templates[d]) {
			continue
		}
		for name := range templates {
			if path.Dir(name) == path.Dir(d) {
				names = append(names, name)
			}
		}
	}
	sort.Strings(names)
	return names
}

func caseOptions(templates map[string]string, dynamic ...string) Options {
	return Options{
		Load: func(name string) ([]byte, error) {
			if text, ok := templates[name]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		Module:  "casebook",
		Dynamic: dynamic,
		Names:   besideThose(templates, dynamic),
		URLs: []URL{
			{Name: "home", Path: "casebook/urls", Func: "Home"},
			{Name: "item", Path: "casebook/urls", Func: "Item", Params: []Param{{Name: "id", Converter: "int"}}},
			{Name: "tag", Path: "casebook/urls", Func: "Tag", Params: []Param{{Name: "slug", Converter: "slug"}, {Name: "page", Converter: "int"}}},
			{Name: "search", Path: "casebook/urls", Func: "Search", Params: []Param{{Name: "term", Converter: "str"}}},
			{Name: "old", Path: "casebook/urls", Func: "Old", Params: []Param{{Name: "number", Converter: "int"}}},
			{Name: "file", Path: "casebook/urls", Func: "File", Params: []Param{{Name: "p", Converter: "path"}}},
			{Name: "shop:cart", Path: "casebook/urls", Func: "ShopCart"},
			{Name: "shop:product", Path: "casebook/urls", Func: "ShopProduct", Params: []Param{{Name: "u", Converter: "uuid"}}},
		},
		Static: func(name string) (string, bool) {
			if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "../") {
				return path.Join("/static/..", name), true
			}
			quoted := regexp.MustCompile(`[^A-Za-z0-9_.~/-]`).ReplaceAllStringFunc(name, func(s string) string {
				var b strings.Builder
				for i := 0; i < len(s); i++ {
					fmt.Fprintf(&b, "%%%02X", s[i])
				}
				return b.String()
			})
			return "/static/" + quoted, true
		},
		Language:     "en-us",
		Languages:    []Language{{Code: "en"}, {Code: "de", PluralForms: "n != 1", Messages: catalogue}, {Code: "fr"}, {Code: "ar"}},
		StaticPrefix: "/static/",
		MediaPrefix:  "/media/",
	}
}

// catalogue is the German translation that the cases were made with.
var catalogue = map[string][]string{
	"Save":                    {"Speichern"},
	"Hello %(name)s":          {"Hallo %(name)s"},
	"May":                     {"Mai"},
	"verb\x04May":             {"kann"},
	"one file":                {"eine Datei"},
	"Price: 100%":             {"Preis: 100%"},
	"Fish & <b>chips</b>":     {"Fisch & <b>Pommes</b>"},
	"trimmed text over lines": {"gekürzter Text über Zeilen"},
	"greeting\x04Hello":       {"Grüß Gott"},
	"Total: %(n)s %%":         {"Summe: %(n)s %%"},
	"\n two\n lines\n":        {"\n zwei\n Zeilen\n"},
	"%(a)s and %(b)s":         {"%(b)s und %(a)s"},
	"%(counter)s file":        {"%(counter)s Datei", "%(counter)s Dateien"},
	"one result for %(q)s":    {"ein Ergebnis für %(q)s", "%(counter)s Ergebnisse für %(q)s"},
	"keyboard\x04a key":       {"eine Taste", "%(counter)s Tasten"},
}

// runCases writes a module with all cases, runs it once and reads what it says.
func runCases(t *testing.T, templates map[string]string, cases []*oracleCase) map[string]result {
	t.Helper()
	var names []string
	for _, c := range cases {
		names = append(names, c.ID+"/main.html")
		for name := range c.Files {
			one := c.ID + "/" + name
			if _, diags := Compile(caseOptions(templates, one)); !diags.HasErrors() {
				names = append(names, one) // for includes by a name known at run time
			}
		}
	}
	files, diags := Compile(caseOptions(templates, names...))
	if diags.HasErrors() {
		t.Fatal(render(diags, templates))
	}
	dir := newModule(t, "casebook")
	for _, f := range files {
		writeFile(t, filepath.Join(dir, f.Path), f.Bytes())
	}
	list, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "cases.json"), list)
	var out map[string]result
	var rows []result
	if err := json.Unmarshal(goRun(t, dir), &rows); err != nil {
		t.Fatal(err)
	}
	out = map[string]result{}
	for _, r := range rows {
		out[r.ID] = r
	}
	return out
}

// newModule is a folder with a module that compiles against this repository,
// and a program of testdata in it.
func newModule(t testing.TB, program string) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod = bytes.Replace(mod, []byte("module stackgen.dev"), []byte("module casebook"), 1)
	mod = append(mod, "\nrequire stackgen.dev v0.0.0\nreplace stackgen.dev => "+root+"\n"...)
	writeFile(t, filepath.Join(dir, "go.mod"), mod)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.sum"), sum)
	if err := os.CopyFS(dir, renamedGo{os.DirFS("testdata/" + program)}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// renamedGo is a folder whose x.go.txt files are x.go: so that they are no package of ours.
type renamedGo struct{ fs.FS }

func (r renamedGo) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".go") {
		name += ".txt"
	}
	return r.FS.Open(name)
}

func (r renamedGo) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.FS, name)
	for i, e := range entries {
		if strings.HasSuffix(e.Name(), ".go.txt") {
			entries[i] = renamedEntry{e}
		}
	}
	return entries, err
}

type renamedEntry struct{ fs.DirEntry }

func (e renamedEntry) Name() string { return strings.TrimSuffix(e.DirEntry.Name(), ".txt") }

func goRun(t testing.TB, dir string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", append([]string{"run", "-mod=mod", "."}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("go run: %v\n%s", err, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func writeFile(t testing.TB, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func readCases(t *testing.T, name string) []oracleCase {
	t.Helper()
	var table struct {
		Cases []oracleCase `json:"cases"`
	}
	readJSON(t, name, &table)
	return table.Cases
}

// render is diagnostics as text, with the line of the template.
func render(diags schema.Diagnostics, templates map[string]string) string {
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column, d.Severity, d.Summary)
		text := templates[strings.TrimPrefix(d.Subject.Filename, "templates/")]
		if lines := strings.Split(text, "\n"); text != "" && d.Subject.Start.Line <= len(lines) {
			width := 1
			if d.Subject.End.Line == d.Subject.Start.Line {
				width = max(1, d.Subject.End.Column-d.Subject.Start.Column)
			}
			fmt.Fprintf(&b, "    %s\n    %s%s\n", lines[d.Subject.Start.Line-1], strings.Repeat(" ", d.Subject.Start.Column-1), strings.Repeat("^", width))
		}
		if d.Detail != "" {
			fmt.Fprintf(&b, "  %s\n", d.Detail)
		}
		for _, r := range d.Related {
			fmt.Fprintf(&b, "  %s:%d:%d: %s\n", r.Range.Filename, r.Range.Start.Line, r.Range.Start.Column, r.Message)
		}
	}
	return b.String()
}
