package model

import (
	"slices"

	"stackgen.dev/runtime/model/sqltext"
)

// query is what a Query asks, without the type of its rows: so the code that
// writes and runs statements is compiled once, and not for each model.
type query struct {
	src      Source
	table    *TableOf[noRow]
	filters  []sqltext.Expr
	order    []sqltext.Order
	related  []sqltext.Related
	from     *sqltext.Compound
	limit    int64 // -1 for none
	offset   int64
	empty    bool
	distinct bool
	whole    bool // annotated: groups are rows
	misused  bool // an error: filtered after it was sliced
	lock     string
	zone     Value         // of date parts; null for UTC
	fill     []Fill[noRow] // for each row that is read along
	prefetch []prefetchFunc
}

func (q *query) isSliced() bool { return q.limit >= 0 || q.offset > 0 }

// nothing reports that no row can be among those of the query.
func (q *query) nothing() bool { return q.empty || q.limit == 0 }

func (q *query) filter(e sqltext.Expr) {
	q.misused = q.misused || q.isSliced()
	q.filters = append(slices.Clip(q.filters), e)
}

func (q *query) first(n int) {
	if n = max(n, 0); q.limit < 0 || int64(n) < q.limit {
		q.limit = int64(n)
	}
}

func (q *query) skip(n int) {
	skip := int64(max(n, 0))
	q.offset += skip
	if q.limit >= 0 {
		q.limit = max(q.limit-skip, 0)
	}
}

func (q *query) reverse() {
	order := make([]sqltext.Order, len(q.order))
	for i, o := range q.order {
		order[i] = reversed(o)
	}
	q.order = order
}

// ordered has the rows in the order of their keys where they have none.
func (q *query) ordered() {
	if len(q.order) == 0 {
		q.order = []sqltext.Order{{By: q.keyColumn()}}
	}
}

func (q *query) forUpdate(options []LockOption) {
	q.lock = "FOR UPDATE"
	for _, o := range options {
		q.lock += " " + string(o)
	}
}

// key is the primary key of the table.
func (q *query) key() string { return q.table.Columns[q.table.Key] }

func (q *query) keyColumn() sqltext.Column { return sqltext.Column{Table: q.table.Name, Name: q.key()} }

// statement is the SELECT of the query with the columns given.
func (q *query) statement(columns []string) sqltext.Select {
	s := sqltext.Select{
		Table: q.table.Name, Key: q.key(), Columns: columns, From: q.from,
		Filters: q.filters, Distinct: q.distinct, Whole: q.whole, Lock: q.lock,
	}
	if q.limit >= 0 {
		limit := sqltext.Bind(sqltext.Int(q.limit))
		s.Limit = &limit
	}
	if q.offset > 0 {
		offset := sqltext.Bind(sqltext.Int(q.offset))
		s.Offset = &offset
	}
	return s
}

// rows is the SELECT of whole rows, with those read along.
func (q *query) rows() sqltext.Select {
	s := q.statement(q.table.Columns)
	s.Whole, s.Related, s.Order = true, q.related, q.order
	return s
}

// compound is the rows of two queries put together.
func (q *query) compound(op string, other *query) query {
	c := newQuery(q.src, q.table)
	c.misused = q.misused || other.misused
	c.from = &sqltext.Compound{Left: q.side(), Op: op, Right: other.side()}
	return c
}

// width is the number of columns of rows.
func (q *query) width() int {
	n := len(q.table.Columns)
	for _, r := range q.related {
		n += len(r.Columns)
	}
	return n
}

// side is the query as a part of a compound.
func (q *query) side() *sqltext.Select {
	s := q.statement(q.table.Columns)
	if q.empty {
		s.Where = sqltext.Or{}
	}
	if q.isSliced() {
		s.Order = q.order
	}
	return &s
}

