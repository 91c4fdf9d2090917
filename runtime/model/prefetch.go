package model

import (
	"errors"
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// Prefetch is a relation of M whose rows PrefetchRelated reads.
type Prefetch[M any] interface {
	prefetchFor(src Source, rows []*M) error
}

// prefetchSize is how many rows one statement of a prefetch is asked for.
const prefetchSize = 1000

func (q Query[T]) prefetched(rows []*T) error {
	if len(rows) == 0 {
		return nil
	}
	for _, p := range q.prefetch {
		if err := p.prefetchFor(q.src, rows); err != nil {
			return err
		}
	}
	return nil
}

// PrefetchWith is a relation whose rows are those of a query.
type PrefetchWith[M, N any] struct {
	read  func(rows []*M, q Query[N]) error
	query Query[N]
}

// With reads the related rows by a query: filtered, ordered, with relations of
// their own. It must not be sliced (Prefetch).
func (r ToMany[M, N]) With(q Query[N]) PrefetchWith[M, N] {
	return PrefetchWith[M, N]{r.prefetchRows, q}
}

// With reads the related rows by a query.
func (r ToOne[M, N]) With(q Query[N]) PrefetchWith[M, N] {
	return PrefetchWith[M, N]{r.prefetchRows, q}
}

func (p PrefetchWith[M, N]) prefetchFor(src Source, rows []*M) error {
	p.query.src = src
	if p.query.limit >= 0 || p.query.offset > 0 {
		return errFilteredSlice
	}
	return p.read(rows, p.query)
}

func (r ToMany[M, N]) prefetchFor(src Source, rows []*M) error {
	return r.prefetchRows(rows, All[N](src))
}

func (r ToOne[M, N]) prefetchFor(src Source, rows []*M) error {
	return r.prefetchRows(rows, All[N](src))
}

func (r ToMany[M, N]) prefetchRows(rows []*M, q Query[N]) error {
	byKey := map[Value][]*M{}
	var keys []sqltext.Operand
	for _, m := range rows {
		*r.rows(m) = []*N{}
		key := r.key(m)
		if byKey[key] == nil {
			keys = append(keys, sqltext.Bind(key))
		}
		byKey[key] = append(byKey[key], m)
	}
	var column sqltext.Term = r.column
	if len(r.back) > 0 {
		column = sqltext.AcrossTerm{Path: r.back, Of: r.column}
	}
	for chunk := range slices.Chunk(keys, prefetchSize) {
		part := q.Filter(Cond[N]{sqltext.In{Of: column, List: chunk}})
		found, back, err := part.fetchWith(column, chunk[0].Value)
		if err != nil {
			return err
		}
		for i, n := range found {
			for _, m := range byKey[back[i]] {
				into := r.rows(m)
				*into = append(*into, n)
			}
		}
	}
	return nil
}

// errPrefetchThen answers PrefetchRelated of a relation made by Then.
var errPrefetchThen = errors.New("model: a relation made by Then cannot be prefetched; prefetch the first one With a query that prefetches the next")

func (r ToOne[M, N]) prefetchRows(rows []*M, q Query[N]) error {
	if r.link == nil {
		return errPrefetchThen
	}
	byLink := map[Value][]*M{}
	var links []sqltext.Operand
	for _, m := range rows {
		*r.row(m) = nil
		link := r.link(m)
		if link.Kind() == sqltext.KindNull {
			continue
		}
		if byLink[link] == nil {
			links = append(links, sqltext.Bind(link))
		}
		byLink[link] = append(byLink[link], m)
	}
	step := r.path[0]
	column := sqltext.Column{Table: step.Table, Name: step.Key}
	for chunk := range slices.Chunk(links, prefetchSize) {
		part := q.Filter(Cond[N]{sqltext.In{Of: column, List: chunk}})
		found, back, err := part.fetchWith(column, chunk[0].Value)
		if err != nil {
			return err
		}
		for i, n := range found {
			for _, m := range byLink[back[i]] {
				*r.row(m) = n
			}
		}
	}
	return nil
}

// fetchWith reads the rows and one value beside each.
func (q Query[T]) fetchWith(column sqltext.Term, like Value) ([]*T, []Value, error) {
	conn, err := connOf(q.src)
	if err != nil {
		return nil, nil, err
	}
	s := q.rowStatement()
	s.Picks = []sqltext.Pick{{Of: column}}
	w := q.writer()
	s.Write(w)
	rows, err := conn.Query(q.src.Context(), w.SQL(), w.Args())
	if err != nil {
		return nil, nil, err
	}
	at := len(q.table.Columns)
	for _, r := range q.related {
		at += len(r.columns)
	}
	scan := q.scanner()
	var found []*T
	var back []Value
	for rows.Next() {
		into := new(T)
		scan(into, rows, 0)
		found = append(found, into)
		back = append(back, keyValue(rows, at, like))
	}
	if err := rows.Close(); err != nil {
		return nil, nil, err
	}
	return found, back, q.prefetched(found)
}
