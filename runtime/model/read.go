package model

import (
	"iter"

	"stackgen.dev/runtime/model/sqltext"
)

// Get returns the one row, ErrNotFound without any and ErrMultiple with several.
func (q Query[T]) Get() (*T, error) {
	many := q
	if q.limit < 0 || q.limit > 2 {
		many = q.Limit(2)
	}
	rows, err := many.All()
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
func (q Query[T]) First() (*T, error) {
	rows, err := q.ordered().Limit(1).All()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows[0], nil
}

// Last returns the last row in the order of First. A slice has no last row
// without being read: Last reads it.
func (q Query[T]) Last() (*T, error) {
	if q.limit < 0 && q.offset == 0 {
		return q.ordered().Reverse().First()
	}
	rows, err := q.ordered().All()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows[len(rows)-1], nil
}

func (q Query[T]) ordered() Query[T] {
	if len(q.ordering()) == 0 {
		q.order = []Order[T]{{sqltext.Order{By: q.table.key()}}}
	}
	return q
}

// All returns the rows; without any the slice is empty and not nil.
func (q Query[T]) All() ([]*T, error) {
	switch {
	case q.sliced:
		return nil, errFilteredSlice
	case q.empty || q.limit == 0:
		return []*T{}, nil
	}
	w := q.write()
	rows, err := FetchAll(q.src, w.SQL(), q.scanner(), w.Args()...)
	if err != nil {
		return nil, err
	}
	return rows, q.prefetched(rows)
}

// Iterate hands out the rows one after another, without holding all of them. A
// row may be changed in the database meanwhile, also by the loop; whether a
// later row shows it is the database's to choose. The error, if there is one,
// comes last and with a nil row.
func (q Query[T]) Iterate() iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		if q.sliced {
			yield(nil, errFilteredSlice)
			return
		}
		if q.empty || q.limit == 0 {
			return
		}
		conn, err := connOf(q.src)
		if err != nil {
			yield(nil, err)
			return
		}
		if len(q.prefetch) > 0 || q.src.DB().driver.BuffersRows() {
			rows, err := q.All()
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
		w := q.write()
		rows, err := conn.Query(q.src.Context(), w.SQL(), w.Args())
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		scan := q.scanner()
		for rows.Next() {
			into := new(T)
			scan(into, rows, 0)
			if !yield(into, nil) {
				return
			}
		}
		if err := rows.Close(); err != nil {
			yield(nil, err)
		}
	}
}

// Exists reports whether there is a row.
func (q Query[T]) Exists() (bool, error) {
	switch {
	case q.sliced:
		return false, errFilteredSlice
	case q.empty || q.limit == 0:
		return false, nil
	}
	s := q.statement(nil)
	w := q.writer()
	s.WriteExists(w)
	n, err := FetchInt(q.src, w.SQL(), w.Args()...)
	return n != 0, err
}

// Count returns the number of rows.
func (q Query[T]) Count() (int64, error) {
	switch {
	case q.sliced:
		return 0, errFilteredSlice
	case q.empty || q.limit == 0:
		return 0, nil
	}
	s := q.statement(nil)
	if q.distinct {
		s.Columns = q.table.Columns
	}
	s.Whole = true
	w := q.writer()
	s.WriteCount(w)
	return FetchInt(q.src, w.SQL(), w.Args()...)
}

// write writes the SELECT of whole rows.
func (q Query[T]) write() *sqltext.Writer {
	s := q.rowStatement()
	w := q.writer()
	s.Write(w)
	return w
}

// rowStatement is the SELECT of whole rows.
func (q Query[T]) rowStatement() sqltext.Select {
	s := q.statement(q.table.Columns)
	s.Whole = true
	for _, r := range q.related {
		s.Related = append(s.Related, sqltext.Related{Path: r.path, Columns: r.columns})
	}
	for _, o := range q.ordering() {
		s.Order = append(s.Order, o.order)
	}
	return s
}

// scanner fills a row and the rows read along.
func (q Query[T]) scanner() Scan[T] {
	if len(q.related) == 0 {
		return q.table.Scan
	}
	return func(into *T, row Row, at int) {
		q.table.Scan(into, row, at)
		at += len(q.table.Columns)
		for _, r := range q.related {
			r.fill(into, row, at)
			at += len(r.columns)
		}
	}
}
