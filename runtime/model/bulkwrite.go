package model

import (
	"errors"
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// bulkValues is how many values one statement of BulkCreate binds at most.
const bulkValues = 10_000

// Conflict says what BulkCreate does with a row whose unique values another
// row has already.
type Conflict[M any] = ConflictOf[*M]

// ConflictOf is Conflict, by the type of a pointer to the row.
type ConflictOf[R any] struct{ conflict }

type conflict struct {
	ignore         bool
	unique, update []string
}

// IgnoreConflicts leaves such rows out; the keys of new rows are then not known
// (ignore_conflicts).
func IgnoreConflicts[M any]() Conflict[M] { return Conflict[M]{conflict{ignore: true}} }

// UpdateConflicts gives the row that is there the new values of the fields in
// update; unique are the fields that both have the same (update_conflicts).
func UpdateConflicts[M any](unique, update []Column[M]) Conflict[M] {
	return Conflict[M]{conflict{unique: columns(unique), update: columns(update)}}
}

// BulkCreate stores new rows with few statements, in one transaction, and sets
// the keys that the database gave them (bulk_create). Hooks run for each row.
func BulkCreate[M any](src Source, rows []*M, conflicts ...Conflict[M]) error {
	return bulkCreate(src, tableOf[*M](), rows, conflicts)
}

func bulkCreate[R any](src Source, table *TableOf[R], rows []R, conflicts []ConflictOf[R]) error {
	if len(rows) == 0 {
		return nil
	}
	return Atomic(src, func(tx Source) error {
		hooks := hooksOf(src, table)
		for _, row := range rows {
			if err := before(hooks, tx, row, saving, true); err != nil {
				return err
			}
			stamp(tx, table, row, true)
		}
		fresh := inserts{table: table.Name, columns: written(table), key: table.Key}
		keyed := fresh
		for _, c := range conflicts {
			keyed.conflict, fresh.conflict = &c.conflict, &c.conflict
		}
		var made []R // those whose key the database makes
		for _, row := range rows {
			values := boundOf(table, row)
			if table.SetKey != nil && values[table.Key].Int64() == 0 {
				made = append(made, row)
				fresh.rows = append(fresh.rows, slices.Delete(values, table.Key, table.Key+1))
			} else {
				keyed.rows = append(keyed.rows, values)
			}
		}
		if _, err := keyed.store(tx, false); err != nil {
			return err
		}
		keys, err := fresh.store(tx, true)
		if err != nil {
			return err
		}
		for i, key := range keys {
			table.SetKey(made[i], key)
		}
		for _, row := range rows {
			if err := after(hooks, tx, row, saving, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// inserts are rows to be stored with few statements.
type inserts struct {
	table    string
	columns  []string
	key      int
	rows     [][]Value
	conflict *conflict
}

// store stores the rows, and returns the keys that the database made for fresh
// ones, which have no value for it; with a conflict these are not known.
func (in *inserts) store(src Source, fresh bool) (keys []int64, err error) {
	size := max(1, bulkValues/len(in.columns))
	for chunk := range slices.Chunk(in.rows, size) {
		made, err := in.storeChunk(src, chunk, fresh)
		if err != nil {
			return nil, inTable(in.table, err)
		}
		keys = append(keys, made...)
	}
	return keys, nil
}

func (in *inserts) storeChunk(src Source, rows [][]Value, fresh bool) (made []int64, _ error) {
	s := sqltext.Insert{Table: in.table, Columns: in.columns, Rows: rows}
	if fresh {
		s.Columns = slices.Concat(in.columns[:in.key], in.columns[in.key+1:])
	}
	if c := in.conflict; c != nil {
		s.Conflict, s.Unique, s.Update = "update", c.unique, c.update
		if c.ignore {
			s.Conflict = "nothing"
		}
	}
	answered := fresh && in.conflict == nil
	if answered {
		s.Returning = []string{in.columns[in.key]}
	}
	w := writerFor(src)
	s.Write(w)
	if !answered {
		_, err := Execute(src, in.table, w.SQL(), w.Args()...)
		return nil, err
	}
	keys, err := start(src, w.SQL(), w.Args())
	if err != nil {
		return nil, err
	}
	for keys.Next() {
		made = append(made, keys.Int64(0))
	}
	return made, keys.Close()
}

// BulkUpdate writes the fields of rows that exist, in one transaction
// (bulk_update). It sets no auto_now field and runs no hooks. ErrNotFound says
// that one of them is gone, and then nothing is stored.
func BulkUpdate[M any](src Source, rows []*M, fields ...Column[M]) error {
	return bulkUpdate(src, tableOf[*M](), rows, columns(fields))
}

func bulkUpdate[R any](src Source, table *TableOf[R], rows []R, wanted []string) error {
	if len(rows) == 0 || len(wanted) == 0 {
		return nil
	}
	return Atomic(src, func(tx Source) error {
		for _, row := range rows {
			if err := save(tx, table.Name, written(table), table.Key, table.Values(row), wanted); err != nil {
				return err
			}
		}
		return nil
	})
}

// GetOrCreate is the one row of the query, or the row that fresh makes, which is
// stored; created says which (get_or_create). When another transaction stores
// the same row first, that one is the answer.
//
//go:noinline
func (q *QueryOf[R]) GetOrCreate(fresh func() R) (row R, created bool, err error) {
	row, err = q.Get()
	if !errors.Is(err, ErrNotFound) {
		return row, false, err
	}
	row = fresh()
	err = Atomic(q.q.src, func(tx Source) error { return Create(tx, q.table, row) })
	var taken *UniqueError
	if errors.As(err, &taken) {
		if other, again := q.Get(); again == nil {
			return other, false, nil
		}
	}
	if err != nil {
		var none R
		return none, false, err
	}
	return row, true, nil
}

// UpdateOrCreate changes the one row of the query and stores it, or stores the
// row that fresh makes after the same change, in one transaction
// (update_or_create).
//
//go:noinline
func (q *QueryOf[R]) UpdateOrCreate(fresh func() R, change func(R)) (row R, created bool, err error) {
	err = Atomic(q.q.src, func(tx Source) error {
		locked := q.SelectForUpdate()
		locked.q.src = tx
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
		var none R
		return none, false, err
	}
	return row, created, nil
}
