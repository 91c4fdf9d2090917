package model

import "stackgen.dev/runtime/model/sqltext"

// Pick is a value that Values or Aggregate reads, and where it goes. The Into
// of a field or expression makes it.
type Pick[M any] = PickOf[*M]

// PickOf is Pick, by the type of a pointer to the row.
type PickOf[R any] struct{ pick }

type pick struct {
	term   sqltext.Term
	into   any
	places int
	row    func(row Row, at int) // reads a whole row instead
}

// Whole reads the whole row of the model, in Values; with aggregates beside it
// the groups are the rows (annotate).
func Whole[M any](row *M) Pick[M] {
	read := tableOf[*M]().Read
	return Pick[M]{pick{row: func(r Row, at int) { *row = *read(r, at) }}}
}

// rowInto is Whole for a pointer to the row.
func rowInto[R any](row *R) PickOf[R] {
	read := tableOf[R]().Read
	return PickOf[R]{pick{row: func(r Row, at int) { *row = read(r, at) }}}
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
func Values[R, M any](q Query[M], into func(r *R) []Pick[M]) ([]R, error) { return values(q, into) }

func values[V, R any](q *QueryOf[R], into func(r *V) []PickOf[R]) ([]V, error) {
	var r V
	picks := bare(into(&r))
	out := []V{}
	if q.q.nothing() {
		return out, nil
	}
	rows, err := q.q.run(q.q.picked(picks))
	if err != nil {
		return nil, err
	}
	defer rows.Close() // also when a pick is of a type that no field has
	for rows.Next() {
		readPicks(len(q.q.table.Columns), picks, rows)
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
	err := q.q.aggregate(bare(into(&r)))
	return r, err
}

func (q *query) aggregate(picks []pick) error {
	of := *q
	if of.empty {
		of.empty = false
		of.filter(sqltext.And{sqltext.Or{}})
	}
	rows, err := of.run(of.aggregated(picks))
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		readPicks(len(of.table.Columns), picks, rows)
	}
	return rows.Close()
}

// Picks is the list of its arguments.
func Picks[M any](picks ...Pick[M]) []Pick[M] { return picks }

func bare[R any](picks []PickOf[R]) []pick {
	list := make([]pick, len(picks))
	for i := range picks {
		list[i] = picks[i].pick
	}
	return list
}

// readPicks reads the picks of a row; one of a whole row has width columns and
// comes first.
func readPicks(width int, picks []pick, row Row) {
	at := 0
	for _, p := range picks {
		if p.row != nil {
			at = width
		}
	}
	for _, p := range picks {
		if p.row != nil {
			p.row(row, 0)
			continue
		}
		readInto(p.into, row, at, p.places)
		at++
	}
}
