package schema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// ColumnName is the column of the field: what db_column says, or else the field's
// name, with _id behind it for a relation to one row.
func (f *Field) ColumnName() string {
	switch {
	case f.Column.V != "":
		return f.Column.V
	case f.Kind == ForeignKey:
		return f.Name + "_id"
	}
	return f.Name
}

// IsColumnName reports whether db_column takes a name.
func IsColumnName(name string) bool { return checkColumnName(name) == nil }

func checkColumnName(v any) *problem {
	name := v.(string)
	if !tablePattern.MatchString(name) {
		return &problem{"Invalid column name", fmt.Sprintf("%q is not made of letters, digits and _. Write one such as \"author_id\".", name)}
	}
	if len(name) > maxObjectName {
		return &problem{"Column name too long", nameTooLong(name) + " Write a shorter one."}
	}
	return nil
}

// columnsClash reports fields that would have one column because of db_column;
// databases do not tell columns apart by their case.
func (d *decoder) columnsClash(m *Model) {
	taken := map[string]*Field{}
	for _, f := range m.Fields {
		column := strings.ToLower(f.ColumnName())
		first := taken[column]
		if first == nil {
			taken[column] = f
			continue
		}
		if f.Name != first.Name && (f.Column.Set || first.Column.Set) {
			d.report(columnTwice(f, first, d.attrRange(f, "db_column", f.DeclRange), d.attrRange(first, "db_column", first.DeclRange)))
		}
	}
}

func columnTwice(f, first *Field, at, other hcl.Range) Diagnostic {
	return errorAt(at, "Two fields with one column", "The fields %s and %s both have the column %q. Write another db_column in one of them.", first.Name, f.Name, f.ColumnName()).
		and(other, "the column is taken here")
}
