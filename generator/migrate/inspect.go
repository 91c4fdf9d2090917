package migrate

import (
	"context"
	"fmt"
	"strings"

	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqlite"
)

// replaySQLite is the state after migrations.
func replaySQLite(files []runtime.File) (*state, error) {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := runtime.New(db, files).WithoutFunctions().Apply(ctx, nil); err != nil {
		return nil, err
	}
	return inspectAfter(db, files)
}

// inspectAfter reads the state of a database that has had the migrations.
func inspectAfter(db *model.DB, files []runtime.File) (*state, error) {
	unmanaged := map[string]bool{runtime.Table: true}
	for _, f := range files {
		for _, name := range f.Unmanaged {
			unmanaged[name] = true
		}
	}
	names, err := texts(db, `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	s := &state{owned: managed(files)}
	for _, name := range names {
		if unmanaged[name] {
			continue
		}
		t, err := inspectTable(db, name)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		s.tables = append(s.tables, t)
	}
	s.sameCase()
	s.claim(s.owned)
	if s.views, err = objects(db, `SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid`); err != nil {
		return nil, err
	}
	s.triggers, err = model.FetchAll(db, `SELECT name, sql, tbl_name FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid`,
		func(row model.Row, at int) trigger {
			return trigger{object{row.Text(at), row.Text(at + 1)}, row.Text(at + 2)}
		})
	return s, err
}

// inspectTable reads a table: from its own text what SQLite's tables of columns
// and keys do not tell, so that what was written by hand is known.
func inspectTable(db *model.DB, name string) (*table, error) {
	arg := model.TextValue(name)
	sql, err := texts(db, `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1`, arg)
	if err != nil {
		return nil, err
	}
	d := newDDL(sql[0])
	if !d.take("CREATE", "TABLE") {
		return nil, fmt.Errorf("its definition cannot be read: %s", sql[0])
	}
	t, err := d.createTable()
	if err != nil {
		return nil, err
	}
	t.name = name
	return t, t.inspectIndexes(db, arg)
}

func (t *table) inspectIndexes(db *model.DB, arg model.Value) error {
	type row struct {
		name, origin, columns, sql string
		count                      int64
		unique, partial            bool
	}
	rows, err := model.FetchAll(db, `SELECT l.name, l.origin, l."unique", l.partial,
		(SELECT coalesce(group_concat(i.name), '') FROM pragma_index_info(l.name) AS i), (SELECT COUNT(*) FROM pragma_index_info(l.name)),
		coalesce((SELECT s.sql FROM sqlite_schema AS s WHERE s.name = l.name AND s.type = 'index'), '')
		FROM pragma_index_list(?1) AS l ORDER BY l.name`,
		func(from model.Row, at int) (r row) {
			r.name, r.origin, r.unique, r.partial = from.Text(at), from.Text(at+1), from.Bool(at+2), from.Bool(at+3)
			r.columns, r.count, r.sql = from.Text(at+4), from.Int64(at+5), from.Text(at+6)
			return r
		}, arg)
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch {
		case r.origin == "c" && r.count == 1 && !r.unique && !r.partial && strings.HasPrefix(r.name, t.name+"_") && strings.HasSuffix(r.name, "_idx"):
			t.indexes = append(t.indexes, index{r.name, r.columns})
		case r.origin == "c" && r.count == 1 && !r.unique && !r.partial && strings.HasSuffix(r.name, "_"+r.columns+"_idx"):
			// The name that the table had before it was renamed.
			t.indexes = append(t.indexes, index{r.name, r.columns})
		case r.origin == "c":
			t.kept = append(t.kept, object{r.name, r.sql})
		}
	}
	triggers, err := objects(db, `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 ORDER BY rowid`, arg)
	t.kept = append(t.kept, triggers...)
	return err
}

// sameCase gives references the names as their tables have them: SQLite takes
// them in capitals or small letters.
func (s *state) sameCase() {
	for _, t := range s.tables {
		for _, c := range t.columns {
			if c.references == nil {
				continue
			}
			for _, target := range s.tables {
				if strings.EqualFold(target.name, c.references.table) {
					c.references.table = target.name
				}
			}
		}
	}
	s.nameKeys()
}

func texts(db *model.DB, sql string, args ...model.Value) ([]string, error) {
	return model.FetchAll(db, sql, model.Row.Text, args...)
}

func objects(db *model.DB, sql string, args ...model.Value) ([]object, error) {
	return model.FetchAll(db, sql, func(row model.Row, at int) object { return object{row.Text(at), row.Text(at + 1)} }, args...)
}
