package model

import (
	"errors"
	"slices"
	"unsafe"

	"stackgen.dev/runtime/model/sqltext"
)

// bulkValues is how many values one statement of BulkCreate binds at most.
const bulkValues = 10_000

// BulkOption is one of the options of BulkCreate.
type BulkOption[M any] = BulkOptionOf[*M]

// BulkOptionOf is BulkOption, by the type of a pointer to the row.
type BulkOptionOf[R any] struct{ bulkOption }

type bulkOption struct {
	conflict *conflict
	batch    int
}

// conflict says what happens to a row whose unique values another row has already.
type conflict struct {
	ignore         bool
	unique, update []string
}

// IgnoreConflicts leaves rows out whose unique values another row has already; what
// the database makes of new rows is then not known (ignore_conflicts).
func IgnoreConflicts[M any]() BulkOption[M] {
	return BulkOption[M]{bulkOption{conflict: &conflict{ignore: true}}}
}

// UpdateConflicts gives the row that is there the new values of the fields in
// update; unique are the fields that both have the same (update_conflicts).
func UpdateConflicts[M any](unique, update []Column[M]) BulkOption[M] {
	return BulkOption[M]{bulkOption{conflict: &conflict{unique: columns(unique), update: columns(update)}}}
}

// BatchSize has a statement store at most n rows (batch_size); without it as many
// as fit are stored at once.
func BatchSize[M any](n int) BulkOption[M] { return BulkOption[M]{bulkOption{batch: n}} }

// BulkCreate stores new rows with few statements, in one transaction, and sets
// what the database made of them: keys, and fields that it computes (bulk_create).
// Hooks run for each row.
func BulkCreate[M any](src Source, rows []*M, options ...BulkOption[M]) error {
	return bulkCreate(src, rowless(tableOf[*M]()), *(*[]noRow)(unsafe.Pointer(&rows)), *(*[]BulkOptionOf[noRow])(unsafe.Pointer(&options)))
}

