package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// pairOf writes a certificate for the names, signed by parent or by itself.
func pairOf(t *testing.T, dir, file string, serial int64, parent *tls.Certificate, names ...string) (Certificate, *tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: file}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	signer, by := template, any(key)
	if parent == nil {
		template.IsCA, template.BasicConstraintsValid = true, true
	} else {
		signer, by = parent.Leaf, parent.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	c := Certificate{filepath.Join(dir, file+".pem"), filepath.Join(dir, file+".key")}
	for name, block := range map[string]*pem.Block{c.CertFile: {Type: "CERTIFICATE", Bytes: der}, c.KeyFile: {Type: "EC PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c, &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// fixed is an issuer with one certificate.
type fixed struct {
	cert  *tls.Certificate
	names string
}

func (f fixed) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.cert, nil }
func (f fixed) Covers(name string) bool                                    { return name != "" && strings.Contains(f.names, name) }
func (f fixed) Protocols() []string                                        { return []string{"acme-tls/1"} }
func (f fixed) Challenge(*gateway.Exchange) bool                           { return false }
func (f fixed) Close() error                                               { return nil }

// shake shakes hands over a pipe and returns the serial number that the server showed.
func shake(t *testing.T, config *tls.Config, client *tls.Config) (int64, error) {
	t.Helper()
	here, there := net.Pipe()
	defer here.Close()
	failed := make(chan error, 1)
	go func() {
		s := tls.Server(there, config)
		err := s.Handshake()
		failed <- err
		there.Close()
	}()
	client = client.Clone()
	client.InsecureSkipVerify = true
	c := tls.Client(here, client)
	if err := c.Handshake(); err != nil {
		return 0, err
	}
	if err := <-failed; err != nil {
		return 0, err
	}
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
}

// Ensure that a client gets the certificate for the very name, else one for all
// names beneath, else an issuer's, else the first.
func TestCertificateByName(t *testing.T) {
	dir := t.TempDir()
	first, _ := pairOf(t, dir, "first", 1, nil, "www.example.com")
	wild, _ := pairOf(t, dir, "wild", 2, nil, "*.example.com")
	shop, _ := pairOf(t, dir, "shop", 3, nil, "shop.example.com", "shop.example.org")
	_, issued := pairOf(t, dir, "issued", 9, nil, "issued.example.com")
	config, _, err := TLS{Certificates: []Certificate{first, wild, shop}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	both, _, err := TLS{Certificates: []Certificate{first, wild, shop}, Issuer: fixed{issued, "issued.example.com new.example.net"}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name         string
		files, mixed int64
	}{
		{"www.example.com", 1, 1},
		{"WWW.Example.com", 1, 1},
		{"shop.example.com", 3, 3},
		{"shop.example.org", 3, 3},
		{"other.example.com", 2, 2},
		{"issued.example.com", 2, 9},
		{"new.example.net", 1, 9},
		{"a.b.example.com", 1, 1},
		{"unknown.example.net", 1, 1},
		{"", 1, 1},
	} {
		got, err := shake(t, config, &tls.Config{ServerName: tt.name})
		if err != nil || got != tt.files {
			t.Errorf("%q of files: got %d, %v; want %d", tt.name, got, err, tt.files)
		}
		if got, err = shake(t, both, &tls.Config{ServerName: tt.name}); err != nil || got != tt.mixed {
			t.Errorf("%q with an issuer: got %d, %v; want %d", tt.name, got, err, tt.mixed)
		}
	}
}

// Ensure that files that change are read again, and that one which cannot be used, or
// half of a pair, leaves the certificate as it was with one error in the log.
func TestCertificateReload(t *testing.T) {
	dir := t.TempDir()
	files, _ := pairOf(t, dir, "a", 1, nil, "a.example.com")
	var log strings.Builder
	set, err := loadCertificates(TLS{Certificates: []Certificate{files}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{GetCertificate: set.choose}
	shows := func(what string, want int64) {
		t.Helper()
		set.refresh()
		set.refresh()
		if got, err := shake(t, config, &tls.Config{ServerName: "a.example.com"}); err != nil || got != want {
			t.Errorf("%s: got %d, %v; want %d", what, got, err, want)
		}
	}
	shows("unchanged", 1)
	replaced, _ := pairOf(t, t.TempDir(), "b", 2, nil, "a.example.com")
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(replaced.CertFile, files.CertFile)
	shows("the certificate without its key", 1)
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 || !strings.Contains(log.String(), "the old one stays") {
		t.Errorf("%d errors in the log: %s", n, log.String())
	}
	move(replaced.KeyFile, files.KeyFile)
	shows("the certificate with its key", 2)
	os.Remove(files.KeyFile)
	shows("the key gone", 2)
	if err := os.WriteFile(files.CertFile, []byte("nothing of the kind"), 0o600); err != nil {
		t.Fatal(err)
	}
	shows("rubbish", 2)
	pairOf(t, dir, "a", 3, nil, "a.example.com")
	shows("both written anew", 3)
}

// Ensure that only who needs none gets in without a certificate: nobody where one is
// required, but an authority that asks for a challenge, whose connection then ends.
func TestClientCertificates(t *testing.T) {
	dir := t.TempDir()
	files, _ := pairOf(t, dir, "server", 1, nil, "a.example.com")
	ca, authority := pairOf(t, dir, "ca", 2, nil)
	_, known := pairOf(t, dir, "client", 3, authority)
	_, stranger := pairOf(t, dir, "stranger", 4, nil)
	with := func(c *tls.Certificate, protocols ...string) *tls.Config {
		config := &tls.Config{ServerName: "a.example.com", NextProtos: protocols, MaxVersion: tls.VersionTLS12}
		if c != nil {
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return c, nil }
		}
		return config
	}
	for _, tt := range []struct {
		name   string
		auth   tls.ClientAuthType
		client *tls.Config
		in     bool
	}{
		{"required, known", tls.RequireAndVerifyClientCert, with(known), true},
		{"required, none", tls.RequireAndVerifyClientCert, with(nil), false},
		{"required, a stranger", tls.RequireAndVerifyClientCert, with(stranger), false},
		{"required, a challenge", tls.RequireAndVerifyClientCert, with(nil, "acme-tls/1"), true},
		{"required, a challenge among others", tls.RequireAndVerifyClientCert, with(nil, "acme-tls/1", "http/1.1"), false},
		{"optional, known", tls.VerifyClientCertIfGiven, with(known), true},
		{"optional, none", tls.VerifyClientCertIfGiven, with(nil), true},
		{"optional, a stranger", tls.VerifyClientCertIfGiven, with(stranger), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, issued := pairOf(t, t.TempDir(), "issued", 9, nil, "a.example.com")
			config, _, err := TLS{Certificates: []Certificate{files}, ClientAuth: tt.auth, ClientCA: ca.CertFile, Issuer: fixed{issued, ""}}.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := shake(t, config, tt.client); (err == nil) != tt.in {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Ensure that clients are judged by the file of authorities as it is now, and by the last that could be used.
func TestClientAuthoritiesReload(t *testing.T) {
	dir := t.TempDir()
	files, _ := pairOf(t, dir, "server", 1, nil, "a.example.com")
	ca, authority := pairOf(t, dir, "ca", 2, nil)
	_, known := pairOf(t, dir, "client", 3, authority)
	otherCA, other := pairOf(t, dir, "other-ca", 4, nil)
	_, later := pairOf(t, dir, "later", 5, other)
	var log strings.Builder
	config, set, err := TLS{Certificates: []Certificate{files}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCA: ca.CertFile,
		Issuer: fixed{nil, ""}, Log: slog.New(slog.NewTextHandler(&log, nil))}.open()
	if err != nil {
		t.Fatal(err)
	}
	lets := func(what string, c *tls.Certificate, in bool) {
		t.Helper()
		client := &tls.Config{ServerName: "a.example.com", MaxVersion: tls.VersionTLS12}
		client.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return c, nil }
		if _, err := shake(t, config, client); (err == nil) != in {
			t.Errorf("%s: %v", what, err)
		}
	}
	lets("at first", known, true)
	lets("at first, of another authority", later, false)
	if err := os.Rename(otherCA.CertFile, ca.CertFile); err != nil {
		t.Fatal(err)
	}
	set.refresh()
	lets("after the change", known, false)
	lets("after the change, of the new authority", later, true)
	if err := os.WriteFile(ca.CertFile, []byte("nothing of the kind"), 0o600); err != nil {
		t.Fatal(err)
	}
	set.refresh()
	lets("with rubbish in the file", known, false)
	lets("with rubbish in the file, of the new authority", later, true)
	if !strings.Contains(log.String(), "the old ones stay") {
		t.Errorf("the log says %s", log.String())
	}
}

// Ensure that a connection that came for a challenge serves nothing.
func TestChallengeConnectionsServeNothing(t *testing.T) {
	dir := t.TempDir()
	files, _ := pairOf(t, dir, "server", 1, nil, "a.example.com")
	_, issued := pairOf(t, dir, "issued", 9, nil, "a.example.com")
	config, _, err := TLS{Certificates: []Certificate{files}, Issuer: fixed{issued, ""}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{Handler: gateway.HandlerFunc(func(x *gateway.Exchange) { x.Response.Text("served") })})
	defer s.Close()
	go s.ServeTLS(l, config)
	c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{ServerName: "a.example.com", InsecureSkipVerify: true, NextProtos: []string{"acme-tls/1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Write([]byte("GET / HTTP/1.1\r\nHost: a.example.com\r\n\r\n"))
	buf := make([]byte, 64)
	if n, err := c.Read(buf); err == nil {
		t.Errorf("it was answered with %q", buf[:n])
	}
}
