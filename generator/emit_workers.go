package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// workers are the fields of site.Workers.
func (p *project) workers() []jen.Code {
	w := p.site.Workers
	var fs fields
	fs.add("Mode", str(w.Mode))
	if w.Count.V == schema.AutoCount && w.Count.Bind == nil {
		fs.add("Count", jen.Qual(pkgSite, "AutoCount"))
	} else {
		fs.add("Count", num(w.Count))
	}
	fs.add("Timeout", duration(w.Timeout))
	fs.addIf(w.KillAfter.Set, "KillAfter", duration(w.KillAfter))
	fs.add("GracefulTimeout", duration(w.GracefulTimeout))
	fs.addIf(w.BootTimeout.Set, "BootTimeout", duration(w.BootTimeout))
	fs.addIf(w.MaxRequests.Set, "MaxRequests", num(w.MaxRequests))
	fs.addIf(w.MaxRequestsJitter.Set, "MaxRequestsJitter", num(w.MaxRequestsJitter))
	fs.addIf(w.MaxLifetime.Set, "MaxLifetime", duration(w.MaxLifetime))
	fs.addIf(w.MaxLifetimeJitter.Set, "MaxLifetimeJitter", duration(w.MaxLifetimeJitter))
	fs.addIf(w.MemoryLimit.Set, "MemoryLimit", size(w.MemoryLimit))
	fs.addIf(w.SlowRequest.Set, "SlowRequest", duration(w.SlowRequest))
	fs.addIf(w.Backlog.Set, "Backlog", num(w.Backlog))
	if len(w.Addresses) > 0 {
		fs.add("Addresses", stringList(w.Addresses))
	}
	fs.addIf(w.Metrics.Set, "Metrics", str(w.Metrics))
	fs.addIf(w.PIDFile.Set, "PIDFile", str(w.PIDFile))
	fs.addIf(w.User.Set, "User", str(w.User))
	fs.addIf(w.Group.Set, "Group", str(w.Group))
	fs.addIf(w.Umask.Set, "Umask", str(w.Umask))
	if hooks := w.Hooks.All(); len(hooks) > 0 {
		var rows fields
		for _, h := range hooks {
			rows.add(schema.GoName(h.Name), p.goFunc(h.Go))
		}
		fs.add("Hooks", jen.Qual(pkgSite, "Hooks").Add(emit.Rows(rows...)))
	}
	return fs
}
