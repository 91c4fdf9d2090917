package site

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// LogFiles are where a site logs to beside its standard output and standard error.
type LogFiles struct {
	// Access takes the access log in place of standard output, Errors what operators have to know,
	// beside standard error; "" for none.
	Access, Errors string
}

// logMode is a log's file mode: it says who visits, which is nobody else's business.
const logMode = 0o640

// logFile is a file that lines are added to, by several processes at once. Who turns it over
// moves it away and has it opened anew.
type logFile struct {
	path string
	mu   sync.Mutex
	file *os.File
	torn bool // the last line is not whole
}

// openLog opens the file, and makes it and its folder where there is none.
func openLog(path string) (*logFile, error) {
	f := &logFile{path: path}
	return f, f.reopen()
}

// reopen opens the file of that name anew. Where that fails the old one stays.
func (f *logFile) reopen() error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return fmt.Errorf("log file: %w", err)
	}
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, logMode)
	if err != nil {
		return fmt.Errorf("log file: %w", err)
	}
	f.mu.Lock()
	old := f.file
	f.file, f.torn = file, false
	f.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return nil
}

// Write adds lines. Those that come after a disk was full begin on a line of their own.
func (f *logFile) Write(lines []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.torn {
		if _, err := f.file.Write([]byte{'\n'}); err != nil {
			return 0, err
		}
		f.torn = false
	}
	n, err := f.file.Write(lines)
	f.torn = err != nil && n > 0
	return n, err
}

// logFiles are the open ones of a process.
type logFiles struct{ access, errors *logFile }

// open opens those that a process of the site needs.
func (l LogFiles) open(access bool) (files logFiles, err error) {
	if l.Errors != "" {
		if files.errors, err = openLog(l.Errors); err != nil {
			return files, err
		}
	}
	if l.Access != "" && access {
		files.access, err = openLog(l.Access)
	}
	return files, err
}

func (f logFiles) reopen() error {
	var errs []error
	for _, one := range []*logFile{f.access, f.errors} {
		if one != nil {
			errs = append(errs, one.reopen())
		}
	}
	return errors.Join(errs...)
}

// any reports whether there are any.
func (f logFiles) any() bool { return f.access != nil || f.errors != nil }

// give has the files belong to who the processes run as.
func (f logFiles) give(to *syscall.Credential) error {
	for _, one := range []*logFile{f.access, f.errors} {
		if one != nil && to != nil {
			if err := one.give(to); err != nil {
				return fmt.Errorf("give the log file %s to the user of the site: %w", one.path, err)
			}
		}
	}
	return nil
}

// give has the file that is open belong to somebody, unless it has another name as well: whoever may write
// in the folder could have put a link to any file of the machine there.
func (f *logFile) give(to *syscall.Credential) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	is, err := f.file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Lstat(f.path)
	if err != nil {
		return err
	}
	if !onlyName(is) || !os.SameFile(is, named) {
		return nil
	}
	return f.file.Chown(int(to.Uid), int(to.Gid))
}

// beside writes to standard error and, where that is full or closed, to the file all the same.
type beside struct {
	first interface{ Write([]byte) (int, error) }
	file  *logFile
}

// Write implements io.Writer.
func (b beside) Write(line []byte) (int, error) {
	_, err := b.first.Write(line)
	if _, ferr := b.file.Write(line); ferr == nil {
		return len(line), nil
	} else if err == nil {
		return len(line), nil
	}
	return 0, err
}
