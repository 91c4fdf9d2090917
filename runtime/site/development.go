package site

import (
	"net/netip"

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
	return &behindFront{next}
}

type behindFront struct{ next gateway.Handler }

// Serve implements [gateway.Handler].
func (b *behindFront) Serve(x *gateway.Exchange) {
	r := &x.Request
	if !r.Client.IsValid() { // of the unix socket, which stackgen run alone can open
		if client, err := netip.ParseAddrPort(string(r.Header.Get(clientField))); err == nil {
			r.Client = client
		}
	}
	r.Header.Del(clientField)
	b.next.Serve(x)
}

// Cooperates implements [gateway.Cooperative].
func (b *behindFront) Cooperates() bool { return gateway.Cooperates(b.next) }

var _ gateway.Cooperative = (*behindFront)(nil)
