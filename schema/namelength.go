package schema

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
)

// PostgreSQL cuts what is longer (NAMEDATALEN), without an error: two tables would be
// one, and a statement would not find its own. Names that are written are checked where
// they stand; the ones below are made from other names (Django models.E018, E019).

func nameTooLong(name string) string {
	return fmt.Sprintf("Databases keep %d characters of a name, and %q has %d.", maxObjectName, name, len(name))
}

// checkNameLengths reports tables and columns whose names are not written and would
// be cut.
func (d *decoder) checkNameLengths() {
	for _, m := range d.site.Models {
		if len(m.Table.V) > maxObjectName && !d.isWritten(m, "db_table") {
			d.report(madeTableTooLong(m, d.shownAt(m)))
		}
		for _, f := range m.Fields {
			if f.Kind != ManyToMany && len(f.ColumnName()) > maxObjectName && f.Column.V == "" {
				d.report(madeColumnTooLong(m, f))
			}
		}
	}
}

// shownAt is where the reason for a model stands: its own block, or the field whose
// pairs it keeps.
func (d *decoder) shownAt(m *Model) hcl.Range {
	if m.Implicit {
		return m.Table.Range
	}
	return m.DeclRange
}

func madeTableTooLong(m *Model, at hcl.Range) Diagnostic {
	if m.Implicit {
		return errorAt(at, "Table name too long", "%s Give the field a shorter name, its model a shorter db_table, or write a model for the pairs and name it with through.", nameTooLong(m.Table.V))
	}
	return errorAt(at, "Table name too long", "%s Write a shorter db_table in the model %s.", nameTooLong(m.Table.V), m.Name)
}

func madeColumnTooLong(m *Model, f *Field) Diagnostic {
	if m.Implicit {
		return errorAt(f.DeclRange, "Column name too long", "%s Write a model for the pairs, with a shorter db_column, and name it with through.", nameTooLong(f.ColumnName()))
	}
	return errorAt(f.DeclRange, "Column name too long", "%s Write a shorter db_column in the field %s.", nameTooLong(f.ColumnName()), f.Name)
}
