package migrate

import (
	"fmt"
	"strings"
)

// postgres plans the way on PostgreSQL, which changes tables in place.
func (p *plan) postgres() error {
	p.renamePostgres()
	p.remember()
	p.dropForeignKeys()
	p.dropPostgresIndexes()
	p.dropDeclared(retypedIn)
	p.dropChecks()
	p.dropConstraints()
	p.createPostgresTables()
	for _, t := range p.want.tables {
		if now := p.now.table(t.name); now != nil {
			if err := p.alterPostgres(now, t); err != nil {
				return err
			}
		}
	}
	p.addConstraints()
	p.addChecks()
	p.addForeignKeys()
	p.dropTables()
	p.createPostgresIndexes()
	p.createDeclared()
	return nil
}

// renamePostgres gives tables, columns and what is named after them their new names.
func (p *plan) renamePostgres() {
	for _, old := range sortedKeys(p.renames.tables) {
		name := p.renames.tables[old]
		t := p.now.table(old)
		p.note("rename_"+old+"_"+name, "rename table %s to %s", old, name)
		p.do("ALTER TABLE %s RENAME TO %s", quote(old), quote(name))
		p.now.renameTable(old, name)
		if hasKey(t) {
			p.renameConstraint(name, keyName(old), keyName(name))
		}
		for _, c := range t.columns {
			p.renameConstraints(t, c, old, c.name)
		}
		p.renameIndexes(t, old, nil)
	}
	for _, t := range p.want.tables {
		columns := p.renames.columns[t.name]
		for _, old := range sortedKeys(columns) {
			name := columns[old]
			p.note("rename_"+old+"_"+t.name+"_"+name, "rename column %s.%s to %s", t.name, old, name)
			p.do("ALTER TABLE %s RENAME COLUMN %s TO %s", quote(t.name), quote(old), quote(name))
			now := p.now.table(t.name)
			p.now.renameColumn(now, old, name)
			p.renameConstraints(now, now.column(name), t.name, old)
			p.renameIndexes(now, t.name, map[string]string{name: old})
		}
	}
}

// renameTable is the table's new name, in references to it as well.
func (s *state) renameTable(old, name string) {
	s.table(old).name = name
	for _, t := range s.tables {
		for _, c := range t.columns {
			if c.references != nil && c.references.table == old {
				c.references.table = name
			}
		}
	}
}

// renameColumn is the column's new name, in references and indexes as well.
func (s *state) renameColumn(t *table, old, name string) {
	t.column(old).name = name
	t.renameInText(old, name)
	for i := range t.indexes {
		if t.indexes[i].column == old {
			t.indexes[i].column = name
		}
	}
	for _, other := range s.tables {
		for _, c := range other.columns {
			if r := c.references; r != nil && r.table == t.name && r.column == old {
				r.column = name
			}
		}
	}
}

func (p *plan) renameConstraint(table, old, name string) {
	if old != name {
		p.do("ALTER TABLE %s RENAME CONSTRAINT %s TO %s", quote(table), quote(old), quote(name))
	}
}

// renameConstraints has the names of a column's constraints follow it.
func (p *plan) renameConstraints(t *table, c *column, formerTable, formerColumn string) {
	for _, k := range []struct {
		label string
		has   bool
	}{{"key", c.unique}, {"check", c.check != ""}, {"fkey", c.references != nil}} {
		if k.has {
			p.renameConstraint(t.name, objectName(formerTable, formerColumn, k.label), c.constraint(t.name, k.label))
		}
	}
}

// renameIndexes has the names of indexes follow table and columns; former are the
// former names of columns.
func (p *plan) renameIndexes(t *table, formerTable string, former map[string]string) {
	for i, index := range t.indexes {
		column := index.column
		if old, ok := former[column]; ok {
			column = old
		}
		if index.name != indexName(formerTable, column) {
			continue
		}
		if name := indexName(t.name, index.column); name != index.name {
			p.do("ALTER INDEX %s RENAME TO %s", quote(index.name), quote(name))
			t.indexes[i].name = name
		}
	}
}

