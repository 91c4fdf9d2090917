package websocket

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web"
)

// handshake is what a client has asked for.
type handshake struct {
	key         string
	subprotocol string // that both speak, "" for none
}

// guid is what is appended to the key (RFC 6455, section 1.3).
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// accept is the value of Sec-WebSocket-Accept.
func (h handshake) accept() string {
	sum := sha1.Sum([]byte(h.key + guid))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// needed is the answer to who does not ask for a WebSocket, or for one of another version.
var needed = &web.Error{Status: 426, Header: [][2]string{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}}

// read checks a request as RFC 6455, section 4.2.1, has it, and where it comes from.
func (v *View) read(r *web.Request) (handshake, error) {
	var none handshake
	switch {
	case r.Exchange().Request.Proto == gateway.HTTP10, !lists(r.Header("Connection"), "upgrade"), !lists(r.Header("Upgrade"), "websocket"):
		return none, needed.With("This address is for WebSockets.")
	case r.Header("Sec-WebSocket-Version") != "13":
		return none, needed.With("WebSockets of version 13 are spoken here (RFC 6455).")
	}
	h := handshake{key: r.Header("Sec-WebSocket-Key")}
	if nonce, err := base64.StdEncoding.DecodeString(h.key); err != nil || len(nonce) != 16 || len(h.key) != 24 {
		return none, web.BadRequest.With("Sec-WebSocket-Key is not 16 bytes in base64.")
	}
	if from := r.Header("Origin"); r.HasHeader("Origin") && !v.allows(r, from) {
		return none, web.Forbidden.With(fmt.Sprintf("Origin checking failed - %s does not match any trusted origins.", from))
	}
	h.subprotocol = v.choose(r.Header("Sec-WebSocket-Protocol"))
	return h, nil
}

// allows reports whether pages of an origin may connect: this site's and those that it trusts. Browsers send
// cookies with a handshake whosever page it comes from, and no CORS asks first; who sends no Origin is no browser.
func (v *View) allows(r *web.Request, from string) bool {
	return v.anybody || from == r.Scheme()+"://"+r.Host() || v.trusted.Allows(from)
}

// choose picks the first of the view's subprotocols that the client offers, which are compared as they are written.
func (v *View) choose(offered string) string {
	if len(v.Subprotocols) == 0 || offered == "" {
		return ""
	}
	var offers []string
	for one := range strings.SplitSeq(offered, ",") {
		offers = append(offers, strings.Trim(one, " \t"))
	}
	for _, own := range v.Subprotocols {
		if slices.Contains(offers, own) {
			return own
		}
	}
	return ""
}

// lists reports whether a field that is a list has a member, in whatever case.
func lists(field, member string) bool {
	for one := range strings.SplitSeq(field, ",") {
		if strings.EqualFold(strings.Trim(one, " \t"), member) {
			return true
		}
	}
	return false
}
