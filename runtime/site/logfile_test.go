package site

import (
	"os"
	"path/filepath"
	"syscall"
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

// Ensure that whoever may write in a log's folder gets no file of somebody else's by putting a link there.
func TestLogFilesGiveNoLinksAway(t *testing.T) {
	nobody := &syscall.Credential{Uid: 65534, Gid: 65534}
	for name, link := range map[string]func(old, new string) error{"symbolic": os.Symlink, "hard": os.Link} {
		dir := t.TempDir()
		other := filepath.Join(dir, "shadow")
		if err := os.WriteFile(other, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := link(other, filepath.Join(dir, "access.log")); err != nil {
			t.Fatal(err)
		}
		f, err := openLog(filepath.Join(dir, "access.log"))
		if err != nil {
			t.Fatal(err)
		}
		if err := (logFiles{access: f}).give(nobody); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		info, err := os.Stat(other)
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t).Uid; owner != uint32(os.Getuid()) {
			t.Errorf("%s: the file belongs to %d now", name, owner)
		}
	}
	if os.Getuid() != 0 {
		return // only root can give a file away
	}
	f, err := openLog(filepath.Join(t.TempDir(), "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	if err := (logFiles{access: f}).give(nobody); err != nil {
		t.Fatal(err)
	}
	if info, err := f.file.Stat(); err != nil || info.Sys().(*syscall.Stat_t).Uid != nobody.Uid {
		t.Errorf("a log file of its own is not given: %v", err)
	}
}