func hasKey(t *table) bool {
	for _, c := range t.columns {
		if c.key {
			return true
		}
	}
	return false
}

// keeps reports whether a foreign key can stay through the whole plan: neither of
// its ends changes.
func (p *plan) keeps(t *table, c *column) bool {
	want := p.want.table(t.name)
	if want == nil {
		return false
	}
	d := want.column(c.name)
	if d == nil || d.references == nil || *d.references != *c.references || d.typ != c.typ {
		return false
	}
	now, then := p.now.table(c.references.table), p.want.table(c.references.table)
	if now == nil || then == nil {
		return false
	}
	a, b := now.column(c.references.column), then.column(c.references.column)
	return a != nil && b != nil && a.typ == b.typ && a.key == b.key && a.unique == b.unique
}

func (p *plan) dropForeignKeys() {
	for _, t := range p.now.tables {
		for _, c := range t.columns {
			if c.references == nil || p.keeps(t, c) {
				continue
			}
			if want := p.want.table(t.name); want != nil && want.column(c.name) == nil || want == nil && p.goesAlong(t, c) {
				continue // goes with its column or table
			}
			p.do("ALTER TABLE %s DROP CONSTRAINT %s", quote(t.name), quote(c.constraint(t.name, "fkey")))
			p.former(t.name, c.name, c.references)
			c.references = nil
		}
	}
}

// goesAlong reports whether a foreign key of a table that goes is in nobody's way
// until then.
func (p *plan) goesAlong(t *table, c *column) bool {
	now, then := p.now.table(c.references.table), p.want.table(c.references.table)
	if then == nil { // the target goes too: after this table, unless they point at each other
		return now == t || !pointsAt(p.now.tables, now, t, nil)
	}
	a, b := now.column(c.references.column), then.column(c.references.column)
	return a != nil && b != nil && a.typ == b.typ && a.key == b.key
}

// former remembers a foreign key that had to go, for the sake of notes.
func (p *plan) former(table, column string, r *reference) {
	if p.references == nil {
		p.references = map[[2]string]*reference{}
	}
	p.references[[2]string{table, column}] = r
}

func (p *plan) addForeignKeys() {
	for _, t := range p.want.tables {
		now := p.now.table(t.name)
		for _, c := range t.columns {
			if c.references == nil || now.column(c.name).references != nil {
				continue
			}
			p.do("ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) %s", quote(t.name), quote(c.constraint(t.name, "fkey")), quote(c.name), c.references.postgres())
		}
	}
}

// postgres is the reference as a constraint has it. It can be deferred, which
// loading rows that point at each other needs.
func (r *reference) postgres() string {
	text := fmt.Sprintf("REFERENCES %s (%s)%s", quote(r.table), quote(r.column), r.actions())
	if !r.deferred {
		text += " DEFERRABLE"
	}
	return text
}

func (p *plan) dropPostgresIndexes() {
	for _, t := range p.now.tables {
		want := p.want.table(t.name)
		if want == nil {
			continue
		}
		var stay []index
		for _, i := range t.indexes {
			if hasIndex(want, i) || want.column(i.column) == nil {
				stay = append(stay, i) // or goes with its column
				continue
			}
			p.do("DROP INDEX %s", quote(i.name))
			if c := want.column(i.column); !c.unique && !hasColumnIndex(want, i.column) {
				p.note("drop_index_"+t.name+"_"+i.column, "drop index on %s.%s", t.name, i.column)
			}
		}
		t.indexes = stay
	}
}