// selected is the query as a subquery that reads one value.
func (q *query) selected(pick sqltext.Term) *sqltext.Select {
	s := q.statement(nil)
	if pick != nil {
		s.Picks = []sqltext.Pick{{Of: pick}}
	}
	if q.empty {
		s.Where = sqltext.Or{}
	}
	if q.isSliced() {
		s.Order = q.order
	}
	return &s
}

// changed is the rows to change: by a condition, or by a subquery of their keys.
func (q *query) changed() (sqltext.Expr, *sqltext.Select) {
	where := sqltext.And(q.filters)
	if len(where) == 0 {
		return nil, nil
	}
	if !sqltext.Crosses(where) {
		return where, nil
	}
	s := q.statement(nil)
	s.Whole = true
	s.Picks = []sqltext.Pick{{Of: q.keyColumn()}}
	return nil, &s
}

// picked reads the picks in their order, a whole row first.
func (q *query) picked(picks []pick) sqltext.Select {
	var columns []string
	whole := q.whole
	for _, p := range picks {
		if p.row != nil {
			columns, whole = q.table.Columns, true
		}
	}
	s := q.statement(columns)
	s.Whole = whole
	for _, p := range picks {
		if p.row == nil {
			s.Picks = append(s.Picks, sqltext.Pick{Of: p.term})
		}
	}
	s.Order = q.order
	return s
}

// aggregated computes the aggregates over the rows of the query; where these
// are groups, distinct or a slice themselves, over those of a subquery.
func (q *query) aggregated(picks []pick) sqltext.Select {
	s := q.statement(nil)
	s.Whole = true
	nested := q.distinct || q.isSliced()
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
	if q.isSliced() {
		s.Order = q.order
	}
	if q.distinct {
		s.Columns = q.table.Columns
	}
	return sqltext.OverRows(s, terms)
}

// writer writes the statements of the query.
func (q *query) writer() *sqltext.Writer {
	w := writerFor(q.src)
	w.In(q.zone)
	return w
}

// run starts a statement that reads.
func (q *query) run(s sqltext.Select) (Rows, error) {
	conn, err := connOf(q.src)
	if err != nil {
		return nil, err
	}
	w := q.writer()
	s.Write(w)
	return conn.Query(q.src.Context(), w.SQL(), w.Args())
}

func (q *query) exists() (bool, error) {
	switch {
	case q.misused:
		return false, errFilteredSlice
	case q.nothing():
		return false, nil
	}
	s := q.statement(nil)
	w := q.writer()
	s.WriteExists(w)
	n, err := FetchInt(q.src, w.SQL(), w.Args()...)
	return n != 0, err
}

func (q *query) count() (int64, error) {
	switch {
	case q.misused:
		return 0, errFilteredSlice
	case q.nothing():
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

// changeable is the error of a query whose rows cannot be changed in one statement.
func (q *query) changeable() error {
	switch {
	case q.isSliced():
		return errSliced
	case q.from != nil:
		return errCompound
	}
	return nil
}

func (q *query) update(set []sqltext.Assignment) (int64, error) {
	if err := q.changeable(); err != nil || q.empty {
		return 0, err
	}
	if len(set) == 0 {
		return q.count()
	}
	s := sqltext.Update{Table: q.table.Name, Key: q.key(), Set: set}
	s.Where, s.Rows = q.changed()
	w := q.writer()
	s.Write(w)
	return q.changeMany(w)
}

func (q *query) delete() (int64, error) {
	if err := q.changeable(); err != nil || q.empty {
		return 0, err
	}
	s := sqltext.Delete{Table: q.table.Name, Key: q.key()}
	s.Where, s.Rows = q.changed()
	w := q.writer()
	s.Write(w)
	return q.changeMany(w)
}

// changeMany runs a statement that changes the rows of the query.
func (q *query) changeMany(w *sqltext.Writer) (int64, error) {
	result, err := Execute(q.src, q.table.Name, w.SQL(), w.Args()...)
	if err == nil && result.RowsAffected > 0 {
		manyChanged(q.src, q.table.Name)
	}
	return result.RowsAffected, err
}
