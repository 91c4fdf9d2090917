//go:build !linux

package proxy

import "io/fs"

// fileState tells one state of a file from another by size and time, which is
// what every system knows. On Linux it knows more.
type fileState struct {
	size     int64 // in bytes
	modified int64 // in nanoseconds since 1970
}

func stateOf(info fs.FileInfo) fileState {
	return fileState{size: info.Size(), modified: info.ModTime().UnixNano()}
}

// now is the state of the open file, whose name may lead elsewhere meanwhile.
func (c *fileContent) now() (size, modified int64, err error) {
	info, err := c.file.Stat()
	if err != nil {
		return 0, 0, err
	}
	return info.Size(), info.ModTime().UnixNano(), nil
}
