package supervisor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// binary is a program that processes are started from: the very file that was
// opened, whatever lies at its path later. A deploy that replaces the file
// changes nothing until the supervisor is asked to take the new one.
type binary struct {
	path string
	file *os.File // nil where the system cannot start an open file
}

// programPath is where this program lies on disk, and where the next version of
// it will: links are not followed, as deploys change them.
func programPath() (string, error) {
	own, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("supervisor: finding the own binary: %w", err)
	}
	own = strings.TrimSuffix(own, " (deleted)")
	called := os.Args[0]
	if !strings.Contains(called, "/") {
		if called, err = exec.LookPath(called); err != nil {
			return own, nil
		}
	}
	if called, err = filepath.Abs(called); err != nil {
		return own, nil
	}
	if a, err := os.Stat(called); err != nil {
		return own, nil
	} else if b, err := os.Stat(own); err == nil && !os.SameFile(a, b) {
		return own, nil // argv[0] is whatever the caller says
	}
	return called, nil
}

// openBinary opens the program at a path.
func openBinary(path string) (*binary, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("supervisor: the binary: %w", err)
	case !info.Mode().IsRegular() || info.Mode()&0o111 == 0:
		return nil, fmt.Errorf("supervisor: the binary: %s is no program", path)
	}
	b := &binary{path: path}
	if runtime.GOOS == "linux" {
		if b.file, err = os.Open(path); err != nil {
			return nil, fmt.Errorf("supervisor: the binary: %w", err)
		}
	}
	return b, nil
}

// runningBinary is the program that this process runs, even if the file has been
// replaced or removed meanwhile.
func runningBinary(path string) (*binary, error) {
	if runtime.GOOS == "linux" {
		f, err := os.Open("/proc/self/exe")
		if err == nil {
			return &binary{path: path, file: f}, nil
		}
	}
	return openBinary(path)
}

// command is a command that runs the program with these files as descriptors 3
// and up. The program itself is one more, behind them, where files can be started.
func (b *binary) command(args []string, files []*os.File) *exec.Cmd {
	path := b.path
	if b.file != nil {
		path = fmt.Sprintf("/proc/self/fd/%d", 3+len(files))
		files = append(files[:len(files):len(files)], b.file)
	}
	cmd := exec.Command(path, args...)
	cmd.Args[0] = os.Args[0]
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = files
	return cmd
}

// close lets the file go; processes that run from it go on.
func (b *binary) close() {
	if b != nil && b.file != nil {
		b.file.Close()
	}
}
