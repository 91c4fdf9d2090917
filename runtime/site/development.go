package site

import (
	"net/netip"
	"slices"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web/debugpage"
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
	if b.any && !debugpage.OwnName(string(r.Host)) { // whoever asks counts as elsewhere
		r.Client = netip.AddrPortFrom(netip.IPv4Unspecified(), 0)
	}
	b.next.Serve(x)
}

// Cooperates implements [gateway.Cooperative].
func (b *behindFront) Cooperates() bool { return gateway.Cooperates(b.next) }

var _ gateway.Cooperative = (*behindFront)(nil)
