package model

import (
	"errors"
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// Prefetch is a relation of M whose rows PrefetchRelated reads.
type Prefetch[M any] = PrefetchOf[*M]

// PrefetchOf is Prefetch, by the type of a pointer to the row.
type PrefetchOf[R any] interface{ prefetch(R) prefetchFunc }

// prefetchFunc reads the related rows of rows.
type prefetchFunc func(src Source, rows []noRow) error

// PrefetchedOf is a Prefetch by a query.
type PrefetchedOf[R any] struct{ read prefetchFunc }

func (p *PrefetchedOf[R]) prefetch(R) prefetchFunc { return p.read }

// prefetchSize is how many rows one statement of a prefetch is asked for.
const prefetchSize = 1000

func prefetched(q *query, rows []noRow) error {
	if len(rows) == 0 {
		return nil
	}
	for _, p := range q.prefetch {
		if err := p(q.src, rows); err != nil {
			return err
		}
	}
	return nil
}

// prefetchWith is a relation whose rows are those of a query.
func prefetchWith(q *QueryOf[noRow], read func(rows []noRow, q *query) error) *PrefetchedOf[noRow] {
	return &PrefetchedOf[noRow]{func(src Source, rows []noRow) error {
		if (*query)(q).isSliced() {
			return errFilteredSlice
		}
		of := query(*q)
		of.src = src
		return read(rows, &of)
	}}
}

func (r *ToManyOf[R, S]) prefetch(R) prefetchFunc { return r.to.prefetchAll }

func (r *ToOneOf[R, S]) prefetch(R) prefetchFunc { return r.to.prefetchAll }

func (r *toMany) prefetchAll(src Source, rows []noRow) error {
	return r.prefetch(rows, newQuery(src, r.table()))
}

func (r *toOne) prefetchAll(src Source, rows []noRow) error {
	return r.prefetch(rows, newQuery(src, r.table()))
}

// prefetch reads the related rows of rows by the query.
func (r *toMany) prefetch(rows []noRow, q *query) error {
	for _, m := range rows {
		*r.rows(m) = []noRow{}
	}
	var column sqltext.Term = r.column
	if len(r.back) > 0 {
		column = sqltext.AcrossTerm{Path: r.back, Of: r.column}
	}
	return readLinked(rows, r.key, q, column, func(m, row noRow) {
		into := r.rows(m)
		*into = append(*into, row)
	})
}

// errPrefetchThen answers PrefetchRelated of a relation made by Then.
var errPrefetchThen = errors.New("model: a relation made by Then cannot be prefetched; prefetch the first one With a query that prefetches the next")

// prefetch reads the related rows of rows by the query.
func (r *toOne) prefetch(rows []noRow, q *query) error {
	if r.link == nil {
		return errPrefetchThen
	}
	for _, m := range rows {
		*r.row(m) = nil
	}
	step := r.path[0]
	column := sqltext.Column{Table: step.Table, Name: step.Key}
	return readLinked(rows, r.link, q, column, func(m, row noRow) { *r.row(m) = row })
}

// readLinked reads the rows of q whose column has one of the values that link
// has of rows, and puts each to those rows that have its value.
func readLinked(rows []noRow, link func(noRow) Value, q *query, column sqltext.Term, put func(m, row noRow)) error {
	linked := map[Value][]noRow{}
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
		part := *q
		part.filter(sqltext.And{sqltext.In{Of: column, List: chunk}})
		found, values, err := fetchWith(&part, column, chunk[0].Value)
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
func fetchWith(q *query, column sqltext.Term, like Value) ([]noRow, []Value, error) {
	s := q.rows()
	s.Picks = []sqltext.Pick{{Of: column}}
	rows, err := q.run(s)
	if err != nil {
		return nil, nil, err
	}
	at := q.width()
	read := q.reader()
	var found []noRow
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
