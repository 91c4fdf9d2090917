package migrate

import (
	"fmt"
	"sort"
	"strings"

	"stackgen.dev/runtime/model/sqltext"
)

// plan is the statements that lead from one state to another.
type plan struct {
	now, want *state
	renames   renames
	backward  bool           // a column that must have a value gets an empty one
	indexed   map[index]bool // columns that had an index before; the names are the tables'
	before    map[string]*table

	// On PostgreSQL: tables and columns that are new, and foreign keys that had to
	// go for a while.
	fresh      map[string]bool
	added      map[[2]string]bool
	references map[[2]string]*reference

	sql         []string
	steps       []step
	destructive []string
}

// step is one change, for people and for the migration's name.
type step struct {
	name string // "post_subtitle"
	text string // "add column post.subtitle"
}

// newPlan plans the way from now to want; now is changed on the way.
func newPlan(now, want *state, r renames, backward bool) (*plan, error) {
	p := &plan{now: now.clone(), want: want, renames: r, backward: backward, before: map[string]*table{}}
	if now.dialect == sqltext.Postgres {
		return p, p.postgres()
	}
	p.renameTables()
	p.renameColumns()
	p.indexed = map[index]bool{}
	for _, t := range p.now.tables {
		for _, i := range t.indexes {
			p.indexed[index{t.name, i.column}] = true
		}
	}
	p.remember()
	p.dropIndexes()
	p.dropDeclared(func(*table, *table, string) bool { return false })
	p.createTables()
	for _, t := range want.tables {
		if before := p.now.table(t.name); before != nil {
			if err := p.alter(before, t); err != nil {
				return nil, err
			}
		}
	}
	p.dropTables()
	p.createIndexes()
	p.createDeclared()
	return p, nil
}

// remember keeps the tables as they are under their new names, for the sake of notes.
func (p *plan) remember() {
	for _, t := range p.now.tables {
		p.before[t.name] = t.clone()
	}
}

func (p *plan) do(format string, args ...any) {
	p.sql = append(p.sql, fmt.Sprintf(format, args...)+";")
}

func (p *plan) note(name, format string, args ...any) {
	p.steps = append(p.steps, step{name, fmt.Sprintf(format, args...)})
}

// loses marks the statement that follows.
func (p *plan) loses(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	p.destructive = append(p.destructive, text)
	p.sql = append(p.sql, "-- destructive: "+text)
}

func (p *plan) renameTables() {
	for _, old := range sortedKeys(p.renames.tables) {
		name := p.renames.tables[old]
		p.note("rename_"+old+"_"+name, "rename table %s to %s", old, name)
		p.do("ALTER TABLE %s RENAME TO %s", quote(old), quote(name))
		p.now.table(old).name = name
		for _, t := range p.now.tables { // SQLite changes the references too
			for _, c := range t.columns {
				if c.references != nil && c.references.table == old {
					c.references.table = name
				}
			}
		}
	}
}

func (p *plan) renameColumns() {
	for _, t := range p.want.tables {
		columns := p.renames.columns[t.name]
		for _, old := range sortedKeys(columns) {
			name := columns[old]
			p.note("rename_"+old+"_"+t.name+"_"+name, "rename column %s.%s to %s", t.name, old, name)
			p.do("ALTER TABLE %s RENAME COLUMN %s TO %s", quote(t.name), quote(old), quote(name))
			now := p.now.table(t.name)
			now.column(old).name = name
			now.renameInText(old, name)
			for i := range now.indexes {
				if now.indexes[i].column == old {
					now.indexes[i].column = name
				}
			}
			for _, other := range p.now.tables {
				for _, c := range other.columns {
					if r := c.references; r != nil && r.table == t.name && r.column == old {
						r.column = name
					}
				}
			}
		}
	}
}

// renameInText gives a column its new name in what was written by hand.
func (t *table) renameInText(old, name string) {
	for i := range t.constraints {
		t.constraints[i].sql = renamed(t.constraints[i].sql, old, name)
	}
	for _, c := range t.columns {
		c.extra = renamed(c.extra, old, name)
	}
	t.renameDeclared(old, name)
}

