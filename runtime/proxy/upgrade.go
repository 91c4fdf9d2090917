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
	server.SetDeadline(time.Time{})
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
		ended := make(chan struct{})
		t.closing(server.Conn, ended)
		_, err = io.Copy(to, server.Conn)
		close(ended)
		if err != nil && t.closes() {
			sayGoodbye(client, server.Conn)
		}
	}
	if err != nil || client.CloseWrite() != nil {
		client.Close()
		server.Close()
	}
	<-done
}

// closing has a WebSocket end when its process has to: what comes from the
// server is no longer waited for.
func (t *trip) closing(server net.Conn, ended <-chan struct{}) {
	if limit := t.p.config.Closing; limit != nil && gateway.EqualFold(t.resp.Header.Get("Upgrade"), "websocket") {
		go func() {
			select {
			case <-limit:
				server.SetReadDeadline(time.Unix(1, 0))
			case <-ended:
			}
		}()
	}
}

// closes reports whether the process's time is over.
func (t *trip) closes() bool {
	select {
	case <-t.p.config.Closing:
		return gateway.EqualFold(t.resp.Header.Get("Upgrade"), "websocket")
	default:
		return false
	}
}

// Close frames with the code 1001, going away (RFC 6455, sections 5.5.1 and
// 7.4.1); what goes to a server is masked, here with zeros.
const (
	closeToClient = "\x88\x02\x03\xe9"
	closeToServer = "\x88\x82\x00\x00\x00\x00\x03\xe9"
)

// sayGoodbye ends a WebSocket with a reason. It is understood between two frames;
// a side that is in the middle of one sees the connection end, as it would have anyway.
func sayGoodbye(client gateway.Conn, server net.Conn) {
	limit := time.Now().Add(goodbyeTime)
	client.SetWriteDeadline(limit)
	server.SetWriteDeadline(limit)
	io.WriteString(client, closeToClient)
	io.WriteString(server, closeToServer)
}

// goodbyeTime is how long a side may take to accept a close frame.
const goodbyeTime = 200 * time.Millisecond

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
