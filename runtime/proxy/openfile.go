package proxy

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
)

// openFile is a file beneath a root with the variants that lie beside it, as
// they were at one moment. Whoever uses it releases it; the last one closes it.
type openFile struct {
	key, name string
	variants  [codings]*fileContent // identity is always there
	varies    bool                  // on Accept-Encoding
	users     atomic.Int32
	used      atomic.Int64 // when it was last asked for, in nanoseconds since 1970
	checked   atomic.Int64 // when it was last compared with the folder
}

// fileContent is one variant of an openFile: bytes in memory, or a descriptor.
type fileContent struct {
	of      *openFile
	state   fileState
	settled bool // whether state would show a change since it was read
	bytes   []byte
	file    *os.File // nil where bytes are there
	answer  representation
}

var _ gateway.FileOwner = (*fileContent)(nil)

// errIsFolder is why a name without a slash at its end was not opened.
var errIsFolder = errors.New("proxy: the name is that of a folder")

// openFileIn opens a file and those of its variants that are as new. With keep, small
// ones are read into memory. The caller releases it.
func openFileIn(root *os.Root, name string, keep bool) (*openFile, error) {
	plain, err := openContent(root, name, keep)
	if err != nil {
		return nil, err
	}
	f := &openFile{name: name, varies: compressible(MediaType(name))}
	f.users.Store(1)
	f.variants[identity] = plain
	for c := coding(1); f.varies && int(c) < codings; c++ {
		v, err := openContent(root, name+codingSuffixes[c], keep)
		if err != nil {
			continue // as a rule it is not there
		}
		if v.state.modified < plain.state.modified {
			v.file.Close() // made of what the file was before
			continue
		}
		f.variants[c] = v
	}
	for c, v := range f.variants {
		if v != nil {
			v.of = f
			v.represent(coding(c))
		}
	}
	return f, nil
}

// unsettled is how long after a change the next one may leave the time of the
// last change as it is: the clock of file systems ticks that coarsely, at worst (FAT).
const unsettled = 2 * time.Second

// openContent opens a regular file beneath the root. O_NONBLOCK keeps a named
// pipe from holding the request until somebody writes to it.
func openContent(root *os.Root, name string, keep bool) (*fileContent, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENAMETOOLONG) {
			err = fs.ErrNotExist // "/a.txt/b"
		}
		return nil, err
	}
	c := &fileContent{file: f}
	for tries := 0; ; tries++ {
		info, err := f.Stat()
		switch {
		case err != nil:
		case info.IsDir():
			err = errIsFolder
		case !info.Mode().IsRegular():
			err = fs.ErrInvalid
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		c.state = stateOf(info)
		c.settled = time.Since(info.ModTime()) > unsettled
		if !keep || c.state.size > maxFileInMemory || tries == 3 || c.read() {
			return c, nil
		}
	}
}

// read takes the file into memory and closes it. It reports false when the
// file was changed meanwhile: parts of two files are none.
func (c *fileContent) read() bool {
	b := make([]byte, c.state.size)
	if n, err := c.file.ReadAt(b, 0); n < len(b) || err != nil && err != io.EOF {
		return false
	}
	if !c.same() {
		return false
	}
	c.file.Close()
	c.file, c.bytes = nil, b
	return true
}

// represent prepares what answers are described from.
func (c *fileContent) represent(coding coding) {
	mediaType := MediaType(c.of.name)
	modified := time.Unix(0, c.state.modified)
	c.answer = representation{
		mediaType: mediaType, coding: coding, varies: c.of.varies, size: c.state.size,
		etag: fileETag(c.state, coding), modified: modified.Unix(), lastModified: modified.UTC().Format(httpDate),
		bytes: c.bytes, file: c.file,
	}
	if c.file != nil {
		c.answer.owner = c
	}
}

// fileETag is made of the time of the last change and the size, as nginx does.
func fileETag(s fileState, c coding) string {
	b := make([]byte, 0, 48)
	b = strconv.AppendInt(append(b, '"'), s.modified, 16)
	b = strconv.AppendInt(append(b, '-'), s.size, 16)
	return string(append(append(b, codingTags[c]...), '"'))
}

// unchanged compares the file with what its name leads to now.
func (f *openFile) unchanged(root *os.Root) bool {
	for c, v := range f.variants {
		if c > 0 && !f.varies {
			break
		}
		info, err := root.Stat(f.name + codingSuffixes[c])
		switch {
		case v == nil && err == nil && info.Mode().IsRegular() && stateOf(info).modified >= f.variants[identity].state.modified:
			return false // a new variant
		case v == nil:
		case err != nil, stateOf(info) != v.state, !v.settled:
			return false
		}
	}
	return true
}

// choose returns the variant that a client likes best.
func (f *openFile) choose(h *gateway.Header) *fileContent {
	if !f.varies {
		return f.variants[identity]
	}
	return f.variants[acceptedCodings(h).choose(func(c coding) bool { return f.variants[c] != nil })]
}

// release ends a use; the last one closes the descriptors.
func (f *openFile) release() {
	if f.users.Add(-1) > 0 {
		return
	}
	for _, v := range f.variants {
		if v != nil && v.file != nil {
			v.file.Close()
		}
	}
}

// descriptors and memory are what keeping the file costs.
func (f *openFile) descriptors() (n int) {
	for _, v := range f.variants {
		if v != nil && v.file != nil {
			n++
		}
	}
	return n
}

func (f *openFile) memory() (n int64) {
	for _, v := range f.variants {
		if v != nil {
			n += int64(len(v.bytes))
		}
	}
	return n
}

// same reports whether the open file is as it was when it was opened.
func (c *fileContent) same() bool {
	size, modified, err := c.now()
	return err == nil && size == c.state.size && modified == c.state.modified
}

// Intact implements [gateway.FileOwner]: a file that had come to rest when it was opened
// must not have been touched since. One that was being written to, a log for
// example, may go on growing: what was described of it is still there.
func (c *fileContent) Intact() bool {
	if c.settled {
		return c.same()
	}
	size, _, err := c.now()
	return err == nil && size >= c.state.size
}

// Close implements [gateway.FileOwner].
func (c *fileContent) Close() error {
	c.of.release()
	return nil
}
