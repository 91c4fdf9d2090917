package model

import (
	"errors"

	"stackgen.dev/runtime/model/sqltext"
)

// bulkValues is how many values one statement of BulkCreate binds at most.
const bulkValues = 10_000

// Conflict says what BulkCreate does with a row whose unique values another
// row has already.
type Conflict[T any] struct {
	ignore         bool
	unique, update []Column[T]
}

// IgnoreConflicts leaves such rows out; the keys of new rows are then not known
// (ignore_conflicts).
func IgnoreConflicts[T any]() Conflict[T] { return Conflict[T]{ignore: true} }

// UpdateConflicts gives the row that is there the new values of the fields in
// update; unique are the fields that both have the same (update_conflicts).
func UpdateConflicts[T any](unique, update []Column[T]) Conflict[T] {
	return Conflict[T]{unique: unique, update: update}
}

// BulkCreate stores new rows with few statements, in one transaction, and sets
// the keys that the database gave them (bulk_create). Hooks run for each row.
func BulkCreate[T any](src Source, rows []*T, conflict ...Conflict[T]) error {
	if len(rows) == 0 {
		return nil
	}
	table := tableOf[T]()
	return Atomic(src, func(tx Source) error {
		hooks := hooksOf[T](src)
		now := Now(tx)
		var fresh, keyed []*T
		for _, row := range rows {
			if err := before(hooks, tx, row, saving, true); err != nil {
				return err
			}
			if table.Stamp != nil {
				table.Stamp(row, now, true)
			}
			if table.SetKey != nil && table.Values(row)[table.Key].Int64() == 0 {
				fresh = append(fresh, row)
			} else {
				keyed = append(keyed, row)
			}
		}
		for _, part := range []struct {
			rows  []*T
			fresh bool
		}{{keyed, false}, {fresh, true}} {
			size := max(1, bulkValues/len(table.Columns))
			for begin := 0; begin < len(part.rows); begin += size {
				chunk := part.rows[begin:min(begin+size, len(part.rows))]
				if err := insertRows(tx, table, chunk, part.fresh, conflict); err != nil {
					return inTable(table.Name, err)
				}
			}
		}
		for _, row := range rows {
			if err := after(hooks, tx, row, saving, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// insertRows stores rows of which the database makes the keys, or of which it does not.
func insertRows[T any](src Source, table *Table[T], rows []*T, fresh bool, conflict []Conflict[T]) error {
	s := sqltext.Insert{Table: table.Name}
	for i, c := range table.written() {
		if !fresh || i != table.Key {
			s.Columns = append(s.Columns, c)
		}
	}
	for _, row := range rows {
		values := table.bound(row)
		if fresh {
			values = append(values[:table.Key:table.Key], values[table.Key+1:]...)
		}
		s.Rows = append(s.Rows, values)
	}
	for _, c := range conflict {
		s.Conflict = "update"
		if c.ignore {
			s.Conflict = "nothing"
		}
		for _, f := range c.unique {
			s.Unique = append(s.Unique, f.columnOf(nil))
		}
		for _, f := range c.update {
			s.Update = append(s.Update, f.columnOf(nil))
		}
	}
	answered := fresh && len(conflict) == 0
	if answered {
		s.Returning = []string{table.Columns[table.Key]}
	}
	w := writerFor(src)
	s.Write(w)
	if !answered {
		_, err := Execute(src, table.Name, w.SQL(), w.Args()...)
		return err
	}
	conn, err := connOf(src)
	if err != nil {
		return err
	}
	keys, err := conn.Query(src.Context(), w.SQL(), w.Args())
	if err != nil {
		return err
	}
	for i := 0; keys.Next(); i++ {
		table.SetKey(rows[i], keys.Int64(0))
	}
	return keys.Close()
}

// BulkUpdate writes the fields of rows that exist, in one transaction
// (bulk_update). It sets no auto_now field and runs no hooks. ErrNotFound says
// that one of them is gone, and then nothing is stored.
func BulkUpdate[T any](src Source, rows []*T, fields ...Column[T]) error {
	if len(rows) == 0 || len(fields) == 0 {
		return nil
	}
	table := tableOf[T]()
	return Atomic(src, func(tx Source) error {
		for _, row := range rows {
			values := table.Values(row)
			s := sqltext.Update{Table: table.Name, Where: sqltext.Compare{
				Left: table.key(), Op: sqltext.Eq, Right: sqltext.Bind(values[table.Key]),
			}}
			for i, column := range table.written() {
				if wanted(column, nil, fields) {
					s.Set = append(s.Set, sqltext.Assignment{Column: column, Value: sqltext.Bind(values[i])})
				}
			}
			w := writerFor(tx)
			s.Write(w)
			result, err := Execute(tx, table.Name, w.SQL(), w.Args()...)
			if err == nil && result.RowsAffected == 0 {
				err = ErrNotFound
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// GetOrCreate is the one row of the query, or the row that fresh makes, which is
// stored; created says which (get_or_create). When another transaction stores
// the same row first, that one is the answer.
func (q Query[T]) GetOrCreate(fresh func() *T) (row *T, created bool, err error) {
	row, err = q.Get()
	if !errors.Is(err, ErrNotFound) {
		return row, false, err
	}
	row = fresh()
	err = Atomic(q.src, func(tx Source) error { return Create(tx, q.table, row) })
	var taken *UniqueError
	if errors.As(err, &taken) {
		if other, again := q.Get(); again == nil {
			return other, false, nil
		}
	}
	if err != nil {
		return nil, false, err
	}
	return row, true, nil
}

// UpdateOrCreate changes the one row of the query and stores it, or stores the
// row that fresh makes after the same change, in one transaction
// (update_or_create).
func (q Query[T]) UpdateOrCreate(fresh func() *T, change func(*T)) (row *T, created bool, err error) {
	err = Atomic(q.src, func(tx Source) error {
		locked := q.SelectForUpdate()
		locked.src = tx
		found, getErr := locked.Get()
		if getErr == nil {
			row = found
			change(row)
			return Save(tx, q.table, row, nil, nil)
		}
		if !errors.Is(getErr, ErrNotFound) {
			return getErr
		}
		row, created = fresh(), true
		change(row)
		return Create(tx, q.table, row)
	})
	if err != nil {
		return nil, false, err
	}
	return row, created, nil
}
