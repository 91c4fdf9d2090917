package server

import (
	"crypto/tls"
	"log/slog"

	"stackgen.dev/runtime/gateway"
)

// Authority is where certificates come from that are no files of the operator's: by ACME, or
// from an authority on this machine. Each is a package of its own, so that a site
// links only what it declares. Authorities can be compared.
type Authority interface {
	// Open begins to have certificates. It waits for nobody.
	Open(env AuthorityEnv) (Issuer, error)
}

// AuthorityEnv is what an Authority works from.
type AuthorityEnv struct {
	// Hosts are those of the site that no file is for: names, "*.example.com" for
	// every name below, or "*" for every name.
	Hosts []string
	// Dir is the site's data folder. Processes share it, those of an upgraded site included.
	Dir string
	// HTTP is the address of a listener that speaks plain HTTP, TLS of one that speaks
	// TLS; "" for none.
	HTTP, TLS string
	// Log takes what operators have to know.
	Log *slog.Logger
}

// Issuer is an Authority at work.
type Issuer interface {
	// Certificate is the one for a client. Without one, it is an error.
	Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error)
	// Covers reports whether the issuer has, or may come to have, a certificate for a name.
	Covers(name string) bool
	// Protocols are those by which an authority looks whether a name leads here
	// (RFC 8737). Connections that speak one of them end with the handshake.
	Protocols() []string
	// Challenge answers what an authority asks by HTTP before it issues (RFC 8555,
	// section 8.3); false leaves the request to the site.
	Challenge(x *gateway.Exchange) bool
	// Close ends what goes on in the background.
	Close() error
}
