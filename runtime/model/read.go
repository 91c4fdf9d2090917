package model

import "iter"

// Get returns the one row, ErrNotFound without any and ErrMultiple with several.
//
//go:noinline
func (q *QueryOf[R]) Get() (R, error) {
	var none R
	if q.q.limit < 0 || q.q.limit > 2 {
		q = q.Limit(2)
	}
	rows, err := q.All()
	switch {
	case err != nil:
		return none, err
	case len(rows) == 0:
		return none, ErrNotFound
	case len(rows) > 1:
		return none, ErrMultiple
	}
	return rows[0], nil
}

// First returns the first row, ordered by the primary key where the query has
// no order; ErrNotFound without rows.
//
//go:noinline
func (q *QueryOf[R]) First() (R, error) {
	c := *q
	c.q.ordered()
	c.q.first(1)
	return last(c.All())
}

// Last returns the last row in the order of First. A slice has no last row
// without being read: Last reads it.
//
//go:noinline
func (q *QueryOf[R]) Last() (R, error) {
	c := *q
	c.q.ordered()
	if !q.q.isSliced() {
		c.q.reverse()
		c.q.first(1)
	}
	return last(c.All())
}

func last[R any](rows []R, err error) (row R, _ error) {
	if err != nil {
		return row, err
	}
	if len(rows) == 0 {
		return row, ErrNotFound
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
	switch {
	case q.q.misused:
		return nil, errFilteredSlice
	case q.q.nothing():
		return []R{}, nil
	}
	rows, err := q.q.readRows()
	if err != nil {
		return nil, err
	}
	all, err := readAll(rows, reader(q))
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
	return func(yield func(R, error) bool) {
		var none R
		db := q.q.src.DB()
		if len(q.prefetch) > 0 || db == nil || db.driver.BuffersRows() || q.q.misused || q.q.nothing() {
			rows, err := q.All()
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
			if err != nil {
				yield(none, err)
			}
			return
		}
		rows, err := q.q.readRows()
		if err != nil {
			yield(none, err)
			return
		}
		defer rows.Close()
		read := reader(q)
		for rows.Next() {
			if !yield(read(rows, 0), nil) {
				return
			}
		}
		if err := rows.Close(); err != nil {
			yield(none, err)
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
func reader[R any](q *QueryOf[R]) Read[R] {
	if len(q.fill) == 0 {
		return q.table.Read
	}
	return func(rows Row, at int) R {
		row := q.table.Read(rows, at)
		at += len(q.q.columns)
		for i, fill := range q.fill {
			fill(row, rows, at)
			at += len(q.q.related[i].Columns)
		}
		return row
	}
}
