package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// maps are those of proxy.Config.
func maps(declared []*schema.Map) []jen.Code {
	var rows []jen.Code
	for _, m := range declared {
		var fs fields
		fs.add("Name", jen.Lit(m.Name))
		fs.add("Source", requestTemplate(m.Source))
		fs.addIf(m.Networks, "Networks", jen.True())
		fs.addIf(len(m.Default.Parts) > 0, "Default", requestTemplate(m.Default))
		var keys []jen.Code
		for _, row := range m.Values {
			keys = append(keys, jen.Values(emit.Field("Key", jen.Lit(row.Key)), emit.Field("Value", requestTemplate(row.Value))))
		}
		fs.add("Rows", jen.Index().Qual(pkgProxy, "MapRow").Add(emit.Rows(keys...)))
		rows = append(rows, emit.Rows(fs...))
	}
	return rows
}
