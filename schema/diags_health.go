package schema

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
)

func hashWithoutKey(u *Upstream) Diagnostic {
	return errorAt(u.Balance.Range, "Hash of nothing", "Nothing says what requests have in common that go to the same server. Write hash_key, such as \"${request.uri}\", or balance = \"ip_hash\".")
}

func keyWithoutHash(u *Upstream, at hcl.Range) Diagnostic {
	return errorAt(at, "No use for hash_key", "Only balance = \"hash\" goes by a key, and the upstream %s does not. Take one of the two away.", u.Name)
}

func drainWithoutSticky(s *Server, u *Upstream) Diagnostic {
	return errorAt(s.Drain.Range, "Drain without clients that stay", "Only clients that are stuck to a server reach one that drains, and the upstream %s has no sticky block. Write down = true.", u.Name)
}

func allDown(u *Upstream) Diagnostic {
	return errorAt(u.DeclRange, "Upstream without a server that is up", "All servers of %s are down or drain. Take that away from one of them.", u.Name)
}

func badProbePath(text string) *problem {
	return &problem{"Invalid path of a check", fmt.Sprintf("%q is not a path to ask for. Write one such as \"/healthz\".", text)}
}

func badCookieName(text string) *problem {
	return &problem{"Invalid name of a cookie", fmt.Sprintf("%q is not the name of a cookie. Write letters, digits, hyphens and underscores.", text)}
}

func badProbeStatus(n int) *problem {
	return &problem{"Invalid status", fmt.Sprintf("There is no status %d. Write one from 200 to 599.", n)}
}

func badNameServer(text string) *problem {
	return &problem{"Invalid name server", fmt.Sprintf("%q is not where a name server is. Write its address, with a port where that is not 53: \"10.0.0.2\", \"10.0.0.2:5353\", \"[2001:db8::2]:53\".", text)}
}

func badService(text string) *problem {
	return &problem{"Invalid service", fmt.Sprintf("%q is not the name of a service in DNS. Write one such as \"http\", which is asked for as _http._tcp, or the whole \"_api._udp\".", text)}
}

func serviceOfNoDomain(s *Server) Diagnostic {
	return errorAt(s.Service.Range, "Service of no domain", "SRV records are those of a domain and say the port themselves, and the URL %q is not a domain's name alone. Write one such as \"http://example.com\", or take service away.", s.URL.V).and(s.URL.Range, "url is here")
}
