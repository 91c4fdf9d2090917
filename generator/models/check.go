package models

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"stackgen.dev/runtime/model"
	"stackgen.dev/schema"
)

// Check finds what a site without errors may still hold that cannot become Go
// or SQL: names of models that meet in the generated package, and decimals
// that the runtime cannot hold.
func Check(site *schema.Site) schema.Diagnostics {
	var diags schema.Diagnostics
	owner := map[string]*schema.Model{}
	for _, m := range site.Models {
		for _, name := range modelNames(m) {
			if other := owner[name]; other != nil && other != m {
				diags = append(diags, mistake(m.DeclRange, "Two models with one Go name",
					"The models %s and %s both need the name %s in gen/models. Rename one of them.", other.Name, m.Name, name))
				diags[len(diags)-1].Related = []schema.Related{{Range: other.DeclRange, Message: "model " + other.Name + " is declared here"}}
				break
			}
			owner[name] = m
		}
		for _, f := range m.Fields {
			if f.Kind == schema.Decimal && f.MaxDigits > model.MaxDecimalDigits {
				diags = append(diags, mistake(f.TypeRange, "Decimal with too many digits",
					"The field %s of the model %s has %d digits; a decimal holds up to %d.", f.Name, m.Name, f.MaxDigits, model.MaxDecimalDigits))
			}
		}
	}
	if site.Database != nil {
		diags = append(diags, checkSQL(site, owner)...)
	}
	return diags
}

func mistake(at hcl.Range, summary, detail string, args ...any) schema.Diagnostic {
	return schema.Diagnostic{Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: at}
}
