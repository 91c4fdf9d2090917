package model

import "stackgen.dev/runtime/model/sqltext"

// written are the columns that the site writes: those that the database computes
// (generated) stand behind them.
func (t *Table[T]) written() []string { return t.Columns[:len(t.Columns)-t.Computed] }

// bound are a row's values of the written columns.
func (t *Table[T]) bound(row *T) []Value { return t.Values(row)[:len(t.Columns)-t.Computed] }

// recompute reads what the database computed of a row that was stored.
func recompute[T any](src Source, table *Table[T], row *T) error {
	if table.Computed == 0 {
		return nil
	}
	conn, err := connOf(src)
	if err != nil {
		return err
	}
	s := sqltext.Select{Table: table.Name, Columns: table.Columns, Where: sqltext.Compare{
		Left: table.key(), Op: sqltext.Eq, Right: sqltext.Bind(table.Values(row)[table.Key]),
	}}
	w := writerFor(src)
	s.Write(w)
	rows, err := conn.Query(src.Context(), w.SQL(), w.Args())
	if err != nil {
		return err
	}
	found := rows.Next()
	if found {
		table.Scan(row, rows, 0)
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if !found {
		return ErrNotFound
	}
	return nil
}
