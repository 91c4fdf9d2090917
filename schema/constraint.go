package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Constraint says what rows may not have (Meta.constraints). The database holds
// it, so that it is true whoever writes the row.
type Constraint struct {
	// Name is its name in the database.
	Name string
	// Check says that Condition must hold for every row where it is not unknown
	// because of a null; otherwise no two rows share the values of Fields or
	// Expressions.
	Check       bool
	Fields      []*Field
	Expressions []IndexTerm
	// Condition of a unique is which rows it is about; nil for all.
	Condition Predicate
	// Message and Code are what a form says of a row that breaks it; Message is ""
	// for Django's own words.
	Message, Code String
	DeclRange     hcl.Range
}

// Index is an index over several fields, over expressions, or over some rows
// (Meta.indexes).
type Index struct {
	// Name is its name in the database.
	Name string
	// Terms are what it is sorted by; either all are plain fields or none.
	Fields      []Ordering
	Expressions []IndexTerm
	// Condition is which rows are in it; nil for all.
	Condition Predicate
	DeclRange hcl.Range
}

// IndexTerm is one expression of an index.
type IndexTerm struct {
	Term       Term
	Descending bool
	Range      hcl.Range
}

func checkBlock() *block {
	return &block{
		Type: "check", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Constraint](), Field: "Constraints",
		Doc:      "A condition that every row meets: on fields of the row, constants and expressions of them, met also where a null leaves it unknown.",
		Ancestor: "Django CheckConstraint",
		Example: `check "ends_after_it_begins" {
  condition               = event.ends > event.begins
  violation_error_message = "An event ends after it begins."
}`,
		Attrs: []*attr{
			{Name: "condition", Type: conditionType{}, Required: true, Ancestor: "Django condition",
				Doc: "What must hold."},
			violationAttr(), violationCodeAttr(),
		},
		Check: checkConstraint,
	}
}

func uniqueBlock() *block {
	return &block{
		Type: "unique", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Constraint](), Field: "Constraints",
		Doc:      "Values that no two rows share: of several fields together, of expressions, or among the rows that meet a condition, where rows with a null are never alike.",
		Ancestor: "Django UniqueConstraint",
		Example: `unique "one_open_loan" {
  fields    = ["copy"]
  condition = loan.returned == null
}`,
		Attrs: []*attr{
			{Name: "fields", Type: fieldList{}, Ancestor: "Django fields", Doc: "The fields whose values together are unique."},
			{Name: "expressions", Type: termList{}, Ancestor: "Django expressions",
				Doc: "Expressions whose values together are unique, instead of fields: lower(author.email)."},
			{Name: "condition", Type: conditionType{}, Ancestor: "Django condition",
				Doc: "Which rows it is about; all when not written."},
			violationAttr(), violationCodeAttr(),
		},
		Check: checkConstraint,
	}
}

func indexBlock() *block {
	return &block{
		Type: "index", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Index](), Field: "Indexes",
		Doc:      "An index of the database over several fields, over expressions, or over the rows that meet a condition.",
		Ancestor: "Django Index",
		Example: `index "post_recent" {
  fields    = ["author", "-published"]
  condition = post.published != null
}`,
		Attrs: []*attr{
			{Name: "fields", Type: orderingType{}, Ancestor: "Django fields",
				Doc: "The fields that it is sorted by, with a minus before those to sort downwards."},
			{Name: "expressions", Type: termList{}, Ancestor: "Django expressions",
				Doc: "Expressions that it is sorted by, instead of fields: lower(author.name), desc(length(author.name))."},
			{Name: "condition", Type: conditionType{}, Ancestor: "Django condition",
				Doc: "Which rows are in it; all when not written."},
		},
		Check: checkIndex,
	}
}

func violationAttr() *attr {
	return &attr{Name: "violation_error_message", Into: "Message", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django violation_error_message",
		Doc: "What a form says of a row that breaks it; Django's words when not written."}
}

func violationCodeAttr() *attr {
	return &attr{Name: "violation_error_code", Into: "Code", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django violation_error_code",
		Doc: "The code of that message, for Go and JSON; invalid, unique or unique_together when not written."}
}

// checkConstraint settles a check or unique by itself.
func checkConstraint(d *decoder, s *scope) {
	c := s.owner.(*Constraint)
	c.Check = s.table.Type == "check"
	if !c.Check {
		d.fieldsOrExpressions(c, "unique", c.Name, c.DeclRange)
	}
}

// checkIndex settles an index by itself.
func checkIndex(d *decoder, s *scope) {
	x := s.owner.(*Index)
	d.fieldsOrExpressions(x, "index", x.Name, x.DeclRange)
}

func (d *decoder) fieldsOrExpressions(owner any, what, name string, at hcl.Range) {
	fields, expressions := d.isWritten(owner, "fields"), d.isWritten(owner, "expressions")
	switch {
	case fields && expressions:
		d.report(fieldsAndExpressions(what, name, d.attrRange(owner, "expressions", at), d.attrRange(owner, "fields", at)))
	case !fields && !expressions:
		d.report(indexOfNothing(what, name, at))
	}
}

// maxObjectName is how many bytes of a name PostgreSQL keeps.
const maxObjectName = 63

// checkConstraints reports constraints and indexes that would have one name in
// the database, and those without a field.
func (d *decoder) checkConstraints() {
	taken := map[string]hcl.Range{}
	for _, m := range d.site.Models {
		taken[m.Table.V] = m.DeclRange
	}
	name := func(what, name string, at hcl.Range) {
		if first, ok := taken[name]; ok {
			d.report(objectTwice(what, name, at, first))
			return
		}
		taken[name] = at
		if len(name) > maxObjectName {
			d.report(objectNameTooLong(what, name, at))
		}
	}
	for _, m := range d.site.Models {
		for _, c := range m.Constraints {
			what := "unique"
			if c.Check {
				what = "check"
			}
			name(what, c.Name, c.DeclRange)
			if !c.Check && d.isWritten(c, "fields") && len(c.Fields) == 0 && !d.brokenOnes[c] {
				d.report(indexOfNothing(what, c.Name, c.DeclRange))
			}
		}
		for _, x := range m.Indexes {
			name("index", x.Name, x.DeclRange)
		}
	}
}

func fieldsAndExpressions(what, name string, at, other hcl.Range) Diagnostic {
	return errorAt(at, "Fields and expressions", "The %s %s is over fields or over expressions. Write all of it as one of the two.", what, name).
		and(other, "the fields are here")
}

func indexOfNothing(what, name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Nothing to compare", "The %s %s says neither fields nor expressions. Write fields = [\"…\"].", what, name)
}

func objectTwice(what, name string, at, first hcl.Range) Diagnostic {
	return errorAt(at, "Name in use", "The database has one place for the name %s. Give the %s another name.", name, what).
		and(first, "the name is taken here")
}

func objectNameTooLong(what, name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Name too long", "The database keeps %d characters of a name, and %s has %d. Give the %s a shorter name.", maxObjectName, name, len(name), what)
}
