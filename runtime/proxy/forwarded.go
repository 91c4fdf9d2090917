package proxy

import (
	"bytes"
	"net/netip"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// prefixes are the networks of trusted proxies.
type prefixes []netip.Prefix

func (p prefixes) contain(a netip.Addr) bool {
	if len(p) == 0 || !a.IsValid() {
		return false
	}
	a = a.Unmap().WithZone("")
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// client finds who a trusted peer speaks for: the rightmost address of
// X-Forwarded-For, else of Forwarded, that is no trusted proxy itself
// (real_ip_recursive on). The chain ends where an address cannot be read: what stands left
// of it is anybody's invention.
func (p prefixes) client(r *gateway.Request) netip.AddrPort {
	client := r.Client
	if r.Header.Has("X-Forwarded-For") {
		fields := r.Header.Fields()
		for i := len(fields) - 1; i >= 0; i-- {
			if !gateway.EqualFold(fields[i].Name, "X-Forwarded-For") {
				continue
			}
			for list, more := fields[i].Value, true; more; {
				var element []byte
				element, list, more = cutLast(list)
				if element = bytes.Trim(element, " \t"); len(element) == 0 {
					continue
				}
				a, ok := parseNode(element)
				if !ok {
					return client
				}
				if client = a; !p.contain(a.Addr()) {
					return client
				}
			}
		}
		return client
	}
	hops := forwardedHops(&r.Header)
	for i := len(hops) - 1; i >= 0; i-- {
		a, ok := parseNode(hops[i].node)
		if !ok {
			break
		}
		if client = a; !p.contain(a.Addr()) {
			break
		}
	}
	return client
}

// cutLast takes the last element off a list.
func cutLast(list []byte) (element, rest []byte, more bool) {
	comma := bytes.LastIndexByte(list, ',')
	if comma < 0 {
		return list, nil, false
	}
	return list[comma+1:], list[:comma], true
}

// forwardedScheme is the scheme that a trusted peer says the request came by:
// the last of X-Forwarded-Proto, which is the peer's own word, else that of Forwarded,
// else the connection's.
func forwardedScheme(r *gateway.Request) string {
	var said []byte
	if r.Header.Has("X-Forwarded-Proto") {
		for _, f := range r.Header.Fields() {
			if gateway.EqualFold(f.Name, "X-Forwarded-Proto") {
				said, _, _ = cutLast(f.Value)
			}
		}
	} else if hops := forwardedHops(&r.Header); len(hops) > 0 {
		said = hops[len(hops)-1].proto
	}
	switch said = bytes.Trim(said, " \t"); {
	case gateway.EqualFold(said, "https"):
		return "https"
	case gateway.EqualFold(said, "http"):
		return "http"
	}
	return r.Scheme
}

// parseNode reads an address with or without port, in the forms of
// X-Forwarded-For and of Forwarded (RFC 7239, section 6): 192.0.2.1,
// 192.0.2.1:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80.
func parseNode(b []byte) (netip.AddrPort, bool) {
	if len(b) == 0 || len(b) > 64 {
		return netip.AddrPort{}, false
	}
	s := string(b)
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.AddrPortFrom(a, 0), true
	}
	if ap, err := netip.ParseAddrPort(s); err == nil && ap.Addr().Zone() == "" {
		return ap, true
	}
	if s[0] == '[' && s[len(s)-1] == ']' {
		if a, err := netip.ParseAddr(s[1 : len(s)-1]); err == nil && a.Is6() && a.Zone() == "" {
			return netip.AddrPortFrom(a, 0), true
		}
	}
	return netip.AddrPort{}, false
}

// hop is one element of Forwarded (RFC 7239, section 4).
type hop struct {
	node, proto []byte
}

// maxHops bounds the elements of Forwarded that are looked at.
const maxHops = 32

// forwardedHops reads the Forwarded fields; nil when one is malformed or there
// are too many elements to be honest.
func forwardedHops(h *gateway.Header) []hop {
	var hops []hop
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, "Forwarded") {
			continue
		}
		var ok bool
		if hops, ok = parseForwarded(hops, f.Value); !ok || len(hops) > maxHops {
			return nil
		}
	}
	return hops
}

