package generator

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	stackgen "stackgen.dev"
	"stackgen.dev/schema"
)

var update = flag.Bool("update", false, "write the expected files anew")

// examples lists the examples by the names of their site files.
func examples(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../examples/*.hcl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".hcl"))
	}
	return names
}

// authored are the folders of an example that are its author's.
func authored(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	switch first {
	case "gen", ".stackgen", "bin", "data", "go.mod", "go.sum":
		return false
	}
	return true
}

// goldenProject is the project that an example generates, with its own files,
// as golden/ holds it.
func goldenProject(t *testing.T, name string) map[string][]byte {
	t.Helper()
	dir, authors := exampleProject(t, name)
	site, sources, diags := schema.Load(filepath.Join(dir, "site.hcl"))
	if diags.HasErrors() {
		t.Fatalf("%s.hcl: %s", name, rendered(diags, sources))
	}
	module := stackgen.GoldenModule(name)
	set, p := generate(site, sources, module)
	if len(p.diags) > 0 {
		t.Fatalf("%s.hcl: %s", name, rendered(p.diags, sources))
	}
	files := map[string][]byte{}
	for _, path := range set.Paths() {
		files[path] = set.Content(path)
	}
	for path, content := range authors {
		if strings.HasSuffix(path, ".go") {
			content = bytes.ReplaceAll(content, []byte(`"`+name+"/"), []byte(`"`+module+"/"))
		}
		files[path] = content
	}
	plan := &Plan{Dir: t.TempDir(), manifest: &Manifest{}}
	_, mod, err := editGoMod(plan, site.Module.V, needsOf(runtimePackages(site.Dir, set)))
	if err != nil {
		t.Fatal(err)
	}
	files["go.mod.golden"] = mod
	return files
}

// exampleProject lays an example out as a user has it: site.hcl with the rest
// beside it. It also returns those files.
func exampleProject(t *testing.T, name string) (dir string, files map[string][]byte) {
	t.Helper()
	dir = t.TempDir()
	files = map[string][]byte{}
	src, err := os.ReadFile("../examples/" + name + ".hcl")
	if err != nil {
		t.Fatal(err)
	}
	files["site.hcl"] = src
	top := "../examples/" + name
	err = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // an example of one file
		}
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(top, path)
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir() && rel != "." && !authored(rel):
			return fs.SkipDir
		case d.IsDir() || !authored(rel):
			return nil
		}
		files[rel], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range files {
		write(t, dir, path, string(content))
	}
	return dir, files
}

func rendered(diags schema.Diagnostics, sources *schema.Sources) string {
	var b bytes.Buffer
	schema.Render(&b, diags, sources, schema.RenderOptions{})
	return b.String()
}

// Ensure that golden/ holds exactly the project that each example generates.
func TestGolden(t *testing.T) {
	for _, name := range examples(t) {
		t.Run(name, func(t *testing.T) {
			want := goldenProject(t, name)
			root := filepath.Join("../golden", name)
			if *update {
				if err := os.RemoveAll(root); err != nil {
					t.Fatal(err)
				}
				for path, content := range want {
					write(t, root, path, string(content))
				}
			}
			got := map[string]bool{}
			err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				rel, _ := filepath.Rel(root, path)
				rel = filepath.ToSlash(rel)
				got[rel] = true
				b, err := os.ReadFile(path)
				switch content, ok := want[rel]; {
				case !ok:
					t.Errorf("%s is in golden/%s and not generated", rel, name)
				case !bytes.Equal(b, content):
					t.Errorf("golden/%s/%s is not what is generated now: run make update and look at the difference", name, rel)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			var missing []string
			for path := range want {
				if !got[path] {
					missing = append(missing, path)
				}
			}
			sort.Strings(missing)
			for _, path := range missing {
				t.Errorf("%s is generated and not in golden/%s", path, name)
			}
		})
	}
}

// Ensure that the same site gives the same bytes, however often.
func TestGenerateTwice(t *testing.T) {
	for _, name := range examples(t) {
		first := goldenProject(t, name)
		for range 3 {
			second := goldenProject(t, name)
			for path, content := range first {
				if !bytes.Equal(content, second[path]) {
					t.Errorf("%s: %s differs between two runs", name, path)
				}
			}
		}
	}
}
