//go:build unix

package proxy

import (
	"os"
	"syscall"
)

// socketSteps says that askStep and dead work on sockets themselves.
const socketSteps = true

// askStep is called with the socket, at first and whenever it may have
// something to read. That it is called before the wait begins, and that the wait misses nothing that
// comes after that call, is what makes writing here right.
func (c *conn) askStep(fd uintptr) bool {
	a := &c.asking
	if !a.written {
		if a.look && !quiet(int(fd)) {
			a.stale = true
			return true
		}
		for {
			a.sent, a.err = syscall.Write(int(fd), a.out)
			if a.err != syscall.EINTR {
				break
			}
		}
		a.written, a.sent = true, max(a.sent, 0)
		switch {
		case a.err == syscall.EAGAIN:
			a.err = nil
			return true
		case a.err != nil:
			a.err = os.NewSyscallError("write", a.err)
			return true
		}
		return a.sent < len(a.out)
	}
	for {
		a.n, a.err = syscall.Read(int(fd), a.in)
		switch a.err {
		case syscall.EINTR:
		case syscall.EAGAIN:
			a.n, a.err = 0, nil
			return false
		case nil:
			a.err = eof(a.n)
			return true
		default:
			a.n, a.err = 0, os.NewSyscallError("read", a.err)
			return true
		}
	}
}

// quiet reports whether there is nothing to read from a socket, not even its
// end; it takes nothing and waits for nothing.
func quiet(fd int) bool {
	var probe [1]byte
	for {
		_, _, err := syscall.Recvfrom(fd, probe[:], syscall.MSG_PEEK)
		if err != syscall.EINTR {
			return err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		}
	}
}

// dead reports whether an idle connection can no longer be used: the server
// has closed it, or has sent what nobody asked for.
func (c *conn) dead() bool {
	switch {
	case c.sock != nil:
		return !c.sock.Quiet()
	case c.beneath == nil:
		return false
	}
	still := false
	return c.beneath.Control(func(fd uintptr) { still = quiet(int(fd)) }) != nil || !still
}
