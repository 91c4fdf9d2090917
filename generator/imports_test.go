package generator

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	stackgen "stackgen.dev"
)

// layers says which of this module's packages the packages below a folder may
// import: the walls of the house. A folder may always import what lies beneath it.
var layers = []struct {
	dir string
	may []string
}{
	{"cmd", []string{"", "generator", "schema"}},
	{"generator", []string{"", "schema", "runtime/gateway", "runtime/web/route", "runtime/web/debugpage", "runtime/proxy", "runtime/model", "runtime/i18n"}},
	{"bench/read", []string{"golden/bench", "runtime/model"}}, // as a generated site does
	{"bench", nil},
	{"schema", nil},
	{"internal/porttest", nil},
	{"runtime/gateway", nil},
	{"runtime/http1", []string{"runtime/gateway"}},
	{"runtime/netpoll", nil},
	{"runtime/server/acme/acmetest", []string{"internal/porttest", "runtime/server"}},
	{"runtime/server", []string{"runtime/gateway", "runtime/http1", "runtime/netpoll"}},
	{"runtime/proxy", []string{"runtime/gateway", "runtime/http1", "runtime/netpoll"}},
	{"runtime/web/redis/redistest", []string{"internal/porttest"}},
	{"runtime/web", []string{"runtime/gateway", "runtime/model", "runtime/tmpl", "runtime/i18n"}},
	{"runtime/model", nil},
	{"runtime/i18n", nil},
	{"runtime/tracing", []string{"runtime/gateway"}},
	{"runtime/tmpl", []string{"runtime/i18n"}},
	{"runtime/site", []string{"runtime/gateway", "runtime/http1", "runtime/netpoll", "runtime/server", "runtime/proxy", "runtime/web", "runtime/model", "runtime/tmpl"}},
}

// Ensure that every package imports only what its layer may: data flows one way.
func TestLayers(t *testing.T) {
	root := ".."
	checked := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if d.Name() == "testdata" || rel == "examples" || rel == "golden" || strings.HasPrefix(d.Name(), ".") && rel != "." {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") || filepath.Dir(path) == root {
			return nil
		}
		for _, layer := range layers {
			if !within(rel, layer.dir) {
				continue
			}
			checked++
			for _, imp := range fileImports(t, path) {
				if !allowed(imp, layer.dir, layer.may) {
					t.Errorf("%s imports %q, which %s may not", rel, imp, layer.dir)
				}
			}
			return nil
		}
		t.Errorf("%s lies in no layer", rel)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 50 {
		t.Errorf("only %d files were checked", checked)
	}
}

func within(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func allowed(imp, dir string, may []string) bool {
	pkg, ours := strings.CutPrefix(imp, stackgen.Module)
	if !ours {
		return true
	}
	pkg = strings.TrimPrefix(pkg, "/")
	for _, m := range may {
		if pkg == m || m != "" && within(pkg, m) {
			return true
		}
	}
	return within(pkg, dir)
}

func fileImports(t *testing.T, path string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var imports []string
	for _, s := range file.Imports {
		imports = append(imports, strings.Trim(s.Path.Value, `"`))
	}
	return imports
}

// testsOnly are the packages of the runtime that only this module's tests import.
var testsOnly = []string{"../runtime/model/postgres/pgtest", "../runtime/web/redis/redistest", "../runtime/server/acme/acmetest"}

// Ensure that the binary carries every source file of the runtime, no test, and nothing else.
func TestEmbeddedRuntime(t *testing.T) {
	var want []string
	err := filepath.WalkDir("../runtime", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || slices.Contains(testsOnly, path)) {
			return fs.SkipDir
		}
		if !d.IsDir() && !strings.HasSuffix(path, "_test.go") {
			want = append(want, strings.TrimPrefix(filepath.ToSlash(path), "../"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, dir := range stackgen.RuntimeDirs() {
		for name, src := range stackgen.RuntimeFiles(dir) {
			got = append(got, name)
			if disk, err := os.ReadFile("../" + name); err != nil || string(disk) != string(src) {
				t.Errorf("%s is not the file on disk (%v)", name, err)
			}
		}
	}
	sort.Strings(got)
	sort.Strings(want)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("embedded:\n%s\n\non disk:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Ensure that go.mod replaces nothing: a replace would not count for those who
// install the command.
func TestGoModWithoutReplace(t *testing.T) {
	for _, line := range strings.Split(string(stackgen.GoMod()), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "replace") {
			t.Errorf("go.mod: %s", line)
		}
	}
}
