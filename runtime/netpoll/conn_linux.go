package netpoll

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// ErrWait is what TryRead returns when there is nothing to read yet.
var ErrWait = errors.New("netpoll: nothing to read yet")

// Conn is a stream socket: plain TCP, or of the unix domain.
type Conn struct {
	fd      int
	poller  *Poller
	handler Handler
	network string // "tcp" or "unix"
	peer    net.Addr

	// uses counts the system calls under way, and holds closedBit.
	uses atomic.Int64
	gone atomic.Bool // the kernel has spoken of an end: a short read may not be the last
	rd   side
	wr   side
}

var (
	_ net.Conn     = (*Conn)(nil)
	_ syscall.Conn = (*Conn)(nil)
)

const closedBit = 1 << 32

// newConn makes a connection of a socket that does not block. Nothing happens on
// it before Open.
func (g *Group) newConn(fd int, network string, peer net.Addr) *Conn {
	c := &Conn{fd: fd, poller: g.choose(), network: network, peer: peer}
	c.wr.state.Store(sideReady)
	return c
}

// Open has the connection driven: h is told when there is something to read
// for the first time. A nil h is for connections that only wait in goroutines.
func (c *Conn) Open(h Handler) error {
	c.handler = h
	if h != nil {
		c.rd.state.Store(sideArmed)
	}
	if !c.use() { // the number may be another's by now
		return c.failed("open", net.ErrClosed)
	}
	defer c.unuse()
	c.poller.group.conns.put(c.fd, c)
	return c.poller.add(c.fd)
}

// Take makes a driven connection of one that Go's own poller has; nc must be a
// plain TCP or unix connection, and is closed unless there is an error.
func (g *Group) Take(nc net.Conn) (*Conn, error) {
	network := "tcp"
	if _, ok := nc.(*net.UnixConn); ok {
		network = "unix"
	}
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return nil, errors.New("netpoll: the connection is no socket")
	}
	fd, err := duplicate(sc)
	if err != nil {
		return nil, err
	}
	c := g.newConn(fd, network, nc.RemoteAddr())
	if err := c.Open(nil); err != nil {
		c.Close()
		return nil, err
	}
	nc.Close()
	return c, nil
}

// duplicate makes another descriptor of a socket that does not block.
func duplicate(sc syscall.Conn) (int, error) {
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0, err
	}
	fd, errno := uintptr(0), syscall.Errno(0)
	if err := raw.Control(func(old uintptr) {
		fd, _, errno = syscall.RawSyscall(syscall.SYS_FCNTL, old, syscall.F_DUPFD_CLOEXEC, 0)
	}); err != nil {
		return 0, err
	}
	if errno == 0 && fd >= maxDescriptor {
		syscall.Close(int(fd))
		errno = syscall.EMFILE
	}
	if errno != 0 {
		return 0, os.NewSyscallError("fcntl", errno)
	}
	return int(fd), nil
}

// Await has the handler called when there is something to read. It reports
// false when there may be already, or when reading fails: then the caller reads on.
// After true the connection is the handler's.
func (c *Conn) Await() bool {
	// Who sets a fault looks for the armed handler after that, and we the other way round.
	return c.rd.arm() && (c.rd.fault.Load() == nil || !c.rd.disarm())
}

// AwaitBy is Await with another handler, from now on.
func (c *Conn) AwaitBy(h Handler) bool {
	c.handler = h // nobody looks at it while nothing is awaited
	return c.Await()
}

// Dismiss takes Await back and returns the handler that will not be called; nil where none is
// awaited, or when it is being called.
func (c *Conn) Dismiss() Handler {
	if !c.rd.disarm() {
		return nil
	}
	return c.handler
}

// TryRead reads what is there and does not wait: ErrWait says that nothing is.
// It does not ask the kernel when that has nothing since the last time.
func (c *Conn) TryRead(p []byte) (int, error) {
	if fault := c.rd.fault.Load(); fault != nil {
		return 0, c.failed("read", *fault)
	}
	if !c.rd.consume() {
		return 0, ErrWait
	}
	return c.read(p)
}

