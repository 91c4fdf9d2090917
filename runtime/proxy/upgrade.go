package proxy

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

var fieldUpgrade = []byte("Upgrade")

// offered are the protocols of Upgrade that a server is asked for. Other versions
// of HTTP, and TLS, are not among them: what a client would then say to the
// server would pass by every rule of the proxy ("h2c smuggling").
func offered(h *gateway.Header) [][]byte {
	var offer [][]byte
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, "Upgrade") {
			continue
		}
		for protocol := range bytes.SplitSeq(f.Value, []byte(",")) {
			protocol = bytes.Trim(protocol, " \t")
			name, version, versioned := bytes.Cut(protocol, []byte("/"))
			if !http1.ValidName(name) || versioned && !http1.ValidName(version) || carriesHTTP(name) {
				continue
			}
			offer = append(offer, protocol)
		}
	}
	return offer
}

// carriesHTTP reports whether a protocol may hold requests: HTTP, TLS, and h2c
// with its drafts.
func carriesHTTP(name []byte) bool {
	if len(name) > 2 && (gateway.EqualFold(name[:2], "h2") || gateway.EqualFold(name[:2], "h3")) {
		name = name[:2]
	}
	for _, other := range [...]string{"h2", "h3", "HTTP", "TLS"} {
		if gateway.EqualFold(name, other) {
			return true
		}
	}
	return false
}

// accepted reports whether a server switches to a protocol that it was offered
// (RFC 9110, section 7.8).
func accepted(h *gateway.Header, protocol []byte) bool {
	for _, p := range offered(h) {
		if bytes.EqualFold(p, protocol) {
			return true
		}
	}
	return false
}

// switchProtocols answers 101 and then passes bytes both ways (WebSocket).
func (t *trip) switchProtocols() error {
	protocol := t.resp.Header.Get("Upgrade")
	if !t.upgrade || !accepted(&t.x.Request.Header, protocol) {
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
	r.Header.AddBorrowed(fieldUpgrade, protocol)
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
	err := passReadAhead(server.Conn, client)
	if err == nil {
		_, err = client.Write(t.in.Buffered())
	}
	websocket := gateway.EqualFold(t.resp.Header.Get("Upgrade"), "websocket")
	t.unload()
	// From here on each side is read by one goroutine and written by the other.
	there, here := plainSocket(server.Conn), plainSocket(client)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if t.u.pipes.relay(server.Conn, there, client, here) == nil {
			if w, ok := server.Conn.(interface{ CloseWrite() error }); ok && w.CloseWrite() == nil {
				return
			}
		}
		server.Close()
	}()
	if err == nil {
		if websocket && t.p.config.Closing != nil {
			t.p.farewells.add(server.Conn, t.p.config.Closing)
		}
		err = t.u.pipes.relay(client, here, server.Conn, there)
		t.p.farewells.remove(server.Conn)
		if err != nil && websocket && t.closes() {
			sayGoodbye(client, server.Conn)
		}
	}
	if err != nil || client.CloseWrite() != nil {
		client.Close()
		server.Close()
	}
	<-done
}

// unload gives up the memory that request and answer were in: a tunnel may be silent for
// hours, and nobody asks for more of them than their heads. The trip is none of the pool's any more.
func (t *trip) unload() {
	var head gateway.Header
	for _, f := range t.x.Response.Header.Fields() {
		head.AddCopy(f.Name, f.Value)
	}
	t.x.Response.Header = head
	t.in.Reset(nil, nil)
	t.resp, t.memory, t.out = http1.Response{}, nil, nil
	t.tunnelled = true
}

// closes reports whether the process's time is over.
func (t *trip) closes() bool {
	select {
	case <-t.p.config.Closing:
		return true
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
		if err != nil {
			return end(err)
		}
		if err := p.drain(to, n); err != nil {
			p.close()
			return err
		}
		s.put(p)
	}
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
