package debugpage

import (
	"os"
	"path/filepath"
	"slices"
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
		if file, line := OwnFrame(tt.stack, tt.module, tt.folder); file != tt.file || line != tt.line {
			t.Errorf("%s: %s:%d, not %s:%d", tt.name, file, line, tt.file, tt.line)
		}
	}
}

// project writes a project's views into an empty folder.
func project(t *testing.T, views string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "views"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "views", "views.go"), []byte(views), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Ensure that the line is shown with those around it, and that nothing is read outside of the project.
func TestReadExcerpt(t *testing.T) {
	dir := project(t, "package views\n\nfunc Home() {\n\tpanic(\"<b>\")\n}\n")
	e := ReadExcerpt("here", dir, "views/views.go", 4, 1)
	if e.Place != "views/views.go:4:2" || len(e.Lines) != 5 {
		t.Fatalf("%+v", e)
	}
	if l := e.Lines[3]; !l.Here || l.Number != 4 || l.Text != "\t" || l.Marked != `panic("<b>")` {
		t.Errorf("%+v", l)
	}
	if e := ReadExcerpt("elsewhere", dir, "../../etc/passwd", 1, 0); len(e.Lines) != 0 {
		t.Errorf("%+v", e)
	}
}

// Ensure that an error which has no stack is found by its words, else by the function that returned it.
func TestOrigin(t *testing.T) {
	dir := project(t, `package views

// Pay says "the till is broken" where it is.
func Pay(r *web.Request) (*web.Response, error) {
	if err := open(); err != nil {
		return nil, err
	}
	return nil, nil
}

func open() error {
	return fmt.Errorf("the till %q is broken", "7")
}

func Other() error { return errors.New("fine") }
`)
	for _, tt := range []struct {
		name, said, place string
		functions         []string
		here              []int
	}{
		{"by its words", `pay: the till "7" is broken`, "views/views.go:12", []string{"views.Pay"}, []int{12}},
		{"by its function", "EOF", "views/views.go:4", []string{"views.Pay"}, []int{6}},
		{"of a function that is not there", "EOF", "", []string{"views.Nobody", "nowhere.Pay"}, nil},
		{"of none", "the till is broken", "", nil, nil},
	} {
		e, found := Origin(dir, tt.functions, tt.said)
		var here []int
		for _, l := range e.Lines {
			if l.Here {
				here = append(here, l.Number)
			}
		}
		if e.Place != tt.place || found != (tt.place != "") || !slices.Equal(here, tt.here) {
			t.Errorf("%s: %q %v, lines %v", tt.name, e.Place, found, here)
		}
	}
}
