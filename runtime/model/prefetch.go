package model

import (
	"errors"
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// Prefetched is a relation of M whose rows PrefetchRelated reads.
type Prefetched[M any] = PrefetchedOf[*M]

// PrefetchedOf is Prefetched, by the type of a pointer to the row.
type PrefetchedOf[R any] interface{ prefetch(R) prefetchFunc }

// prefetchFunc reads the related rows of rows: by a query, or all of them where
// it is nil.
type prefetchFunc func(src Source, rows []noRow, by *query) error

// Relation is a relation of the model M to one row of N or to several.
type Relation[M, N any] = RelationOf[*M, *N]

// RelationOf is Relation, by the types of pointers to the rows.
type RelationOf[R, S any] interface {
	PathOf[R, S]
	PrefetchedOf[R]
}

// Prefetch is a relation for PrefetchRelated whose rows are read by a query:
// filtered, ordered, with relations of their own. It must not be sliced.
func Prefetch[M, N any](r Relation[M, N], by Query[N]) Prefetched[M] {
	return prefetchedBy[*M]{r.prefetch(nil), &by.q}
}

// prefetchedBy is a relation with the query that reads its rows.
type prefetchedBy[R any] struct {
	all prefetchFunc
	by  *query
}

func (p prefetchedBy[R]) prefetch(R) prefetchFunc {
	return func(src Source, rows []noRow, _ *query) error {
		if p.by.isSliced() {
			return errFilteredSlice
		}
		by := *p.by
		by.src = src
		return p.all(src, rows, &by)
	}
}

// prefetchSize is how many rows one statement of a prefetch is asked for.
const prefetchSize = 1000

func prefetched(q *query, rows []noRow) error {
	if len(rows) == 0 {
		return nil
	}
	for _, p := range q.prefetch {
		if err := p(q.src, rows, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *ToManyOf[R, S]) prefetch(R) prefetchFunc { return r.to.prefetch }

func (r *ToOneOf[R, S]) prefetch(R) prefetchFunc { return r.to.prefetch }

// prefetch reads the related rows of rows.
func (r *toMany) prefetch(src Source, rows []noRow, by *query) error {
	if by == nil {
		all := newQuery(src, r.table())
		by = &all
	}
	for _, m := range rows {
		*r.rows(m) = []noRow{}
	}
	var column sqltext.Term = r.column
	if len(r.back) > 0 {
		column = sqltext.AcrossTerm{Path: r.back, Of: r.column}
	}
	return readLinked(rows, r.key, by, column, func(m, row noRow) {
		into := r.rows(m)
		*into = append(*into, row)
	})
}

// errPrefetchThen answers PrefetchRelated of a relation made by Then.
var errPrefetchThen = errors.New("model: a relation made by Then cannot be prefetched; give Prefetch the first one and a query that prefetches the next")

// prefetch reads the related rows of rows.
func (r *toOne) prefetch(src Source, rows []noRow, by *query) error {
	if r.link == nil {
		return errPrefetchThen
	}
	if by == nil {
		all := newQuery(src, r.table())
		by = &all
	}
	for _, m := range rows {
		*r.row(m) = nil
	}
	step := r.path[0]
	column := sqltext.Column{Table: step.Table, Name: step.Key}
	return readLinked(rows, r.link, by, column, func(m, row noRow) { *r.row(m) = row })
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
