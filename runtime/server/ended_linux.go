package server

import "syscall"

// closedWhole reports whether a client whose direction has ended has closed the
// other one as well. Of a unix socket that can be known; TCP does not tell before
// something is sent, so a client that has been found so twice counts as gone.
func closedWhole(raw syscall.RawConn) (closed bool) {
	err := raw.Control(func(fd uintptr) {
		s := int(fd)
		if domain, err := syscall.GetsockoptInt(s, syscall.SOL_SOCKET, syscall.SO_DOMAIN); err != nil || domain != syscall.AF_UNIX {
			closed = true
			return
		}
		// Writing nothing fails where nobody would read it, and is seen by nobody.
		_, err := syscall.SendmsgN(s, nil, nil, nil, syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL)
		closed = err == syscall.EPIPE || err == syscall.ECONNRESET
	})
	return err != nil || closed
}
