package cache

import (
	"errors"
	"os"
	"syscall"
)

// allocate has the disk set n bytes of a file aside. File systems that cannot are
// asked byte by byte, as they are written.
func allocate(f *os.File, n int64) error {
	const keepSize = 1
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		for {
			if failed = syscall.Fallocate(int(fd), keepSize, 0, n); failed != syscall.EINTR {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if errors.Is(failed, syscall.ENOSPC) || errors.Is(failed, syscall.EDQUOT) || errors.Is(failed, syscall.EFBIG) {
		return failed
	}
	return nil
}
