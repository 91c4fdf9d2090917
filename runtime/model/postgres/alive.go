package postgres

import (
	"crypto/tls"
	"net"
	"syscall"
)

// alive reports whether a connection that nobody uses is still open: a server
// that ends says so on it, or closes it. It looks at what has arrived without
// waiting and without taking it, so it costs one system call.
func alive(c net.Conn) bool {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	s, ok := c.(syscall.Conn)
	if !ok {
		return true // the statement will tell
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	open := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		open = err == syscall.EAGAIN || err == syscall.EINTR
	})
	return open && err == nil
}
