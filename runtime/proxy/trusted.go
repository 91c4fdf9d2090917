package proxy

import (
	"net/netip"
	"strconv"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Trusted is the application's end of the connection between proxy and
// workers: it restores what the proxy knew of a request, so that the
// application sees the same Exchange in every topology.
//
// The proxy writes these fields, and what a client sent under their names is
// gone before:
//
//	X-Forwarded-For    Client, with its port: "203.0.113.9:4711", "[2001:db8::1]:443"
//	X-Forwarded-Proto  Scheme
//	X-Request-ID       ID
//	Client-Cert        TLS, with the certificate that the client has proved to have (RFC 9440)
//	X-Stackgen-Sent    Start: when the proxy chose a worker, in nanoseconds since 1970
//	X-Stackgen-Location  Location, for the page about a failure while the site is being developed
//	Host               as the client sent it
//
// They are believed from unix sockets, where only the proxy can connect, and from
// the networks named. Anybody else is served as who he is, and the fields are
// dropped. The application never sees them.
func Trusted(next gateway.Handler, networks ...netip.Prefix) gateway.Handler {
	return &behindProxy{next: next, trusted: prefixes(networks)}
}

// behindProxy is what Trusted returns.
type behindProxy struct {
	next    gateway.Handler
	trusted prefixes
	ids     requestIDs
}

var _ gateway.Cooperative = (*behindProxy)(nil)

// Cooperates implements [gateway.Cooperative].
func (b *behindProxy) Cooperates() bool { return gateway.Cooperates(b.next) }

// Serve implements [gateway.Handler].
func (b *behindProxy) Serve(x *gateway.Exchange) {
	r := &x.Request
	local := !r.Client.IsValid()
	if local { // the clocks of two machines differ
		x.Start = handedOver(r.Header.Get(handedOverField), x.Start)
		x.Location = string(r.Header.Get(locationField))
	}
	believed := local || b.trusted.contain(r.Client.Addr())
	if believed {
		if a, ok := parseNode(r.Header.Get("X-Forwarded-For")); ok {
			r.Client = a
		}
		r.Scheme = forwardedScheme(r)
		believeClientCert(r)
		if id := r.Header.Get(requestIDField); validID(id) {
			r.ID = string(id)
		}
	}
	if r.ID == "" {
		r.ID = b.ids.next()
	}
	dropProvenance(&r.Header, believed)
	b.next.Serve(x)
}

// handedOverField tells a worker since when a request waits for it.
const handedOverField = "X-Stackgen-Sent"

// locationField tells a worker which location its request came by.
const locationField = "X-Stackgen-Location"

// handedOver reads the field; what is missing, or later than start, is start.
func handedOver(value []byte, start time.Time) time.Time {
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		return start
	}
	if at := time.Unix(0, n); at.Before(start) && start.Sub(at) < time.Hour {
		return at
	}
	return start
}
