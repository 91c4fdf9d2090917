//go:build unix

package generator

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// lockDir holds the project's folder against a second stackgen that writes
// into it. The lock is the folder itself, so it leaves nothing behind.
func lockDir(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("lock the project: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("another stackgen is writing into %s: wait for it to finish, then try again", dir)
		}
		return nil, fmt.Errorf("lock the project: %w", err)
	}
	return func() { f.Close() }, nil
}
