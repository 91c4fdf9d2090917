package generator

import (
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// tracing is what makes the tracer of each process.
func (p *project) tracing(t *schema.Tracing) jen.Code {
	var fs fields
	fs.add("Endpoint", str(t.Endpoint))
	if len(t.Headers) > 0 {
		var rows []jen.Code
		for _, pair := range t.Headers {
			rows = append(rows, jen.Values(emit.Field("Name", jen.Lit(pair.Key)), emit.Field("Value", str(pair.Value))))
		}
		fs.add("Headers", jen.Index().Qual(pkgTracing, "Header").Add(emit.Rows(rows...)))
	}
	if t.Service.Set {
		fs.add("Service", str(t.Service))
	} else {
		fs.add("Service", jen.Lit(p.site.Name))
	}
	if t.Ratio.Bind != nil {
		fs.add("Ratio", bound("Float", t.Ratio.Bind))
	} else {
		fs.add("Ratio", jen.Lit(t.Ratio.V))
	}
	fs.addIf(!t.ParentBased.V, "Independent", jen.True())
	fs.addIf(differs(t.Timeout, 10*time.Second), "Timeout", duration(t.Timeout))
	fs.addIf(differs(t.Queue, 2048), "Queue", num(t.Queue))
	fs.addIf(differs(t.Delay, 5*time.Second), "Delay", duration(t.Delay))
	return jen.Qual(pkgTracing, "Exporter").Add(emit.Rows(fs...)).Dot("Open")
}
