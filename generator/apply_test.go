package generator

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/generator/emit"
)

// setOf is a file set of the given paths and contents.
func setOf(files map[string]string) *FileSet {
	set := &FileSet{}
	for path, content := range files {
		set.Add(path, []byte(content))
	}
	return set
}

func goFile(body string) string { return emit.Marker + "\n\npackage main\n\n" + body + "\n" }

// apply compares and applies, and fails the test on an error.
func apply(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	plan, err := Compare(dir, setOf(files))
	if err != nil {
		t.Fatal(err)
	}
	if err := Apply(plan, false); err != nil {
		t.Fatal(err)
	}
}

// tree reads every file below dir, but the manifest.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if rel = filepath.ToSlash(rel); rel == manifestPath {
			return nil
		}
		b, err := os.ReadFile(path)
		files[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantTree(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := tree(t, dir)
	for path, content := range want {
		if got[path] != content {
			t.Errorf("%s: got %q, want %q", path, got[path], content)
		}
	}
	for path := range got {
		if _, ok := want[path]; !ok {
			t.Errorf("%s is there and should not be", path)
		}
	}
}

func write(t *testing.T, dir, path, content string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Ensure every state that a file can be in leads to the action that the table says.
func TestCompare(t *testing.T) {
	before := map[string]string{"gen/a.gen.go": goFile("// a"), "gen/static/x.css": "x"}
	for _, tt := range []struct {
		name   string
		disk   func(t *testing.T, dir string)
		next   map[string]string
		path   string
		action Action
	}{
		{"new", nil, map[string]string{"gen/b.gen.go": "b"}, "gen/b.gen.go", Create},
		{"unchanged", nil, before, "gen/a.gen.go", Unchanged},
		{"changed", nil, map[string]string{"gen/a.gen.go": "new"}, "gen/a.gen.go", Modify},
		{"orphaned", nil, map[string]string{}, "gen/static/x.css", Remove},
		{"removed by hand", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "gen/a.gen.go")) },
			before, "gen/a.gen.go", Create},
		{"edited by hand", func(t *testing.T, dir string) { write(t, dir, "gen/a.gen.go", "mine") },
			map[string]string{"gen/a.gen.go": "new"}, "gen/a.gen.go", Conflict},
		{"edited by hand, nothing new", func(t *testing.T, dir string) { write(t, dir, "gen/static/x.css", "mine") },
			before, "gen/static/x.css", Conflict},
		{"edited by hand, orphaned", func(t *testing.T, dir string) { write(t, dir, "gen/static/x.css", "mine") },
			map[string]string{}, "gen/static/x.css", Conflict},
		{"edited to what it becomes", func(t *testing.T, dir string) { write(t, dir, "gen/static/x.css", "y") },
			map[string]string{"gen/static/x.css": "y"}, "gen/static/x.css", Unchanged},
		{"foreign file in the way", func(t *testing.T, dir string) { write(t, dir, "gen/b.txt", "theirs") },
			map[string]string{"gen/b.txt": "b"}, "gen/b.txt", Conflict},
		{"folder in the way", func(t *testing.T, dir string) { write(t, dir, "gen/b.txt/c", "theirs") },
			map[string]string{"gen/b.txt": "b"}, "gen/b.txt", Conflict},
		{"generated, manifest lost", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, manifestPath)) },
			map[string]string{"gen/a.gen.go": "new"}, "gen/a.gen.go", Modify},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			apply(t, dir, before)
			if tt.disk != nil {
				tt.disk(t, dir)
			}
			plan, err := Compare(dir, setOf(tt.next))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range plan.Changes {
				if c.Path == tt.path {
					if c.Action != tt.action {
						t.Errorf("got %s (%s), want %s", c.Action, c.Reason, tt.action)
					}
					return
				}
			}
			t.Errorf("%s is not in the plan", tt.path)
		})
	}
}

