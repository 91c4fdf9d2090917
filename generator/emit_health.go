package generator

import (
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// health is what an upstream says of servers that fail and come back, and of clients that stay.
func (p *project) health(fs *fields, u *schema.Upstream) {
	fs.addIf(wanted(u.SlowStart), "SlowStart", duration(u.SlowStart))
	fs.addIf(wanted(u.Tries), "Tries", num(u.Tries))
	switch {
	case u.RetryBudget.V == 0:
		fs.add("RetryBudget", jen.Lit(-1))
	default:
		fs.addIf(differs(u.RetryBudget, 20), "RetryBudget", num(u.RetryBudget))
	}
	if h := u.HealthCheck; h != nil {
		var c fields
		c.add("Path", str(h.Path))
		c.addIf(wanted(h.Host), "Host", str(h.Host))
		c.addIf(wanted(h.Status), "Status", num(h.Status))
		c.addIf(wanted(h.Body), "Body", str(h.Body))
		c.addIf(differs(h.Interval, 5*time.Second), "Interval", duration(h.Interval))
		c.addIf(differs(h.Timeout, 2*time.Second), "Timeout", duration(h.Timeout))
		c.addIf(differs(h.Fails, 1), "Fails", num(h.Fails))
		c.addIf(differs(h.Passes, 1), "Passes", num(h.Passes))
		fs.add("HealthCheck", jen.Op("&").Qual(pkgProxy, "HealthCheck").Values(c...))
	}
	if s := u.Sticky; s != nil {
		var c fields
		c.add("Cookie", str(s.Cookie))
		c.addIf(wanted(s.MaxAge), "MaxAge", duration(s.MaxAge))
		fs.add("Sticky", jen.Op("&").Qual(pkgProxy, "Sticky").Values(c...))
	}
}
