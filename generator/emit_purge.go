package generator

import (
	"github.com/dave/jennifer/jen"
)

// purges have caches of the proxy let go of what shows rows that change.
func (p *project) purges() []jen.Code {
	var out []jen.Code
	seen := map[string]bool{}
	for _, l := range p.site.Proxy.Locations {
		if l.Cache == nil {
			continue
		}
		for _, t := range l.Cache.Tags {
			if m := t.Model.Target; m != nil && !seen[m.Name] {
				seen[m.Name] = true
				out = append(out, jen.Qual(pkgSite, "PurgeAfter").Types(p.row(m)).Call(jen.Id("env"), jen.Lit(t.Word.V)))
			}
		}
	}
	return out
}
