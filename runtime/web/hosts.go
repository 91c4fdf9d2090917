package web

import (
	"net/netip"
	"strings"

	"stackgen.dev/runtime/web/origin"
)

// hosts are the names a site answers to.
type hosts struct {
	unchecked bool // no names: the proxy has checked
	any       bool
	patterns  []string // lower case; ".example.com" is a name and all below
	below     []string // lower case; ".example.com" for "*.example.com": only below
	loopback  bool
}

// newHosts reads the names: "example.com", ".example.com" (that and all below,
// as in Django), "*.example.com" (only below) and "*". Without a list the proxy has checked; an empty one allows none.
func newHosts(names []string, loopback bool) hosts {
	h := hosts{loopback: loopback, unchecked: names == nil && !loopback}
	for _, name := range names {
		name = strings.ToLower(name)
		switch {
		case name == "*":
			h.any = true
		case strings.HasPrefix(name, "*."):
			h.below = append(h.below, name[1:])
		default:
			h.patterns = append(h.patterns, name)
		}
	}
	return h
}

// allow reports whether a Host field is one of the site's. The port does not count.
func (h *hosts) allow(host string) bool {
	name, ok := hostname(host)
	if !ok {
		return false
	}
	if h.any {
		return true
	}
	for _, p := range h.patterns {
		if origin.SameDomain(name, p) {
			return true
		}
	}
	for _, p := range h.below {
		if strings.HasSuffix(name, p) && len(name) > len(p) {
			return true
		}
	}
	return h.loopback && loopback(name)
}

// hostname returns the name of a Host field without port and final dot, in lower case, and whether
// it is one at all: letters, digits, dots and hyphens, or an IPv6 address in
// brackets (RFC 1034/1035; Django's split_domain_port).
func hostname(host string) (string, bool) {
	host = strings.ToLower(host)
	name, port := host, ""
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 2 {
			return "", false
		}
		first, rest, _ := strings.Cut(host[1:end], ":")
		if rest == "" || strings.Trim(first, "0123456789abcdef") != "" || strings.Trim(rest, "0123456789abcdef:.") != "" {
			return "", false
		}
		name, port = host[:end+1], host[end+1:]
	} else {
		if at := strings.IndexByte(host, ':'); at >= 0 {
			name, port = host[:at], host[at:]
		}
		for _, c := range []byte(name) {
			if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-", rune(c)) {
				return "", false
			}
		}
	}
	if port != "" && (len(port) < 2 || port[0] != ':' || strings.Trim(port[1:], "0123456789") != "") {
		return "", false
	}
	if name == "" || name == "." {
		return "", false
	}
	return strings.TrimSuffix(name, "."), true
}

// loopback reports whether a name is this machine's own.
func loopback(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && address.IsLoopback()
}
