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
		old := m.RenamedFrom.V
		if old != "" && now.table(name) == nil && now.table(old) != nil && want.table(old) == nil {
			r.tables[old] = name
		} else {
			old = name
		}
		before := now.table(old)
		if before == nil {
			continue
		}
		columns := map[string]string{}
		for _, f := range m.Fields {
			column := models.ColumnName(f)
			if f.RenamedFrom.V == "" || before.column(column) != nil {
				continue
			}
			// The former field may have been a foreign key, or none.
			for _, former := range []string{f.RenamedFrom.V, f.RenamedFrom.V + "_id"} {
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
