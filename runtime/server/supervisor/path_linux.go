package supervisor

import (
	"fmt"
	"os"
	"path/filepath"
)

// maxPath is the longest path of a unix socket, in bytes (unix(7)).
const maxPath = 107

// shortPath is a path to the same place that fits into the address of a
// socket, until done is called: a long folder goes by the name of a descriptor.
func shortPath(path string) (short string, done func(), err error) {
	if len(path) <= maxPath {
		return path, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path)), func() { dir.Close() }, nil
}
