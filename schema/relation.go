package schema

import (
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// checkManyToMany settles a many_to_many by itself: it has no column, so what
// is about columns has no place in it.
func (d *decoder) checkManyToMany(f *Field) {
	for _, name := range []string{"primary_key", "null", "unique", "index", "default", "on_delete", "auto_now", "auto_now_add", "choices", "db_column", "db_default", "generated", "db_persist", "validators"} {
		if d.isWritten(f, name) {
			d.report(manyToManyAttribute(f, name, d.attrRange(f, name, f.DeclRange)))
		}
	}
}

// relations gives each many_to_many its table of pairs, and each model the
// relations that lead back to it. It runs when all references have targets.
func (d *decoder) relations() {
	written := d.site.Models
	for _, m := range written {
		for _, f := range m.ManyToMany {
			if f.Target.Target != nil {
				d.pairs(m, f)
			}
		}
	}
	for _, m := range d.site.Models {
		for _, f := range m.Fields {
			if f.Kind == ForeignKey && f.Target.Target != nil && !(m.Implicit && !f.RelatedName.Set) {
				d.reverse(m, f)
			}
		}
		for _, f := range m.ManyToMany {
			if f.Target.Target != nil && f.Source != nil {
				d.reverse(m, f)
			}
		}
	}
	for _, m := range d.site.Models {
		m.Reverse = slices.DeleteFunc(m.Reverse, func(r *Reverse) bool { return r.ambiguous })
	}
}

// pairs finds or makes the model whose rows are the pairs.
func (d *decoder) pairs(m *Model, f *Field) {
	if f.Through.Name != "" {
		through := f.Through.Target
		if through == nil {
			return
		}
		for _, k := range through.Fields {
			switch {
			case k.Kind != ForeignKey:
			case k.Target.Target == m && f.Source == nil:
				f.Source = k
			case k.Target.Target == f.Target.Target && f.Dest == nil:
				f.Dest = k
			}
		}
		if f.Source == nil || f.Dest == nil {
			d.report(throughWithoutKeys(m, f))
			f.Source, f.Dest = nil, nil
		}
		return
	}
	through := defaults[Model](d, modelBlock(), f.DeclRange)
	through.Name, through.Implicit = m.Name+"_"+f.Name, true
	if x := d.names.lookup("model", through.Name); x != nil {
		d.report(pairsTwice(m, f, through.Name, x.at))
		return
	}
	table := m.Table.V
	if table == "" {
		table = m.Name
	}
	through.Table = String{V: table + "_" + f.Name, Range: f.DeclRange}
	through.VerboseName = String{V: m.Name + "-" + f.Target.Target.Name + " relationship", Range: f.DeclRange}
	through.VerboseNamePlural = String{V: through.VerboseName.V + "s", Range: f.DeclRange}
	from, to := m.Name, f.Target.Target.Name
	if m == f.Target.Target {
		from, to = "from_"+from, "to_"+to
	}
	f.Source, f.Dest = d.pairKey(from, m, f), d.pairKey(to, f.Target.Target, f)
	through.Fields = []*Field{f.Source, f.Dest}
	d.implicitKey(through)
	through.Display = String{V: "id", Range: f.DeclRange}
	through.Constraints = []*Constraint{{
		Name: shortName(through.Table.V+"_"+from+"_"+to, "_uniq"), Fields: []*Field{f.Source, f.Dest}, DeclRange: f.DeclRange,
	}}
	f.Through = Ref[Model]{Name: through.Name, Target: through, Range: f.DeclRange}
	d.site.Models = append(d.site.Models, through)
}

// shortName is a name for the database that ends in a label, cut where it is too long.
func shortName(name, label string) string {
	return name[:min(len(name), maxObjectName-len(label))] + label
}

// pairKey is one foreign key of a table of pairs.
func (d *decoder) pairKey(name string, target *Model, of *Field) *Field {
	k := defaults[Field](d, fieldBlock(), of.DeclRange)
	k.Name, k.Kind, k.Implicit, k.TypeRange = name, ForeignKey, true, of.TypeRange
	k.VerboseName = String{V: name, Range: of.DeclRange}
	k.OnDelete = String{V: "cascade", Range: of.DeclRange}
	k.Target = Ref[Model]{Name: target.Name, Target: target, Range: of.TypeRange}
	return k
}

// reverse gives the target of a relation its other side.
func (d *decoder) reverse(m *Model, f *Field) {
	name, at := f.RelatedName.V, f.RelatedName.Range
	switch {
	case name == "+":
		return
	case name == "" && f.OneToOne:
		name, at = m.Name, f.DeclRange
	case name == "":
		name, at = m.Name+"_set", f.DeclRange
	}
	target := f.Target.Target
	for i, r := range target.Reverse {
		if GoName(r.Name) == GoName(name) {
			if !f.RelatedName.Set && !r.Field.RelatedName.Set {
				// Neither was asked for, and one name cannot mean both: there is none.
				r.ambiguous = true
				return
			}
			if !r.Field.RelatedName.Set {
				target.Reverse[i] = &Reverse{Name: name, From: m, Field: f}
				return
			}
			if !f.RelatedName.Set {
				return
			}
			d.report(reverseTwice(m, f, target, name, at, r.Field.DeclRange))
			return
		}
	}
	for _, own := range append(append([]*Field{}, target.Fields...), target.ManyToMany...) {
		if clash := GoName(own.Name) == GoName(name) || own.Kind == ForeignKey && GoName(own.Name+"_id") == GoName(name); clash {
			if !f.RelatedName.Set {
				return
			}
			d.report(reverseIsField(m, f, target, name, at, own.DeclRange))
			return
		}
	}
	target.Reverse = append(target.Reverse, &Reverse{Name: name, From: m, Field: f})
}

var relatedNamePattern = regexp.MustCompile(`^(([a-z]|%\(class\)s)([a-z0-9_]|%\(class\)s)*|\+)$`)

func checkRelatedName(v any) *problem {
	if !relatedNamePattern.MatchString(v.(string)) {
		return &problem{"Bad related_name", "A related_name is a name in small letters such as \"posts\", or \"+\" for none."}
	}
	return nil
}

func relationAsField(t hcl.Traversal, m *Model, hop Hop) Diagnostic {
	return errorAt(t.SourceRange(), "Relation in place of a field", "The relation %s of %s leads to rows, and a condition compares fields. Name one of theirs, as in %s.id.", hop.Name, m.Name, dotted(t))
}

func relationAttribute(f *Field, name string, at hcl.Range) Diagnostic {
	if name == "through" && f.Kind == ForeignKey {
		return errorAt(at, "Attribute of another type", "The attribute through belongs to many_to_many, and the field %s is a foreign key. Take it out.", f.Name).
			and(f.TypeRange, "the type is here")
	}
	return errorAt(at, "Attribute of another type", "The attribute %s belongs to relations, and the field %s is %s. Take it out.", name, f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "the type is here")
}

func manyToManyAttribute(f *Field, name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Attribute without effect", "The field %s is a many_to_many, which has no column that %s could be about. Take it out.", f.Name, name).
		and(f.TypeRange, "the type is here")
}

func throughWithoutKeys(m *Model, f *Field) Diagnostic {
	return errorAt(f.Through.Range, "Model without the foreign keys of pairs",
		"The model %s has to point at both sides of %s. Give it a foreign_key(model.%s) and a foreign_key(model.%s).", f.Through.Name, f.Name, m.Name, f.Target.Name).
		and(f.Through.Target.DeclRange, "model %s is declared here", f.Through.Name)
}

func pairsTwice(m *Model, f *Field, name string, other hcl.Range) Diagnostic {
	return errorAt(f.DeclRange, "Name in use", "The field %s of the model %s needs a table of pairs named %s, which is a model already. Name it with through = model.%s, or rename one of them.", f.Name, m.Name, name, name).
		and(other, "model %s is declared here", name)
}

func reverseTwice(m *Model, f *Field, target *Model, name string, at, other hcl.Range) Diagnostic {
	return errorAt(at, "Two relations with one name", "The model %s would have two relations named %s. Give the field %s of the model %s another related_name.", target.Name, name, f.Name, m.Name).
		and(other, "the other relation is here")
}

func reverseIsField(m *Model, f *Field, target *Model, name string, at, other hcl.Range) Diagnostic {
	return errorAt(at, "Relation with the name of a field", "The model %s has a field %s, so the relation back from %s.%s needs another related_name.", target.Name, name, m.Name, f.Name).
		and(other, "the field is here")
}
