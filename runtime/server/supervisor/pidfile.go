package supervisor

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// pidfile tells others which process to signal. Its owner holds a lock on
// the file, so that one that was left behind by a crash is known as stale, whatever
// process has its number by now. A nil pidfile is none.
type pidfile struct {
	path string
	file *os.File
}

// besideSuffix marks what belongs to a successor whose predecessor still runs (gunicorn).
const besideSuffix = ".2"

// writePIDFile writes the file, or the one beside it.
func writePIDFile(path string, beside bool) (*pidfile, error) {
	if beside {
		path += besideSuffix
	}
	f, err := lockedFile(path)
	if err != nil {
		return nil, err
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("supervisor: pidfile %s: %w", path, err)
	}
	return &pidfile{path, f}, nil
}

// lockedFile opens the file and takes its lock.
func lockedFile(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, fmt.Errorf("supervisor: pidfile: %w", err)
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			defer f.Close()
			if !errors.Is(err, syscall.EWOULDBLOCK) {
				return nil, fmt.Errorf("supervisor: pidfile %s: %w", path, err)
			}
			b := make([]byte, 32)
			n, _ := f.ReadAt(b, 0)
			return nil, fmt.Errorf("supervisor: pidfile %s: the site is running, process %s", path, strings.TrimSpace(string(b[:n])))
		}
		if isAt(f, path) {
			return f, nil
		}
		f.Close() // its owner was just removing it
	}
}

// isAt reports whether a file is the one that lies at the path.
func isAt(f *os.File, path string) bool {
	own, err := f.Stat()
	there, thereErr := os.Stat(path)
	return err == nil && thereErr == nil && os.SameFile(own, there)
}

// takePlace makes the file beside the one that counts.
func (p *pidfile) takePlace() error {
	if p == nil {
		return nil
	}
	path := strings.TrimSuffix(p.path, besideSuffix)
	if err := os.Rename(p.path, path); err != nil {
		return fmt.Errorf("supervisor: pidfile: %w", err)
	}
	p.path = path
	return nil
}

// remove removes the file, if it is still the one that was written.
func (p *pidfile) remove() {
	if p == nil {
		return
	}
	if isAt(p.file, p.path) {
		os.Remove(p.path)
	}
	p.file.Close()
}
