package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"stackgen.dev/runtime/model"
)

// rows is one run of a statement, whose first row has been read.
type rows struct {
	row
	ctx    context.Context
	conn   *conn
	reader *pgconn.ResultReader // nil at the end
	first  bool                 // the first row is the current one, and was not handed out
	owned  bool                 // Close gives the connection back
	pace   *pace                // is told of the run at its end; may be nil
	lanes  *lanes               // are told of the end of a short read; may be nil
	took   time.Duration        // until the first row
	count  int                  // of rows handed out
}

// Columns are the names of the columns.
func (r *rows) Columns() []string { return r.names }

// Next moves to the next row.
func (r *rows) Next() bool {
	switch {
	case r.err != nil || r.reader == nil:
		return false
	case r.first:
		r.first = false
		r.count++
		return true
	case r.reader.NextRow():
		r.count++
		r.values = r.reader.Values()
		return true
	}
	r.finish()
	return false
}

// finish reads to the end and keeps what went wrong.
func (r *rows) finish() {
	if r.reader == nil {
		return
	}
	if _, err := r.reader.Close(); err != nil && r.err == nil {
		r.err = translate(r.ctx, err)
	}
	r.reader = nil
}

// Close ends the run and gives the connection back.
func (r *rows) Close() error {
	r.finish()
	if r.owned {
		r.owned = false
		r.conn.release()
		r.pace.run(r.took, r.count)
		if r.lanes != nil {
			r.lanes.done()
		}
	}
	return r.err
}

// all reads the rows to the end, so that the connection is free for the next
// statement.
func (r *rows) all() (*buffered, error) {
	b := &buffered{row: row{types: r.types, names: r.names}}
	for r.Next() {
		var size int
		for _, v := range r.values {
			size += len(v)
		}
		bytes, copied := make([]byte, 0, size), slices.Clone(r.values)
		for i, v := range r.values {
			if v == nil {
				continue
			}
			at := len(bytes)
			bytes = append(bytes, v...)
			copied[i] = bytes[at:len(bytes):len(bytes)]
		}
		b.rest = append(b.rest, copied)
	}
	return b, r.Close()
}

// buffered are rows that have been read.
type buffered struct {
	row
	rest [][][]byte
}

// Next moves to the next row.
func (b *buffered) Next() bool {
	if len(b.rest) == 0 || b.err != nil {
		return false
	}
	b.values, b.rest = b.rest[0], b.rest[1:]
	return true
}

// Columns are the names of the columns.
func (b *buffered) Columns() []string { return b.names }

// Close returns what went wrong with a column.
func (b *buffered) Close() error {
	b.rest = nil
	return b.err
}

var (
	_ model.Rows     = (*rows)(nil)
	_ model.Columned = (*rows)(nil)
	_ model.Rows     = (*buffered)(nil)
	_ model.Columned = (*buffered)(nil)
)
