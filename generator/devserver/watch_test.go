package devserver

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// deadline bounds every wait; it is far above what a slow machine takes.
const deadline = time.Minute

// watched is a project under a Watcher that runs.
type watched struct {
	t   *testing.T
	dir string
	w   *Watcher
}

func watch(t *testing.T, dir string, files ...string) *watched {
	t.Helper()
	w, err := NewWatcher(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return &watched{t, dir, w}
}

func (w *watched) write(path, content string) {
	w.t.Helper()
	full := filepath.Join(w.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
		w.t.Fatal(err)
	}
}

// replace puts a file into the place of another in one step, so that it is told of once however slow the machine is.
func (w *watched) replace(path, content string) {
	w.t.Helper()
	next := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	w.write(next, content)
	if err := os.Rename(filepath.Join(w.dir, next), filepath.Join(w.dir, path)); err != nil {
		w.t.Fatal(err)
	}
}

// changes waits until each of the paths has been told of, and fails if there
// is anything else.
func (w *watched) changes(paths ...string) {
	w.t.Helper()
	late := time.After(deadline)
	missing := slices.Clone(paths)
	for len(missing) > 0 {
		select {
		case told := <-w.w.Changes():
			for _, path := range told {
				rel, err := filepath.Rel(w.dir, path)
				if err != nil || !slices.Contains(paths, filepath.ToSlash(rel)) {
					w.t.Errorf("told of %s (%v), want %s", path, err, strings.Join(paths, ", "))
				}
				missing = slices.DeleteFunc(missing, func(m string) bool { return m == filepath.ToSlash(rel) })
			}
		case <-late:
			w.t.Fatalf("not told of %s", strings.Join(missing, ", "))
		}
	}
}

// Ensure that changes of sources are told, and nothing else: every row makes
// its change and then one of the file that ends it.
func TestWatcher(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, w *watched)
		paths  []string
	}{
		{"a file written", func(t *testing.T, w *watched) { w.write("templates/home.html", "new") },
			[]string{"templates/home.html"}},
		{"a file made", func(t *testing.T, w *watched) { w.write("templates/about.html", "new") },
			[]string{"templates/about.html"}},
		{"a file removed", func(t *testing.T, w *watched) { os.Remove(filepath.Join(w.dir, "templates/home.html")) },
			[]string{"templates/home.html"}},
		{"a file replaced, as editors do", func(t *testing.T, w *watched) {
			w.write("templates/.home.html.new", "new")
			os.Rename(filepath.Join(w.dir, "templates/.home.html.new"), filepath.Join(w.dir, "templates/home.html"))
		}, []string{"templates/home.html"}},
		{"a folder with files moved in", func(t *testing.T, w *watched) {
			outside := filepath.Join(t.TempDir(), "views")
			if err := os.CopyFS(outside, os.DirFS(w.dir)); err != nil {
				t.Fatal(err)
			}
			os.Rename(outside, filepath.Join(w.dir, "views"))
		}, []string{"views"}},
		{"an empty folder", func(t *testing.T, w *watched) { os.Mkdir(filepath.Join(w.dir, "empty"), 0o777) }, nil},
		{"what is generated", func(t *testing.T, w *watched) { w.write("gen/main.gen.go", "new") }, nil},
		{"the runtime's copy", func(t *testing.T, w *watched) { w.write(".stackgen/go.mod", "new") }, nil},
		{"the binary", func(t *testing.T, w *watched) { w.write("bin/site", "new") }, nil},
		{"the site's data", func(t *testing.T, w *watched) { w.write("data/site.db", "new") }, nil},
		{"a database beside", func(t *testing.T, w *watched) { w.write("site.db-wal", "new") }, nil},
		{"an editor's scratch file", func(t *testing.T, w *watched) { w.write("templates/.home.html.swp", "new") }, nil},
		{"version control", func(t *testing.T, w *watched) { w.write(".git/index", "new") }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			before := &watched{t: t, dir: dir}
			for _, path := range []string{"templates/home.html", "gen/main.gen.go", ".stackgen/go.mod", "bin/site", "data/site.db", ".git/index"} {
				before.write(path, "old")
			}
			w := watch(t, dir)
			tt.change(t, w)
			w.write("last.txt", "end")
			w.changes(append(tt.paths, "last.txt")...)
		})
	}
}

// Ensure that a folder which is made later is watched with everything in it.
func TestWatcherNewFolders(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hello")
	w := watch(t, dir)
	w.write("views/admin/index.go", "package admin")
	told := func(what string, found func(path string) bool) {
		t.Helper()
		for late := time.After(deadline); ; {
			select {
			case paths := <-w.w.Changes():
				if slices.ContainsFunc(paths, found) {
					return
				}
			case <-late:
				t.Fatalf("not told of %s", what)
			}
		}
	}
	file := filepath.Join(dir, "views/admin/index.go")
	// Whichever came first, the folder or what is in it; the rest may come later.
	told("the new folders", func(p string) bool { return strings.HasPrefix(file, p) })
	w.write("views/admin/index.go", "package admin // changed")
	told("the file in them", func(p string) bool { return p == file })
}

// Ensure that files outside of the folder count as long as they are wanted.
func TestWatcherAlso(t *testing.T) {
	root := t.TempDir()
	outside := &watched{t: t, dir: root}
	outside.write("hello/templates/home.html", "old")
	outside.write("hello.hcl", "old")
	outside.write("other.hcl", "old")
	w := watch(t, filepath.Join(root, "hello"), filepath.Join(root, "hello.hcl"))
	outside.replace("other.hcl", "new") // nobody's yet
	outside.replace("hello.hcl", "new")
	w.changes("../hello.hcl")
	w.w.Also([]string{filepath.Join(root, "other.hcl")})
	outside.replace("hello.hcl", "newer")
	outside.replace("other.hcl", "newer")
	w.changes("../other.hcl")
}
