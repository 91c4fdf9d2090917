package migrate

import (
	"fmt"
	"sort"
	"strings"

	"stackgen.dev/schema"
)

// state is the tables of a database, as far as stackgen has to do with them.
type state struct {
	tables []*table
	views  []object // in the order in which they were made
}

// object is something that a statement of the user's made and that a rebuild
// has to make again.
type object struct{ name, sql string }

type table struct {
	name    string
	columns []*column
	indexes []index
	// kept are triggers and indexes written by hand.
	kept []object
	// foreign says what of the table a rebuild would lose; empty for nothing.
	foreign string
}

type column struct {
	name, typ               string
	null, key, auto, unique bool
	check                   string // the condition, or ""
	references              *reference
	// field is the model's field; nil for a column that is only in the database.
	field *schema.Field
}

type reference struct{ table, column, onDelete string }

// index is an index that stackgen makes; its name follows from its column.
type index struct{ name, column string }

func (s *state) table(name string) *table {
	for _, t := range s.tables {
		if t.name == name {
			return t
		}
	}
	return nil
}

func (t *table) column(name string) *column {
	for _, c := range t.columns {
		if c.name == name {
			return c
		}
	}
	return nil
}

// clone is a deep copy, for trying steps out.
func (s *state) clone() *state {
	c := &state{views: s.views}
	for _, t := range s.tables {
		nt := *t
		nt.columns = make([]*column, len(t.columns))
		for i, col := range t.columns {
			nc := *col
			if col.references != nil {
				ref := *col.references
				nc.references = &ref
			}
			nt.columns[i] = &nc
		}
		nt.indexes = append([]index{}, t.indexes...)
		c.tables = append(c.tables, &nt)
	}
	return c
}

// same reports whether two columns are defined alike, apart from their names.
func (c *column) same(d *column) bool { return c.definition("", "") == d.definition("", "") }

// definition is the column as CREATE TABLE has it.
func (c *column) definition(name, checkName string) string {
	var b strings.Builder
	if name != "" {
		b.WriteString(quote(name) + " ")
	}
	b.WriteString(c.typ)
	if c.null {
		b.WriteString(" NULL")
	} else {
		b.WriteString(" NOT NULL")
	}
	if c.key {
		b.WriteString(" PRIMARY KEY")
	}
	if c.auto {
		b.WriteString(" AUTOINCREMENT")
	}
	if c.unique {
		b.WriteString(" UNIQUE")
	}
	if c.check != "" {
		b.WriteString(" CHECK (" + strings.ReplaceAll(c.check, "%", quote(checkName)) + ")")
	}
	if r := c.references; r != nil {
		fmt.Fprintf(&b, " REFERENCES %s (%s)", quote(r.table), quote(r.column))
		if r.onDelete != noAction {
			b.WriteString(" ON DELETE " + r.onDelete)
		}
	}
	return b.String()
}

const noAction = "NO ACTION"

// canonical is the state as text in which order means nothing.
func (s *state) canonical() string {
	var lines []string
	for _, t := range s.tables {
		lines = append(lines, "table "+t.name)
		for _, c := range t.columns {
			lines = append(lines, "column "+t.name+"."+c.definition(c.name, c.name))
		}
		for _, i := range t.indexes {
			lines = append(lines, "index "+t.name+"."+i.column+" "+i.name)
		}
		for _, k := range t.kept {
			lines = append(lines, "kept "+k.name)
		}
	}
	for _, v := range s.views {
		lines = append(lines, "view "+v.name)
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
