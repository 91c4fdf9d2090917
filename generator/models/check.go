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
		for _, name := range PackageNames(m) {
			if other := owner[name]; other != nil && other != m {
				diags = append(diags, mistake(m.DeclRange, "Two models with one Go name",
					"The models %s and %s both need the name %s in gen/models. Rename one of them.", other.Name, m.Name, name))
				diags[len(diags)-1].Related = []schema.Related{{Range: other.DeclRange, Message: "model " + other.Name + " is declared here"}}
				break
			}
			owner[name] = m
		}
		diags = append(diags, checkMembers(site, m)...)
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

// checkMembers finds fields, relations and methods of one model's row that would
// have the same name in Go.
func checkMembers(site *schema.Site, m *schema.Model) schema.Diagnostics {
	type member struct {
		what string
		at   hcl.Range
	}
	var diags schema.Diagnostics
	taken := map[string]member{}
	if m == site.User {
		for _, name := range userMethods {
			taken[name] = member{"what every user has", m.DeclRange}
		}
	}
	add := func(name, what string, at hcl.Range) {
		first, twice := taken[name]
		if !twice {
			taken[name] = member{what, at}
			return
		}
		d := mistake(at, "Two names that are one in Go", "In the row of the model %s, %s and %s both become %s. Give one of the two another name.", m.Name, first.what, what, name)
		d.Related = []schema.Related{{Range: first.at, Message: first.what + " is here"}}
		diags = append(diags, d)
	}
	for _, f := range m.Fields {
		add(FieldName(f), "the field "+f.Name, f.DeclRange)
		if f.Kind == schema.ForeignKey {
			add(RelationName(f), "the row that the field "+f.Name+" points at", f.DeclRange)
		}
	}
	for _, f := range m.Fields {
		if len(f.Choices) > 0 {
			add(DisplayName(f), "what people read for the field "+f.Name, f.DeclRange)
		}
	}
	if computed(m) > 0 {
		taken["scanComputed"] = member{"what reads generated fields", m.DeclRange}
	}
	for _, r := range relationsOf(m) {
		if r.back {
			add(r.name, "the relation "+r.field, r.at)
		}
		if !r.many {
			add("scan"+r.name, "what reads the relation "+r.field, r.at)
		}
	}
	return diags
}

func mistake(at hcl.Range, summary, detail string, args ...any) schema.Diagnostic {
	return schema.Diagnostic{Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: at}
}
