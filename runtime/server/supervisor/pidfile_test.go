package supervisor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure a pidfile is not written into a file that its last owner has just removed,
// that one beside it takes its place, and that it goes with its owner alone.
func TestPIDFileChangesHands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	old, err := writePIDFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writePIDFile(path, false); err == nil || !strings.Contains(err.Error(), "the site is running") {
		t.Errorf("a second owner: %v", err)
	}
	next, err := writePIDFile(path, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := next.takePlace(); err != nil {
		t.Fatal(err)
	}
	old.remove() // what lies there is not its own any more
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file of the next owner is gone: %v", err)
	}
	if isAt(old.file, path) {
		t.Error("the file that was replaced counts as the one at the path")
	}
	next.remove()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("left behind: %v", err)
	}
	again, err := writePIDFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	again.remove()
}