// TryRaw has take read from the descriptor itself, and does not wait: ErrWait says that
// nothing is there, which is what take reports with false. An end is something, too.
func (c *Conn) TryRaw(take func(fd uintptr) bool) error {
	if fault := c.rd.fault.Load(); fault != nil {
		return c.failed("raw-read", *fault)
	}
	if !c.rd.consume() {
		return ErrWait
	}
	if !c.use() {
		return c.failed("raw-read", net.ErrClosed)
	}
	was := c.gone.Load()
	took := take(uintptr(c.fd))
	c.unuse()
	if took {
		c.rd.again() // nobody knows whether everything was taken
		return nil
	}
	if was {
		c.gone.Store(false) // see read
	}
	return ErrWait
}

// read asks the kernel once; readiness has been taken away.
func (c *Conn) read(p []byte) (int, error) {
	if len(p) == 0 {
		c.rd.again()
		return 0, nil
	}
	if !c.use() {
		return 0, c.failed("read", net.ErrClosed)
	}
	was := c.gone.Load()
	var n uintptr
	var errno syscall.Errno
	for {
		n, _, errno = syscall.RawSyscall6(callReceive, uintptr(c.fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)), 0, 0, 0)
		if errno != syscall.EINTR {
			break
		}
	}
	c.unuse()
	switch {
	case errno == syscall.EAGAIN:
		if was {
			// It was an event of another connection. One that has come meanwhile counts.
			c.gone.Store(false)
		}
		return 0, ErrWait
	case errno != 0:
		c.rd.again()
		return 0, c.failed("read", os.NewSyscallError("read", errno))
	case n == 0:
		c.rd.again()
		return 0, io.EOF
	}
	// A read that fills its buffer may have left something; an end has no edge of its
	// own when it came with the last bytes.
	if int(n) == len(p) || c.gone.Load() {
		c.rd.again()
	}
	return int(n), nil
}

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	c.rd.turn.Lock()
	defer c.rd.turn.Unlock()
	for {
		if err := c.rd.wait(); err != nil {
			return 0, c.failed("read", err)
		}
		if n, err := c.read(p); err != ErrWait {
			return n, err
		}
	}
}

// TryWrite gives the kernel as much of p as it takes at once, and does not wait.
func (c *Conn) TryWrite(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return c.ask(callSend, unsafe.Pointer(&p[0]), uintptr(len(p)), syscall.MSG_NOSIGNAL)
}

// TryWriteBoth is TryWrite for two slices, with one system call.
func (c *Conn) TryWriteBoth(a, b []byte) (int, error) {
	switch {
	case len(a) == 0:
		return c.TryWrite(b)
	case len(b) == 0:
		return c.TryWrite(a)
	}
	vector := [2]syscall.Iovec{{Base: &a[0]}, {Base: &b[0]}}
	vector[0].SetLen(len(a))
	vector[1].SetLen(len(b))
	return c.ask(syscall.SYS_WRITEV, unsafe.Pointer(&vector[0]), 2, 0)
}

