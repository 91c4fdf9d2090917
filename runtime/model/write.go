package model

import (
	"errors"

	"stackgen.dev/runtime/model/sqltext"
)

// Update changes fields of all rows of the query in one statement and returns
// the number of rows. It sets no auto_now field (as Django's update does not).
func (q Query[T]) Update(set ...Assignment[T]) (int64, error) {
	switch {
	case q.limit >= 0 || q.offset > 0:
		return 0, errSliced
	case q.from != nil:
		return 0, errCompound
	case q.empty:
		return 0, nil
	case len(set) == 0:
		return q.Count()
	}
	s := sqltext.Update{Table: q.table.Name, Key: q.table.key().Name}
	s.Where, s.Rows = q.changed()
	for _, a := range set {
		s.Set = append(s.Set, sqltext.Assignment{Column: a.column, Value: a.value})
	}
	w := q.writer()
	s.Write(w)
	result, err := Execute(q.src, q.table.Name, w.SQL(), w.Args()...)
	return result.RowsAffected, err
}

// Delete deletes all rows of the query in one statement and returns their
// number, without the rows that the database deleted along (on_delete). Rows
// that others protect give a *ForeignKeyError, and nothing is deleted.
func (q Query[T]) Delete() (int64, error) {
	switch {
	case q.limit >= 0 || q.offset > 0:
		return 0, errSliced
	case q.from != nil:
		return 0, errCompound
	case q.empty:
		return 0, nil
	}
	s := sqltext.Delete{Table: q.table.Name, Key: q.table.key().Name}
	s.Where, s.Rows = q.changed()
	w := q.writer()
	s.Write(w)
	result, err := Execute(q.src, q.table.Name, w.SQL(), w.Args()...)
	return result.RowsAffected, err
}

// changed is the rows to change: by a condition, or by a subquery of their keys.
func (q Query[T]) changed() (sqltext.Expr, *sqltext.Select) {
	where := sqltext.And(q.filters)
	if len(where) == 0 {
		return nil, nil
	}
	if !sqltext.Crosses(where) {
		return where, nil
	}
	s := q.statement(nil)
	s.Whole = true
	s.Picks = []sqltext.Pick{{Of: q.table.key()}}
	return nil, &s
}

// errCompound answers Update and Delete of a union.
var errCompound = errors.New("model: a union of rows cannot be updated or deleted; filter by the key of its rows")

// Create stores a new row. Generated code calls it.
func Create[T any](src Source, table *Table[T], row *T) error {
	return hooked(src, row, saving, true, func(src Source) error {
		if table.Stamp != nil {
			table.Stamp(row, Now(src), true)
		}
		values := table.bound(row)
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
func DeleteRow[T any](src Source, table *Table[T], row *T) error {
	return hooked(src, row, deleting, false, func(src Source) error {
		_, err := Execute(src, table.Name, table.Delete, table.Values(row)[table.Key])
		return err
	})
}

// Save writes columns of one row that exists: those of fields and always
// those named in always (auto_now), or every column besides the key where
// fields is empty (save(update_fields=...)). ErrNotFound says that the row is
// gone. Generated code calls it.
func Save[T any](src Source, table *Table[T], row *T, always []string, fields []Column[T]) error {
	return hooked(src, row, saving, false, func(src Source) error {
		return save(src, table, row, always, fields)
	})
}

func save[T any](src Source, table *Table[T], row *T, always []string, fields []Column[T]) error {
	if table.Stamp != nil {
		table.Stamp(row, Now(src), false)
	}
	values := table.Values(row)
	s := sqltext.Update{Table: table.Name, Where: sqltext.Compare{
		Left: table.key(), Op: sqltext.Eq, Right: sqltext.Bind(values[table.Key]),
	}}
	for i, column := range table.written() {
		if i != table.Key && (len(fields) == 0 || wanted(column, always, fields)) {
			s.Set = append(s.Set, sqltext.Assignment{Column: column, Value: sqltext.Bind(values[i])})
		}
	}
	if len(s.Set) == 0 { // a model of nothing but its key
		s.Set = []sqltext.Assignment{{Column: table.Columns[table.Key], Value: sqltext.Bind(values[table.Key])}}
	}
	w := writerFor(src)
	s.Write(w)
	result, err := Execute(src, table.Name, w.SQL(), w.Args()...)
	if err == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	return recompute(src, table, row)
}

func wanted[T any](column string, always []string, fields []Column[T]) bool {
	for _, a := range always {
		if a == column {
			return true
		}
	}
	for _, f := range fields {
		if f.columnOf(nil) == column {
			return true
		}
	}
	return false
}
