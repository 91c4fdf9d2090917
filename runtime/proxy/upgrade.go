package proxy

import (
	"bytes"
	"fmt"

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

// appendRequired says which protocol a server insists on (RFC 9110, section 15.5.22), of those that a
// client may ask it for.
func (t *trip) appendRequired(h *gateway.Header) {
	protocols := offered(&t.resp.Header)
	if len(protocols) == 0 {
		return
	}
	h.Add("Connection", "Upgrade")
	h.AddBorrowed(fieldUpgrade, bytes.Join(protocols, []byte(", ")))
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