// Ensure a second run without changes writes nothing at all.
func TestApplyTwice(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"gen/a.gen.go": goFile("// a")}
	apply(t, dir, files)
	old := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, path := range []string{"gen/a.gen.go", manifestPath} {
		if err := os.Chtimes(filepath.Join(dir, path), old, old); err != nil {
			t.Fatal(err)
		}
	}
	apply(t, dir, files)
	for _, path := range []string{"gen/a.gen.go", manifestPath} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil || !info.ModTime().Equal(old) {
			t.Errorf("%s was written again (%v)", path, err)
		}
	}
}

// Ensure a conflict leaves everything as it is, and force overwrites it.
func TestApplyConflict(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, map[string]string{"gen/a.txt": "a", "gen/b.txt": "b"})
	write(t, dir, "gen/a.txt", "mine")
	plan, err := Compare(dir, setOf(map[string]string{"gen/a.txt": "a2", "gen/b.txt": "b2"}))
	if err != nil {
		t.Fatal(err)
	}
	var conflict *ConflictError
	if err := Apply(plan, false); !errors.As(err, &conflict) || !strings.Contains(err.Error(), "gen/a.txt: it was edited by hand") {
		t.Fatalf("got %v, want a conflict that names gen/a.txt", err)
	}
	wantTree(t, dir, map[string]string{"gen/a.txt": "mine", "gen/b.txt": "b"})
	if err := Apply(plan, true); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dir, map[string]string{"gen/a.txt": "a2", "gen/b.txt": "b2"})
}

// Ensure orphans go, with the folders they leave empty, and nothing else does.
func TestApplyOrphans(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, map[string]string{"gen/urls/urls.gen.go": goFile(""), "gen/a.txt": "a"})
	write(t, dir, "views/mine.go", "package views")
	apply(t, dir, map[string]string{"gen/a.txt": "a"})
	wantTree(t, dir, map[string]string{"gen/a.txt": "a", "views/mine.go": "package views"})
	if _, err := os.Stat(filepath.Join(dir, "gen/urls")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("gen/urls is still there")
	}
}

// Ensure that a run which stops after any number of writes is repaired by the next.
func TestApplyInterrupted(t *testing.T) {
	before := map[string]string{"gen/a.txt": "a", "gen/b.txt": "b", "gen/c.txt": "c"}
	after := map[string]string{"gen/a.txt": "a2", "gen/b.txt": "b2", "gen/d.txt": "d"}
	for writes := range 5 {
		dir := t.TempDir()
		apply(t, dir, before)
		plan, err := Compare(dir, setOf(after))
		if err != nil {
			t.Fatal(err)
		}
		interrupted := &Manifest{Files: plan.manifest.known(), Next: map[string]string{}}
		for path, content := range after {
			interrupted.Next[path] = hashOf([]byte(content))
		}
		if err := writeFile(dir, manifestPath, interrupted.bytes()); err != nil {
			t.Fatal(err)
		}
		for i, c := range plan.Pending() {
			if i == writes {
				write(t, dir, "gen/"+tempPrefix+"123", "half")
				break
			}
			if err := applyChange(dir, c); err != nil {
				t.Fatal(err)
			}
		}
		apply(t, dir, after)
		wantTree(t, dir, after)
		m, err := readManifest(dir)
		if err != nil || m.Next != nil {
			t.Errorf("after %d writes: the manifest still speaks of what is next: %v, %v", writes, m.Next, err)
		}
	}
}

// Ensure that two runs at once do not mix.
func TestApplyLocked(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	plan, err := Compare(dir, setOf(map[string]string{"gen/a.txt": "a"}))
	if err != nil {
		t.Fatal(err)
	}
	if err := Apply(plan, false); err == nil || !strings.Contains(err.Error(), "another stackgen is writing") {
		t.Errorf("got %v, want a refusal", err)
	}
	wantTree(t, dir, map[string]string{})
}

// Ensure that a damaged manifest is said, not guessed around.
func TestManifestDamaged(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, manifestPath, "{")
	if _, err := Compare(dir, setOf(nil)); err == nil || !strings.Contains(err.Error(), "gen/manifest.json is damaged") {
		t.Errorf("got %v", err)
	}
}
