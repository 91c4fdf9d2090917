package migrate

import (
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// renames says which tables and columns go on under another name.
type renames struct {
	tables  map[string]string            // old to new
	columns map[string]map[string]string // by new table: old to new
}

// written are the renames that the site file states and that the database has
// not had.
func written(site *schema.Site, now, want *state) renames {
	r := renames{map[string]string{}, map[string]map[string]string{}}
	for _, m := range site.Models {
		name := models.TableName(m)
		old := name
		for _, former := range formerTables(site, m) {
			if now.table(name) == nil && now.table(former) != nil && want.table(former) == nil && r.tables[former] == "" {
				old, r.tables[former] = former, name
				break
			}
		}
		before := now.table(old)
		if before == nil {
			continue
		}
		columns := map[string]string{}
		for _, f := range m.Fields {
			column := models.ColumnName(f)
			if before.column(column) != nil {
				continue
			}
			for _, former := range formerColumns(m, f) {
				if before.column(former) != nil && want.table(name).column(former) == nil {
					columns[former] = column
					break
				}
			}
		}
		r.columns[name] = columns
	}
	return r
}

// formerTables are the tables that a model may have had. The pairs of a
// many_to_many are named after its model and the field, so they follow both.
func formerTables(site *schema.Site, m *schema.Model) []string {
	if !m.Implicit {
		if m.RenamedFrom.V == "" {
			return nil
		}
		return []string{m.RenamedFrom.V}
	}
	var list []string
	for _, owner := range site.Models {
		for _, f := range owner.ManyToMany {
			if f.Through.Target != m {
				continue
			}
			for _, table := range []string{models.TableName(owner), owner.RenamedFrom.V} {
				for _, field := range []string{f.Name, f.RenamedFrom.V} {
					if table != "" && field != "" {
						list = append(list, table+"_"+field)
					}
				}
			}
		}
	}
	return list
}

// formerColumns are the columns that a field may have had.
func formerColumns(m *schema.Model, f *schema.Field) []string {
	if f.RenamedFrom.V != "" {
		// The former field may have been a foreign key, or none.
		return []string{f.RenamedFrom.V, f.RenamedFrom.V + "_id"}
	}
	if !m.Implicit || f.Kind != schema.ForeignKey || f.Target.Target.RenamedFrom.V == "" {
		return nil
	}
	for _, side := range []string{"from_", "to_"} {
		if f.Name == side+f.Target.Target.Name {
			return []string{side + f.Target.Target.RenamedFrom.V + "_id"}
		}
	}
	return []string{f.Target.Target.RenamedFrom.V + "_id"}
}

// inverse are the renames on the way back.
func (r renames) inverse() renames {
	inv := renames{map[string]string{}, map[string]map[string]string{}}
	for old, name := range r.tables {
		inv.tables[name] = old
	}
	for table, columns := range r.columns {
		back := map[string]string{}
		for old, name := range columns {
			back[name] = old
		}
		if old, ok := inv.tables[table]; ok {
			table = old
		}
		inv.columns[table] = back
	}
	return inv
}

// ask asks about tables and columns that could be the same under another name:
// one goes, one comes, and both are defined alike.
func ask(r renames, now, want *state, renamed func(Rename) (bool, error)) error {
	if renamed == nil {
		return nil
	}
	if err := r.askTables(now, want, renamed); err != nil {
		return err
	}
	former := r.inverse().tables
	for _, t := range want.tables {
		old := t.name
		if f, ok := former[old]; ok {
			old = f
		}
		before := now.table(old)
		if before == nil {
			continue
		}
		if r.columns[t.name] == nil {
			r.columns[t.name] = map[string]string{}
		}
		if err := r.askColumns(before, t, renamed); err != nil {
			return err
		}
	}
	return nil
}

func (r renames) askTables(now, want *state, renamed func(Rename) (bool, error)) error {
	for _, t := range want.tables {
		if now.table(t.name) != nil || r.inverse().tables[t.name] != "" {
			continue
		}
		for _, old := range now.tables {
			if want.table(old.name) != nil || r.tables[old.name] != "" || !alike(old, t) {
				continue
			}
			yes, err := renamed(Rename{Old: old.name, New: t.name})
			if err != nil {
				return err
			}
			if yes {
				r.tables[old.name] = t.name
				break
			}
		}
	}
	return nil
}

func (r renames) askColumns(before, t *table, renamed func(Rename) (bool, error)) error {
	taken := r.columns[t.name]
	for _, c := range t.columns {
		if before.column(c.name) != nil || hasValue(taken, c.name) {
			continue
		}
		for _, old := range before.columns {
			if t.column(old.name) != nil || taken[old.name] != "" || old.typ != c.typ || old.key != c.key {
				continue
			}
			yes, err := renamed(Rename{Table: t.name, Old: old.name, New: c.name})
			if err != nil {
				return err
			}
			if yes {
				taken[old.name] = c.name
				break
			}
		}
	}
	return nil
}

func hasValue(m map[string]string, value string) bool {
	for _, v := range m {
		if v == value {
			return true
		}
	}
	return false
}

// alike reports whether two tables have the same columns.
func alike(a, b *table) bool {
	if len(a.columns) != len(b.columns) {
		return false
	}
	for _, c := range a.columns {
		if d := b.column(c.name); d == nil || d.typ != c.typ {
			return false
		}
	}
	return true
}
