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
