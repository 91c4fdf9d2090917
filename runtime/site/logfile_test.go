package site

import (
	"os"
	"path/filepath"
	"testing"
)

// Ensure that a log file is made with its folder, goes on under its new name until it is opened anew, and
// keeps the old one where that cannot be.
func TestLogFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "logs", "a.log")
	f, err := openLog(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		t.Helper()
		if n, err := f.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
	}
	holds := func(path, want string) {
		t.Helper()
		if b, err := os.ReadFile(path); err != nil || string(b) != want {
			t.Errorf("%s holds %q, %v; want %q", filepath.Base(path), b, err, want)
		}
	}
	write("one\n")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write("two\n")
	holds(path+".1", "one\ntwo\n")
	if err := f.reopen(); err != nil {
		t.Fatal(err)
	}
	f.torn = true // the disk was full in the middle of a line
	write("three\n")
	write("four\n")
	holds(path, "\nthree\nfour\n")
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "logs"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.reopen(); err == nil {
		t.Error("a file below a file is opened")
	}
	write("five\n")
}

// Ensure that messages get into the file where standard error takes nothing, and out where the file takes nothing.
func TestMessagesGoBesideStandardError(t *testing.T) {
	f, err := openLog(filepath.Join(t.TempDir(), "e.log"))
	if err != nil {
		t.Fatal(err)
	}
	full, err := openLog("/dev/full")
	if err != nil {
		t.Fatal(err)
	}
	for name, both := range map[string]beside{"a full terminal": {full, f}, "a full disk": {f, full}} {
		if n, err := both.Write([]byte("message\n")); n != 8 || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	if _, err := (beside{full, full}).Write([]byte("message\n")); err == nil {
		t.Error("what nobody took is taken for written")
	}
	if b, _ := os.ReadFile(f.path); string(b) != "message\nmessage\n" {
		t.Errorf("the file holds %q", b)
	}
}
