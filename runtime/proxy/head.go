package proxy

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// writeHead writes the head of the forwarded request into t.out; the body
// follows there if it is in memory.
func (t *trip) writeHead() {
	r := &t.x.Request
	b := append(append(t.out[:0], r.Method...), ' ')
	b = gateway.AppendPath(b, t.f.path(r.Path))
	if len(r.Query) > 0 {
		b = appendQuery(append(b, '?'), r.Query)
	}
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = t.appendHost(b)
	b = append(b, '\r', '\n')
	b = t.appendFields(b)
	b = t.appendProvenance(b)
	b = t.appendTrace(b)
	b = t.appendConnection(b)
	b = t.appendFraming(b)
	b = http1.AppendEnd(b)
	t.headLen = len(b)
	if t.sendsAtOnce() {
		b = append(b, t.body.memory...)
	}
	t.out = b
}

// appendHost appends the Host that rules set, else the client's, as also where what they make of
// the request is none.
func (t *trip) appendHost(b []byte) []byte {
	l := t.f.location
	switch {
	case l == nil:
	case l.hostText != nil:
		start := len(b)
		if b = l.hostText.appendValue(b, t.x, &t.v); validAuthority(b[start:]) {
			return b
		}
		b = b[:start]
	case l.host != "":
		return append(b, l.host...)
	}
	return append(b, t.x.Request.Host...)
}

// sendsAtOnce reports whether what is sent is all in memory.
func (t *trip) sendsAtOnce() bool {
	return t.body.file == nil && !t.streams() && t.x.Request.Trailer.Len() == 0
}

// streams reports whether the body is passed on while it arrives.
func (t *trip) streams() bool { return t.unbuffered && t.x.Request.Body != nil }

// appendFields passes the client's fields on, without those that concern its
// connection to us, those that we write ourselves, and those that no server should read.
func (t *trip) appendFields(b []byte) []byte {
	r := &t.x.Request
	listed := connectionLists(&r.Header)
	cookies, traced := 0, t.x.Span() != nil
	for _, f := range r.Header.Fields() {
		switch len(f.Name) {
		case 4:
			if gateway.EqualFold(f.Name, "Host") {
				continue
			}
		case 5: // the variable that CGI programs take for a setting (httpoxy)
			if gateway.EqualFold(f.Name, "Proxy") {
				continue
			}
		case 6:
			if gateway.EqualFold(f.Name, "Expect") {
				continue // answered by the engine
			}
			if r.Proto >= gateway.HTTP2 && gateway.EqualFold(f.Name, "Cookie") {
				cookies++
				continue
			}
		case 7:
			if gateway.EqualFold(f.Name, "Trailer") && r.Trailer.Len() == 0 && !(t.streams() && r.ContentLength < 0) {
				continue
			}
		case 14:
			if gateway.EqualFold(f.Name, "Content-Length") || gateway.EqualFold(f.Name, "HTTP2-Settings") {
				continue
			}
		}
		if traced && traceField(f.Name) {
			continue // written anew
		}
		if http1.HopByHop(f.Name) || listed && http1.ConnectionListed(&r.Header, f.Name) {
			continue
		}
		switch provenanceOf(f.Name) {
		case consumed:
			continue
		case hearsay:
			if !t.v.trusted {
				continue
			}
		}
		if !t.u.config.Workers && http1.Underscored(f.Name) {
			continue
		}
		b = http1.AppendField(b, f.Name, f.Value)
	}
	if cookies > 0 {
		b = appendCookies(b, &r.Header)
	}
	return b
}

// appendCookies joins the crumbs that HTTP/2 cuts cookies into (RFC 9113,
// section 8.2.3).
func appendCookies(b []byte, h *gateway.Header) []byte {
	var value []byte
	for _, f := range h.Fields() {
		if gateway.EqualFold(f.Name, "Cookie") {
			if len(value) > 0 {
				value = append(value, "; "...)
			}
			value = append(value, f.Value...)
		}
	}
	return http1.AppendField(b, []byte("Cookie"), value)
}

// connectionLists reports whether Connection names any field beside the
// options that every client sends.
func connectionLists(h *gateway.Header) bool {
	for _, f := range h.Fields() {
		if len(f.Name) == 10 && gateway.EqualFold(f.Name, "Connection") &&
			!gateway.EqualFold(f.Value, "close") && !gateway.EqualFold(f.Value, "keep-alive") {
			return true
		}
	}
	return false
}

