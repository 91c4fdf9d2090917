package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"testing"

	"stackgen.dev/runtime/gateway"
)

func certOf(t *testing.T, name string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// Ensure that Client-Cert is read strictly, and written as it is read.
func TestClientCertField(t *testing.T) {
	cert := certOf(t, "alice")
	field := ":" + base64.StdEncoding.EncodeToString(cert.Raw) + ":"
	for value, good := range map[string]bool{
		field: true, "": false, "::": false, ":": false, field[1:]: false, field[:len(field)-1]: false, " " + field: false,
		":AAAA:": false, ":" + field[1:5] + "\n" + field[5:]: false, field + field: false,
	} {
		if got := parseClientCert([]byte(value)); (got != nil) != good {
			t.Errorf("%.20q…: %v", value, got)
		}
	}
	r := &gateway.Request{TLS: &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{cert}}}}
	if got := string(appendClientCert(nil, r)); got != "Client-Cert: "+field+"\r\n" {
		t.Errorf("got %q", got)
	}
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}}
	if got := string(appendClientCert(nil, r)); got != "" {
		t.Errorf("a certificate that nobody verified was handed on: %q", got)
	}
}

// Ensure that a trusted proxy says who the client is, whoever it is itself.
func TestBelieveClientCert(t *testing.T) {
	alice, front := certOf(t, "alice"), certOf(t, "front")
	own := &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{front}}}
	for name, tt := range map[string]struct {
		tls   *tls.ConnectionState
		field string
		want  string
	}{
		"said":               {nil, ":" + base64.StdEncoding.EncodeToString(alice.Raw) + ":", "alice"},
		"said by one of its": {own, ":" + base64.StdEncoding.EncodeToString(alice.Raw) + ":", "alice"},
		"nothing said":       {own, "", ""},
		"rubbish":            {own, ":x:", ""},
	} {
		r := &gateway.Request{TLS: tt.tls}
		if tt.field != "" {
			r.Header.Add("Client-Cert", tt.field)
		}
		believeClientCert(r)
		got := ""
		if c := clientCert(r); c != nil {
			got = c.Subject.CommonName
		}
		if got != tt.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if len(own.VerifiedChains) != 1 {
		t.Error("the connection's state was changed")
	}
}
