package web

import "crypto/x509"

// ClientCertificate is the certificate by which the client has proved who it is: one that an authority
// of the listener's client_ca has issued (nginx ssl_client_verify, ssl_client_s_dn). It
// is nil where the client has shown none, which with client_auth = "optional" it may.
func (r *Request) ClientCertificate() *x509.Certificate {
	state := r.x.Request.TLS
	if state == nil || len(state.VerifiedChains) == 0 || len(state.VerifiedChains[0]) == 0 {
		return nil
	}
	return state.VerifiedChains[0][0]
}
