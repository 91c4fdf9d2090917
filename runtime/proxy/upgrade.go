package proxy

import (
	"bytes"
	"fmt"
	"io"
	"net"
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
