package server

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// certificate writes a self-signed certificate for localhost and returns the
// files and the pool that trusts it.
func certificate(t *testing.T) (Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := Certificate{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	for name, block := range map[string]*pem.Block{files.CertFile: {Type: "CERTIFICATE", Bytes: der}, files.KeyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return files, pool
}

// clients are the ways to speak to a server: each gives a base URL and a
// client for the protocol.
func clients(t *testing.T, r *running) map[string]struct {
	url    string
	client *http.Client
} {
	t.Helper()
	files, pool := certificate(t)
	config, _, err := TLS{Certificates: []Certificate{files}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- r.ServeTLS(l, config) }()
	t.Cleanup(func() {
		r.Close()
		<-done
	})
	_, port, _ := net.SplitHostPort(l.Addr().String())
	transport := func(set func(*http.Protocols)) *http.Client {
		p := new(http.Protocols)
		set(p)
		tr := &http.Transport{Protocols: p, TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "localhost"}}
		t.Cleanup(tr.CloseIdleConnections)
		return &http.Client{Transport: tr, Timeout: patience}
	}
	return map[string]struct {
		url    string
		client *http.Client
	}{
		"HTTP/1.1":          {"http://" + r.addr, transport(func(p *http.Protocols) { p.SetHTTP1(true) })},
		"HTTP/1.1 over TLS": {"https://localhost:" + port, transport(func(p *http.Protocols) { p.SetHTTP1(true) })},
		"HTTP/2":            {"https://localhost:" + port, transport(func(p *http.Protocols) { p.SetHTTP2(true) })},
		"HTTP/2 plain":      {"http://" + r.addr, transport(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) })},
	}
}

// Every protocol fills the same exchange and sends the same bodies.
func TestProtocols(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 20<<10)
	r := start(t, Config{MaxBody: 1 << 20}, func(x *gateway.Exchange) {
		switch string(x.Request.Path) {
		case "/facts a":
			x.Response.Bytes([]byte(x.Request.Method + " " + x.Request.Proto.String() + " " + x.Request.Scheme + " " + string(x.Request.Query)))
		case "/echo":
			echo(x)
		case "/file":
			x.Response.File(temp(t, large), 16, 300<<10)
		case "/reader":
			x.Response.Reader(strings.NewReader(large), -1)
		case "/stream":
			x.Response.Header.Add("Trailer", "X-Sum")
			x.Response.Stream(func(w gateway.BodyWriter) error {
				io.WriteString(w, "hello")
				w.Trailer().Add("X-Sum", "5")
				return nil
			})
		case "/panic":
			panic("boom")
		case "/status/99":
			x.Response.Status = 99
		case "/status/600":
			x.Response.Status = 600
		case "/status/1000":
			x.Response.Status = 1000
		}
	})
	for name, c := range clients(t, r) {
		t.Run(name, func(t *testing.T) {
			do := func(method, path, body string) (*http.Response, string) {
				t.Helper()
				req, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				res, err := c.client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				b, err := io.ReadAll(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				return res, string(b)
			}
			proto, _, _ := strings.Cut(name, " ")
			if proto == "HTTP/2" {
				proto = "HTTP/2.0"
			}
			scheme := map[string]string{"HTTP/1.1": "http", "HTTP/2 plain": "http"}[name]
			if scheme == "" {
				scheme = "https"
			}
			if _, got := do("GET", "/./facts%20a?b=c", ""); got != "GET "+proto+" "+scheme+" b=c" {
				t.Errorf("facts %q", got)
			}
			if _, got := do("POST", "/echo", large); got != large {
				t.Errorf("echo of %d bytes, want %d", len(got), len(large))
			}
			if res, _ := do("POST", "/echo", strings.Repeat("x", 1<<20+1)); res.StatusCode != 413 {
				t.Errorf("a body too large: status %d", res.StatusCode)
			}
			if res, got := do("GET", "/file", ""); got != large[16:16+300<<10] || res.ContentLength != 300<<10 {
				t.Errorf("file of %d bytes, declared %d", len(got), res.ContentLength)
			}
			if _, got := do("GET", "/reader", ""); got != large {
				t.Errorf("reader of %d bytes", len(got))
			}
			if res, got := do("GET", "/stream", ""); got != "hello" || res.Trailer.Get("X-Sum") != "5" {
				t.Errorf("stream %q, trailer %v", got, res.Trailer)
			}
			if res, got := do("HEAD", "/file", ""); got != "" || res.ContentLength != 300<<10 {
				t.Errorf("HEAD: %q, length %d", got, res.ContentLength)
			}
			if res, _ := do("GET", "/panic", ""); res.StatusCode != 500 {
				t.Errorf("panic: status %d", res.StatusCode)
			}
			for _, status := range []string{"99", "600", "1000"} {
				if res, _ := do("GET", "/status/"+status, ""); res.StatusCode != 500 {
					t.Errorf("status %s, which is none: got %d", status, res.StatusCode)
				}
			}
			if res, _ := do("GET", "/nothing", ""); res.StatusCode != 200 || res.Header.Get("Date") == "" {
				t.Errorf("nothing: status %d, Date %q", res.StatusCode, res.Header.Get("Date"))
			}
		})
	}
}

