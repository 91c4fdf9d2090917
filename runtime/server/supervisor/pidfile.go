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
	own, err := p.file.Stat()
	if there, thereErr := os.Stat(p.path); err == nil && thereErr == nil && os.SameFile(own, there) {
		os.Remove(p.path)
	}
	p.file.Close()
}
