package model

import (
	"iter"
	"unsafe"
)

// Get returns the one row, ErrNotFound without any and ErrMultiple with several.
//
//go:noinline
func (q *QueryOf[R]) Get() (R, error) {
	row, err := q.q.get()
	return rowOf[R](row), err
}

func (q *query) get() (noRow, error) {
	few := *q
	if few.limit < 0 || few.limit > 2 {
		few.first(2)
	}
	rows, err := few.all()
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, ErrNotFound
	case len(rows) > 1:
		return nil, ErrMultiple
	}
	return rows[0], nil
}

// First returns the first row, ordered by the primary key where the query has
// no order; ErrNotFound without rows.
//
//go:noinline
func (q *QueryOf[R]) First() (R, error) {
	row, err := q.q.firstRow()
	return rowOf[R](row), err
}

func (q *query) firstRow() (noRow, error) {
	c := *q
	c.ordered()
	c.first(1)
	return last(c.all())
}

// Last returns the last row in the order of First. A slice has no last row
// without being read: Last reads it.
//
//go:noinline
func (q *QueryOf[R]) Last() (R, error) {
	row, err := q.q.lastRow()
	return rowOf[R](row), err
}

func (q *query) lastRow() (noRow, error) {
	c := *q
	c.ordered()
	if !q.isSliced() {
		c.reverse()
		c.first(1)
	}
	return last(c.all())
}

func last(rows []noRow, err error) (noRow, error) {
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows[len(rows)-1], nil
}

// Earliest is the first row in the order of the terms (earliest).
//
//go:noinline
func (q *QueryOf[R]) Earliest(terms ...OrderOf[R]) (R, error) { return q.OrderBy(terms...).First() }

// Latest is the last row in the order of the terms (latest).
//
//go:noinline
func (q *QueryOf[R]) Latest(terms ...OrderOf[R]) (R, error) { return q.OrderBy(terms...).Last() }

// All returns the rows; without any the slice is empty and not nil.
//
//go:noinline
func (q *QueryOf[R]) All() ([]R, error) {
	rows, err := q.q.all()
	return *(*[]R)(unsafe.Pointer(&rows)), err
}

func (q *query) all() ([]noRow, error) {
	switch {
	case q.misused:
		return nil, errFilteredSlice
	case q.nothing():
		return []noRow{}, nil
	}
	rows, err := q.readRows()
	if err != nil {
		return nil, err
	}
	all, err := readAll(rows, q.reader())
	if err != nil {
		return nil, err
	}
	return all, prefetched(q, all)
}

// Iterate hands out the rows one after another, without holding all of them. A
// row may be changed in the database meanwhile, also by the loop; whether a
// later row shows it is the database's to choose. The error, if there is one,
// comes last and with a nil row.
//
//go:noinline
func (q *QueryOf[R]) Iterate() iter.Seq2[R, error] {
	rows := q.q.iterate()
	return *(*iter.Seq2[R, error])(unsafe.Pointer(&rows))
}

func (q *query) iterate() iter.Seq2[noRow, error] {
	return func(yield func(noRow, error) bool) {
		db := q.src.DB()
		if len(q.prefetch) > 0 || db == nil || db.driver.BuffersRows() || q.misused || q.nothing() {
			rows, err := q.all()
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
			if err != nil {
				yield(nil, err)
			}
			return
		}
		rows, err := q.readRows()
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		read := q.reader()
		for rows.Next() {
			if !yield(read(rows, 0), nil) {
				return
			}
		}
		if err := rows.Close(); err != nil {
			yield(nil, err)
		}
	}
}

// Exists reports whether there is a row.
//
//go:noinline
func (q *QueryOf[R]) Exists() (bool, error) { return q.q.exists() }

// Count returns the number of rows.
//
//go:noinline
func (q *QueryOf[R]) Count() (int64, error) { return q.q.count() }

// reader reads a row and those read along.
func (q *query) reader() Read[noRow] {
	if len(q.fill) == 0 {
		return q.table.Read
	}
	return func(rows Row, at int) noRow {
		row := q.table.Read(rows, at)
		at += len(q.table.Columns)
		for i, fill := range q.fill {
			fill(row, rows, at)
			at += len(q.related[i].Columns)
		}
		return row
	}
}
