package server

import "syscall"

// closedWhole tells whether a client whose direction has ended has closed the
// other one as well. Of a unix socket that can be known; TCP does not tell before
// something is sent.
func closedWhole(raw syscall.RawConn) ending {
	state := endsUnknown
	err := raw.Control(func(fd uintptr) {
		s := int(fd)
		if domain, err := syscall.GetsockoptInt(s, syscall.SOL_SOCKET, syscall.SO_DOMAIN); err != nil || domain != syscall.AF_UNIX {
			return
		}
		// Writing nothing fails where nobody would read it, and is seen by nobody.
		state = endsHalf
		if _, err := syscall.SendmsgN(s, nil, nil, nil, syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL); err == syscall.EPIPE || err == syscall.ECONNRESET {
			state = endsWhole
		}
	})
	if err != nil {
		return endsWhole
	}
	return state
}
