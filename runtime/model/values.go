package model

import "stackgen.dev/runtime/model/sqltext"

// Pick is a value that Values or Aggregate reads, and where it goes. The Into
// of a field or expression makes it.
type Pick[M any] struct {
	term   sqltext.Term
	into   any
	places int
	whole  bool // a row of M
	scan   func(row Row, at int)
}

// Whole reads the whole row of the model, in Values; with aggregates beside it
// the groups are the rows (annotate).
func Whole[M any](row *M) Pick[M] {
	return Pick[M]{whole: true, scan: func(r Row, at int) {
		*row = *new(M)
		tableOf[M]().Scan(row, r, at)
	}}
}

// Values reads values instead of rows, each row of them into an R: into names
// them and where they go, and is called once.
//
//	type line struct { Title string; Comments int64 }
//	lines, err := model.Values(models.Posts(r), func(l *line) []model.Pick[models.Post] {
//		return model.Picks(
//			models.PostField.Title.Into(&l.Title),
//			model.CountOf(models.PostField.Comments).Into(&l.Comments),
//		)
//	})
//
// Where a pick is an aggregate, the other picks are the group (values and
// annotate), unless Whole is among them or the query is annotated.
func Values[R, M any](q Query[M], into func(r *R) []Pick[M]) ([]R, error) {
	var r R
	picks := into(&r)
	out := []R{}
	if q.empty || q.limit == 0 {
		return out, nil
	}
	rows, err := run(q, q.valuesStatement(picks))
	if err != nil {
		return nil, err
	}
	defer rows.Close() // also when a pick is of a type that no field has
	for rows.Next() {
		readPicks(q.table, picks, rows)
		out = append(out, r)
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return out, nil
}

// Aggregate computes one row of aggregates over all rows of the query
// (aggregate).
func Aggregate[R, M any](q Query[M], into func(r *R) []Pick[M]) (R, error) {
	var r R
	picks := into(&r)
	if q.empty {
		q.empty = false
		q = q.Filter(Or[M]())
	}
	rows, err := run(q, q.aggregateStatement(picks))
	if err != nil {
		return r, err
	}
	defer rows.Close()
	if rows.Next() {
		readPicks(q.table, picks, rows)
	}
	return r, rows.Close()
}

// Picks is the list of its arguments.
func Picks[M any](picks ...Pick[M]) []Pick[M] { return picks }

func run[M any](q Query[M], s sqltext.Select) (Rows, error) {
	conn, err := connOf(q.src)
	if err != nil {
		return nil, err
	}
	w := q.writer()
	s.Write(w)
	return conn.Query(q.src.Context(), w.SQL(), w.Args())
}

// valuesStatement reads the picks in their order, a whole row first.
func (q Query[T]) valuesStatement(picks []Pick[T]) sqltext.Select {
	var columns []string
	whole := q.whole
	for _, p := range picks {
		if p.whole {
			columns, whole = q.table.Columns, true
		}
	}
	s := q.statement(columns)
	s.Whole = whole
	for _, p := range picks {
		if !p.whole {
			s.Picks = append(s.Picks, sqltext.Pick{Of: p.term})
		}
	}
	for _, o := range q.ordering() {
		s.Order = append(s.Order, o.order)
	}
	return s
}

func readPicks[M any](table *Table[M], picks []Pick[M], row Row) {
	at := 0
	for _, p := range picks {
		if p.whole {
			at = len(table.Columns)
		}
	}
	for _, p := range picks {
		switch {
		case p.whole:
			p.scan(row, 0)
		default:
			readInto(p.into, row, at, p.places)
			at++
		}
	}
}

// aggregateStatement computes the aggregates over the rows of the query; where
// these are groups, distinct or a slice themselves, over those of a subquery.
func (q Query[T]) aggregateStatement(picks []Pick[T]) sqltext.Select {
	s := q.statement(nil)
	s.Whole = true
	nested := q.distinct || q.limit >= 0 || q.offset > 0
	terms := make([]sqltext.Term, len(picks))
	for i, p := range picks {
		terms[i] = p.term
		nested = nested || sqltext.Nested(p.term)
	}
	if !nested && !s.Grouped() {
		s.Whole = false
		for _, t := range terms {
			s.Picks = append(s.Picks, sqltext.Pick{Of: t})
		}
		return s
	}
	if q.limit >= 0 || q.offset > 0 {
		for _, o := range q.ordering() {
			s.Order = append(s.Order, o.order)
		}
	}
	if q.distinct {
		s.Columns = q.table.Columns
	}
	return sqltext.OverRows(s, terms)
}
