package model

import (
	"errors"
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// Update changes fields of all rows of the query in one statement and returns
// the number of rows. It sets no auto_now field (as Django's update does not).
//
//go:noinline
func (q *QueryOf[R]) Update(set ...AssignmentOf[R]) (int64, error) {
	list := make([]sqltext.Assignment, len(set))
	for i := range set {
		if !sqltext.OfTheRow(set[i].value) {
			return 0, errElsewhere
		}
		list[i] = sqltext.Assignment{Column: set[i].column, Value: set[i].value}
	}
	return q.q.update(list)
}

// Delete deletes all rows of the query in one statement and returns their
// number, without the rows that the database deleted along (on_delete). Rows
// that others protect give a *ForeignKeyError, and nothing is deleted.
//
//go:noinline
func (q *QueryOf[R]) Delete() (int64, error) { return q.q.delete() }

// errElsewhere answers Update with a value of another row.
var errElsewhere = errors.New("model: Update takes values of the row itself; write one of another row as a Subquery")

// errCompound answers Update and Delete of a union.
var errCompound = errors.New("model: a union of rows cannot be updated or deleted; filter by the key of its rows")

// Create stores a new row. Generated code calls it.
func Create[R any](src Source, table *TableOf[R], row R) error {
	return create(src, rowless(table), bareRow(row))
}

func create(src Source, table *TableOf[noRow], row noRow) error {
	return hooked(src, table, row, saving, true, func(src Source) error {
		stamp(src, table, row, true)
		values := boundOf(table, row)
		fresh := table.SetKey != nil && values[table.Key].Int64() == 0
		if fresh {
			values[table.Key] = Value{}
		}
		result, err := Execute(src, table.Name, table.Insert, values...)
		if err == nil && fresh {
			table.SetKey(row, result.LastInsertID)
		}
		if err != nil {
			return err
		}
		return recompute(src, table, row)
	})
}

// DeleteRow deletes a row. Generated code calls it.
func DeleteRow[R any](src Source, table *TableOf[R], row R) error {
	return deleteRow(src, rowless(table), bareRow(row))
}

func deleteRow(src Source, table *TableOf[noRow], row noRow) error {
	return hooked(src, table, row, deleting, false, func(src Source) error {
		_, err := Execute(src, table.Name, table.Delete, table.Values(row)[table.Key])
		return err
	})
}

// Save writes columns of one row that exists: those of fields and always
// those named in always (auto_now), or every column besides the key where
// fields is empty (save(update_fields=...)). ErrNotFound says that the row is
// gone. Generated code calls it.
func Save[R any](src Source, table *TableOf[R], row R, always []string, fields []ColumnOf[R]) error {
	return saveRow(src, rowless(table), bareRow(row), always, columns(fields))
}

func saveRow(src Source, table *TableOf[noRow], row noRow, always, wanted []string) error {
	return hooked(src, table, row, saving, false, func(src Source) error {
		stamp(src, table, row, false)
		if wanted != nil {
			wanted = append(wanted, always...)
		}
		if err := save(src, table.Name, written(table), table.Key, table.Values(row), wanted); err != nil {
			return err
		}
		return recompute(src, table, row)
	})
}

func stamp(src Source, table *TableOf[noRow], row noRow, fresh bool) {
	if table.Stamp != nil {
		table.Stamp(row, Now(src), fresh)
	}
}

// save writes the wanted columns of one row, all but the key where wanted is nil.
func save(src Source, table string, columns []string, key int, values []Value, wanted []string) error {
	s := update(table, columns, key, values, wanted)
	return s.run(src)
}

// changedRow is the statement that changes one row.
type changedRow struct{ sqltext.Update }

func update(table string, columns []string, key int, values []Value, wanted []string) changedRow {
	s := sqltext.Update{Table: table, Where: sqltext.Compare{
		Left: sqltext.Column{Table: table, Name: columns[key]}, Op: sqltext.Eq, Right: sqltext.Bind(values[key]),
	}}
	for i, column := range columns {
		if i != key && (wanted == nil || slices.Contains(wanted, column)) {
			s.Set = append(s.Set, sqltext.Assignment{Column: column, Value: sqltext.Bind(values[i])})
		}
	}
	if len(s.Set) == 0 { // a model of nothing but its key
		s.Set = []sqltext.Assignment{{Column: columns[key], Value: sqltext.Bind(values[key])}}
	}
	return changedRow{s}
}

func (s *changedRow) run(src Source) error {
	w := writerFor(src)
	s.Write(w)
	result, err := Execute(src, s.Table, w.SQL(), w.Args()...)
	if err == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	return err
}
