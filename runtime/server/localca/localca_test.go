package localca

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/server"
)

func open(t *testing.T, dir string, hosts ...string) *issuer {
	t.Helper()
	i, err := Authority{}.Open(server.AuthorityEnv{Dir: dir, Hosts: hosts, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return i.(*issuer)
}

// Ensure that hosts of the site and this machine get certificates that verify
// against the authority, others one that does not.
func TestCertificates(t *testing.T) {
	i := open(t, t.TempDir(), "a.example.com", "*.example.org")
	pool := x509.NewCertPool()
	pool.AddCert(i.root.Certificate)
	for name, good := range map[string]bool{
		"a.example.com": true, "A.example.com": true, "x.example.org": true, "x.y.example.org": true, "localhost": true, "api.localhost": true,
		"b.example.com": false, "example.org": false,
	} {
		c, err := i.Certificate(&tls.ClientHelloInfo{ServerName: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool}); (err == nil) != good {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(i.made) > maxMade || i.made["b.example.com"] != nil {
		t.Error("a certificate was made for a name of nobody's")
	}
}

// Ensure that a certificate is used until a third of its life is left, and that the
// authority of a folder stays the same.
func TestRenewal(t *testing.T) {
	dir := t.TempDir()
	i := open(t, dir, "a.example.com")
	now := time.Now()
	i.now = func() time.Time { return now }
	hello := &tls.ClientHelloInfo{ServerName: "a.example.com"}
	first, _ := i.Certificate(hello)
	now = now.Add(leafLife * 6 / 10)
	second, _ := i.Certificate(hello)
	now = now.Add(leafLife / 10)
	third, _ := i.Certificate(hello)
	if first != second || third == first || !third.Leaf.NotAfter.After(first.Leaf.NotAfter) {
		t.Error("a certificate was not made anew in time")
	}
	if again := open(t, dir); !again.root.Certificate.Equal(i.root.Certificate) {
		t.Error("the authority changed")
	}
	if info, err := os.Stat(dir + "/" + folder + "/" + keyFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v %v", info.Mode(), err)
	}
}

// Ensure that what is not whole is told and not replaced: somebody believes it.
func TestDamagedAuthority(t *testing.T) {
	for what, damage := range map[string]func(dir string){
		"CERTIFICATE in PEM": func(dir string) { os.WriteFile(CertificateFile(dir), []byte("x"), 0o600) },
		"do not belong": func(dir string) {
			other := t.TempDir()
			open(t, other)
			os.Rename(CertificateFile(other), CertificateFile(dir))
		},
		"no such file":          func(dir string) { os.Remove(dir + "/" + folder + "/" + keyFile) },
		"EC PRIVATE KEY in PEM": func(dir string) { os.WriteFile(dir+"/"+folder+"/"+keyFile, []byte("x"), 0o600) },
	} {
		dir := t.TempDir()
		open(t, dir)
		damage(dir)
		_, err := OpenRoot(dir, time.Now())
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	dir := t.TempDir()
	open(t, dir)
	if _, err := OpenRoot(dir, time.Now().Add(2*rootLife)); err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("an authority that has expired: %v", err)
	}
}

// Ensure that the text names the file.
func TestTrust(t *testing.T) {
	dir := t.TempDir()
	text, err := Authority{}.Trust(dir)
	if err != nil || !strings.Contains(text, CertificateFile(dir)) || !strings.Contains(text, "update-ca-certificates") {
		t.Errorf("%v\n%s", err, text)
	}
}
