package storage_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"stackgen.dev/runtime/web/storage"
)

func open(t *testing.T) (*storage.Disk, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "uploads")
	d, err := storage.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, dir
}

func TestSave(t *testing.T) {
	d, _ := open(t)
	first, err := d.Save("a/b/report.tar.gz", strings.NewReader("1"))
	if err != nil || first != "a/b/report.tar.gz" {
		t.Fatal(first, err)
	}
	second, err := d.Save("a/b/report.tar.gz", strings.NewReader("2"))
	if err != nil || !strings.HasPrefix(second, "a/b/report.tar_") || !strings.HasSuffix(second, ".gz") || len(second) != len(first)+8 {
		t.Fatal(second, err)
	}
	for name, want := range map[string]string{first: "1", second: "2"} {
		f, err := d.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		f.Close()
		if string(got) != want || err != nil {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if err := d.Delete(first); err != nil {
		t.Fatal(err)
	}
	if err := d.Delete(first); err != nil {
		t.Error("deleting twice:", err)
	}
	if _, err := d.Open(first); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	d, dir := open(t)
	for _, name := range []string{"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a/", `..\x`, "a\x00b"} {
		if _, err := d.Save(name, strings.NewReader("x")); !errors.Is(err, storage.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := d.Open(name); !errors.Is(err, storage.ErrName) {
			t.Errorf("%q is opened: %v", name, err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Open("out/passwd"); err == nil {
		t.Error("a link leads out of the folder")
	}
}

func TestBrokenContentLeavesNothing(t *testing.T) {
	d, dir := open(t)
	if _, err := d.Save("x", iotest.ErrReader(errors.New("broken"))); err == nil {
		t.Error("no error")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Error(left)
	}
}
