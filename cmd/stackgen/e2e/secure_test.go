//go:build e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/internal/porttest"
	"stackgen.dev/runtime/server/acme/acmetest"
)

// pair makes a certificate for a name, by parent or by itself, and writes it to a
// project as NAME.pem and NAME.key.
func pair(t *testing.T, dir, name string, parent *tls.Certificate, hosts ...string) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: hosts,
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
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	create(t, dir, name+".pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	create(t, dir, name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})))
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// secureClient speaks TLS as a host of the site whatever the address.
func secureClient(roots *x509.CertPool, own *tls.Certificate) *http.Client {
	config := &tls.Config{RootCAs: roots, ServerName: "secure.example.com"}
	if own != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own, nil }
	}
	return &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{TLSClientConfig: config, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// serial is that of the certificate that an address shows.
func serial(address string, roots *x509.CertPool) (*big.Int, error) {
	c, err := tls.Dial("tcp", address, &tls.Config{ServerName: "secure.example.com", RootCAs: roots})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber, nil
}

// Ensure that in each topology a site has its certificate issued by an authority that speaks ACME, and
// keeps it over reload and upgrade; that visitors are sent to https and told to stay; and that staff
// is known by certificates of its own, which nobody can make up.
func TestSecure(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "secure")
			p := &acmetest.Pebble{HTTPPort: int(porttest.Free(t).Port()), TLSPort: int(porttest.Free(t).Port()), Life: time.Hour}
			p.Start(t)
			edit(t, dir, "site.hcl", "directory = var.directory\n", "directory = var.directory\n        trusted_certificate = \""+p.Trusted+"\"\n")
			if mode == "process" {
				edit(t, dir, "site.hcl", "middleware =", "workers {\n  mode = \"process\"\n  count = 1\n}\n\nmiddleware =")
			}
			ca := pair(t, dir, "clients", nil)
			alice, stranger := pair(t, dir, "alice", ca), pair(t, dir, "stranger", nil)
			build(t, dir)

			plain, public := fmt.Sprintf("127.0.0.1:%d", p.HTTPPort), fmt.Sprintf("127.0.0.1:%d", p.TLSPort)
			staff := porttest.Free(t).String()
			cmd := exec.Command("./site", "serve")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "HTTP_ADDRESS="+plain, "HTTPS_ADDRESS="+public, "STAFF_ADDRESS="+staff, "ACME_DIRECTORY="+p.Directory)
			s := begin(t, dir, cmd)

			roots := p.Roots(t)
			var first *big.Int
			s.wait("a certificate", func() (ok bool) {
				var err error
				first, err = serial(public, roots)
				return err == nil
			})
			host := "Host: secure.example.com"
			c := secureClient(roots, nil)
			s.url = "https://" + public
			got := s.get(c, "/", host).expect(t, "the page", 200).contains(t, "the page", "you are nobody over https")
			if hsts := got.header.Get("Strict-Transport-Security"); hsts != "max-age=31536000" {
				t.Errorf("Strict-Transport-Security: %s", hsts)
			}
			s.url = "http://" + plain
			got = s.get(c, "/x?y", host).expect(t, "the page in plain HTTP", 301)
			if to := got.header.Get("Location"); to != fmt.Sprintf("https://secure.example.com:%d/x?y", p.TLSPort) || got.header.Get("Strict-Transport-Security") != "" {
				t.Errorf("the redirect leads to %s: %v", to, got.header)
			}
			s.get(c, "/.well-known/acme-challenge/nothing", host).expect(t, "a challenge that is none", 301)

			// Staff: another listener, with an authority of this machine.
			trust := run(t, dir, "./site", "trust")
			text, err := os.ReadFile(filepath.Join(dir, "data", "local-ca", "root.pem"))
			if err != nil || !strings.Contains(trust, filepath.Join("data", "local-ca", "root.pem")) {
				t.Fatalf("trust says: %s (%v)", trust, err)
			}
			local := x509.NewCertPool()
			local.AppendCertsFromPEM(text)
			s.url = "https://" + staff
			forged := "Client-Cert: :" + "AAAA" + ":"
			s.get(secureClient(local, alice), "/", host, forged).expect(t, "alice", 200).contains(t, "what alice gets", "you are alice over https")
			s.get(secureClient(local, nil), "/", host, forged).expect(t, "somebody", 200).contains(t, "what somebody gets", "you are nobody over https")
			if _, err := secureClient(local, stranger).Get(s.url); err == nil {
				t.Error("a stranger's certificate was believed")
			}

			run(t, dir, "./site", "reload")
			if again, err := serial(public, roots); err != nil || again.Cmp(first) != 0 {
				t.Errorf("after reload: %v, %v; was %v", again, err, first)
			}
			if mode == "inline" {
				run(t, dir, "./site", "upgrade")
				if again, err := serial(public, roots); err != nil || again.Cmp(first) != 0 {
					t.Errorf("after upgrade: %v, %v; was %v", again, err, first)
				}
				run(t, dir, "./site", "stop")
			}
		})
	}
}

// Ensure that certificate files are read again when they change, that half of a pair changes
// nothing, at reload neither, and that clients choose among several by name.
func TestSecureFiles(t *testing.T) {
	dir := project(t, "secure")
	edit(t, dir, "site.hcl", `      acme {
        email     = "ops@example.com"
        directory = var.directory
      }
`, `      certificate = "a.pem"
      key         = "a.key"
      keypair "other" {
        certificate = "b.pem"
        key         = "b.key"
      }
`)
	first, other := pair(t, dir, "a", nil, "secure.example.com"), pair(t, dir, "b", nil, "other.example.com")
	build(t, dir)
	if got := modules(t, dir); strings.Contains(got, "certmagic") {
		t.Errorf("a site without ACME links it:\n%s", got)
	}
	public := porttest.Free(t).String()
	cmd := exec.Command("./site", "serve")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HTTP_ADDRESS=127.0.0.1:0", "HTTPS_ADDRESS="+public, "STAFF_ADDRESS=127.0.0.1:0")
	s := begin(t, dir, cmd)
	shows := func(name string) *big.Int {
		c, err := tls.Dial("tcp", public, &tls.Config{ServerName: name, InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber
	}
	if shows("secure.example.com").Cmp(first.Leaf.SerialNumber) != 0 || shows("other.example.com").Cmp(other.Leaf.SerialNumber) != 0 {
		t.Error("the certificates were not chosen by name")
	}
	second := pair(t, t.TempDir(), "a", nil, "secure.example.com")
	create(t, dir, "a.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: second.Certificate[0]})))
	s.waitLog("the old one stays")
	if out, err := try(dir, "./site", "reload"); err == nil || !strings.Contains(out, "a.pem") {
		t.Errorf("reload with half of a pair: %v %s", err, out)
	}
	if shows("secure.example.com").Cmp(first.Leaf.SerialNumber) != 0 {
		t.Error("the certificate was not kept")
	}
	key, err := x509.MarshalPKCS8PrivateKey(second.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	create(t, dir, "a.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	s.wait("the new certificate", func() bool { return shows("secure.example.com").Cmp(second.Leaf.SerialNumber) == 0 })
}
