package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure that the debug page finds the project's own line in a stack, and not the
// runtime's or generated code.
func TestOwnFrame(t *testing.T) {
	const stack = `goroutine 7 [running]:
runtime/debug.Stack()
	/usr/lib/go/src/runtime/debug/stack.go:26 +0x5e
panic({0x1234, 0x5678})
	/usr/lib/go/src/runtime/panic.go:787 +0x132
stackgen.dev/runtime/model.All(...)
	stackgen.dev/runtime/model/query.go:33 +0x10
main.homeView.func1(0xc000010000)
	blog/gen/site/views.gen.go:20 +0x44
blog/views.Archive(0xc000010000)
	blog/views/archive.go:41 +0x1c5
blog/views.All(0xc000010000)
	blog/views/all.go:7 +0x1c5
`
	for _, tt := range []struct {
		name, stack, module, folder, file string
		line                              int
	}{
		{"by the module", stack, "blog", "/srv/blog", "views/archive.go", 41},
		{"by the folder", strings.ReplaceAll(stack, "\tblog/", "\t/srv/blog/"), "", "/srv/blog", "views/archive.go", 41},
		{"of another module", stack, "shop", "/srv/shop", "", 0},
		{"of a module that begins alike", stack, "blo", "/srv/blo", "", 0},
		{"no stack", "", "blog", "/srv/blog", "", 0},
	} {
		if file, line := ownFrame(tt.stack, tt.module, tt.folder); file != tt.file || line != tt.line {
			t.Errorf("%s: %s:%d, not %s:%d", tt.name, file, line, tt.file, tt.line)
		}
	}
}

// Ensure that the line is shown with those around it, escaped.
func TestDebugCode(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("views", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("views/home.go", []byte("package views\n\nfunc Home() {\n\tpanic(\"<b>\")\n}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	d := &debugWriter{}
	d.code("goroutine 1 [running]:\nviews.Home()\n\t" + filepath.Join(here, "views", "home.go") + ":4 +0x1\n")
	page := d.b.String()
	for _, want := range []string{"<h2>views/home.go, line 4</h2>", "    3 func Home() {", "<b>    4 <mark>\tpanic(&#34;&lt;b&gt;&#34;)</mark></b>", "    5 }"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q:\n%s", want, page)
		}
	}
}