// A request that is in flight when the server stops is answered in every protocol.
func TestProtocolsShutdown(t *testing.T) {
	began, release := make(chan struct{}, 4), make(chan struct{})
	r := start(t, Config{}, func(x *gateway.Exchange) {
		began <- struct{}{}
		<-release
		x.Response.Text("hello")
	})
	answers := make(chan string, 4)
	for name, c := range clients(t, r) {
		go func() {
			res, err := c.client.Get(c.url)
			if err != nil {
				answers <- name + ": " + err.Error()
				return
			}
			defer res.Body.Close()
			b, _ := io.ReadAll(res.Body)
			answers <- string(b)
		}()
	}
	for range 4 {
		within(t, began, "the requests")
	}
	stopped := make(chan struct{})
	go func() { r.shutdown(); close(stopped) }()
	select {
	case <-stopped:
		t.Error("Shutdown did not wait")
	default:
	}
	close(release)
	for range 4 {
		if a := within(t, answers, "an answer"); a != "hello" {
			t.Error(a)
		}
	}
	within(t, stopped, "Shutdown")
}

func TestHTTP2Deadline(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	r := start(t, Config{Timeout: 20 * time.Millisecond}, func(x *gateway.Exchange) { <-release })
	for name, c := range clients(t, r) {
		res, err := c.client.Get(c.url)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		res.Body.Close()
		if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
			t.Errorf("%s: status %d", name, res.StatusCode)
		}
	}
	if n := strings.Count(r.log.String(), overdueText); n != 4 {
		t.Errorf("%d of 4 overdue handlers are in the log", n)
	}
}

func TestOpenTLSNamesTheFile(t *testing.T) {
	if _, _, err := (TLS{Certificates: []Certificate{{"missing.pem", "missing.key"}}}).Open(); err == nil || !strings.Contains(err.Error(), "missing.pem") {
		t.Errorf("error %v", err)
	}
}

// A client that does not shake hands is given up, and one that speaks plainly is refused.
func TestTLSHandshake(t *testing.T) {
	files, _ := certificate(t)
	config, _, err := TLS{Certificates: []Certificate{files}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{Handler: gateway.HandlerFunc(echo), HeaderTimeout: 40 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	done := make(chan error, 1)
	go func() { done <- s.ServeTLS(l, config) }()
	for _, first := range []string{"", get} {
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		nc.SetDeadline(time.Now().Add(patience))
		io.WriteString(nc, first)
		if b, _ := io.ReadAll(nc); bytes.Contains(b, []byte("200")) {
			t.Errorf("answered %q", b)
		}
		nc.Close()
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	<-done
}
