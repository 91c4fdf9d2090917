package proxy

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
)

// switchProtocols answers 101 and then passes bytes both ways (WebSocket).
func (t *trip) switchProtocols() error {
	protocol := t.resp.Header.Get("Upgrade")
	if !t.upgrade || len(protocol) == 0 {
		return fmt.Errorf("%w: %w", errBadAnswer, errSwitchUnasked)
	}
	if t.watch != nil {
		// From now on the end of what the client sends is no sign of its leaving.
		if !t.watch.stop() {
			return errClientGone
		}
		t.watch = nil
	}
	r := &t.x.Response
	r.Status = 101
	t.appendResponse(&r.Header, &t.resp.Header)
	r.Header.Add("Connection", "Upgrade")
	r.Header.AddBorrowed([]byte("Upgrade"), protocol)
	r.Takeover(t.tunnel)
	return nil
}

// tunnel passes bytes both ways until both directions have ended, or one has
// failed. An end in one direction is passed on as such: the other may go on.
// There is no idle limit: a WebSocket may be silent for as long as both sides like.
func (t *trip) tunnel(client gateway.Conn) {
	server := t.conn
	server.readUntil(time.Time{})
	server.SetWriteDeadline(time.Time{})
	begun := t.in.Buffered()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if relay(server.Conn, client) == nil {
			if w, ok := server.Conn.(interface{ CloseWrite() error }); ok && w.CloseWrite() == nil {
				return
			}
		}
		server.Close()
	}()
	_, err := client.Write(begun)
	if err == nil {
		err = relay(client, server.Conn)
	}
	if err != nil || client.CloseWrite() != nil {
		client.Close()
		server.Close()
	}
	<-done
}

// relay passes on everything that comes from src until its end: by the kernel
// where both are plain sockets.
func relay(dst, src net.Conn) error {
	if splicing {
		// What was read ahead of the takeover has to go first.
		for ahead := readAhead(src); ahead; ahead = readAhead(src) {
			buf := make([]byte, 4<<10)
			n, err := src.Read(buf)
			if n > 0 {
				if _, err := dst.Write(buf[:n]); err != nil {
					return err
				}
			}
			if err != nil {
				return end(err)
			}
		}
		from, to := plainSocket(src), plainSocket(dst)
		if from != nil && to != nil {
			if p, err := newPipe(); err == nil {
				defer p.close()
				return p.relay(to, from)
			}
		}
	}
	_, err := io.Copy(struct{ io.Writer }{dst}, struct{ io.Reader }{src})
	return err
}

// relay passes on through the pipe until the end.
func (p *pipe) relay(to, from syscall.RawConn) error {
	for {
		n, err := p.fill(from, pipeSize)
		if err != nil {
			return end(err)
		}
		if err := p.drain(to, n); err != nil {
			return err
		}
	}
}

// end is an error of reading, nil for the end.
func end(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// readAhead reports whether some of what comes from a connection is in
// somebody's memory already.
func readAhead(c net.Conn) bool {
	w, ok := c.(interface{ NetConn() net.Conn })
	return ok && w.NetConn() == nil
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
