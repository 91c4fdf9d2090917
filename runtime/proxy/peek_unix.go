//go:build unix

package proxy

import "syscall"

// peek looks, without waiting and without taking anything, for what an idle
// connection must not have: an end or data.
func (c *conn) peek(fd uintptr) {
	_, _, err := syscall.Recvfrom(int(fd), c.probe[:], syscall.MSG_PEEK)
	c.stale = err != syscall.EAGAIN && err != syscall.EWOULDBLOCK && err != syscall.EINTR
}
