package model

import (
	"errors"
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// Prefetch is a relation of M whose rows PrefetchRelated reads.
type Prefetch[M any] = PrefetchOf[*M]

// PrefetchOf is Prefetch, by the type of a pointer to the row.
type PrefetchOf[R any] interface {
	prefetchFor(src Source, rows []R) error
}

// prefetchSize is how many rows one statement of a prefetch is asked for.
const prefetchSize = 1000

func prefetched[R any](q *QueryOf[R], rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	for _, p := range q.prefetch {
		if err := p.prefetchFor(q.q.src, rows); err != nil {
			return err
		}
	}
	return nil
}

// prefetchFunc is a Prefetch by a function.
type prefetchFunc[R any] func(src Source, rows []R) error

func (f prefetchFunc[R]) prefetchFor(src Source, rows []R) error { return f(src, rows) }

// prefetchWith is a relation whose rows are those of a query.
func prefetchWith[R, S any](q *QueryOf[S], read func(rows []R, q *QueryOf[S]) error) PrefetchOf[R] {
	return prefetchFunc[R](func(src Source, rows []R) error {
		if q.q.isSliced() {
			return errFilteredSlice
		}
		of := *q
		of.q.src = src
		return read(rows, &of)
	})
}

func (r *ToManyOf[R, S]) prefetchFor(src Source, rows []R) error {
	return prefetchMany(r, rows, NewQuery(src, tableOf[S]()))
}

func (r *ToOneOf[R, S]) prefetchFor(src Source, rows []R) error {
	return prefetchOne(r, rows, NewQuery(src, tableOf[S]()))
}

func prefetchMany[R, S any](r *ToManyOf[R, S], rows []R, q *QueryOf[S]) error {
	for _, m := range rows {
		*r.rows(m) = []S{}
	}
	var column sqltext.Term = r.column
	if len(r.back) > 0 {
		column = sqltext.AcrossTerm{Path: r.back, Of: r.column}
	}
	return readLinked(rows, r.key, q, column, func(m R, row S) {
		into := r.rows(m)
		*into = append(*into, row)
	})
}

// errPrefetchThen answers PrefetchRelated of a relation made by Then.
var errPrefetchThen = errors.New("model: a relation made by Then cannot be prefetched; prefetch the first one With a query that prefetches the next")

func prefetchOne[R, S any](r *ToOneOf[R, S], rows []R, q *QueryOf[S]) error {
	if r.link == nil {
		return errPrefetchThen
	}
	var none S
	for _, m := range rows {
		*r.row(m) = none
	}
	step := r.path[0]
	column := sqltext.Column{Table: step.Table, Name: step.Key}
	return readLinked(rows, r.link, q, column, func(m R, row S) { *r.row(m) = row })
}

// readLinked reads the rows of q whose column has one of the values that link
// has of rows, and puts each to those rows that have its value.
func readLinked[R, S any](rows []R, link func(R) Value, q *QueryOf[S], column sqltext.Term, put func(R, S)) error {
	linked := map[Value][]R{}
	var links []sqltext.Operand
	for _, m := range rows {
		value := link(m)
		if value.Kind() == sqltext.KindNull {
			continue
		}
		if linked[value] == nil {
			links = append(links, sqltext.Bind(value))
		}
		linked[value] = append(linked[value], m)
	}
	for chunk := range slices.Chunk(links, prefetchSize) {
		part := q.Filter(CondOf[S]{sqltext.In{Of: column, List: chunk}})
		found, values, err := fetchWith(part, column, chunk[0].Value)
		if err != nil {
			return err
		}
		for i, row := range found {
			for _, m := range linked[values[i]] {
				put(m, row)
			}
		}
	}
	return nil
}

// fetchWith reads the rows and one value beside each.
func fetchWith[R any](q *QueryOf[R], column sqltext.Term, like Value) ([]R, []Value, error) {
	s := q.q.rows()
	s.Picks = []sqltext.Pick{{Of: column}}
	rows, err := q.q.run(s)
	if err != nil {
		return nil, nil, err
	}
	at := q.q.width()
	read := reader(q)
	var found []R
	var values []Value
	for rows.Next() {
		found = append(found, read(rows, 0))
		values = append(values, keyValue(rows, at, like))
	}
	if err := rows.Close(); err != nil {
		return nil, nil, err
	}
	return found, values, prefetched(q, found)
}
