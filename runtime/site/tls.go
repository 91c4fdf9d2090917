package site

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/supervisor"
)

// TLS is how a listener speaks TLS.
type TLS struct {
	// Certificates are files; the first is the default.
	Certificates []server.Certificate
	// Authority has certificates for the hosts of the site that no file is for; nil for
	// none. Listeners that have equal ones share what it opens.
	Authority server.Authority
	// MinVersion is "1.2" or "1.3"; "" is 1.2.
	MinVersion string
	// ClientAuth is "optional" or "required"; "" asks clients for no certificate.
	// ClientCA is the PEM file of the authorities they are from.
	ClientAuth, ClientCA string
}

// challengePath is beneath which authorities ask (RFC 8555, section 8.3).
const challengePath = "/.well-known/acme-challenge/"

// check reads the files.
func (t *TLS) check() error {
	_, _, err := t.server(nil, slog.New(slog.DiscardHandler)).Open()
	return err
}

func (t *TLS) server(issuer server.Issuer, log *slog.Logger) server.TLS {
	s := server.TLS{Certificates: t.Certificates, Issuer: issuer, ClientCA: t.ClientCA, Log: log}
	if t.MinVersion == "1.3" {
		s.MinVersion = tls.VersionTLS13
	}
	switch t.ClientAuth {
	case "optional":
		s.ClientAuth = tls.VerifyClientCertIfGiven
	case "required":
		s.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return s
}

// secured is what the listeners of a process need for TLS.
type secured struct {
	configs map[string]*tls.Config // by the listener's name
	issuers []server.Issuer
	stop    chan struct{}
}

// openTLS opens what the listeners need for TLS. No authority is waited for.
func (s *settings) openTLS(child *supervisor.Child) (*secured, error) {
	all := &secured{configs: map[string]*tls.Config{}, stop: make(chan struct{})}
	open := map[server.Authority]server.Issuer{}
	for _, l := range s.Listeners {
		if l.TLS == nil {
			continue
		}
		if l.TLS.Authority == nil && len(l.TLS.Certificates) == 0 {
			all.close()
			return nil, fmt.Errorf("listener %s speaks TLS and has no certificate", l.Name)
		}
		var issuer server.Issuer
		if l.TLS.Authority != nil {
			if open[l.TLS.Authority] == nil {
				at := func(tls bool) string { return s.tcpAddress(child, tls) }
				made, err := l.TLS.Authority.Open(server.AuthorityEnv{Hosts: s.uncovered(), Dir: s.data, HTTP: at(false), TLS: at(true), Log: s.log})
				if err != nil {
					all.close()
					return nil, fmt.Errorf("listener %s: %w", l.Name, err)
				}
				open[l.TLS.Authority] = made
				all.issuers = append(all.issuers, made)
			}
			issuer = open[l.TLS.Authority]
		}
		config, watch, err := l.TLS.server(issuer, s.log).Open()
		if err != nil {
			all.close()
			return nil, fmt.Errorf("listener %s: %w", l.Name, err)
		}
		all.configs[l.Name] = config
		go watch(all.stop)
	}
	return all, nil
}

// tcpAddress is where the first listener with or without TLS is, "" where there is none on TCP.
func (s *settings) tcpAddress(child *supervisor.Child, secure bool) string {
	for _, l := range s.Listeners {
		if socket := child.Listener(l.Name); socket != nil && (l.TLS != nil) == secure {
			if a, ok := socket.Addr().(*net.TCPAddr); ok {
				return a.String()
			}
		}
	}
	return ""
}

// uncovered are the hosts of the site that no certificate file is for.
func (s *settings) uncovered() []string {
	var hosts []string
	for _, h := range s.Proxy.Hosts {
		h = strings.ToLower(h)
		if !slices.Contains(hosts, h) && !s.covered(h) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// covered reports whether a file is for a host. A file for all names below a domain
// is for those too.
func (s *settings) covered(host string) bool {
	for _, l := range s.Listeners {
		if l.TLS == nil {
			continue
		}
		for _, c := range l.TLS.Certificates {
			pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
			if err != nil {
				continue // opening it says so
			}
			if slices.Contains(pair.Leaf.DNSNames, host) || pair.Leaf.VerifyHostname(host) == nil {
				return true
			}
		}
	}
	return false
}

// challenges has the issuers answer what authorities ask by HTTP.
func (a *secured) challenges(next gateway.Handler) gateway.Handler {
	if len(a.issuers) == 0 {
		return next
	}
	return &challenged{issuers: a.issuers, next: next}
}

func (a *secured) close() error {
	close(a.stop)
	var errs []error
	for _, i := range a.issuers {
		errs = append(errs, i.Close())
	}
	return errors.Join(errs...)
}

// challenged is what challenges returns.
type challenged struct {
	issuers []server.Issuer
	next    gateway.Handler
}

// Cooperates implements [gateway.Cooperative].
func (c *challenged) Cooperates() bool { return gateway.Cooperates(c.next) }

// Serve implements [gateway.Handler].
func (c *challenged) Serve(x *gateway.Exchange) {
	if path := x.Request.Path; len(path) > len(challengePath) && string(path[:len(challengePath)]) == challengePath {
		x.MayBlock()
		for _, i := range c.issuers {
			if i.Challenge(x) {
				return
			}
		}
	}
	c.next.Serve(x)
}

var _ gateway.Cooperative = (*challenged)(nil)
