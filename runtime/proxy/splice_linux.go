package proxy

import (
	"errors"
	"io"
	"os"
	"syscall"

	"stackgen.dev/runtime/netpoll"
)

// splicing says that bytes pass from socket to socket without passing through
// the program's memory.
const splicing = true

// pipe is what bytes pass through on their way from one socket to another.
// Its two steps are made once, so that using it allocates nothing.
type pipe struct {
	from, to int // its ends: bytes come out of from
	limit    int // of one step, in bytes
	n        int
	err      error
	in, out  func(fd uintptr) bool
}

const spliceMove, spliceNonblock = 1, 2

func newPipe() (*pipe, error) {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	p := &pipe{from: ends[0], to: ends[1]}
	p.in, p.out = p.stepIn, p.stepOut
	return p, nil
}

func (p *pipe) close() {
	syscall.Close(p.from)
	syscall.Close(p.to)
}

// fill moves up to n bytes from a socket into the pipe, which is empty, and
// waits for the first. The end is io.EOF.
func (p *pipe) fill(src syscall.RawConn, n int64) (int, error) {
	p.limit, p.n, p.err = int(min(n, pipeSize)), 0, nil
	if err := src.Read(p.in); err != nil {
		return 0, err
	}
	if p.err == nil && p.n == 0 {
		return 0, io.EOF
	}
	return p.n, p.err
}

// fill waits for the first bytes from a socket and takes a pipe when they are there. The end
// is io.EOF. A pipe is returned only with bytes in it.
func (s *pipes) fill(src syscall.RawConn) (p *pipe, n int, err error) {
	failed := src.Read(func(fd uintptr) bool {
		if p, err = s.get(); err != nil {
			err = errors.ErrUnsupported
			return true
		}
		p.limit, p.n, p.err = pipeSize, 0, nil
		if p.stepIn(fd) {
			return true
		}
		s.put(p)
		p = nil
		return false
	})
	switch {
	case err != nil || p == nil:
		return nil, 0, errors.Join(err, failed)
	case p.err == nil && p.n > 0:
		return p, p.n, nil
	case p.err == nil:
		err = io.EOF
	default:
		err = p.err
	}
	s.put(p) // empty, whatever happened
	return nil, 0, err
}

// fillReady is fill for a socket that is not waited for: netpoll.ErrWait says that nothing is there.
func (s *pipes) fillReady(src *netpoll.Conn) (p *pipe, n int, err error) {
	if p, err = s.get(); err != nil {
		return nil, 0, errors.ErrUnsupported
	}
	p.limit, p.n, p.err = pipeSize, 0, nil
	err = src.TryRaw(p.in)
	switch {
	case err != nil:
	case p.err == nil && p.n > 0:
		return p, p.n, nil
	case p.err == nil:
		err = io.EOF
	default:
		err = p.err
	}
	s.put(p)
	return nil, 0, err
}

func (p *pipe) stepIn(fd uintptr) bool { return p.step(int(fd), p.to) }

// drain moves n bytes from the pipe to a socket.
func (p *pipe) drain(dst syscall.RawConn, n int) error {
	for n > 0 {
		p.limit, p.n, p.err = n, 0, nil
		if err := dst.Write(p.out); err != nil {
			return err
		}
		if p.err != nil {
			return p.err
		}
		n -= p.n
	}
	return nil
}

func (p *pipe) stepOut(fd uintptr) bool { return p.step(p.from, int(fd)) }

// step moves what can be moved now. The pipe is empty before it is filled and not empty before
// it is drained: so it is the socket alone that may make us wait.
func (p *pipe) step(from, to int) bool {
	for {
		n, err := syscall.Splice(from, nil, to, nil, p.limit, spliceMove|spliceNonblock)
		switch err {
		case nil:
			p.n = int(n)
			return true
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			p.err = os.NewSyscallError("splice", err)
			return true
		}
	}
}