// dropIndexes drops what is not wanted, so that its column may go.
func (p *plan) dropIndexes() {
	for _, t := range p.now.tables {
		want := p.want.table(t.name)
		if want == nil {
			continue // goes with its table
		}
		var stay []index
		for _, i := range t.indexes {
			if hasIndex(want, i) {
				stay = append(stay, i)
				continue
			}
			p.do("DROP INDEX %s", quote(i.name))
			if c := want.column(i.column); c != nil && !c.unique && !hasColumnIndex(want, i.column) {
				p.note("drop_index_"+t.name+"_"+i.column, "drop index on %s.%s", t.name, i.column)
			}
		}
		t.indexes = stay
	}
}

func (p *plan) createIndexes() {
	for _, t := range p.want.tables {
		now := p.now.table(t.name)
		for _, i := range t.indexes {
			if now != nil && hasIndex(now, i) {
				continue
			}
			p.do("CREATE INDEX %s ON %s (%s)", quote(i.name), quote(t.name), quote(i.column))
			if now != nil && now.column(i.column) != nil && !p.indexed[index{t.name, i.column}] {
				p.note("index_"+t.name+"_"+i.column, "add index on %s.%s", t.name, i.column)
			}
		}
	}
}

func hasIndex(t *table, i index) bool {
	for _, other := range t.indexes {
		if other == i {
			return true
		}
	}
	return false
}

func hasColumnIndex(t *table, column string) bool {
	for _, i := range t.indexes {
		if i.column == column {
			return true
		}
	}
	return false
}

// createTables creates the new tables, those first that others point at.
func (p *plan) createTables() {
	done := map[string]bool{}
	for _, t := range p.now.tables {
		done[t.name] = true
	}
	var create func(t *table)
	create = func(t *table) {
		if done[t.name] {
			return
		}
		done[t.name] = true
		for _, c := range t.columns {
			if c.references != nil {
				create(p.want.table(c.references.table))
			}
		}
		p.note(t.name, "create table %s", t.name)
		p.do("%s", createTable(t, t.name))
		for _, k := range t.kept {
			p.do("%s", k.sql)
		}
	}
	for _, t := range p.want.tables {
		create(t)
	}
}

func createTable(t *table, name string) string {
	lines := make([]string, len(t.columns))
	for i, c := range t.columns {
		lines[i] = "\t" + c.definition()
	}
	for _, c := range append(append([]object{}, t.checks...), t.constraints...) {
		lines = append(lines, "\t"+c.sql)
	}
	text := "CREATE TABLE " + quote(name) + " (\n" + strings.Join(lines, ",\n") + "\n)"
	if t.suffix != "" {
		text += " " + t.suffix
	}
	return text
}

// dropTables drops the tables that are no model's any more, those first that
// point at others.
func (p *plan) dropTables() {
	gone := map[*table]bool{}
	for _, t := range p.now.tables {
		gone[t] = p.want.table(t.name) == nil
	}
	var drop func(t *table)
	drop = func(t *table) {
		if !gone[t] {
			return
		}
		gone[t] = false
		for _, other := range p.now.tables {
			for _, c := range other.columns {
				if c.references != nil && c.references.table == t.name {
					drop(other)
				}
			}
		}
		p.note("delete_"+t.name, "drop table %s", t.name)
		p.loses("drops table %s", t.name)
		p.do("DROP TABLE %s", quote(t.name))
	}
	for _, t := range p.now.tables {
		drop(t)
	}
}

// pointsAt reports whether a row of t leads to a row of target.
func pointsAt(all []*table, t, target *table, seen map[string]bool) bool {
	if seen == nil {
		seen = map[string]bool{}
	}
	if t == target || seen[t.name] {
		return false
	}
	seen[t.name] = true
	for _, c := range t.columns {
		if c.references == nil {
			continue
		}
		if c.references.table == target.name {
			return true
		}
		for _, next := range all {
			if next.name == c.references.table && pointsAt(all, next, target, seen) {
				return true
			}
		}
	}
	return false
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
