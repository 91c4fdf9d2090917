package querysite_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// refused is a query that the compiler refuses, and how: what is an exception
// in Django, or a conversion that Go does not do.
type refused struct{ query, message string }

func refusedByGo() map[string]refused {
	return map[string]refused{
		"q-026": {`Posts(db).Filter(PostField.Title.Length(6))`, "PostField.Title.Length undefined"},
		"q-062": {`Authors(db).Filter(AuthorField.Age.Gte(nil))`, "cannot use nil as int64 value"},
		"q-372": {`Posts(db).Filter(PostField.Nosuch.Eq(1))`, "PostField.Nosuch undefined"},
		"q-373": {`Posts(db).Filter(PostField.Title.Nosuch("x"))`, "PostField.Title.Nosuch undefined"},
		"q-374": {`Posts(db).Filter(PostField.Author.Where(AuthorField.Nosuch.Eq(1)))`, "AuthorField.Nosuch undefined"},
		"q-376": {`model.Values(Posts(db), func(r *struct{ A string }) []model.Pick[Post] { return model.Picks(PostField.Nosuch.Into(&r.A)) })`,
			"PostField.Nosuch undefined"},
		"q-381": {`Posts(db).Filter(PostField.Nosuch.Eq(1)).Get()`, "PostField.Nosuch undefined"},
		// True is 1 in Python, and no number in Go.
		"q-385": {`Posts(db).Filter(PostField.Views.Eq(true))`, "cannot use true (untyped bool constant) as int64 value"},
	}
}

// Ensure that the compiler refuses these queries, each for its reason.
func TestRefusedByGo(t *testing.T) {
	var src strings.Builder
	src.WriteString("package refused\nimport (\n. \"stackgen.dev/generator/models/querysite/gen/models\"\n\"stackgen.dev/runtime/model\"\n)\nvar db model.Source\n")
	lines := map[int]string{}
	for id, r := range refusedByGo() {
		lines[strings.Count(src.String(), "\n")+1] = id
		fmt.Fprintf(&src, "func _() { %s }\n", r.query)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "refused.go", src.String(), 0)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	config := types.Config{
		Importer: importer.ForCompiler(files, "gc", compiled(t, "./gen/models")),
		Error: func(err error) {
			e := err.(types.Error)
			id := lines[files.Position(e.Pos).Line]
			said[id] = append(said[id], e.Msg)
		},
	}
	config.Check("refused", files, []*ast.File{file}, nil)
	for id, r := range refusedByGo() {
		if !slices.ContainsFunc(said[id], func(m string) bool { return strings.Contains(m, r.message) }) {
			t.Errorf("%s: the compiler says %q, want %q", id, said[id], r.message)
		}
		delete(said, id)
	}
	for id, messages := range said {
		t.Errorf("%q: the compiler says %q", id, messages)
	}
}

// compiled finds what packages export.
func compiled(t *testing.T, pkg string) importer.Lookup {
	t.Helper()
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", pkg)
	var problem bytes.Buffer
	list.Stderr = &problem
	out, err := list.Output()
	if err != nil {
		t.Fatal(err, problem.String())
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[name] = path
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
}
