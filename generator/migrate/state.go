package migrate

import (
	"fmt"
	"sort"
	"strings"

	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// state is the tables of a database, as far as stackgen has to do with them.
type state struct {
	// owned are the names of what models have made, see owned.go.
	owned   map[string]bool
	dialect sqltext.Dialect
	tables  []*table
	views   []object // in the order in which they were made
	// triggers are all of SQLite's, those of tables that are no model's too.
	triggers []trigger
}

// object is something that a statement of the user's made and that a rebuild
// has to make again.
type object struct{ name, sql string }

// trigger is a trigger with its table or view.
type trigger struct {
	object
	on string
}

type table struct {
	dialect sqltext.Dialect
	name    string
	columns []*column
	indexes []index
	// declared are the indexes that the model declares, checks its checks.
	declared []declared
	checks   []object
	// constraints are those of the table that no column has, as they were written
	// by hand.
	constraints []object
	// suffix is what stands behind the closing bracket: STRICT, WITHOUT ROWID.
	suffix string
	// kept are triggers and indexes written by hand.
	kept []object
	// foreign says what of the table a rebuild would lose; empty for nothing.
	foreign string
	// comment is what the database says of the table.
	comment string
}

type column struct {
	name, typ               string
	null, key, auto, unique bool
	check                   string // the condition, or ""
	references              *reference
	// extra is what is written besides: a default, a collation, how it is computed.
	extra string
	// comment is what the database says of the column.
	comment string
	// field is the model's field; nil for a column that is only in the database.
	field *schema.Field
}

type reference struct {
	table, column, onDelete string
	onUpdate                string // "" for no action
	deferred                bool
}

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
	c := &state{dialect: s.dialect, views: s.views, triggers: s.triggers, owned: s.owned}
	for _, t := range s.tables {
		c.tables = append(c.tables, t.clone())
	}
	return c
}

func (t *table) clone() *table {
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
	nt.constraints = append([]object{}, t.constraints...)
	nt.checks = append([]object{}, t.checks...)
	nt.declared = append([]declared{}, t.declared...)
	return &nt
}

// same reports whether two columns are defined alike, apart from their names.
func (c *column) same(d *column) bool { return c.signature() == d.signature() }

// signature is all of the column but its name.
func (c *column) signature() string {
	text := fmt.Sprintf("%s null=%t key=%t auto=%t unique=%t check=%q extra=%q", c.typ, c.null, c.key, c.auto, c.unique, c.check, normal(c.extra))
	if r := c.references; r != nil {
		text += fmt.Sprintf(" references %s.%s %s", r.table, r.column, r.actions())
	}
	return text
}

// actions is what follows a reference: ON DELETE CASCADE, and so on.
func (r *reference) actions() string {
	text := ""
	if r.onDelete != noAction && r.onDelete != "" {
		text += " ON DELETE " + r.onDelete
	}
	if r.onUpdate != "" && r.onUpdate != noAction {
		text += " ON UPDATE " + r.onUpdate
	}
	if r.deferred {
		text += " DEFERRABLE INITIALLY DEFERRED"
	}
	return text
}

// normal is SQL without what makes no difference: space and line ends.
func normal(sql string) string {
	var words []string
	for _, t := range sqltext.Tokens(sql) {
		words = append(words, t.Text)
	}
	return strings.Join(words, " ")
}

// definition is the column as CREATE TABLE has it in SQLite.
func (c *column) definition() string {
	var b strings.Builder
	b.WriteString(quote(c.name) + " " + c.typ)
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
		b.WriteString(" CHECK (" + strings.ReplaceAll(c.check, "%", quote(c.name)) + ")")
	}
	if c.extra != "" {
		b.WriteString(" " + c.extra)
	}
	if r := c.references; r != nil {
		fmt.Fprintf(&b, " REFERENCES %s (%s)%s", quote(r.table), quote(r.column), r.actions())
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
			lines = append(lines, "column "+t.name+"."+c.name+" "+c.signature())
		}
		for _, i := range t.indexes {
			lines = append(lines, "index "+t.name+"."+i.column+" "+i.name)
		}
		for _, i := range t.declared {
			lines = append(lines, fmt.Sprintf("declared index %s.%s unique=%t %s", t.name, i.name, i.unique, normal(i.body)))
		}
		for _, c := range t.checks {
			lines = append(lines, "check "+t.name+"."+c.name+" "+normal(c.sql))
		}
		for _, c := range t.constraints {
			lines = append(lines, "constraint "+t.name+"."+c.name+" "+normal(c.sql))
		}
		for _, k := range t.kept {
			lines = append(lines, "kept "+k.name)
		}
	}
	for _, v := range s.views {
		lines = append(lines, "view "+v.name)
	}
	for _, t := range s.triggers {
		lines = append(lines, "trigger "+t.name)
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
