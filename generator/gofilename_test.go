package generator

import (
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// Ensure that every build takes the file of a migration's function in, however the migration is called.
func TestMigrationFunctionsAreBuiltEverywhere(t *testing.T) {
	for name, want := range map[string]string{
		"fill_slugs": "fill_slugs.go", "windows": "windows.go", "test": "test.go", "amd64": "amd64.go", "for_unix": "for_unix.go",
		"move_windows": "move_windows_.go", "move_linux": "move_linux_.go", "to_amd64": "to_amd64_.go", "of_linux_arm64": "of_linux_arm64_.go",
		"add_test": "add_test_.go", "js_test": "js_test_.go", "to_js": "to_js_.go", "on_windows_test": "on_windows_test_.go",
	} {
		site := &schema.Site{Dir: t.TempDir()}
		if err := os.Mkdir(filepath.Join(site.Dir, "migrations"), 0o777); err != nil {
			t.Fatal(err)
		}
		path, err := WriteMigrationFunction(site, name, "Move")
		if err != nil || filepath.Base(path) != want {
			t.Errorf("%s: %s, %v, want %s", name, filepath.Base(path), err, want)
			continue
		}
		for _, on := range []build.Context{{GOOS: "linux", GOARCH: "amd64", Compiler: "gc"}, {GOOS: "windows", GOARCH: "arm64", Compiler: "gc"}} {
			if p, err := on.ImportDir(filepath.Dir(path), 0); err != nil || len(p.GoFiles) != 1 {
				t.Errorf("%s on %s: %v, %v", name, on.GOOS, p.GoFiles, err)
			}
		}
		if again, err := WriteMigrationFunction(site, name, "Move"); err != nil || again != "" {
			t.Errorf("%s, once more: %q, %v", name, again, err)
		}
	}
}

// Ensure the same of functions that stub writes.
func TestStubsAreBuiltEverywhere(t *testing.T) {
	site := &schema.Site{Dir: t.TempDir()}
	for _, name := range []string{"LoadTest", "ForWindows", "OnLinux"} {
		site.Views = []*schema.View{{Name: "v", Handler: schema.GoRef{Package: "views", Name: name}}}
		path, line, written, err := Stub(site, "view.v")
		if err != nil || !written || line == 0 || !strings.HasSuffix(path, "_.go") {
			t.Errorf("%s: %s:%d, written %t, %v", name, path, line, written, err)
		}
	}
}
