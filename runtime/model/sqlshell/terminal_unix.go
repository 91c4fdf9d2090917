//go:build linux || darwin

package sqlshell

import (
	"os"
	"syscall"
	"unsafe"
)

// Terminal reports whether a reader or writer is a terminal, and how many characters
// a line of it has; 0 where it does not say.
func Terminal(stream any) (width int, is bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	var size struct{ rows, columns, x, y uint16 }
	_, _, problem := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return int(size.columns), problem == 0
}