// ask has the kernel write; it takes nothing when it has no room.
func (c *Conn) ask(call uintptr, from unsafe.Pointer, size, flags uintptr) (int, error) {
	if !c.use() {
		return 0, c.failed("write", net.ErrClosed)
	}
	var n uintptr
	var errno syscall.Errno
	for {
		if n, _, errno = syscall.RawSyscall6(call, uintptr(c.fd), uintptr(from), size, flags, 0, 0); errno != syscall.EINTR {
			break
		}
	}
	c.unuse()
	switch errno {
	case 0:
		return int(n), nil
	case syscall.EAGAIN:
		return 0, nil
	}
	return 0, c.failed("write", os.NewSyscallError("write", errno))
}

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	c.wr.turn.Lock()
	defer c.wr.turn.Unlock()
	written := 0
	for written < len(p) {
		n, err := c.writeSome(p[written:])
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// writeSome writes at least one byte.
func (c *Conn) writeSome(p []byte) (int, error) {
	return c.some(func() (int, error) { return c.TryWrite(p) })
}

// some calls try, which takes part of something without waiting, until it has
// taken any. The caller has the turn.
func (c *Conn) some(try func() (int, error)) (int, error) {
	for {
		if fault := c.wr.fault.Load(); fault != nil {
			return 0, c.failed("write", *fault)
		}
		if n, err := try(); n > 0 || err != nil {
			return n, err
		}
		// The kernel has no room. It may have got some since: an edge that came
		// before readiness was taken away is no longer there to be waited for.
		if c.wr.consume() {
			continue
		}
		if err := c.wr.wait(); err != nil {
			return 0, c.failed("write", err)
		}
		c.wr.again()
	}
}

// Ask writes out and reads what comes back, with one call to the kernel for
// each: it does not try to read before there is something. Where the kernel does not
// take all of out at once, sent says how much it took, and nothing is read.
func (c *Conn) Ask(out, in []byte) (sent, n int, err error) {
	c.rd.turn.Lock()
	defer c.rd.turn.Unlock()
	if sent, err = c.TryWrite(out); err != nil || sent < len(out) {
		return sent, 0, err
	}
	for {
		if err := c.rd.wait(); err != nil {
			return sent, 0, c.failed("read", err)
		}
		if n, err = c.read(in); err != ErrWait {
			return sent, n, err
		}
	}
}

// Quiet reports whether there is nothing to read, not even an end. It asks the
// kernel only where events have not told.
func (c *Conn) Quiet() bool {
	if c.rd.state.Load() == sideUnready {
		return c.uses.Load() < closedBit
	}
	if !c.use() {
		return false
	}
	defer c.unuse()
	c.rd.consume()
	var probe [1]byte
	for {
		_, _, err := syscall.Recvfrom(c.fd, probe[:], syscall.MSG_PEEK)
		switch err {
		case syscall.EINTR:
		case syscall.EAGAIN:
			return true
		default:
			c.rd.again()
			return false
		}
	}
}

// use keeps the descriptor open for a system call.
func (c *Conn) use() bool {
	if c.uses.Add(1) < closedBit {
		return true
	}
	c.unuse()
	return false
}

func (c *Conn) unuse() {
	if c.uses.Add(-1) == closedBit {
		c.free()
	}
}

// free closes the descriptor, once.
func (c *Conn) free() {
	if !c.uses.CompareAndSwap(closedBit, closedBit+freedBit) {
		return
	}
	c.poller.group.conns.put(c.fd, nil)
	syscall.Close(c.fd)
}

const freedBit = 1 << 33

// Close implements net.Conn. Who waits in Read or Write is woken; a handler that
// is awaited is not called any more.
func (c *Conn) Close() error {
	for {
		old := c.uses.Load()
		if old >= closedBit {
			return c.failed("close", net.ErrClosed)
		}
		if c.uses.CompareAndSwap(old, old+closedBit) {
			break
		}
	}
	c.rd.disarm()
	c.rd.close(net.ErrClosed)
	c.wr.close(net.ErrClosed)
	if c.uses.Load() == closedBit {
		c.free()
	}
	return nil
}

// CloseWrite ends the sending direction.
func (c *Conn) CloseWrite() error { return c.shutdown(syscall.SHUT_WR) }

func (c *Conn) shutdown(how int) error {
	if !c.use() {
		return c.failed("close", net.ErrClosed)
	}
	defer c.unuse()
	if err := syscall.Shutdown(c.fd, how); err != nil {
		return c.failed("close", os.NewSyscallError("shutdown", err))
	}
	return nil
}

// SetLinger is SetLinger of net.TCPConn: 0 has Close reset the connection.
func (c *Conn) SetLinger(seconds int) error {
	if !c.use() {
		return c.failed("set", net.ErrClosed)
	}
	defer c.unuse()
	linger := syscall.Linger{Onoff: 1, Linger: int32(seconds)}
	if seconds < 0 {
		linger = syscall.Linger{}
	}
	return os.NewSyscallError("setsockopt", syscall.SetsockoptLinger(c.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &linger))
}

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return c.peer }

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr {
	if !c.use() {
		return nil
	}
	defer c.unuse()
	sa, err := syscall.Getsockname(c.fd)
	if err != nil {
		return nil
	}
	return address(sa)
}

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline implements net.Conn. TryRead fails after it too.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(&c.rd, t) }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(&c.wr, t) }

func (c *Conn) setDeadline(s *side, t time.Time) error {
	if c.uses.Load() >= closedBit {
		return c.failed("set", net.ErrClosed)
	}
	s.setDeadline(t)
	return nil
}

// failed is an error as package net's connections return them.
func (c *Conn) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: c.network, Addr: c.peer, Err: err}
}
