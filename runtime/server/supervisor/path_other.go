//go:build !linux

package supervisor

import "fmt"

// maxPath is the longest path of a unix socket, in bytes (unix(4)).
const maxPath = 103

// shortPath is the path itself where it fits into the address of a socket.
func shortPath(path string) (short string, done func(), err error) {
	if len(path) > maxPath {
		return "", nil, fmt.Errorf("%s has %d bytes, and the path of a socket may have %d: use a shorter folder", path, len(path), maxPath)
	}
	return path, func() {}, nil
}
