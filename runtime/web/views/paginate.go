package views

import (
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Paginate is the page of a query's rows that the request asks for, cut as p
// says, whose Count is found out. A page that there is not is 404.
func Paginate[T any](r *web.Request, q model.Query[T], p Paginator) (*Page[T], error) {
	count, err := q.Count()
	if err != nil {
		return nil, err
	}
	p.Count = int(count)
	return pageOf(r, &p, func(from, to int) ([]*T, error) { return q.Slice(from, to).All() })
}

// PaginateRows is Paginate for rows that are at hand.
func PaginateRows[T any](r *web.Request, rows []*T, p Paginator) (*Page[T], error) {
	p.Count = len(rows)
	return pageOf(r, &p, func(from, to int) ([]*T, error) { return rows[from:min(to, len(rows))], nil })
}

// pageOf reads the rows of the page that the request asks for.
func pageOf[T any](r *web.Request, p *Paginator, read func(from, to int) ([]*T, error)) (*Page[T], error) {
	if p.PerPage < 1 {
		panic("views: a Paginator without PerPage")
	}
	number, err := p.Number(r)
	if err != nil {
		return nil, err
	}
	from, to := p.span(number)
	if from == to {
		to = from + p.PerPage // no rows, unless there are some meanwhile
	}
	rows, err := read(from, to)
	if err != nil {
		return nil, err
	}
	return &Page[T]{Number: number, ObjectList: rows, Paginator: p}, nil
}
