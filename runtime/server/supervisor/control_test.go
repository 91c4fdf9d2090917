package supervisor

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// answering is a control server at a path, with somebody who answers.
func answering(t *testing.T, path string) *controlServer {
	t.Helper()
	s, err := serveControl(path, false)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			select {
			case q := <-s.asked():
				q.answer <- reply{Status: &Status{PID: 1}}
			case <-s.done:
				return
			}
		}
	}()
	return s
}

// A folder with a long path has a control socket like any other.
func TestStatusInALongFolder(t *testing.T) {
	if runtime.GOOS != "linux" {
		if _, _, err := shortPath(strings.Repeat("d", 200)); err == nil {
			t.Error("a path that no socket can have is not refused")
		}
		return
	}
	dir := filepath.Join(t.TempDir(), strings.Repeat("d", 100), strings.Repeat("e", 100))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "status.sock")
	s := answering(t, path)
	if st, err := ReadStatus(path); err != nil || st.PID != 1 {
		t.Errorf("status %v, %v", st, err)
	}
	s.close()
	if _, err := os.Lstat(path); err == nil {
		t.Error("the socket is left behind")
	}
}

// What is in the way of the control socket is named.
func TestStatusSocketIsTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status.sock")
	defer answering(t, path).close()
	if _, err := serveControl(path, false); err == nil || !strings.Contains(err.Error(), "another site answers at "+path) {
		t.Errorf("a second site: %v", err)
	}
	file := filepath.Join(t.TempDir(), "status.sock")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serveControl(file, false); err == nil || !strings.Contains(err.Error(), file+" is there and is no socket") {
		t.Errorf("a file: %v", err)
	}
}