// appendProvenance says where the request came from. What a trusted proxy said
// is continued, everybody else's word is replaced.
func (t *trip) appendProvenance(b []byte) []byte {
	r := &t.x.Request
	if t.u.config.Workers {
		b = append(b, "X-Forwarded-For: "...)
		if r.Client.IsValid() {
			b = r.Client.AppendTo(b)
		} else {
			b = append(b, "unknown"...)
		}
		b = append(b, '\r', '\n')
		b = http1.AppendFieldString(b, "X-Forwarded-Proto", r.Scheme)
		b = append(b, handedOverField+": "...)
		b = strconv.AppendInt(b, time.Now().UnixNano(), 10)
		b = append(b, '\r', '\n')
		b = appendClientCert(b, r)
		if t.u.config.TellLocation {
			b = http1.AppendFieldString(b, locationField, t.x.Location)
		}
		return http1.AppendFieldString(b, requestIDField, r.ID)
	}
	b = append(b, "X-Forwarded-For: "...)
	if t.v.trusted {
		for _, f := range r.Header.Fields() {
			if len(f.Value) > 0 && gateway.EqualFold(f.Name, "X-Forwarded-For") {
				b = append(append(b, f.Value...), ", "...)
			}
		}
	}
	b = append(appendPeer(b, t.v.peer), "\r\nX-Real-IP: "...)
	b = append(appendPeer(b, r.Client), '\r', '\n')
	b = http1.AppendFieldString(b, "X-Forwarded-Proto", r.Scheme)
	b = appendSaid(b, "X-Forwarded-Host", t.said("X-Forwarded-Host"), r.Host)
	b = append(b, "X-Forwarded-Port: "...)
	if said := t.said("X-Forwarded-Port"); len(said) > 0 && len(said) <= 5 && digits(said) >= 0 {
		b = append(b, said...)
	} else {
		b = appendPort(b, r)
	}
	b = append(b, '\r', '\n')
	b = t.appendForwarded(b)
	b = appendClientCert(b, r)
	return http1.AppendFieldString(b, requestIDField, r.ID)
}

// said is the value of a field that a trusted proxy sent, nil from others.
func (t *trip) said(name string) []byte {
	if !t.v.trusted {
		return nil
	}
	return t.x.Request.Header.Get(name)
}

func appendSaid(b []byte, name string, said, standard []byte) []byte {
	if len(said) == 0 {
		said = standard
	}
	b = append(append(append(b, name...), ':', ' '), said...)
	return append(b, '\r', '\n')
}

// appendForwarded writes Forwarded (RFC 7239) where the request came with it:
// a server that reads it must never see what a client made up.
func (t *trip) appendForwarded(b []byte) []byte {
	r := &t.x.Request
	if !r.Header.Has("Forwarded") {
		return b
	}
	b = append(b, "Forwarded: "...)
	if t.v.trusted && forwardedHops(&r.Header) != nil {
		for _, f := range r.Header.Fields() {
			if gateway.EqualFold(f.Name, "Forwarded") {
				b = append(append(b, f.Value...), ", "...)
			}
		}
	}
	b = append(b, "for="...)
	if a := t.v.peer.Addr().Unmap(); a.Is6() {
		b = append(a.WithZone("").AppendTo(append(b, '"', '[')), ']', '"')
	} else {
		b = appendPeer(b, t.v.peer)
	}
	if host := r.Host; len(host) > 0 && bytes.IndexByte(host, '"') < 0 && bytes.IndexByte(host, '\\') < 0 {
		b = append(append(append(b, `;host="`...), host...), '"')
	}
	return append(append(append(b, ";proto="...), r.Scheme...), '\r', '\n')
}

// appendPeer writes an address, "unknown" for a unix socket (RFC 7239, section 6.2).
func appendPeer(b []byte, a netip.AddrPort) []byte {
	if !a.IsValid() {
		return append(b, "unknown"...)
	}
	return a.Addr().Unmap().WithZone("").AppendTo(b)
}

// appendPort writes the port that the client asked for.
func appendPort(b []byte, r *gateway.Request) []byte {
	if colon := bytes.LastIndexByte(r.Host, ':'); colon >= 0 && colon+1 < len(r.Host) && digits(r.Host[colon+1:]) >= 0 {
		return append(b, r.Host[colon+1:]...)
	}
	port := 80
	if r.Scheme == "https" {
		port = 443
	}
	return strconv.AppendInt(b, int64(port), 10)
}

// appendConnection asks for another protocol or for trailers where the client did.
func (t *trip) appendConnection(b []byte) []byte {
	r := &t.x.Request
	// What asks for that on a stream of HTTP/3 looks the same when it comes here.
	switches := r.Proto == gateway.HTTP11 || r.Proto == gateway.HTTP3
	if r.Body == nil && switches && !t.u.config.HTTP2 && http1.ConnectionListed(&r.Header, optionUpgrade) {
		if offer := offered(&r.Header); len(offer) > 0 {
			t.upgrade = true
			b = append(b, "Connection: Upgrade\r\n"...)
			return http1.AppendField(b, fieldUpgrade, bytes.Join(offer, []byte(", ")))
		}
	}
	if te := r.Header.Get("TE"); te != nil && bytes.Contains(bytes.ToLower(te), []byte("trailers")) {
		b = append(b, "Connection: TE\r\nTE: trailers\r\n"...)
	}
	return b
}

var optionUpgrade = []byte("upgrade")

// appendFraming says how long the body is. A method that means one gets a
// length of 0 where there is none (RFC 9110, section 8.6).
func (t *trip) appendFraming(b []byte) []byte {
	r := &t.x.Request
	switch {
	case t.streams() && r.ContentLength >= 0:
		return http1.AppendContentLength(b, r.ContentLength)
	case t.streams() || r.Trailer.Len() > 0:
		return append(b, "Transfer-Encoding: chunked\r\n"...)
	case r.Body != nil || r.Method == "POST" || r.Method == "PUT" || r.Method == "PATCH":
		return http1.AppendContentLength(b, t.body.size)
	}
	return b
}
