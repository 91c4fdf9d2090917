package access

import (
	"errors"
	"fmt"
	"net/netip"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Networks lets some clients in by their address and keeps others out (allow,
// deny). The smallest network that an address is in decides, so the order in
// which they are written does not matter. An address in none is let in unless
// Allow has any; a client on a unix socket has no address and is let in.
type Networks struct {
	Allow, Deny []netip.Prefix
}

var errAddress = errors.New("access: the client's address is not let in")

// Start implements [proxy.Layer].
func (n Networks) Start(*proxy.Environment) (proxy.LayerHandler, error) {
	h := &networksHandler{others: len(n.Allow) == 0}
	seen := map[netip.Prefix]bool{}
	for _, list := range []struct {
		prefixes []netip.Prefix
		allow    bool
	}{{n.Allow, true}, {n.Deny, false}} {
		for _, p := range list.prefixes {
			if !p.IsValid() {
				return nil, fmt.Errorf("access: a network is not valid")
			}
			p = p.Masked()
			if said, ok := seen[p]; ok && said != list.allow {
				return nil, fmt.Errorf("access: the network %s is both let in and kept out", p)
			}
			seen[p] = list.allow
			h.rules = append(h.rules, networkRule{p, list.allow})
		}
	}
	return h, nil
}

type networkRule struct {
	prefix netip.Prefix
	allow  bool
}

type networksHandler struct {
	rules  []networkRule
	others bool
}

// allowed reports whether an address is let in.
func (h *networksHandler) allowed(a netip.Addr) bool {
	if !a.IsValid() {
		return true
	}
	a = a.Unmap().WithZone("")
	allow, bits := h.others, -1
	for _, r := range h.rules {
		if r.prefix.Bits() > bits && r.prefix.Contains(a) {
			allow, bits = r.allow, r.prefix.Bits()
		}
	}
	return allow
}

// Serve implements [proxy.LayerHandler].
func (h *networksHandler) Serve(x *gateway.Exchange, next proxy.Next) {
	if !h.allowed(x.Request.Client.Addr()) {
		proxy.NoteRefusal(x, proxy.ByAccess)
		next.Fail(x, 403, errAddress)
		return
	}
	next.Serve(x)
}

var (
	_ proxy.Layer        = Networks{}
	_ proxy.LayerHandler = (*networksHandler)(nil)
)
