package schema

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// TLS is how a listener speaks TLS. Certificates come from files, from an ACME
// authority, or from the local authority.
type TLS struct {
	// Certificate and Key are PEM files, relative to the project unless absolute; Keypairs are more of them.
	Certificate, Key String
	Keypairs         []*Keypair
	// ACMEEmail asks Let's Encrypt for certificates, ACME any authority; nil without the block.
	ACMEEmail String
	ACME      *ACME
	// Local has an authority on this machine make them.
	Local Bool
	// MinVersion is "1.2" or "1.3".
	MinVersion String
	// ClientAuth is "off", "optional" or "required", ClientCA a PEM file of authorities.
	ClientAuth, ClientCA String
	DeclRange            hcl.Range
}

// Keypair is a certificate beside the first.
type Keypair struct {
	Name             string
	Certificate, Key String
	DeclRange        hcl.Range
}

// ACME is an authority that issues certificates by RFC 8555.
type ACME struct {
	Email, Directory String
	// TrustedCertificate is a PEM file of the authorities believed for Directory.
	TrustedCertificate String
	DeclRange          hcl.Range
}

func tlsBlock() *block {
	certificate := func(required bool) []*attr {
		return []*attr{
			{Name: "certificate", Type: stringType(), Required: required, Bindable: true, Check: checkNotEmpty, Ancestor: "nginx ssl_certificate",
				Doc: "The PEM file of the certificate and those between it and its authority; a file that changes is read again."},
			{Name: "key", Type: stringType(), Required: required, Bindable: true, Check: checkNotEmpty, Ancestor: "nginx ssl_certificate_key",
				Doc: "The PEM file of the private key."},
		}
	}
	return &block{
		Type: "tls", Once: true, Into: reflect.TypeFor[TLS](),
		Doc:      "The listener speaks TLS, with certificates from files, from an ACME authority, or from a local one.",
		Ancestor: "nginx listen ssl",
		Example: `tls {
  acme_email = "ops@example.com"
}`,
		Attrs: append(certificate(false), []*attr{
			{Name: "acme_email", Into: "ACMEEmail", Type: stringType(), Bindable: true, Check: checkEmail, Ancestor: "Caddy email",
				Doc: "Have Let's Encrypt issue and renew certificates for the site's domains that no file is for, and write to this address; the same as acme { email }."},
			{Name: "local", Type: boolType(), Default: "false", Ancestor: "Caddy tls internal",
				Doc: "Whether an authority in the site's data folder makes the certificates, for development; the site's command trust says how browsers come to believe it."},
			{Name: "min_version", Type: stringType(), Default: `"1.2"`, Enum: []string{"1.2", "1.3"}, Ancestor: "nginx ssl_protocols",
				Doc: "The oldest version of TLS that is spoken."},
			{Name: "client_auth", Type: stringType(), Default: `"off"`, Enum: []string{"off", "optional", "required"}, Ancestor: "nginx ssl_verify_client",
				Doc: "Whether clients may or have to show a certificate; views read it with ClientCertificate, upstreams from the header Client-Cert (RFC 9440)."},
			{Name: "client_ca", Into: "ClientCA", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "nginx ssl_client_certificate",
				Doc: "The PEM file of the authorities that clients' certificates are from."},
		}...),
		Blocks: []*block{{
			Type: "keypair", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Keypair](),
			Doc:      "One more certificate: clients get the one that is for the name they ask for, else the one for all names beneath its domain, else the first.",
			Ancestor: "nginx ssl_certificate of another server",
			Example: `keypair "shop" {
  certificate = "shop.pem"
  key         = "shop.key"
}`,
			Attrs: certificate(true),
		}, {
			Type: "acme", Once: true, Field: "ACME", Into: reflect.TypeFor[ACME](),
			Doc:      "An authority that speaks ACME issues and renews certificates for the site's domains that no file is for.",
			Ancestor: "Caddy tls issuer acme",
			Example: `acme {
  email     = "ops@example.com"
  directory = "https://acme-v02.api.letsencrypt.org/directory"
}`,
			Attrs: []*attr{
				{Name: "email", Type: stringType(), Bindable: true, Check: checkEmail,
					Doc: "The address that the authority writes to."},
				{Name: "directory", Type: stringType(), Bindable: true, Check: checkHTTPS,
					Doc: "The address of the authority's directory; Let's Encrypt's when not written."},
				{Name: "trusted_certificate", Type: stringType(), Bindable: true, Check: checkNotEmpty,
					Doc: "The PEM file of the authorities that are believed when the directory is asked; the system's when not written."},
			},
		}},
		Check: checkTLS,
	}
}

// wantsACME reports whether an ACME authority issues certificates for the listener.
func (t *TLS) wantsACME() bool { return t.ACME != nil || t.ACMEEmail.Set }

// checkTLS looks at where certificates come from.
func checkTLS(d *decoder, s *scope) {
	t := s.owner.(*TLS)
	if t.Certificate.Set != t.Key.Set {
		d.report(halfKeypair(t))
	}
	first := map[string]hcl.Range{}
	for _, k := range t.Keypairs {
		if at, ok := first[k.Name]; ok {
			d.report(declaredTwice("keypair", k.Name, k.DeclRange, at))
		}
		first[k.Name] = k.DeclRange
	}
	switch {
	case t.ACME != nil && t.ACMEEmail.Set:
		d.report(acmeTwice(t))
	case t.Local.V && t.wantsACME():
		d.report(localAndACME(t))
	case !t.Certificate.Set && !t.Key.Set && len(t.Keypairs) == 0 && !t.wantsACME() && !t.Local.V:
		d.report(tlsWithoutCertificate(t))
	}
	switch asks := t.ClientAuth.V == "optional" || t.ClientAuth.V == "required"; {
	case asks && !t.ClientCA.Set:
		d.report(clientsWithoutAuthority(t))
	case !asks && t.ClientCA.Set:
		d.report(authorityWithoutClients(t))
	}
}

// checkACMEDomains reports a listener whose authority has nothing to issue for.
func (d *decoder) checkACMEDomains() {
	for _, l := range d.site.Proxy.Listens {
		if l.TLS == nil || !l.TLS.wantsACME() {
			continue
		}
		for _, x := range d.site.Domains {
			if x.Bind == nil && strings.HasPrefix(x.V, "*") && !l.TLS.Certificate.Set && len(l.TLS.Keypairs) == 0 {
				d.report(starForACME(x, l))
			}
		}
		if len(d.site.Domains) == 0 && !d.isWritten(d.site, "domains") {
			d.report(acmeWithoutDomains(l, d.site))
		}
	}
}
