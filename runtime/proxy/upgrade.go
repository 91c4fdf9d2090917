package proxy

import (
	"fmt"
	"io"
	"net"
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
	from, to := source(client), target(client)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := io.Copy(server.Conn, from); err == nil {
			if w, ok := server.Conn.(interface{ CloseWrite() error }); ok && w.CloseWrite() == nil {
				return
			}
		}
		server.Close()
	}()
	_, err := client.Write(begun)
	if err == nil {
		_, err = io.Copy(to, server.Conn)
	}
	if err != nil || client.CloseWrite() != nil {
		client.Close()
		server.Close()
	}
	<-done
}

// source and target find the socket itself, so that the kernel can pass the
// bytes on (splice); where there is none, the connection serves as it is.
func source(c gateway.Conn) io.Reader {
	if raw := socket(c); raw != nil {
		return raw
	}
	return c
}

func target(c gateway.Conn) io.Writer {
	if raw := socket(c); raw != nil {
		return raw
	}
	return c
}

// socket is the TCP connection beneath a client's, nil when there is none or
// something of it has been read ahead.
func socket(c gateway.Conn) net.Conn {
	if w, ok := c.(interface{ NetConn() net.Conn }); ok {
		if raw, ok := w.NetConn().(*net.TCPConn); ok {
			return raw
		}
	}
	return nil
}
