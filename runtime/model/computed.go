package model

import "stackgen.dev/runtime/model/sqltext"

// written are the columns that the site writes: those that the database computes
// (generated) stand behind them.
func written[R any](t *TableOf[R]) []string { return t.Columns[:len(t.Columns)-t.Computed] }

// computedColumns are the columns that the database computes.
func computedColumns[R any](t *TableOf[R]) []string { return t.Columns[len(t.Columns)-t.Computed:] }

// boundOf are a row's values of the written columns.
func boundOf[R any](t *TableOf[R], row R) []Value {
	return t.Values(row)[:len(t.Columns)-t.Computed]
}

// recompute reads what the database computed of a row that was stored.
func recompute[R any](src Source, table *TableOf[R], row R) error {
	if table.Computed == 0 {
		return nil
	}
	key := sqltext.Column{Table: table.Name, Name: table.Columns[table.Key]}
	s := sqltext.Select{Table: table.Name, Columns: computedColumns(table), Where: sqltext.Compare{
		Left: key, Op: sqltext.Eq, Right: sqltext.Bind(table.Values(row)[table.Key]),
	}}
	w := writerFor(src)
	s.Write(w)
	_, err := FetchOne(src, w.SQL(), func(from Row, at int) R {
		table.Scan(row, from, at)
		return row
	}, w.Args()...)
	return err
}
