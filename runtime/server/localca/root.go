package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// The files of an authority, in the folder local-ca of the site's data.
const (
	folder   = "local-ca"
	certFile = "root.pem"
	keyFile  = "root.key"
)

// rootLife is how long an authority is believed: it is trusted once and forgotten.
const rootLife = 10 * 365 * 24 * time.Hour

// CertificateFile is where the authority's certificate lies in a data folder.
func CertificateFile(dir string) string { return filepath.Join(dir, folder, certFile) }

// Root is an authority's certificate and key.
type Root struct {
	Certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// OpenRoot reads the authority of a data folder, and makes it where there is none.
func OpenRoot(dir string, now time.Time) (*Root, error) {
	root, err := readRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeRoot(dir, now); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("localca: %w", err)
		}
		root, err = readRoot(dir) // another process may have been first
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("localca: %w", err)
	case now.After(root.Certificate.NotAfter):
		return nil, fmt.Errorf("localca: %s has expired; remove the folder %s for a new authority", CertificateFile(dir), filepath.Join(dir, folder))
	}
	return root, nil
}

func readRoot(dir string) (*Root, error) {
	dir = filepath.Join(dir, folder)
	certDER, err := readPEM(filepath.Join(dir, certFile), "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	keyDER, err := readPEM(filepath.Join(dir, keyFile), "EC PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	root := new(Root)
	if root.Certificate, err = x509.ParseCertificate(certDER); err != nil {
		return nil, err
	}
	if root.key, err = x509.ParseECPrivateKey(keyDER); err != nil {
		return nil, err
	}
	if !root.key.PublicKey.Equal(root.Certificate.PublicKey) {
		return nil, fmt.Errorf("%s and %s do not belong together; remove the folder %s for a new authority", certFile, keyFile, dir)
	}
	return root, nil
}

func readPEM(file, kind string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s holds no %s in PEM form", file, kind)
	}
	return block.Bytes, nil
}

// makeRoot makes both files in a folder beside, which then gets its name: half
// an authority is never seen. It fails with fs.ErrExist where there is one.
func makeRoot(dir string, now time.Time) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{Organization: []string{"stackgen local CA"}, CommonName: "stackgen local CA on " + host},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(rootLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	beside, err := os.MkdirTemp(dir, folder+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(beside)
	if err := os.WriteFile(filepath.Join(beside, keyFile), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(beside, certFile), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o644); err != nil {
		return err
	}
	return os.Rename(beside, filepath.Join(dir, folder))
}

// serial is a serial number that no other certificate has (RFC 5280, section 4.1.2.2).
func serial() *big.Int {
	var b [16]byte
	rand.Read(b[:])
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b[:])
}
