package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"

	"stackgen.dev/runtime/netpoll"
)

// passReadAhead passes on what was read of a connection before it was taken over. It is no
// more than a buffer, so that nobody has to wait for the other direction.
func passReadAhead(dst, src net.Conn) error {
	buf := make([]byte, 4<<10)
	for {
		w, ok := src.(interface{ NetConn() net.Conn })
		if !ok || w.NetConn() != nil {
			return nil
		}
		n, err := src.Read(buf)
		if err != nil {
			return err
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return err
		}
	}
}

// relay passes on everything that comes from src until its end: by the kernel
// where both are plain sockets, to and from, and as long as there are descriptors for pipes.
func (s *pipes) relay(dst net.Conn, to syscall.RawConn, src net.Conn, from syscall.RawConn) error {
	if splicing && from != nil && to != nil {
		if err := s.pass(to, from); !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	_, err := io.Copy(struct{ io.Writer }{dst}, struct{ io.Reader }{src})
	return err
}

// pass passes on by the kernel until the end. While nothing comes it holds no pipe: a tunnel
// may be silent for hours, and there are many of them. It fails with errors.ErrUnsupported
// where there is no pipe to be had; nothing is lost then.
func (s *pipes) pass(to, from syscall.RawConn) error {
	for {
		p, n, err := s.fill(from)
		if err == nil {
			err = s.empty(p, n, to)
		}
		if err != nil {
			return end(err)
		}
	}
}

// passReady passes on what has come, until nothing more is there: netpoll.ErrWait. It
// waits for dst alone, and passes on by the kernel as relay does.
func (u *Upstream) passReady(dst net.Conn, to syscall.RawConn, src *netpoll.Conn) error {
	for splicing && to != nil {
		p, n, err := u.pipes.fillReady(src)
		if err == nil {
			err = u.pipes.empty(p, n, to)
		}
		if errors.Is(err, errors.ErrUnsupported) {
			break
		}
		if err != nil {
			return err
		}
	}
	buf := u.relayBuffer()
	defer u.relays.Put(buf)
	for {
		n, err := src.TryRead(buf[:])
		if err != nil {
			return err
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return err
		}
	}
}

// empty has a pipe's n bytes sent, and keeps it.
func (s *pipes) empty(p *pipe, n int, to syscall.RawConn) error {
	if err := p.drain(to, n); err != nil {
		p.close()
		return err
	}
	s.put(p)
	return nil
}

// end is an error of reading, nil for the end.
func end(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// plainSocket is the socket that a connection is, nil where there is more to it: TLS.
func plainSocket(c net.Conn) syscall.RawConn {
	if t, ok := c.(*tls.Conn); ok && t != nil {
		return nil
	}
	if w, ok := c.(interface{ NetConn() net.Conn }); ok {
		return plainSocket(w.NetConn())
	}
	if s, ok := c.(syscall.Conn); ok {
		raw, err := s.SyscallConn()
		if err == nil {
			return raw
		}
	}
	return nil
}
