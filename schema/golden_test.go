package schema

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write golden files anew")

// project extracts an archive's files into a folder of their own, makes it the
// working directory, and returns the name of the site file.
func project(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir, site := t.TempDir(), ""
	for _, f := range a.Files {
		if f.Name == "want" {
			continue
		}
		if f.Name == "site.hcl" || f.Name == "site.hcl.json" {
			site = f.Name
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return site
}

// archives reads the archives of a folder of testdata, by name.
func archives(t *testing.T, dir string) map[string]*txtar.Archive {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives in testdata/%s: %v", dir, err)
	}
	all := map[string]*txtar.Archive{}
	for _, f := range files {
		a, err := txtar.ParseFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(f), ".txtar")] = a
	}
	return all
}

// section returns a file of the archive.
func section(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// TestInvalid holds what the user sees against the want section of each archive.
func TestInvalid(t *testing.T) {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range archives(t, "invalid") {
		t.Run(name, func(t *testing.T) {
			file := project(t, a)
			_, sources, diags := Load(file)
			var got bytes.Buffer
			Render(&got, diags, sources, RenderOptions{})
			if *update {
				rewriteWant(t, filepath.Join(root, "testdata", "invalid", name+".txtar"), a, got.Bytes())
				return
			}
			if want := section(a, "want"); !bytes.Equal(want, got.Bytes()) {
				t.Errorf("the diagnostics differ; run with -update and look at the change\n--- want\n%s\n--- got\n%s", want, got.Bytes())
			}
		})
	}
}

func rewriteWant(t *testing.T, path string, a *txtar.Archive, want []byte) {
	t.Helper()
	var files []txtar.File
	for _, f := range a.Files {
		if f.Name != "want" {
			files = append(files, f)
		}
	}
	files = append(files, txtar.File{Name: "want", Data: want})
	if err := os.WriteFile(path, txtar.Format(&txtar.Archive{Comment: a.Comment, Files: files}), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestInvalidHasForm checks what every diagnostic has in common.
func TestInvalidHasForm(t *testing.T) {
	for name, a := range archives(t, "invalid") {
		t.Run(name, func(t *testing.T) {
			file := project(t, a)
			_, sources, diags := Load(file)
			if len(diags) == 0 {
				t.Fatal("nothing is wrong with an invalid site")
			}
			for _, d := range diags {
				checkForm(t, d, sources)
			}
			var first bytes.Buffer
			Render(&first, diags, sources, RenderOptions{})
			for range 20 {
				_, sources, diags := Load(file)
				var again bytes.Buffer
				Render(&again, diags, sources, RenderOptions{})
				if !bytes.Equal(first.Bytes(), again.Bytes()) {
					t.Fatalf("two runs differ\n--- first\n%s\n--- again\n%s", first.Bytes(), again.Bytes())
				}
			}
		})
	}
}

func checkForm(t *testing.T, d Diagnostic, sources *Sources) {
	t.Helper()
	if d.Summary == "" || strings.ContainsAny(d.Summary[len(d.Summary)-1:], ".?!:") {
		t.Errorf("summary %q ends with a mark", d.Summary)
	}
	if !strings.HasSuffix(d.Detail, ".") || strings.HasSuffix(d.Detail, "..") || strings.Contains(d.Detail, "  ") || strings.Contains(d.Detail, "%!") {
		t.Errorf("detail %q does not read as sentences", d.Detail)
	}
	if strings.ToUpper(d.Detail[:1]) != d.Detail[:1] {
		t.Errorf("detail %q begins with a small letter", d.Detail)
	}
	at := d.Subject
	if text := sources.Bytes(at.Filename); text == nil || at.Start.Line < 1 || at.Start.Byte > at.End.Byte || at.End.Byte > len(text) {
		t.Errorf("subject %v of %q lies in no known file", at, d.Summary)
	}
	for _, r := range d.Related {
		if text := sources.Bytes(r.Range.Filename); text == nil || r.Range.Start.Line < 1 || r.Range.End.Byte > len(text) {
			t.Errorf("related place %v of %q lies in no known file", r.Range, d.Summary)
		}
		if strings.HasSuffix(r.Message, ".") || r.Message == "" {
			t.Errorf("message %q of a related place ends with a period", r.Message)
		}
	}
}
