package proxy

import (
	"io/fs"
	"syscall"
)

// fileState tells one state of a file from another: which file it is, and when
// and to what it was last changed. Two files under one name, and two contents of one
// file, differ in it, unless the second change came in the same tick of the clock.
type fileState struct {
	device, inode uint64
	size          int64 // in bytes
	modified      int64 // in nanoseconds since 1970
	changed       int64 // of the file's status too (ctime)
}

func stateOf(info fs.FileInfo) fileState {
	s := fileState{size: info.Size(), modified: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.device, s.inode, s.changed = uint64(st.Dev), st.Ino, st.Ctim.Nano()
	}
	return s
}

// now is the state of the open file, whose name may lead elsewhere meanwhile.
func (c *fileContent) now() (size, modified int64, err error) {
	var st syscall.Stat_t
	err = syscall.Fstat(int(c.file.Fd()), &st)
	return st.Size, st.Mtim.Nano(), err
}
