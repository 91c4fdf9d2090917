package server

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync/atomic"
)

// TLS says how a listener speaks TLS. [TLS.Open] makes it ready.
type TLS struct {
	// Certificates are files; the first answers clients that ask for a name which
	// none is for, and those that ask for none.
	Certificates []Certificate
	// Issuer has certificates beside those; nil for none. It is asked for the names
	// that no file is for.
	Issuer Issuer
	// MinVersion is the oldest version spoken (nginx ssl_protocols), tls.VersionTLS12 where it is 0.
	MinVersion uint16
	// ClientAuth says whether clients have certificates (nginx ssl_verify_client):
	// tls.VerifyClientCertIfGiven or tls.RequireAndVerifyClientCert; 0 does not ask.
	ClientAuth tls.ClientAuthType
	// ClientCA is a PEM file of the authorities that clients' certificates are
	// from (nginx ssl_client_certificate).
	ClientCA string
	// Log hears of files that changed; nil discards.
	Log *slog.Logger
}

// Certificate names the files of a certificate chain and its key, in PEM
// (nginx ssl_certificate, ssl_certificate_key).
type Certificate struct {
	CertFile, KeyFile string
}

// challengeProtocol is how an ACME authority asks for a certificate that only who
// controls a name's address can show (RFC 8737, section 3).
const challengeProtocol = "acme-tls/1"

// Open reads the files. The configuration chooses among the certificates by the name that the
// client asks for: one for that very name, else one for all names beneath, else the first. Watch
// has files that change read again until stop is closed; a file that cannot be
// used leaves the certificate as it was, with an error in the log.
func (t TLS) Open() (config *tls.Config, watch func(stop <-chan struct{}), err error) {
	config, set, err := t.open()
	if err != nil {
		return nil, nil, err
	}
	return config, set.watch, nil
}

func (t TLS) open() (config *tls.Config, set *certificates, err error) {
	if t.Log == nil {
		t.Log = slog.New(slog.DiscardHandler)
	}
	if set, err = loadCertificates(t); err != nil {
		return nil, nil, err
	}
	config = &tls.Config{
		MinVersion:     max(t.MinVersion, tls.VersionTLS12),
		ClientAuth:     t.ClientAuth,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: set.choose,
	}
	if t.ClientCA != "" {
		set.authorities = &authorityFile{name: t.ClientCA, state: lookAt(t.ClientCA)}
		if config.ClientCAs, err = readAuthorities(t.ClientCA); err != nil {
			return nil, nil, fmt.Errorf("server: client certificates: %w", err)
		}
		set.authorities.pool.Store(config.ClientCAs)
	}
	if t.Issuer != nil {
		answerChallenges(config, t.Issuer.Protocols())
	}
	if set.authorities != nil {
		renewAuthorities(config, set.authorities)
	}
	return config, set, nil
}

// answerChallenges lets an authority in that offers one of the protocols and
// nothing else, without a certificate of its own.
func answerChallenges(config *tls.Config, protocols []string) {
	config.NextProtos = append(config.NextProtos, protocols...)
	if len(protocols) == 0 || config.ClientAuth == tls.NoClientCert {
		return
	}
	anybody := config.Clone()
	anybody.ClientAuth, anybody.ClientCAs, anybody.NextProtos = tls.NoClientCert, nil, protocols
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if len(hello.SupportedProtos) == 1 && slices.Contains(protocols, hello.SupportedProtos[0]) {
			return anybody, nil
		}
		return nil, nil
	}
}

// renewAuthorities has handshakes go by the authorities as they are then, resumed ones included.
func renewAuthorities(config *tls.Config, from *authorityFile) {
	before, first := config.GetConfigForClient, config.ClientCAs
	var renewed atomic.Pointer[tls.Config]
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if before != nil {
			if c, err := before(hello); c != nil || err != nil {
				return c, err
			}
		}
		pool := from.pool.Load()
		if pool == first {
			return nil, nil
		}
		c := renewed.Load()
		if c == nil || c.ClientCAs != pool {
			c = config.Clone()
			c.ClientCAs, c.GetConfigForClient = pool, nil
			renewed.Store(c)
		}
		return c, nil
	}
}

func readAuthorities(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate in PEM form", file)
	}
	return pool, nil
}
