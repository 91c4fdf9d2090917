package backup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Ensure that a copy gets its name on file systems with and without hard links, and
// replaces nothing on either.
func TestPublish(t *testing.T) {
	for name, link := range map[string]func(string, string) error{
		"with links":        os.Link,
		"not permitted":     func(string, string) error { return &os.LinkError{Op: "link", Err: syscall.EPERM} },
		"not supported":     func(string, string) error { return &os.LinkError{Op: "link", Err: syscall.EOPNOTSUPP} },
		"no such call":      func(string, string) error { return &os.LinkError{Op: "link", Err: syscall.ENOSYS} },
		"too many, for one": func(string, string) error { return &os.LinkError{Op: "link", Err: syscall.EMLINK} },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			part, path := filepath.Join(dir, "part"), filepath.Join(dir, "copy")
			write := func(text string) {
				if err := os.WriteFile(part, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write("first")
			if err := publish(part, path, link); err != nil {
				t.Fatal(err)
			}
			os.Remove(part)
			write("second")
			if err := publish(part, path, link); !errors.Is(err, fs.ErrExist) {
				t.Errorf("over a file: %v", err)
			}
			b, err := os.ReadFile(path)
			info, _ := os.Stat(path)
			if err != nil || string(b) != "first" || info.Mode().Perm() != 0o600 {
				t.Errorf("%q, %v, %v", b, err, info.Mode())
			}
			if b, _ := os.ReadFile(part); string(b) != "second" {
				t.Errorf("the second copy is %q", b)
			}
			// A copy that is gone takes no name.
			other := filepath.Join(dir, "other")
			if err := publish(filepath.Join(dir, "gone"), other, link); err == nil {
				t.Error("nothing was given a name")
			}
			if _, err := os.Lstat(other); err == nil {
				t.Error("the name of a copy that is gone is taken")
			}
		})
	}
}
