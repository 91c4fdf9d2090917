package proxy

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
)

// hosts decides which host names the site answers to. A look-up costs one map
// access for a name, and one a label for wildcards.
type hosts struct {
	any       bool
	local     bool
	names     map[string]bool // "example.com"
	below     map[string]bool // "example.com" of "*.example.com"
	canonical string          // what a request without a Host is taken to mean
	// last is a Host field that was accepted: most requests have the same one as
	// those before.
	last atomic.Pointer[string]
}

func newHosts(declared []string, local bool) (*hosts, error) {
	h := &hosts{local: local, names: map[string]bool{}, below: map[string]bool{}}
	for _, name := range declared {
		lower := strings.ToLower(name)
		parent, wild := strings.CutPrefix(lower, "*.")
		switch {
		case lower == "*":
			h.any = true
			continue
		case parent == "" || strings.ContainsAny(parent, "*/ ") || bytes.ContainsFunc([]byte(parent), isControl):
			return nil, fmt.Errorf("proxy: host %q is neither a name, \"*.\" and a name, nor \"*\"", name)
		case wild:
			h.below[parent] = true
			continue
		}
		h.names[lower] = true
		if h.canonical == "" {
			h.canonical = lower
		}
	}
	if h.canonical == "" && (h.any || local) {
		h.canonical = "localhost"
	}
	return h, nil
}

// accepts reports whether the site answers to a Host field: the port and one
// trailing dot do not count, nor does case (RFC 9110, section 4.2.3).
func (h *hosts) accepts(host []byte) bool {
	if last := h.last.Load(); last != nil && *last == string(host) {
		return true
	}
	if !h.has(host) {
		return false
	}
	last := string(host)
	h.last.Store(&last)
	return true
}

// has is accepts without a memory.
func (h *hosts) has(host []byte) bool {
	name, ok := hostname(host)
	if !ok {
		return false
	}
	if h.any {
		return true
	}
	var small [maxHostLength]byte
	key := small[:len(name)]
	for i, c := range name {
		key[i] = lower(c)
	}
	if h.names[string(key)] {
		return true
	}
	if h.local && loopback(key) {
		return true
	}
	if len(h.below) == 0 {
		return false
	}
	for rest := key; ; {
		dot := bytes.IndexByte(rest, '.')
		if dot < 0 {
			return false
		}
		rest = rest[dot+1:]
		if h.below[string(rest)] {
			return true
		}
	}
}

// maxHostLength bounds a host name in bytes (RFC 1035, section 2.3.4).
const maxHostLength = 255

// hostname is a Host field without port and trailing dot, false if it is not
// of that form. An address in brackets keeps them.
func hostname(host []byte) ([]byte, bool) {
	name := host
	if len(host) > 0 && host[0] == '[' {
		end := bytes.IndexByte(host, ']')
		if end < 0 {
			return nil, false
		}
		name = host[:end+1]
	} else if colon := bytes.IndexByte(host, ':'); colon >= 0 {
		name = host[:colon]
	}
	if port := host[len(name):]; len(port) > 0 {
		if port[0] != ':' || len(port) > len(":65535") {
			return nil, false
		}
		for _, c := range port[1:] {
			if c < '0' || c > '9' {
				return nil, false
			}
		}
	}
	if n := len(name); n > 1 && name[n-1] == '.' {
		name = name[:n-1]
	}
	return name, len(name) > 0 && len(name) <= maxHostLength
}

// loopback reports whether a lower-case name can only mean this machine:
// localhost, a name below it (RFC 6761, section 6.3) or a loopback address.
func loopback(name []byte) bool {
	if string(name) == "localhost" || bytes.HasSuffix(name, []byte(".localhost")) {
		return true
	}
	if name[0] == '[' {
		name = name[1 : len(name)-1]
	} else if name[0] != '1' {
		return false
	}
	a, err := netip.ParseAddr(string(name))
	return err == nil && a.Unmap().IsLoopback()
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
