package acme

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"

	"stackgen.dev/runtime/server"
)

// Authority is an authority that speaks ACME.
type Authority struct {
	// Email is where the authority sends warnings to; "" gives it none.
	Email string
	// Directory is the authority's address; "" is Let's Encrypt.
	Directory string
	// TrustedCertificate is a PEM file of the authorities that are believed when the
	// Directory is asked, in place of the system's; "" for these.
	TrustedCertificate string

	// check is how often certificates are looked at; 0 is what certmagic does: every ten minutes.
	check time.Duration
}

// folder is where account and certificates lie in the site's data.
const folder = "acme"

// Open implements [server.Authority].
func (a Authority) Open(env server.AuthorityEnv) (server.Issuer, error) {
	template := certmagic.ACMEIssuer{CA: a.Directory, Email: a.Email, Agreed: true}
	if template.CA == "" {
		template.CA = certmagic.LetsEncryptProductionCA
	}
	if a.TrustedCertificate != "" {
		pem, err := os.ReadFile(a.TrustedCertificate)
		if err != nil {
			return nil, fmt.Errorf("acme: %w", err)
		}
		template.TrustedRoots = x509.NewCertPool()
		if !template.TrustedRoots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("acme: %s holds no certificate in PEM form", a.TrustedCertificate)
		}
	}
	i := &issuer{}
	for _, h := range env.Hosts {
		if strings.Contains(h, "*") {
			env.Log.Warn("acme: no certificate is asked for a host with a star, which would take a challenge by DNS", "host", h)
			continue
		}
		i.hosts = append(i.hosts, h)
	}
	// The challenges come to the site's own listeners. The library is told where
	// these are, so that it finds the addresses taken and opens none itself.
	var err error
	if template.ListenHost, template.AltTLSALPNPort, err = split(env.TLS); err != nil {
		return nil, fmt.Errorf("acme: the TLS listener has no TCP address: %w", err)
	}
	if _, template.AltHTTPPort, err = split(env.HTTP); err != nil {
		template.DisableHTTPChallenge = true
	}
	log := zap.New(logTo{env.Log, &i.ended})
	i.log = log
	i.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert:   func(certmagic.Certificate) (*certmagic.Config, error) { return i.config, nil },
		RenewCheckInterval: a.check,
		Logger:             log,
	})
	config := certmagic.Config{
		Storage: &certmagic.FileStorage{Path: filepath.Join(env.Dir, folder)},
		Logger:  log,
	}
	if len(i.hosts) > 0 {
		config.DefaultServerName = i.hosts[0]
	}
	// The issuer refers to the configuration, and that to the issuer.
	config.Issuers = []certmagic.Issuer{}
	i.config = certmagic.New(i.cache, config)
	template.Logger = log
	i.acme = certmagic.NewACMEIssuer(i.config, template)
	i.config.Issuers = []certmagic.Issuer{i.acme}

	var ctx context.Context
	ctx, i.cancel = context.WithCancel(context.Background())
	if err := i.config.ManageAsync(ctx, i.hosts); err != nil {
		i.Close()
		return nil, fmt.Errorf("acme: %w", err)
	}
	return i, nil
}

// split takes an address apart. Of the addresses that stand for all of a machine's, the host is "".
func split(address string) (host string, port int, err error) {
	if address == "" {
		return "", 0, errors.New("there is none")
	}
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = ""
	}
	port, err = strconv.Atoi(text)
	return host, port, err
}

// issuer is an Authority at work.
type issuer struct {
	hosts  []string
	cache  *certmagic.Cache
	config *certmagic.Config
	acme   *certmagic.ACMEIssuer
	log    *zap.Logger
	cancel context.CancelFunc
	ended  atomic.Bool
}

// Certificate implements [server.Issuer].
func (i *issuer) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return i.config.GetCertificate(hello)
}

// Covers implements [server.Issuer].
func (i *issuer) Covers(name string) bool { return slices.Contains(i.hosts, name) }

// Protocols implements [server.Issuer].
func (i *issuer) Protocols() []string { return []string{"acme-tls/1"} }

// Close ends renewing, and lets go of the locks of what was begun: the process that takes over
// need not wait until they are stale.
func (i *issuer) Close() error {
	i.ended.Store(true)
	i.cancel()
	i.cache.Stop()
	certmagic.CleanUpOwnLocks(context.Background(), i.log)
	return nil
}

var (
	_ server.Authority = Authority{}
	_ server.Issuer    = (*issuer)(nil)
)
