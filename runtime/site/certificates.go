package site

import (
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/proxy"
)

// certificateAge is how long what was found out about certificates counts.
const certificateAge = 15 * time.Second

// shown finds out which certificates clients are shown, by asking for them as a client does.
type shown struct {
	mu     sync.Mutex
	secure *secured // nil before there are any
	names  []string
	looked time.Time
	found  []proxy.CertificateStatus
}

// of says what there is to ask for.
func (s *shown) of(secure *secured, names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secure, s.names = secure, names
}

// list asks for the certificate of each host of the site at each listener.
func (s *shown) list(now time.Time) []proxy.CertificateStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secure == nil || !s.looked.IsZero() && now.Sub(s.looked) < certificateAge {
		return s.found
	}
	s.looked, s.found = now, nil
	listeners := make([]string, 0, len(s.secure.configs))
	for name := range s.secure.configs {
		listeners = append(listeners, name)
	}
	slices.Sort(listeners)
	for _, listener := range listeners {
		for _, name := range s.names {
			c := proxy.CertificateStatus{Listener: listener, Name: name}
			pair, err := s.secure.configs[listener].GetCertificate(clientOf(name))
			switch {
			case err != nil:
				c.Problem = err.Error()
			case pair.Leaf == nil:
				c.Problem = "the certificate cannot be read"
			default:
				c.Expires, c.Issuer = pair.Leaf.NotAfter, pair.Leaf.Issuer.CommonName
				if err := pair.Leaf.VerifyHostname(exampleOf(name)); err != nil {
					c.Problem = err.Error()
				}
			}
			s.found = append(s.found, c)
		}
	}
	return s.found
}

// certificateNames are the hosts of the site, or localhost where it has none; "*" is no name.
func (s *settings) certificateNames() []string {
	var names []string
	for _, h := range s.Proxy.Hosts {
		if h = strings.ToLower(h); h != "*" && !slices.Contains(names, h) {
			names = append(names, h)
		}
	}
	if len(names) == 0 {
		names = []string{"localhost"}
	}
	return names
}

// exampleOf is a name below a domain with a star, and any other name itself.
func exampleOf(name string) string { return strings.Replace(name, "*", "www", 1) }

// clientOf is what a client of today says that asks for a name.
func clientOf(name string) *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{
		ServerName:        exampleOf(name),
		SupportedVersions: []uint16{tls.VersionTLS13, tls.VersionTLS12},
		CipherSuites:      []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		SignatureSchemes:  []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256, tls.ECDSAWithP384AndSHA384, tls.PSSWithSHA256, tls.PKCS1WithSHA256, tls.Ed25519},
		SupportedCurves:   []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384},
		SupportedPoints:   []uint8{0},
		SupportedProtos:   []string{"h2", "http/1.1"},
		Conn:              ownQuestion{},
	}
}

// ownQuestion is the connection of a client that is the site itself.
type ownQuestion struct{ net.Conn }

func (ownQuestion) LocalAddr() net.Addr  { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (ownQuestion) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
