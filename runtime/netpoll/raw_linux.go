package netpoll

import (
	"net"
	"os"
	"syscall"
)

// SyscallConn implements syscall.Conn: for what the package has no call for.
func (c *Conn) SyscallConn() (syscall.RawConn, error) { return (*rawConn)(c), nil }

// rawConn is a Conn whose descriptor is used directly.
type rawConn Conn

// Control implements syscall.RawConn.
func (r *rawConn) Control(f func(fd uintptr)) error {
	c := (*Conn)(r)
	if !c.use() {
		return c.failed("raw-control", net.ErrClosed)
	}
	defer c.unuse()
	f(uintptr(c.fd))
	return nil
}

// Read implements syscall.RawConn.
func (r *rawConn) Read(f func(fd uintptr) (done bool)) error {
	c := (*Conn)(r)
	c.rd.turn.Lock()
	defer c.rd.turn.Unlock()
	for {
		if fault := c.rd.fault.Load(); fault != nil {
			return c.failed("raw-read", *fault)
		}
		done := false
		// Readiness is taken away first: an edge that comes while f runs is kept.
		had := c.rd.consume()
		if err := r.Control(func(fd uintptr) { done = f(fd) }); err != nil {
			return err
		}
		if done {
			if had || c.gone.Load() {
				c.rd.again() // nobody knows whether f has read everything
			}
			return nil
		}
		if err := c.rd.wait(); err != nil {
			return c.failed("raw-read", err)
		}
		c.rd.again()
	}
}

// Write implements syscall.RawConn.
func (r *rawConn) Write(f func(fd uintptr) (done bool)) error {
	c := (*Conn)(r)
	c.wr.turn.Lock()
	defer c.wr.turn.Unlock()
	_, err := c.some(func() (int, error) {
		done := false
		if err := r.Control(func(fd uintptr) { done = f(fd) }); err != nil {
			return 0, err
		}
		if done {
			return 1, nil
		}
		return 0, nil
	})
	return err
}

// SendFile sends n bytes of a file, from offset, without passing through the
// program's memory, and waits as Write does. It returns early, without an error, when
// the file ends.
func (c *Conn) SendFile(file *os.File, offset, n int64) (sent int64, err error) {
	c.wr.turn.Lock()
	defer c.wr.turn.Unlock()
	for sent < n {
		piece, ended := 0, false
		piece, err = c.some(func() (int, error) {
			k, err := c.trySendFile(int(file.Fd()), offset+sent, n-sent)
			if k == 0 && err == nil {
				ended = true
				return 1, nil
			}
			return max(k, 0), err
		})
		if err != nil || ended {
			return sent, err
		}
		sent += int64(piece)
	}
	return sent, nil
}

// TrySendFile is SendFile without waiting: it sends what the kernel takes at
// once, none of it included. ended says that the file has no more.
func (c *Conn) TrySendFile(file *os.File, offset, n int64) (sent int64, ended bool, err error) {
	k, err := c.trySendFile(int(file.Fd()), offset, n)
	return int64(max(k, 0)), k == 0 && err == nil, err
}

// trySendFile returns -1 where the kernel has no room, 0 at the end of the file.
func (c *Conn) trySendFile(file int, offset, n int64) (int, error) {
	if !c.use() {
		return 0, c.failed("sendfile", net.ErrClosed)
	}
	defer c.unuse()
	for {
		// The disk may take its time, so the scheduler is told.
		k, err := syscall.Sendfile(c.fd, file, &offset, int(min(n, 1<<30)))
		switch err {
		case nil:
			return k, nil
		case syscall.EINTR:
		case syscall.EAGAIN:
			return -1, nil
		default:
			return 0, c.failed("sendfile", os.NewSyscallError("sendfile", err))
		}
	}
}
