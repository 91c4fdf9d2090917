package proxy

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
)

// fileCache keeps files open between requests, and small ones in memory with
// their heads (open_file_cache). A kept file answers without any look at the
// folder for as long as it is valid; then one request compares what the name leads to
// with what is kept. Asking and not being told (inotify) has it work on every file
// system, through links and mounts, and at a cost that does not grow with the tree.
//
// It is safe for concurrent use.
type fileCache struct {
	root     *os.Root
	valid    time.Duration // how long a file is believed unchanged
	inactive time.Duration // how long one that nobody asks for is kept
	most     int           // names, and descriptors; 0 keeps nothing
	memory   int64         // bytes of content in memory
	describe func(*fileContent)
	now      func() time.Time

	mu          sync.RWMutex
	files       map[string]*openFile
	descriptors int
	bytes       int64
	sweeper     *time.Timer // running while something is kept
	closed      bool        // nothing is kept any more
}

const (
	// maxFileInMemory is the size in bytes up to which a file is held in memory:
	// larger ones go by sendfile.
	maxFileInMemory = 64 << 10
	// fileInactive is how long a file is kept that nobody asks for (inactive of
	// open_file_cache): one that was deleted takes up the disk until then.
	fileInactive = time.Minute
)

// get returns the file that is kept under a key, nil if there is none or if it
// has been changed. The caller releases it.
func (c *fileCache) get(x *gateway.Exchange, key []byte, now time.Time) *openFile {
	c.mu.RLock()
	f := c.files[string(key)]
	if f != nil {
		f.users.Add(1) // it has the cache's own yet
	}
	c.mu.RUnlock()
	if f == nil {
		return nil
	}
	at := now.UnixNano()
	f.used.Store(at)
	checked := f.checked.Load()
	if at-checked < int64(c.valid) && at >= checked || !f.checked.CompareAndSwap(checked, at) {
		return f
	}
	x.MayBlock()
	if f.unchanged(c.root) {
		return f
	}
	c.forget(f)
	f.release()
	return nil
}

// open opens a file with its variants, keeps it under a key where there is
// room, and returns it. The caller releases it.
func (c *fileCache) open(key, name string, now time.Time) (*openFile, error) {
	f, err := openFileIn(c.root, name, c.most > 0)
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		c.clear() // what is kept for speed must not keep anybody from being answered
		f, err = openFileIn(c.root, name, c.most > 0)
	}
	if err != nil {
		return nil, err
	}
	for _, v := range f.variants {
		if v != nil {
			c.describe(v)
		}
	}
	f.key = key
	f.checked.Store(now.UnixNano())
	f.used.Store(now.UnixNano())
	if c.most > 0 && f.memory() <= c.memory {
		c.keep(f)
	}
	return f, nil
}

func (c *fileCache) keep(f *openFile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	f.users.Add(1)
	if old := c.files[f.key]; old != nil {
		c.remove(old)
	}
	if c.files == nil {
		c.files = make(map[string]*openFile)
	}
	c.files[f.key] = f
	c.descriptors += f.descriptors()
	c.bytes += f.memory()
	for len(c.files) > 1 && (len(c.files) > c.most || c.descriptors > c.most || c.bytes > c.memory) {
		c.remove(c.leastUsed(f))
	}
	if len(c.files) == 1 {
		c.sweepLater()
	}
}

// leastUsed chooses which of a few files goes, by chance and by age: nearly as
// good as the oldest of all, without a list that every request would have to lock.
func (c *fileCache) leastUsed(but *openFile) (oldest *openFile) {
	looks := 8
	for _, f := range c.files { // in random order
		if f == but {
			continue
		}
		if oldest == nil || f.used.Load() < oldest.used.Load() {
			oldest = f
		}
		if looks--; looks == 0 {
			break
		}
	}
	return oldest
}

// remove lets go of a file; the lock is held.
func (c *fileCache) remove(f *openFile) {
	delete(c.files, f.key)
	c.descriptors -= f.descriptors()
	c.bytes -= f.memory()
	f.release()
}

// forget removes a file that is no longer what its name leads to.
func (c *fileCache) forget(f *openFile) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files[f.key] == f {
		c.remove(f)
	}
}

func (c *fileCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.files {
		c.remove(f)
	}
}

// sweepLater arranges for files to go that nobody asks for; the lock is held.
func (c *fileCache) sweepLater() {
	if c.sweeper == nil {
		c.sweeper = time.AfterFunc(c.inactive, c.sweep)
		return
	}
	c.sweeper.Reset(c.inactive)
}

func (c *fileCache) sweep() {
	limit := c.now().Add(-c.inactive).UnixNano()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.files {
		if f.used.Load() <= limit {
			c.remove(f)
		}
	}
	if len(c.files) > 0 {
		c.sweepLater()
	}
}

// Close closes what is open and keeps nothing from then on. What responses
// still send stays open until they have.
func (c *fileCache) Close() error {
	c.mu.Lock()
	c.closed = true
	if c.sweeper != nil {
		c.sweeper.Stop()
	}
	c.mu.Unlock()
	c.clear()
	return nil
}
