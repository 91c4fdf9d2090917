package site

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Ensure that root gives the data folder's files to the user of the site, and none that a link there leads to,
// which that user may have made.
func TestGive(t *testing.T) {
	outside, data := t.TempDir(), t.TempDir()
	for _, path := range []string{filepath.Join(outside, "shadow"), filepath.Join(outside, "passwd"), filepath.Join(data, "site.db")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		os.Symlink(outside, filepath.Join(data, "uploads")), os.Symlink(filepath.Join(outside, "shadow"), filepath.Join(data, "a")),
		os.Link(filepath.Join(outside, "passwd"), filepath.Join(data, "b")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	s := &settings{data: data, Definition: Definition{Folders: []string{"uploads", "cache"}}}
	user := &syscall.Credential{Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid())}
	if os.Getuid() == 0 {
		user = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	if err := s.giveData(user); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]uint32{
		data: user.Uid, filepath.Join(data, "site.db"): user.Uid, filepath.Join(data, "cache"): user.Uid,
		outside: uint32(os.Getuid()), filepath.Join(outside, "shadow"): uint32(os.Getuid()), filepath.Join(outside, "passwd"): uint32(os.Getuid()),
	} {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t).Uid; owner != want {
			t.Errorf("%s belongs to %d, want %d", path, owner, want)
		}
	}
}
