package acme

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/porttest"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/acme/acmetest"
)

// site is a server with two listeners whose certificates are from Pebble.
type site struct {
	t         *testing.T
	http, tls net.Listener
	dir       string

	mu  sync.Mutex
	log bytes.Buffer
}

func newSite(t *testing.T) *site {
	s := &site{t: t, dir: t.TempDir()}
	for _, l := range []*net.Listener{&s.http, &s.tls} {
		var err error
		if *l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the site's log:\n%s", s.text())
		}
	})
	return s
}

func (s *site) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(b)
}

func (s *site) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

func port(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// serve has the site serve with an authority; the result stops it and leaves the listeners.
func (s *site) serve(a Authority, hosts ...string) (stop func()) {
	s.t.Helper()
	log := slog.New(slog.NewTextHandler(s, nil))
	issuer, err := a.Open(server.AuthorityEnv{Hosts: hosts, Dir: s.dir, HTTP: s.http.Addr().String(), TLS: s.tls.Addr().String(), Log: log})
	if err != nil {
		s.t.Fatal(err)
	}
	config, _, err := server.TLS{Issuer: issuer, Log: log}.Open()
	if err != nil {
		s.t.Fatal(err)
	}
	engine := server.New(server.Config{Log: log, Handler: gateway.HandlerFunc(func(x *gateway.Exchange) {
		if !issuer.Challenge(x) {
			x.Response.Text("the site")
		}
	})})
	// The listeners outlive the process, as the supervisor's do.
	for _, l := range []net.Listener{s.http, s.tls} {
		f, err := l.(*net.TCPListener).File()
		if err != nil {
			s.t.Fatal(err)
		}
		copied, err := net.FileListener(f)
		f.Close()
		if err != nil {
			s.t.Fatal(err)
		}
		if l == s.http {
			go engine.Serve(copied)
		} else {
			go engine.ServeTLS(copied, config)
		}
	}
	stop = sync.OnceFunc(func() {
		engine.Close()
		issuer.Close()
	})
	s.t.Cleanup(stop)
	return stop
}

// certificate shakes hands and returns what is shown for a name.
func (s *site) certificate(name string, roots *x509.CertPool) (*x509.Certificate, error) {
	c, err := tls.Dial("tcp", s.tls.Addr().String(), &tls.Config{ServerName: name, RootCAs: roots})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0], nil
}

// await waits for a certificate that differs from one that was there.
func (s *site) await(name string, roots *x509.CertPool, old *x509.Certificate) *x509.Certificate {
	s.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		c, err := s.certificate(name, roots)
		if err == nil && (old == nil || c.SerialNumber.Cmp(old.SerialNumber) != 0) {
			return c
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("there is no new certificate for %s: %v", name, err)
		}
	}
}

func (s *site) awaitLog(text string) {
	s.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !strings.Contains(s.text(), text); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("the log does not say %q", text)
		}
	}
}

// Ensure that each of the two challenges suffices.
func TestChallenges(t *testing.T) {
	for _, challenge := range []string{"http-01", "tls-alpn-01"} {
		t.Run(challenge, func(t *testing.T) {
			s := newSite(t)
			p := &acmetest.Pebble{HTTPPort: port(s.http), TLSPort: port(s.tls), Life: time.Hour}
			if challenge == "http-01" {
				p.TLSPort = int(porttest.Free(t).Port())
			} else {
				p.HTTPPort = int(porttest.Free(t).Port())
			}
			p.Start(t)
			s.serve(Authority{Email: "ops@example.com", Directory: p.Directory, TrustedCertificate: p.Trusted}, "a.example.com", "b.example.com")
			roots := p.Roots(t)
			for _, name := range []string{"a.example.com", "b.example.com"} {
				s.await(name, roots, nil)
			}
			if _, err := s.certificate("c.example.com", roots); err == nil {
				t.Error("a name that is no host of the site got a certificate")
			}
			resp, err := http.Get(fmt.Sprintf("http://%s/.well-known/acme-challenge/other", s.http.Addr()))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		})
	}
}

// Ensure that a certificate is renewed in time, that it survives an authority that is away, with an
// error in the log, that who takes over from a process asks for nothing while the
// certificate is good, and that the next renewal does not fail because the last did.
func TestRenewal(t *testing.T) {
	s := newSite(t)
	p := &acmetest.Pebble{HTTPPort: port(s.http), TLSPort: port(s.tls), Life: 15 * time.Second}
	p.Start(t)
	a := Authority{Directory: p.Directory, TrustedCertificate: p.Trusted, check: 200 * time.Millisecond}
	stop := s.serve(a, "a.example.com")
	roots := p.Roots(t)
	first := s.await("a.example.com", roots, nil)
	second := s.await("a.example.com", roots, first)
	if !second.NotAfter.After(first.NotAfter) {
		t.Errorf("the second certificate is good until %s, the first until %s", second.NotAfter, first.NotAfter)
	}
	stop()
	s.serve(a, "a.example.com")
	if c := s.await("a.example.com", roots, nil); c.SerialNumber.Cmp(second.SerialNumber) != 0 {
		t.Error("the next process had another certificate issued")
	}
	p.Stop()
	s.awaitLog("level=ERROR")
	if c, err := s.certificate("a.example.com", roots); err != nil && !strings.Contains(err.Error(), "expired") || err == nil && c.SerialNumber.Cmp(second.SerialNumber) != 0 {
		t.Errorf("the certificate was not kept: %v", err)
	}
}

// Ensure that an authority that cannot be reached, or refuses, leaves a site that starts
// and says why, and that the next process gets what this one could not.
func TestFailure(t *testing.T) {
	s := newSite(t)
	p := &acmetest.Pebble{HTTPPort: port(s.http), TLSPort: port(s.tls), Life: time.Hour}
	p.Start(t)
	p.Stop()
	a := Authority{Directory: p.Directory, TrustedCertificate: p.Trusted}
	stop := s.serve(a, "a.example.com", "nowhere.example.com")
	s.awaitLog("connection refused")
	s.awaitLog("will retry")
	if _, err := s.certificate("a.example.com", nil); err == nil {
		t.Error("there is a certificate")
	}
	resp, err := http.Get("http://" + s.http.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	stop()
	p.Start(t)
	s.serve(a, "a.example.com", "nowhere.example.com")
	s.await("a.example.com", p.Roots(t), nil)
	s.awaitLog("nowhere.example.com")
}
