package model

import "stackgen.dev/runtime/model/sqltext"

// written are the columns that the site writes: those that the database computes
// (generated) stand behind them.
func written(t *TableOf[noRow]) []string { return t.Columns[:len(t.Columns)-t.Computed] }

// computedColumns are the columns that the database computes.
func computedColumns(t *TableOf[noRow]) []string { return t.Columns[len(t.Columns)-t.Computed:] }

// boundOf are a row's values of the written columns.
func boundOf(t *TableOf[noRow], row noRow) []Value {
	return t.Values(row)[:len(t.Columns)-t.Computed]
}

// recompute reads what the database computed of a row that was stored.
func recompute(src Source, table *TableOf[noRow], row noRow) error {
	if table.Computed == 0 {
		return nil
	}
	key := sqltext.Column{Table: table.Name, Name: table.Columns[table.Key]}
	s := sqltext.Select{Table: table.Name, Columns: computedColumns(table), Where: sqltext.Compare{
		Left: key, Op: sqltext.Eq, Right: sqltext.Bind(table.Values(row)[table.Key]),
	}}
	w := writerFor(src)
	s.Write(w)
	_, err := FetchOne(src, w.SQL(), func(from Row, at int) noRow {
		table.Scan(row, from, at)
		return row
	}, w.Args()...)
	return err
}