func bulkCreate(src Source, table *TableOf[noRow], rows []noRow, options []BulkOptionOf[noRow]) error {
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
		for _, o := range options {
			if o.conflict != nil {
				fresh.conflict = o.conflict
			}
			if o.batch > 0 {
				fresh.batch = o.batch
			}
		}
		if table.Computed > 0 {
			fresh.returning = computedColumns(table)
		}
		keyed := fresh
		var made, given []noRow // those whose key the database makes, and the others
		for _, row := range rows {
			values := boundOf(table, row)
			if table.SetKey != nil && values[table.Key].Int64() == 0 {
				made = append(made, row)
				fresh.rows = append(fresh.rows, slices.Delete(values, table.Key, table.Key+1))
			} else {
				given = append(given, row)
				keyed.rows = append(keyed.rows, values)
			}
		}
		fresh.fresh = true
		fresh.returning = append([]string{table.Columns[table.Key]}, fresh.returning...)
		keyed.read = func(i int, from Row) { table.Scan(given[i], from, 0) }
		fresh.read = func(i int, from Row) {
			table.SetKey(made[i], from.Int64(0))
			if table.Computed > 0 {
				table.Scan(made[i], from, 1)
			}
		}
		if err := keyed.store(tx); err != nil {
			return err
		}
		if table.SetKey != nil {
			if err := passKeys(tx, table, given); err != nil {
				return err
			}
		}
		if err := fresh.store(tx); err != nil {
			return err
		}
		for _, row := range rows {
			if err := after(hooks, tx, row, saving, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// passKeys has the database make none of the keys that rows have brought along.
// SQLite sees to that by itself.
func passKeys(tx Source, table *TableOf[noRow], given []noRow) error {
	if len(given) == 0 || tx.DB().Dialect() != sqltext.Postgres {
		return nil
	}
	greatest := int64(0)
	for _, row := range given {
		greatest = max(greatest, table.Values(row)[table.Key].Int64())
	}
	_, err := Execute(tx, table.Name, sqltext.PassKey(table.Name, table.Columns[table.Key]), IntValue(greatest))
	return err
}

// inserts are rows to be stored with few statements.
type inserts struct {
	table   string
	columns []string
	key     int
	// fresh says that the rows have no value for the key, which the database makes.
	fresh    bool
	rows     [][]Value
	conflict *conflict
	batch    int
	// returning are the columns that read is given of each row, by its place; nil for
	// none. Where conflicts are ignored nothing comes back.
	returning []string
	read      func(i int, from Row)
}

func (in *inserts) store(src Source) error {
	size := max(1, bulkValues/len(in.columns))
	if in.batch > 0 {
		size = min(size, in.batch)
	}
	done := 0
	for chunk := range slices.Chunk(in.rows, size) {
		if err := in.storeChunk(src, chunk, done); err != nil {
			return inTable(in.table, err)
		}
		done += len(chunk)
	}
	return nil
}

// storeChunk stores rows of which the first is the one at place at.
func (in *inserts) storeChunk(src Source, rows [][]Value, at int) error {
	s := sqltext.Insert{Table: in.table, Columns: in.columns, Rows: rows, Returning: in.returning}
	if in.fresh {
		s.Columns = slices.Concat(in.columns[:in.key], in.columns[in.key+1:])
	}
	if c := in.conflict; c != nil {
		s.Conflict, s.Unique, s.Update = "update", c.unique, c.update
		if c.ignore {
			s.Conflict, s.Returning = "nothing", nil
		}
	}
	w := writerFor(src)
	s.Write(w)
	if s.Returning == nil {
		_, err := Execute(src, in.table, w.SQL(), w.Args()...)
		return err
	}
	stored, err := start(src, w.SQL(), w.Args())
	if err != nil {
		return err
	}
	for stored.Next() {
		in.read(at, stored)
		at++
	}
	return stored.Close()
}

// BulkUpdate writes the fields of rows that exist, in one transaction
// (bulk_update), and sets what the database computes of them. It sets no auto_now
// field and runs no hooks. ErrNotFound says that one of them is gone, and then
// nothing is stored.
func BulkUpdate[M any](src Source, rows []*M, fields ...Column[M]) error {
	return bulkUpdate(src, rowless(tableOf[*M]()), *(*[]noRow)(unsafe.Pointer(&rows)), columns(fields))
}

func bulkUpdate(src Source, table *TableOf[noRow], rows []noRow, wanted []string) error {
	if len(rows) == 0 || len(wanted) == 0 {
		return nil
	}
	return Atomic(src, func(tx Source) error {
		defer manyChanged(tx, table.Name)
		if table.Computed == 0 {
			return updateMany(tx, table, rows, wanted)
		}
		for _, row := range rows {
			s := update(table.Name, written(table), table.Key, table.Values(row), wanted)
			if err := updateReturning(tx, table, row, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// updateMany changes rows by one statement with many sets of values.
func updateMany(tx Source, table *TableOf[noRow], rows []noRow, wanted []string) error {
	all := written(table)
	s := update(table.Name, all, table.Key, table.Values(rows[0]), wanted)
	w := writerFor(tx)
	s.Write(w)
	sets := make([][]Value, len(rows))
	for i, row := range rows {
		values := table.Values(row)
		set := make([]Value, 0, len(s.Set)+1)
		for at, column := range all {
			if at != table.Key && slices.Contains(wanted, column) {
				set = append(set, values[at])
			}
		}
		sets[i] = append(set, values[table.Key])
	}
	if len(sets[0]) != len(w.Args()) { // only the key is wanted, or a value is written into the text
		for _, row := range rows {
			s := update(table.Name, all, table.Key, table.Values(row), wanted)
			if err := s.run(tx); err != nil {
				return err
			}
		}
		return nil
	}
	result, err := ExecuteMany(tx, table.Name, w.SQL(), sets)
	if err == nil && result.RowsAffected < int64(len(rows)) {
		return ErrNotFound
	}
	return err
}

// updateReturning changes a row and reads what the database then computes of it.
func updateReturning(tx Source, table *TableOf[noRow], row noRow, s changedRow) error {
	s.Returning = computedColumns(table)
	w := writerFor(tx)
	s.Write(w)
	_, err := FetchOne(tx, w.SQL(), func(from Row, at int) noRow {
		table.Scan(row, from, at)
		return row
	}, w.Args()...)
	return inTable(table.Name, err)
}

// GetOrCreate is the one row of the query, or the row that fresh makes, which is
// stored; created says which (get_or_create). When another transaction stores
// the same row first, that one is the answer.
//
//go:noinline
func (q *QueryOf[R]) GetOrCreate(fresh func() R) (row R, created bool, err error) {
	found, created, err := q.q.getOrCreate(func() noRow { return bareRow(fresh()) })
	return rowOf[R](found), created, err
}

func (q *query) getOrCreate(fresh func() noRow) (row noRow, created bool, err error) {
	row, err = q.get()
	if !errors.Is(err, ErrNotFound) {
		return row, false, err
	}
	row = fresh()
	err = Atomic(q.src, func(tx Source) error { return create(tx, q.table, row) })
	var taken *UniqueError
	if errors.As(err, &taken) {
		if other, again := q.get(); again == nil {
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
// (update_or_create). When another transaction stores the same row first, that one
// is changed.
//
//go:noinline
func (q *QueryOf[R]) UpdateOrCreate(fresh func() R, change func(R)) (row R, created bool, err error) {
	found, created, err := q.q.updateOrCreate(func() noRow { return bareRow(fresh()) }, func(row noRow) {
		change(rowOf[R](row))
	})
	return rowOf[R](found), created, err
}

func (q *query) updateOrCreate(fresh func() noRow, change func(noRow)) (row noRow, created bool, err error) {
	err = Atomic(q.src, func(tx Source) error {
		locked := *q
		locked.forUpdate(nil)
		locked.src = tx
		found, getErr := locked.get()
		if getErr == nil {
			row = found
			change(row)
			return saveRow(tx, q.table, row, nil, nil)
		}
		if !errors.Is(getErr, ErrNotFound) {
			return getErr
		}
		row, created = fresh(), true
		change(row)
		err := Atomic(tx, func(tx Source) error { return create(tx, q.table, row) })
		var taken *UniqueError
		if errors.As(err, &taken) {
			if other, again := locked.get(); again == nil {
				row, created = other, false
				change(row)
				return saveRow(tx, q.table, row, nil, nil)
			}
		}
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return row, created, nil
}
