package schema

import (
	"github.com/hashicorp/hcl/v2"
)

// checkDatabaseValue settles what the database does for a field by itself.
func (d *decoder) checkDatabaseValue(f *Field) {
	if f.DBDefault.Set {
		at := d.attrRange(f, "db_default", f.DeclRange)
		switch {
		case f.PrimaryKey.V:
			d.report(besideDatabaseValue("db_default", "primary_key", f, at, d.attrRange(f, "primary_key", f.DeclRange)))
		case f.AutoNow.V || f.AutoNowAdd.V:
			d.report(besideDatabaseValue("db_default", "auto_now and auto_now_add", f, at, f.DeclRange))
		}
		if !d.isWritten(f, "default") {
			f.Default = f.DBDefault // a new row in Go begins with the same value
		}
	}
	if f.OnDelete.V == "set_default" && !f.DBDefault.Set {
		d.report(setDefaultNeedsDefault(f))
	}
	if !d.isWritten(f, "generated") {
		if d.isWritten(f, "db_persist") {
			d.report(besideDatabaseValue("db_persist", "no generated", f, d.attrRange(f, "db_persist", f.DeclRange), f.DeclRange))
		}
		return
	}
	f.IsGenerated = true
	for _, name := range []string{"primary_key", "unique", "default", "db_default", "auto_now", "auto_now_add", "choices"} {
		if d.isWritten(f, name) {
			d.report(besideDatabaseValue("generated", name, f, d.attrRange(f, "generated", f.DeclRange), d.attrRange(f, name, f.DeclRange)))
		}
	}
	switch {
	case f.Kind == ForeignKey || f.Kind == ManyToMany || isAuto(f.Kind) || kindClass(f) == "":
		d.report(generatedOfKind(f, f.TypeRange))
	case !f.DBPersist.V && d.site.Database != nil:
		for _, e := range d.site.Database.Engines {
			if e.V == "postgres" {
				d.report(generatedNotStored(f, d.attrRange(f, "db_persist", f.DeclRange), e.Range))
			}
		}
	}
}

// checkGenerated holds the expressions of generated fields against their types,
// when all are known.
func (d *decoder) checkGenerated() {
	for _, m := range d.site.Models {
		for _, f := range m.Fields {
			if !f.IsGenerated || f.Generated == nil {
				continue
			}
			at := d.attrRange(f, "generated", f.DeclRange)
			if got := class(f.Generated); got != kindClass(f) {
				d.report(generatedOfOtherClass(f, got, at))
			}
			walkTerm(f.Generated, func(t Term) {
				if of, ok := t.(FieldTerm); ok && (of.Field.IsGenerated || isAuto(of.Field.Kind)) {
					d.report(generatedOfGenerated(f, of.Field, at))
				}
			})
		}
	}
}

// walkTerm visits a term and what it is made of.
func walkTerm(t Term, visit func(Term)) {
	visit(t)
	switch t := t.(type) {
	case Arithmetic:
		walkTerm(t.Left, visit)
		walkTerm(t.Right, visit)
	case FunctionTerm:
		for _, a := range t.Args {
			walkTerm(a, visit)
		}
	}
}

func besideDatabaseValue(name, other string, f *Field, at, second hcl.Range) Diagnostic {
	return errorAt(at, "Attributes that do not go together", "The field %s has %s and %s, which cannot both be. Take one of them away.", f.Name, name, other).
		and(second, "the other is here")
}

func setDefaultNeedsDefault(f *Field) Diagnostic {
	return errorAt(f.OnDelete.Range, "Field without a default", "With set_default the database gives the field %s its default when the row it points at is deleted, and it has none. Write db_default, or another on_delete.", f.Name)
}

func generatedOfKind(f *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Generated field of this type", "A generated field holds text, a number, a truth or a point in time, and %s is %s. Give it another type.", f.Name, withArticle(string(f.Kind)))
}

func generatedNotStored(f *Field, at, engine hcl.Range) Diagnostic {
	return errorAt(at, "Generated field that is not stored", "PostgreSQL stores what it generates. Take db_persist away from the field %s.", f.Name).and(engine, "the engine is here")
}

func generatedOfOtherClass(f *Field, got string, at hcl.Range) Diagnostic {
	return errorAt(at, "Expression of another type", "The field %s is %s, and this comes to a %s. Change one of the two.", f.Name, withArticle(string(f.Kind)), got).
		and(f.TypeRange, "the type is here")
}

func generatedOfGenerated(f, of *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Generated of what is generated", "The database computes %s from fields that are written, and %s is not. Write its expression out.", f.Name, of.Name).
		and(of.DeclRange, "%s is declared here", of.Name)
}
