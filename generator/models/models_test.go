package models

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

var update = flag.Bool("update", false, "write testsite/gen")

// load reads a site file that must be without errors.
func load(t *testing.T, file string) *schema.Site {
	t.Helper()
	site, _, diags := schema.Load(file)
	for _, d := range diags {
		if d.Severity == schema.Error {
			t.Errorf("%s:%d: %s: %s", d.Subject.Filename, d.Subject.Start.Line, d.Summary, d.Detail)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return site
}

// loadText reads a site from text.
func loadText(t *testing.T, text string) *schema.Site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "site.hcl")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return load(t, file)
}

// Ensure the generated packages of the sites beside this one are those in the
// tree, which are compiled and run by the tests there.
func TestEmit(t *testing.T) {
	for _, name := range []string{"testsite", "querysite"} {
		t.Run(name, func(t *testing.T) { emitted(t, name) })
	}
}

func emitted(t *testing.T, name string) {
	site := load(t, name+"/site.hcl")
	if diags := Check(site); diags.HasErrors() {
		t.Fatal(diags)
	}
	want := map[string][]byte{}
	for _, f := range Emit(site, site.Module.V) {
		want[filepath.Join(name, f.Path)] = f.Bytes()
	}
	if *update {
		if err := os.RemoveAll(name + "/gen"); err != nil {
			t.Fatal(err)
		}
		for path, text := range want {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	have, err := filepath.Glob(name + "/gen/models/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range have {
		if want[path] == nil {
			t.Errorf("%s is not generated any more", path)
		}
	}
	for path, text := range want {
		if old, err := os.ReadFile(path); err != nil || !bytes.Equal(old, text) {
			t.Errorf("%s is not what is generated (%v); run go test -run TestEmit -update", path, err)
		}
	}
}

// Ensure the same site gives the same bytes.
func TestEmitTwice(t *testing.T) {
	text := func() string {
		var b strings.Builder
		for _, f := range Emit(load(t, "testsite/site.hcl"), "x") {
			b.WriteString(f.Path + "\n")
			b.Write(f.Bytes())
		}
		return b.String()
	}
	if first, second := text(), text(); first != second {
		t.Error("two runs differ")
	}
}
