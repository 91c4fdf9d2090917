package schema

import "fmt"

func halfKeypair(t *TLS) Diagnostic {
	there, missing := t.Certificate, "key"
	if t.Key.Set {
		there, missing = t.Key, "certificate"
	}
	return errorAt(there.Range, "Half of a key pair", "A certificate is of no use without its key. Write %s as well.", missing)
}

func acmeTwice(t *TLS) Diagnostic {
	return errorAt(t.ACME.DeclRange, "ACME said twice", "The attribute acme_email is short for the block acme with that email. Write email in the block, and take acme_email away.").
		and(t.ACMEEmail.Range, "acme_email is here")
}

func localAndACME(t *TLS) Diagnostic {
	at := t.ACMEEmail.Range
	if t.ACME != nil {
		at = t.ACME.DeclRange
	}
	return errorAt(t.Local.Range, "Two authorities for one listener", "Certificates come from the local authority or by ACME. Take one of the two away; stackgen run --listen serves plain HTTP in any case.").
		and(at, "ACME is here")
}

func tlsWithoutCertificate(t *TLS) Diagnostic {
	return errorAt(t.DeclRange, "TLS without a certificate", "Nothing says where certificates come from. Write certificate and key with files, acme_email for Let's Encrypt, or local = true for development.")
}

func clientsWithoutAuthority(t *TLS) Diagnostic {
	return errorAt(t.ClientAuth.Range, "Client certificates of nobody", "Nothing says which certificates of clients are believed. Write client_ca with the file of their authority.")
}

func authorityWithoutClients(t *TLS) Diagnostic {
	return errorAt(t.ClientCA.Range, "No use for client_ca", "No client is asked for a certificate. Write client_auth = \"optional\" or \"required\", or take client_ca away.")
}

func acmeWithoutDomains(l *Listen, s *Site) Diagnostic {
	return errorAt(l.TLS.DeclRange, "ACME without domains", "Certificates are issued for the domains of the site, and it has none. Write domains = [\"%s.example.com\"] in the site block.", s.Name).
		and(s.DeclRange, "the site block is here")
}

func starForACME(domain String, l *Listen) Diagnostic {
	return warningAt(domain.Range, "Domain that ACME is not asked for", "A certificate for %s takes a challenge by DNS, which is not spoken here. Give the listener %s a keypair for it.", domain.V, l.Name).
		and(l.TLS.DeclRange, "ACME is here")
}

func badEmail(text string) *problem {
	return &problem{"Bad e-mail address", fmt.Sprintf("%q is not an address such as \"ops@example.com\".", text)}
}

func badHTTPS(text string) *problem {
	return &problem{"Bad address of a directory", fmt.Sprintf("%q is not the address of a directory. Write one that begins with https://.", text)}
}