// parseForwarded appends the elements of one field.
func parseForwarded(hops []hop, b []byte) ([]hop, bool) {
	var h hop
	for {
		b = bytes.TrimLeft(b, " \t")
		i := 0
		for i < len(b) && tokenChar(b[i]) {
			i++
		}
		if i > 0 {
			if i == len(b) || b[i] != '=' {
				return nil, false
			}
			name := b[:i]
			value, rest, ok := forwardedValue(b[i+1:])
			if !ok {
				return nil, false
			}
			b = bytes.TrimLeft(rest, " \t")
			switch {
			case gateway.EqualFold(name, "for"):
				h.node = value
			case gateway.EqualFold(name, "proto"):
				h.proto = value
			}
		}
		switch {
		case len(b) == 0:
			return append(hops, h), true
		case b[0] == ',':
			if hops = append(hops, h); len(hops) > maxHops {
				return hops, true
			}
			h = hop{}
		case b[0] != ';':
			return nil, false
		}
		b = b[1:]
	}
}

// forwardedValue takes a token or a quoted string off the front. Escapes in a
// quoted string have no use in an address and count as malformed.
func forwardedValue(b []byte) (value, rest []byte, ok bool) {
	if len(b) > 0 && b[0] == '"' {
		end := bytes.IndexByte(b[1:], '"')
		if end < 0 || bytes.IndexByte(b[1:1+end], '\\') >= 0 {
			return nil, nil, false
		}
		return b[1 : 1+end], b[2+end:], true
	}
	i := 0
	for i < len(b) && tokenChar(b[i]) {
		i++
	}
	return b[:i], b[i:], i > 0
}

// provenance tells which fields say where a request came from.
type provenance uint8

const (
	ordinary provenance = iota
	consumed            // read here and written anew for the next hop
	hearsay             // another X-Forwarded field: worth nothing from a stranger
)

func provenanceOf(name []byte) provenance {
	switch len(name) {
	case 9:
		if gateway.EqualFold(name, "Forwarded") || gateway.EqualFold(name, "X-Real-IP") {
			return consumed
		}
	case len(clientCertField):
		if gateway.EqualFold(name, clientCertField) {
			return consumed
		}
	case len(clientCertChainField):
		if gateway.EqualFold(name, clientCertChainField) {
			return consumed
		}
	case 12:
		if gateway.EqualFold(name, requestIDField) {
			return consumed
		}
	case len(locationField):
		if gateway.EqualFold(name, locationField) {
			return consumed
		}
	case len(handedOverField):
		if gateway.EqualFold(name, handedOverField) {
			return consumed
		}
	}
	const prefix = "X-Forwarded-"
	if len(name) < len(prefix) || !gateway.EqualFold(name[:len(prefix)], prefix) {
		return ordinary
	}
	for _, own := range [...]string{"For", "Proto", "Host", "Port"} {
		if gateway.EqualFold(name[len(prefix):], own) {
			return consumed
		}
	}
	return hearsay
}

// cleanTrailer removes from a request's trailer what is not forwarded in its
// header: a server that merges the two must not read there what a client made up.
func cleanTrailer(h *gateway.Header) {
	for i := 0; i < h.Len(); {
		if name := h.Fields()[i].Name; provenanceOf(name) != ordinary || http1.Underscored(name) {
			h.Del(string(name))
			continue
		}
		i++
	}
}

// dropProvenance removes what an application must not read: it has the facts
// in Client, Scheme and ID already.
func dropProvenance(h *gateway.Header, trusted bool) {
	for i := 0; i < h.Len(); {
		switch provenanceOf(h.Fields()[i].Name) {
		case consumed:
		case hearsay:
			if trusted {
				i++
				continue
			}
		default:
			i++
			continue
		}
		h.Del(string(h.Fields()[i].Name))
	}
}
