package model

import (
	"sync/atomic"

	"stackgen.dev/runtime/model/sqltext"
)

// allRows is the statement that reads all rows of a table in its order. Every query
// begins as that and many end so, hence it is written once for each dialect and kept.
type allRows struct {
	texts [sqltext.Postgres + 1]atomic.Pointer[string]
}

// isAll reports whether the query reads what it did when it was begun: all rows of
// its table, in the table's order.
func (q *query) isAll() bool {
	return q.from == nil && len(q.filters) == 0 && len(q.related) == 0 && sameOrder(q.order, q.table.Ordering) &&
		!q.isSliced() && !q.empty && !q.distinct && !q.whole && !q.misused && q.lock == "" && q.zone == (Value{})
}

// sameOrder reports whether both are one slice. A query never changes an order: it
// gets another.
func sameOrder(a, b []sqltext.Order) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// readRows starts the statement of whole rows.
func (q *query) readRows() (Rows, error) {
	db := q.src.DB()
	if db == nil || !q.isAll() {
		return q.run(q.rows())
	}
	text := q.table.all.texts[db.Dialect()].Load()
	if text == nil { // whoever comes at the same time writes the same
		s, w := q.rows(), q.writer()
		s.Write(w)
		sql := w.SQL()
		text = &sql
		q.table.all.texts[db.Dialect()].Store(text)
	}
	return start(q.src, *text, nil)
}
