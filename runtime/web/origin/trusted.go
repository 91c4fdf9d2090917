package origin

import "strings"

// Trusted are origins that count as the site's own (CSRF_TRUSTED_ORIGINS). The zero Trusted is none; it
// is not changed after [NewTrusted].
type Trusted struct {
	exact map[string]bool
	// subdomains are by scheme, ".example.com".
	subdomains map[string][]string
	hosts      []string
}

// NewTrusted reads origins: "https://admin.example.com", or "https://*.example.com" for that name
// and all below.
func NewTrusted(list []string) *Trusted {
	t := &Trusted{exact: map[string]bool{}, subdomains: map[string][]string{}}
	for _, trusted := range list {
		scheme, host, _ := strings.Cut(trusted, "://")
		if name, wild := strings.CutPrefix(host, "*"); wild {
			t.subdomains[scheme] = append(t.subdomains[scheme], strings.ToLower(name))
			t.hosts = append(t.hosts, strings.ToLower(name))
			continue
		}
		t.exact[trusted] = true
		t.hosts = append(t.hosts, strings.ToLower(host))
	}
	return t
}

// Allows reports whether a value of the field Origin is among them.
func (t *Trusted) Allows(from string) bool {
	if t.exact[from] {
		return true
	}
	u, ok := Split(from)
	return ok && anyDomain(u.Netloc, t.subdomains[u.Scheme])
}

// AllowsHost reports whether a host is one of theirs, whatever the scheme.
func (t *Trusted) AllowsHost(host string) bool { return anyDomain(host, t.hosts) }

func anyDomain(host string, patterns []string) bool {
	for _, p := range patterns {
		if SameDomain(host, p) {
			return true
		}
	}
	return false
}
