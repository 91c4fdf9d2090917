package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// tls is how a listener speaks TLS. The package of an authority is linked where
// the listener has one.
func (p *project) tls(t *schema.TLS) jen.Code {
	pair := func(certificate, key schema.String) jen.Code {
		return jen.Values(emit.Field("CertFile", str(certificate)), emit.Field("KeyFile", str(key)))
	}
	var pairs []jen.Code
	if t.Certificate.Set {
		pairs = append(pairs, pair(t.Certificate, t.Key))
	}
	for _, k := range t.Keypairs {
		pairs = append(pairs, pair(k.Certificate, k.Key))
	}
	var fs fields
	if len(pairs) > 0 {
		fs.add("Certificates", jen.Index().Qual(pkgServer, "Certificate").Add(emit.Rows(pairs...)))
	}
	switch {
	case t.ACME != nil:
		fs.add("Authority", acme(t.ACME))
	case t.ACMEEmail.Set:
		fs.add("Authority", acme(&schema.ACME{Email: t.ACMEEmail}))
	case t.Local.V:
		fs.add("Authority", jen.Qual(pkgLocalCA, "Authority").Values())
	}
	fs.addIf(t.MinVersion.V == "1.3", "MinVersion", str(t.MinVersion))
	if t.ClientCA.Set {
		fs.add("ClientAuth", str(t.ClientAuth))
		fs.add("ClientCA", str(t.ClientCA))
	}
	return jen.Op("&").Qual(pkgSite, "TLS").Add(emit.Rows(fs...))
}

func acme(a *schema.ACME) jen.Code {
	var fs fields
	fs.addIf(a.Email.Set, "Email", str(a.Email))
	fs.addIf(a.Directory.Set, "Directory", str(a.Directory))
	fs.addIf(a.TrustedCertificate.Set, "TrustedCertificate", str(a.TrustedCertificate))
	return jen.Qual(pkgACME, "Authority").Values(fs...)
}

// hsts is the value of Strict-Transport-Security.
func (p *project) hsts(x *schema.Proxy) jen.Code {
	return jen.Qual(pkgProxy, "HSTS").Call(duration(x.HSTS), jen.Lit(x.HSTSSubdomains.V), jen.Lit(x.HSTSPreload.V))
}
