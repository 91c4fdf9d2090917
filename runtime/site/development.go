package site

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// clientField is how `stackgen run`, which stands before the site, tells it who asks.
const clientField = "X-Stackgen-Client"

// behindDevelopment has a site that runs for development see the clients of `stackgen run`, which
// connects by a unix socket. Any other site is as it was.
func (s *settings) behindDevelopment(next gateway.Handler) gateway.Handler {
	if !s.debug {
		return next
	}
	return &behindFront{next, slices.Contains(s.Proxy.Hosts, "*")}
}

type behindFront struct {
	next gateway.Handler
	// any says that the site answers to every name.
	any bool
}

// Serve implements [gateway.Handler].
func (b *behindFront) Serve(x *gateway.Exchange) {
	r := &x.Request
	if !r.Client.IsValid() { // of the unix socket, which stackgen run alone can open
		if client, err := netip.ParseAddrPort(string(r.Header.Get(clientField))); err == nil {
			r.Client = client
		}
	}
	r.Header.Del(clientField)
	if b.any && !ownName(string(r.Host)) {
		// A page of another site, whose name was made to lead here (DNS rebinding), is not at this machine.
		r.Client = netip.AddrPortFrom(netip.IPv4Unspecified(), 0)
	}
	b.next.Serve(x)
}

// ownName reports whether a Host field has an address, or a name of the machine's own.
func ownName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Cooperates implements [gateway.Cooperative].
func (b *behindFront) Cooperates() bool { return gateway.Cooperates(b.next) }

var _ gateway.Cooperative = (*behindFront)(nil)
