package cache

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Of processes that share a folder, the old and the new one of a reload, one writes there: the one that
// came last. It knows all files, so that it keeps their size. The others read what they know of and keep in memory
// what they get; when the owner has gone, the first of them to write takes over and looks at what it has left.
//
// Beside the folder a symbolic link, FOLDER.owner, names the file that the owner has locked. A lock ends
// with its process, whatever way that ends.

// errNotOwner is why an answer is not kept on the disk.
var errNotOwner = errors.New("cache: the folder is another process's")

const ownerSuffix, lockSuffix = ".owner", ".lock-"

// owner is a process's part in that.
type owner struct {
	mu   sync.Mutex
	lock *os.File // ours; nil where the folder is not
	over bool     // the process wants no folder any more
}

// claim takes the folder, from whoever has it.
func (s *store) claim() error {
	o := &s.owner
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.claim(s.folder)
}

func (o *owner) claim(folder string) (err error) {
	o.release()
	name := folder + lockSuffix + rand.Text()
	if o.lock, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return err
	}
	link := name + ownerSuffix
	err = lockFile(o.lock)
	if err == nil {
		err = os.Symlink(filepath.Base(name), link)
	}
	if err == nil { // whose it is changes in one step
		err = os.Rename(link, folder+ownerSuffix)
	}
	if err != nil {
		os.Remove(link)
		o.release()
	}
	return err
}

// release gives up the lock.
func (o *owner) release() {
	if o.lock != nil {
		os.Remove(o.lock.Name())
		o.lock.Close()
		o.lock = nil
	}
}

// owned is nil where the folder is this process's to write to, else why it is not. It takes the
// folder of an owner that has gone.
func (s *store) owned() error {
	o := &s.owner
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return errNotOwner
	}
	name, err := os.Readlink(s.folder + ownerSuffix)
	switch {
	case err == nil && o.lock != nil && name == filepath.Base(o.lock.Name()):
		return nil
	case err == nil && alive(filepath.Join(filepath.Dir(s.folder), filepath.Base(name))):
		o.release()
		return errNotOwner
	}
	if err := o.claim(s.folder); err != nil {
		return err
	}
	go s.adopt()
	return nil
}

// alive reports whether a process has locked a file.
func alive(lock string) bool {
	f, err := os.Open(lock)
	if err != nil {
		return false
	}
	defer f.Close()
	return lockFile(f) != nil
}

// lockFile locks a file, unless another process has; the lock ends with the descriptor.
func lockFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// disown ends the process's part.
func (s *store) disown() {
	o := &s.owner
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
	o.release()
}

// removeLocks removes the locks of processes that were killed.
func (s *store) removeLocks(now time.Time) {
	names, _ := filepath.Glob(s.folder + lockSuffix + "*")
	for _, name := range names {
		// One that is new may be locked in a moment.
		if info, err := os.Lstat(name); err == nil && now.Sub(info.ModTime()) > time.Hour && !alive(name) {
			os.Remove(name)
		}
	}
}

// adopt reads what another process has left, and forgets what it has removed.
func (s *store) adopt() {
	files, err := os.ReadDir(s.folder)
	if err != nil {
		return // whoever writes next says why
	}
	there := map[string]bool{}
	for _, f := range files {
		there[filepath.Join(s.folder, f.Name())] = true
	}
	known := map[string]bool{}
	s.mu.Lock()
	for at := s.onDisk.Front(); at != nil; {
		e := at.Value.(*entry)
		at = at.Next()
		if known[e.file] = true; !there[e.file] {
			// It may have been written since.
			if _, err := os.Lstat(e.file); err != nil {
				s.remove(e)
			}
		}
	}
	s.mu.Unlock()
	for _, f := range files {
		name := filepath.Join(s.folder, f.Name())
		if known[name] || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		e, err := readHead(name, s.now())
		if err != nil {
			continue
		}
		switch newer, file := s.newer(e); {
		case !newer:
			s.add(e, nil, name)
		case file != name: // else it came just now
			os.Remove(name)
		}
	}
}

// newer reports whether an answer to the same requests is kept that is as new, and in which file.
func (s *store) newer(e *entry) (bool, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.keys[e.key] {
		if sameVariant(other, e) {
			return !other.stored.Before(e.stored), other.file
		}
	}
	return false, ""
}