func (p *plan) createPostgresIndexes() {
	for _, t := range p.want.tables {
		now := p.now.table(t.name)
		for _, i := range t.indexes {
			if hasIndex(now, i) {
				continue
			}
			p.do("CREATE INDEX %s ON %s (%s)", quote(i.name), quote(t.name), quote(i.column))
			if !p.fresh[t.name] && !p.added[[2]string{t.name, i.column}] {
				p.note("index_"+t.name+"_"+i.column, "add index on %s.%s", t.name, i.column)
			}
		}
		for _, k := range t.kept {
			if !hasObject(now.kept, k) {
				p.do("%s", k.sql)
			}
		}
	}
}

func hasObject(list []object, o object) bool {
	for _, other := range list {
		if other.name == o.name && normal(other.sql) == normal(o.sql) {
			return true
		}
	}
	return false
}

// createPostgresTables creates the new tables, those first that others point at.
// A circle of tables gets its last foreign key in the end.
func (p *plan) createPostgresTables() {
	p.fresh, p.added = map[string]bool{}, map[[2]string]bool{}
	var create func(t *table)
	create = func(t *table) {
		if p.now.table(t.name) != nil || p.fresh[t.name] {
			return
		}
		p.fresh[t.name] = true
		for _, c := range t.columns {
			if c.references != nil && c.references.table != t.name {
				create(p.want.table(c.references.table))
			}
		}
		made := t.clone()
		made.indexes, made.kept, made.declared = nil, nil, nil
		for _, c := range made.columns {
			if r := c.references; r != nil && r.table != t.name {
				// The target may still change its type, or be made after this one.
				target, want := p.now.table(r.table), p.want.table(r.table)
				if target == nil || target.column(r.column) == nil || !target.column(r.column).same(want.column(r.column)) {
					c.references = nil
				}
			}
		}
		p.note(t.name, "create table %s", t.name)
		p.do("%s", createPostgresTable(made))
		p.now.tables = append(p.now.tables, made)
	}
	for _, t := range p.want.tables {
		create(t)
	}
}

func createPostgresTable(t *table) string {
	var lines []string
	for _, c := range t.columns {
		lines = append(lines, "\t"+c.postgres(t.name))
	}
	for _, c := range append(append([]object{}, t.checks...), t.constraints...) {
		lines = append(lines, "\t"+c.sql)
	}
	return "CREATE TABLE " + quote(t.name) + " (\n" + strings.Join(lines, ",\n") + "\n)"
}

// postgres is the column as CREATE TABLE and ADD COLUMN have it. Constraints
// have the names that PostgreSQL itself would give them.
func (c *column) postgres(table string) string {
	text := quote(c.name) + " " + c.typ
	if !c.null {
		text += " NOT NULL"
	}
	if c.auto {
		text += " GENERATED BY DEFAULT AS IDENTITY"
	}
	if c.key {
		text += " PRIMARY KEY"
	}
	if c.unique {
		text += " UNIQUE"
	}
	if c.check != "" {
		text += " CHECK (" + strings.ReplaceAll(c.check, "%", quote(c.name)) + ")"
	}
	if c.extra != "" {
		text += " " + c.extra
	}
	if c.references != nil {
		text += " " + c.references.postgres()
	}
	return text
}

// dropConstraints drops constraints of tables that are not wanted, and
// addConstraints adds the new ones.
func (p *plan) dropConstraints() {
	for _, t := range p.now.tables {
		want := p.want.table(t.name)
		if want == nil {
			continue
		}
		for _, c := range t.constraints {
			if !hasObject(want.constraints, c) && c.name != "" {
				p.do("ALTER TABLE %s DROP CONSTRAINT %s", quote(t.name), quote(c.name))
			}
		}
	}
}

func (p *plan) addConstraints() {
	for _, t := range p.want.tables {
		if p.fresh[t.name] {
			continue
		}
		for _, c := range t.constraints {
			if !hasObject(p.now.table(t.name).constraints, c) {
				p.do("ALTER TABLE %s ADD %s", quote(t.name), c.sql)
			}
		}
	}
}
