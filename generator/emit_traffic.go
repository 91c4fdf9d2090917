package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// traffic adds who else gets requests that a location forwards.
func traffic(fs *fields, l *schema.Location) {
	if len(l.Splits) > 0 {
		var rows []jen.Code
		for _, s := range l.Splits {
			var row fields
			row.add("Name", jen.Lit(s.Name))
			row.add("Upstream", jen.Lit(s.Upstream.Name))
			row.add("Percent", num(s.Percent))
			rows = append(rows, jen.Values(row...))
		}
		split := fields{emit.Field("Branches", jen.Index().Qual(pkgProxy, "Branch").Add(emit.Rows(rows...)))}
		split.addIf(l.SplitCookie.Set, "Cookie", str(l.SplitCookie))
		split.addIf(len(l.SplitKey.Parts) > 0, "Key", requestTemplate(l.SplitKey))
		fs.add("Split", jen.Op("&").Qual(pkgProxy, "Split").Add(emit.Rows(split...)))
	}
	if m := l.Mirror; m != nil {
		var mirror fields
		mirror.add("Upstream", jen.Lit(m.Upstream.Name))
		mirror.addIf(differs(m.Percent, 100), "Percent", num(m.Percent))
		mirror.addIf(differs(m.MaxBody, 1<<20), "MaxBody", size(m.MaxBody))
		mirror.addIf(differs(m.Concurrent, 100), "Concurrent", num(m.Concurrent))
		fs.add("Mirror", jen.Op("&").Qual(pkgProxy, "Mirror").Values(mirror...))
	}
}
