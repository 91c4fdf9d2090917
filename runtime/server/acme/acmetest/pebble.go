// Package acmetest starts an ACME authority for tests: Pebble, which Let's Encrypt
// tests its clients with. It asks as the real ones do, over sockets of this machine, and
// finds every name at 127.0.0.1.
package acmetest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"stackgen.dev/internal/porttest"
	"stackgen.dev/runtime/server/localca"
)

// version is the Pebble that tests run against.
const version = "github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.3"

// Pebble is an authority. Set the fields before Start.
type Pebble struct {
	// HTTPPort and TLSPort are where it looks for challenges.
	HTTPPort, TLSPort int
	// Life is how long its certificates are good.
	Life time.Duration
	// Directory is its address, Trusted the PEM file of who vouches for that: from Start on.
	Directory, Trusted string

	listen, manage string
	dir            string
	cmd            *exec.Cmd
}

// Start builds Pebble and starts it, until the test ends or Stop.
func (p *Pebble) Start(t testing.TB) {
	t.Helper()
	if p.dir == "" {
		p.prepare(t)
	}
	config := map[string]any{
		"listenAddress": p.listen, "managementListenAddress": p.manage,
		"certificate": filepath.Join(p.dir, "cert.pem"), "privateKey": filepath.Join(p.dir, "key.pem"),
		"httpPort": p.HTTPPort, "tlsPort": p.TLSPort,
		"retryAfter": map[string]int{"authz": 1, "order": 1}, "keyAlgorithm": "ecdsa",
		"profiles": map[string]any{"default": map[string]any{"description": "", "validityPeriod": int(p.Life.Seconds())}},
	}
	text, err := json.Marshal(map[string]any{"pebble": config})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.dir, "pebble.json"), text)
	p.cmd = exec.Command(filepath.Join(p.dir, "pebble"), "-config", filepath.Join(p.dir, "pebble.json"), "-dnsserver", resolver(t))
	p.cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	log, err := os.OpenFile(filepath.Join(p.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("Pebble's log:\n%s", text)
		}
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if resp, err := p.client(t).Get(p.Directory); err == nil {
			resp.Body.Close()
			return
		} else if time.Now().After(deadline) {
			t.Fatalf("Pebble does not answer: %v", err)
		}
	}
}

// Stop ends Pebble; it may be started again, at the same address.
func (p *Pebble) Stop() {
	if p.cmd != nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
		p.cmd = nil
	}
}

// Roots are the authorities that this run of Pebble issues from.
func (p *Pebble) Roots(t testing.TB) *x509.CertPool {
	t.Helper()
	resp, err := p.client(t).Get("https://" + p.manage + "/roots/0")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(text) {
		t.Fatalf("Pebble has no root: %v %s", err, text)
	}
	return pool
}

func (p *Pebble) client(t testing.TB) *http.Client {
	text, err := os.ReadFile(p.Trusted)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// prepare builds Pebble, and has a certificate made for its own address.
func (p *Pebble) prepare(t testing.TB) {
	t.Helper()
	p.dir = t.TempDir()
	build := exec.Command("go", "install", version)
	build.Env = append(os.Environ(), "GOBIN="+p.dir, "GOFLAGS=-buildvcs=false")
	build.Dir = p.dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building Pebble: %v\n%s", err, out)
	}
	root, err := localca.OpenRoot(p.dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := root.Issue("127.0.0.1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}))
	write(t, filepath.Join(p.dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	p.listen, p.manage = porttest.Free(t).String(), porttest.Free(t).String()
	p.Directory, p.Trusted = "https://"+p.listen+"/dir", localca.CertificateFile(p.dir)
}

func write(t testing.TB, file string, content []byte) {
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
