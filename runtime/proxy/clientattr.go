package proxy

import (
	"crypto/sha256"
	"encoding/hex"

	"stackgen.dev/runtime/gateway"
)

// What is known of who asks.
const (
	// ClientUser is the name that basic_auth has let in ($remote_user).
	ClientUser Attribute = "client.user"
	// The client's certificate, where it has proved to have one ($ssl_client_s_dn, $ssl_client_i_dn,
	// $ssl_client_serial, $ssl_client_fingerprint): subject and issuer in the form of RFC 2253, the serial number and the
	// SHA-256 of the certificate in hexadecimal.
	ClientCertSubject     Attribute = "client.certificate.subject"
	ClientCertIssuer      Attribute = "client.certificate.issuer"
	ClientCertSerial      Attribute = "client.certificate.serial"
	ClientCertFingerprint Attribute = "client.certificate.fingerprint"
)

// appendClient appends what is known of who asks.
func (a *attribute) appendClient(dst []byte, r *gateway.Request) []byte {
	if a.kind == ClientUser {
		return append(dst, r.RemoteUser...)
	}
	cert := clientCert(r)
	if cert == nil {
		return dst
	}
	switch a.kind {
	case ClientCertSubject:
		return append(dst, cert.Subject.String()...)
	case ClientCertIssuer:
		return append(dst, cert.Issuer.String()...)
	case ClientCertSerial:
		return hex.AppendEncode(dst, cert.SerialNumber.Bytes())
	}
	sum := sha256.Sum256(cert.Raw)
	return hex.AppendEncode(dst, sum[:])
}
