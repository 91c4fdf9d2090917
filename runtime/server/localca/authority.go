package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
)

// Authority is the authority of the site's data folder.
type Authority struct{}

// Open implements [server.Authority].
func (Authority) Open(env server.AuthorityEnv) (server.Issuer, error) {
	root, err := OpenRoot(env.Dir, time.Now())
	if err != nil {
		return nil, err
	}
	env.Log.Info("certificates are from the local CA, which only those browsers believe that were told to", "authority", CertificateFile(env.Dir))
	return &issuer{root: root, hosts: env.Hosts, now: time.Now, made: map[string]*tls.Certificate{}}, nil
}

// leafLife is how long a certificate is good. Each is made anew when a third of that is left.
const leafLife = 30 * 24 * time.Hour

// maxMade bounds the certificates that are kept: a host "*" lets clients make up names.
const maxMade = 1000

// issuer makes certificates when they are asked for.
type issuer struct {
	root  *Root
	hosts []string
	now   func() time.Time

	mu   sync.Mutex
	made map[string]*tls.Certificate
}

// Certificate implements [server.Issuer]. Who asks for no name gets a certificate for
// the address that it has connected to.
func (i *issuer) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if !i.Covers(name) {
		name = "localhost"
		if hello.Conn != nil && hello.ServerName == "" {
			if host, _, err := net.SplitHostPort(hello.Conn.LocalAddr().String()); err == nil {
				name = host
			}
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.now()
	if c := i.made[name]; c != nil && c.Leaf.NotAfter.Sub(now) > leafLife/3 {
		return c, nil
	}
	c, err := i.root.Issue(name, now)
	if err != nil {
		return nil, err
	}
	if len(i.made) >= maxMade {
		clear(i.made)
	}
	i.made[name] = c
	return c, nil
}

// Covers implements [server.Issuer]: the hosts of the site, and this machine.
func (i *issuer) Covers(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	for _, h := range i.hosts {
		if below, ok := strings.CutPrefix(h, "*."); h == name || h == "*" && name != "" || ok && strings.HasSuffix(name, "."+below) {
			return true
		}
	}
	return false
}

// Protocols implements [server.Issuer]; nobody has to be convinced.
func (i *issuer) Protocols() []string { return nil }

// Challenge implements [server.Issuer].
func (i *issuer) Challenge(*gateway.Exchange) bool { return false }

// Close implements [server.Issuer].
func (i *issuer) Close() error { return nil }

// Issue makes a certificate for a name or an address.
func (r *Root) Issue(name string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{Organization: []string{"stackgen local CA"}},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(leafLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, r.Certificate, &key.PublicKey, r.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

var (
	_ server.Authority = Authority{}
	_ server.Issuer    = (*issuer)(nil)
)
