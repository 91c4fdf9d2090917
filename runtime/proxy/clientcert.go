package proxy

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"

	"stackgen.dev/runtime/gateway"
)

// The fields that hand on who a client has proved to be (RFC 9440).
const (
	clientCertField      = "Client-Cert"
	clientCertChainField = "Client-Cert-Chain"
)

// maxClientCert bounds a certificate in a field, in bytes.
const maxClientCert = 16 << 10

// clientCert is the certificate by which the client of a request has proved who it is,
// nil where it has not.
func clientCert(r *gateway.Request) *x509.Certificate {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 || len(r.TLS.VerifiedChains[0]) == 0 {
		return nil
	}
	return r.TLS.VerifiedChains[0][0]
}

// believeClientCert takes the client's certificate from a proxy that is trusted. That
// the proxy may have one itself is of no interest behind it.
func believeClientCert(r *gateway.Request) {
	cert := parseClientCert(r.Header.Get(clientCertField))
	switch {
	case cert != nil:
		r.TLS = &tls.ConnectionState{HandshakeComplete: true, PeerCertificates: []*x509.Certificate{cert}, VerifiedChains: [][]*x509.Certificate{{cert}}}
	case clientCert(r) != nil:
		state := *r.TLS
		state.PeerCertificates, state.VerifiedChains = nil, nil
		r.TLS = &state
	}
}

// parseClientCert reads a byte sequence of structured fields (RFC 8941, section 3.3.5) with
// a certificate in it, nil for anything else.
func parseClientCert(value []byte) *x509.Certificate {
	if len(value) < 3 || len(value) > maxClientCert || value[0] != ':' || value[len(value)-1] != ':' {
		return nil
	}
	text := value[1 : len(value)-1]
	if bytes.ContainsAny(text, "\r\n") { // which the decoder leaves out
		return nil
	}
	der := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(der, text)
	if err != nil {
		return nil
	}
	cert, err := x509.ParseCertificate(der[:n])
	if err != nil {
		return nil
	}
	return cert
}

// appendClientCert writes the field for the next hop.
func appendClientCert(b []byte, r *gateway.Request) []byte {
	cert := clientCert(r)
	if cert == nil {
		return b
	}
	b = append(b, clientCertField+": :"...)
	b = base64.StdEncoding.AppendEncode(b, cert.Raw)
	return append(b, ":\r\n"...)
}
