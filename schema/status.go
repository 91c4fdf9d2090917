package schema

import (
	"net/netip"
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// StatusPage shows how the site is (stub_status).
type StatusPage struct {
	DeclRange hcl.Range
}

func statusBlock() *block {
	return &block{
		Type: "status", Once: true, Into: reflect.TypeFor[StatusPage](),
		Doc:      "A page that shows how the running site is: requests by location, upstreams, caches, limits, certificates, processes and the last errors; as JSON to clients that ask for application/json and no page; its location has to say who may see it.",
		Ancestor: "nginx stub_status, HAProxy stats",
		Example:  `status {}`,
	}
}

// ShowsStatus reports whether a location of the proxy is a status page.
func (p *Proxy) ShowsStatus() bool {
	for _, l := range p.Locations {
		if l.Status != nil {
			return true
		}
	}
	return false
}

// checkStatus reports status pages that everybody can see.
func (d *decoder) checkStatus(p *Proxy) {
	for _, l := range p.Locations {
		if l.Status != nil && l.BasicAuth == nil && l.ForwardAuth == nil && !letsFewIn(l.Access) && !letsFewIn(p.Access) {
			d.report(errorAt(l.Status.DeclRange, "Status page for everybody", "It shows addresses, paths and errors of the site, and the location %q lets everybody in. Write access { allow = [\"127.0.0.1\", \"::1\"] } for those on this machine, other networks, or basic_auth.", l.Pattern))
		}
	}
}

// letsFewIn reports whether only named networks are let in, none of which is all addresses.
func letsFewIn(a *Access) bool {
	if a == nil || len(a.Allow) == 0 {
		return false
	}
	for _, n := range a.Allow {
		if prefix, err := netip.ParsePrefix(n.V); n.Bind == nil && err == nil && prefix.Bits() == 0 {
			return false
		}
	}
	return true
}
