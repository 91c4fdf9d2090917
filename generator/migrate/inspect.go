package migrate

import (
	"context"
	"fmt"
	"strings"

	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqlite"
)

// replay is the state after migrations.
func replay(files []runtime.File) (*state, error) {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := runtime.New(db, files).Apply(ctx, nil); err != nil {
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
	s := &state{}
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
	s.views, err = objects(db, `SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid`)
	return s, err
}

func inspectTable(db *model.DB, name string) (*table, error) {
	t := &table{name: name}
	arg := model.TextValue(name)
	sql, err := texts(db, `SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1`, arg)
	if err != nil {
		return nil, err
	}
	text := sql[0]
	keys := 0
	t.columns, err = model.FetchAll(db, `SELECT name, type, "notnull", pk, hidden, dflt_value FROM pragma_table_xinfo(?1) ORDER BY cid`,
		func(c *column, row model.Row, at int) {
			c.name, c.typ, c.null, c.key = row.Text(at), strings.ToLower(row.Text(at+1)), !row.Bool(at+2), row.Bool(at+3)
			if c.key {
				keys++
			}
			if row.Int64(at+4) != 0 || !row.IsNull(at+5) {
				t.foreign = "the generated column or default of " + c.name
			}
		}, arg)
	if err != nil {
		return nil, err
	}
	if keys > 1 {
		t.foreign = "the primary key of several columns"
	}
	checks := strings.Count(strings.ToUpper(text), "CHECK (") + strings.Count(strings.ToUpper(text), "CHECK(")
	for _, c := range t.columns {
		c.auto = c.key && strings.Contains(text, "PRIMARY KEY AUTOINCREMENT")
		for _, check := range []string{positiveCheck, jsonCheck} {
			if strings.Contains(text, "CHECK ("+strings.ReplaceAll(check, "%", quote(c.name))+")") {
				c.check = check
				checks--
			}
		}
	}
	if checks > 0 {
		t.foreign = "a check"
	}
	if err := t.inspectReferences(db, arg); err != nil {
		return nil, err
	}
	return t, t.inspectIndexes(db, arg)
}

func (t *table) inspectReferences(db *model.DB, arg model.Value) error {
	type row struct {
		from string
		seq  int64
		reference
	}
	rows, err := model.FetchAll(db, `SELECT "from", seq, "table", coalesce("to", ''), on_delete FROM pragma_foreign_key_list(?1)`,
		func(r *row, from model.Row, at int) {
			r.from, r.seq = from.Text(at), from.Int64(at+1)
			r.reference = reference{from.Text(at + 2), from.Text(at + 3), from.Text(at + 4)}
		}, arg)
	for _, r := range rows {
		if r.seq > 0 {
			t.foreign = "a foreign key of several columns"
		}
		t.column(r.from).references = &r.reference
	}
	return err
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
		func(r *row, from model.Row, at int) {
			r.name, r.origin, r.unique, r.partial = from.Text(at), from.Text(at+1), from.Bool(at+2), from.Bool(at+3)
			r.columns, r.count, r.sql = from.Text(at+4), from.Int64(at+5), from.Text(at+6)
		}, arg)
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch {
		case r.origin == "u" && r.count == 1:
			t.column(r.columns).unique = true
		case r.origin == "u":
			t.foreign = "a unique constraint of several columns"
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

func texts(db *model.DB, sql string, args ...model.Value) ([]string, error) {
	rows, err := model.FetchAll(db, sql, func(s *string, row model.Row, at int) { *s = row.Text(at) }, args...)
	list := make([]string, len(rows))
	for i, s := range rows {
		list[i] = *s
	}
	return list, err
}

func objects(db *model.DB, sql string, args ...model.Value) ([]object, error) {
	rows, err := model.FetchAll(db, sql, func(o *object, row model.Row, at int) { o.name, o.sql = row.Text(at), row.Text(at+1) }, args...)
	list := make([]object, len(rows))
	for i, o := range rows {
		list[i] = *o
	}
	return list, err
}
