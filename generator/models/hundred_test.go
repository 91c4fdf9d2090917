package models

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// many is the site file of n models with twenty fields each, of the kinds that
// models have most, related to each other.
func many(n int) string {
	var b strings.Builder
	b.WriteString("site \"many\" { domains = [\"example.com\"] }\ndatabase { url = \"sqlite:data/many.db\" }\n")
	for i := range n {
		fmt.Fprintf(&b, "model \"thing_%d\" {\n", i)
		if i > 0 {
			fmt.Fprintf(&b, "field \"parent\" {\ntype = foreign_key(model.thing_%d)\non_delete = cascade\n}\n", i/2)
			fmt.Fprintf(&b, "field \"other\" {\ntype = foreign_key(model.thing_%d)\non_delete = set_null\nnull = true\nrelated_name = \"others_%d\"\n}\n", i-1, i)
		} else {
			b.WriteString("field \"first\" { type = text }\nfield \"second\" { type = text }\n")
		}
		for k, kind := range strings.Fields(`char(100) char(50) text slug email url boolean integer big_integer float
			decimal(10,2) date datetime uuid json`) {
			fmt.Fprintf(&b, "field \"field_%d\" { type = %s }\n", k, kind)
		}
		b.WriteString(`field "null_text" {
  type = char(20)
  null = true
}
field "null_number" {
  type = integer
  null = true
}
field "null_moment" {
  type = datetime
  null = true
}
ordering = ["-field_12"]
}
`)
	}
	return b.String()
}

// writeMany writes gen/models of the site as a package within this module, so
// that it is compiled against the runtime of the tree, and returns its folder.
func writeMany(tb testing.TB, site *schema.Site) string {
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		tb.Fatal(err)
	}
	dir, err := os.MkdirTemp("testdata", "many")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(dir); os.Remove("testdata") })
	for _, f := range Emit(site, "stackgen.dev/generator/models/"+dir) {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), f.Bytes(), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func loadMany(tb testing.TB, n int) *schema.Site {
	file := filepath.Join(tb.TempDir(), "site.hcl")
	if err := os.WriteFile(file, []byte(many(n)), 0o644); err != nil {
		tb.Fatal(err)
	}
	site, _, diags := schema.Load(file)
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	return site
}

// Ensure a further model adds little code: what the runtime does is compiled
// once, and not for each model.
func TestCodeOfOneModel(t *testing.T) {
	few, more := functions(t, 2), functions(t, 6)
	if each := (more - few) / 4; each > 145 {
		t.Errorf("a model adds %d functions to gen/models, more than 145", each)
	}
}

// functions counts those that the compiler makes for n models.
func functions(t *testing.T, n int) int {
	dir := writeMany(t, loadMany(t, n))
	archive := filepath.Join(t.TempDir(), "models.a")
	if out, err := exec.Command("go", "build", "-o", archive, "./"+dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	symbols, err := exec.Command("go", "tool", "nm", archive).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(symbols), " T ")
}

// A hundred models: read and generated, and compiled as stackgen build does,
// where the runtime is compiled already.
func BenchmarkHundred(b *testing.B) {
	b.Run("generate", func(b *testing.B) {
		for b.Loop() {
			for _, f := range Emit(loadMany(b, 100), "many") {
				f.Bytes()
			}
		}
	})
	b.Run("compile", func(b *testing.B) {
		dir := writeMany(b, loadMany(b, 100))
		compile := func(i int) {
			again := filepath.Join(dir, "again.go")
			if err := os.WriteFile(again, fmt.Appendf(nil, "package models\n\nconst again = %d\n", i), 0o644); err != nil {
				b.Fatal(err)
			}
			cmd := exec.Command("go", "build", "-trimpath", "-gcflags=all=-dwarf=false", "./"+dir)
			cmd.Env = append(os.Environ(), "GOGC=200") // as generator.Compile has it
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
		}
		compile(-1) // and the runtime
		for i := 0; b.Loop(); i++ {
			compile(i)
		}
	})
}
