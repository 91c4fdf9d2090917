package server

import (
	"crypto/tls"
	"fmt"
)

// Certificate names the files of a certificate chain and its key, in PEM
// (nginx ssl_certificate, ssl_certificate_key).
type Certificate struct {
	CertFile, KeyFile string
}

// LoadTLS makes a TLS configuration that chooses among the certificates by
// the name the client asks for; the first is the default. TLS 1.2 is the oldest spoken.
func LoadTLS(certificates ...Certificate) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	for _, f := range certificates {
		pair, err := tls.LoadX509KeyPair(f.CertFile, f.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("server: certificate %s: %w", f.CertFile, err)
		}
		config.Certificates = append(config.Certificates, pair)
	}
	return config, nil
}
