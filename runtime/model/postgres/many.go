package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// pipelined is how many statements are sent before their answers are read, so
// that neither side waits with full buffers.
const pipelined = 256

// ExecMany runs a statement with many sets of values in a transaction of its own.
func (p *pool) ExecMany(ctx context.Context, sql string, sets [][]model.Value) (model.Result, error) {
	return inTransaction(ctx, p, func(t *tx) (model.Result, error) { return t.ExecMany(ctx, sql, sets) })
}

// ExecMany sends all sets without waiting for the answer to each.
func (t *tx) ExecMany(ctx context.Context, sql string, sets [][]model.Value) (model.Result, error) {
	if err := t.usable(ctx); err != nil {
		return model.Result{}, err
	}
	var sum model.Result
	for len(sets) > 0 {
		n := min(len(sets), pipelined)
		rows, err := t.conn.pipeline(ctx, sql, sets[:n])
		if err != nil {
			return model.Result{}, translate(ctx, err)
		}
		sum.RowsAffected += rows
		sets = sets[n:]
	}
	return sum, nil
}

// pipeline runs sets as one: after an error the server leaves the rest out.
func (c *conn) pipeline(ctx context.Context, sql string, sets [][]model.Value) (rows int64, err error) {
	s, err := c.prepare(ctx, sql)
	if err != nil {
		return 0, err
	}
	type bound struct {
		values  [][]byte
		formats []int16
	}
	all := make([]bound, len(sets))
	for i, set := range sets { // before anything is sent
		if all[i].values, all[i].formats, err = bind(set, s.params); err != nil {
			return 0, err
		}
	}
	p := c.pg.StartPipeline(ctx)
	for _, b := range all {
		p.SendQueryPrepared(s.name, b.values, b.formats, s.formats)
	}
	if err := p.Sync(); err != nil {
		p.Close()
		return 0, err
	}
	for {
		answer, failed := p.GetResults()
		if failed != nil {
			err = errors.Join(err, failed)
			if c.broken() {
				break
			}
			continue
		}
		reader, ok := answer.(*pgconn.ResultReader)
		if !ok { // the end of the pipeline
			break
		}
		tag, failed := reader.Close()
		err = errors.Join(err, failed)
		rows += tag.RowsAffected()
	}
	return rows, errors.Join(err, p.Close())
}

// CopyRows stores rows with COPY, in a transaction of its own.
func (p *pool) CopyRows(ctx context.Context, table string, columns []string, rows iter.Seq[[]model.Value]) (int64, error) {
	return inTransaction(ctx, p, func(t *tx) (int64, error) { return t.CopyRows(ctx, table, columns, rows) })
}

// CopyRows stores rows with COPY FROM STDIN, in its text form.
func (t *tx) CopyRows(ctx context.Context, table string, columns []string, rows iter.Seq[[]model.Value]) (int64, error) {
	if err := t.usable(ctx); err != nil {
		return 0, err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = sqltext.Ident(c)
	}
	list := strings.Join(names, ", ")
	into, err := t.conn.prepare(ctx, "SELECT "+list+" FROM "+sqltext.Ident(table)) // for the types alone
	if err != nil {
		return 0, translate(ctx, err)
	}
	next, stop := iter.Pull(rows)
	r := &copyReader{next: next, types: into.columns}
	sql := "COPY " + sqltext.Ident(table) + " (" + list + ") FROM STDIN"
	tag, err := t.conn.pg.CopyFrom(ctx, r, sql)
	failed := r.end(stop)
	if r.panicked != nil {
		panic(r.panicked)
	}
	if failed != nil {
		return 0, failed
	}
	return tag.RowsAffected(), translate(ctx, err)
}

// copyReader writes rows out as COPY reads them. When the connection breaks,
// pgx returns while its goroutine may still be reading.
type copyReader struct {
	mu    sync.Mutex
	next  func() ([]model.Value, bool)
	types []uint32 // of the columns
	buf   []byte
	err   error
	ended bool
	// panicked is what the caller's rows panicked with: pgx reads on a goroutine of its
	// own, where it would end the process.
	panicked any
}

// end waits for a Read that runs, lets none follow, and returns what was wrong
// with a row.
func (r *copyReader) end(stop func()) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	stop()
	return r.err
}

func (r *copyReader) Read(into []byte) (_ int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		if p := recover(); p != nil {
			r.panicked, r.ended, err = p, true, io.ErrClosedPipe
		}
	}()
	if r.ended {
		return 0, io.ErrClosedPipe
	}
	for len(r.buf) < len(into) {
		row, ok := r.next()
		if !ok {
			break
		}
		if r.err = r.append(row); r.err != nil {
			return 0, r.err
		}
	}
	if len(r.buf) == 0 {
		return 0, io.EOF
	}
	n := copy(into, r.buf)
	r.buf = append(r.buf[:0], r.buf[n:]...)
	return n, nil
}

func (r *copyReader) append(row []model.Value) error {
	if len(row) != len(r.types) {
		return fmt.Errorf("postgres: a row of %d values for %d columns", len(row), len(r.types))
	}
	for i, v := range row {
		if i > 0 {
			r.buf = append(r.buf, '\t')
		}
		switch v.Kind() {
		case sqltext.KindNull:
			r.buf = append(r.buf, `\N`...)
			continue
		case sqltext.KindInvalid:
			return fmt.Errorf("%w: %s", model.ErrInvalid, v.Text())
		case sqltext.KindBytes:
			r.buf = append(r.buf, `\\x`...)
			r.buf = hex.AppendEncode(r.buf, []byte(v.Text()))
		case sqltext.KindText:
			for _, c := range []byte(v.Text()) {
				switch c {
				case '\\':
					r.buf = append(r.buf, `\\`...)
				case '\t':
					r.buf = append(r.buf, `\t`...)
				case '\n':
					r.buf = append(r.buf, `\n`...)
				case '\r':
					r.buf = append(r.buf, `\r`...)
				default:
					r.buf = append(r.buf, c)
				}
			}
			continue
		}
		r.buf = appendText(r.buf, v)
		if v.Kind() == sqltext.KindInt && r.types[i] == oidInterval { // a bare number is seconds
			r.buf = append(r.buf, " microseconds"...)
		}
	}
	r.buf = append(r.buf, '\n')
	return nil
}

// inTransaction runs fn in a transaction of its own.
func inTransaction[T any](ctx context.Context, p *pool, fn func(*tx) (T, error)) (T, error) {
	var none T
	begun, err := p.Begin(ctx)
	if err != nil {
		return none, err
	}
	t := begun.(*tx)
	defer func() { // also when fn panics
		if t.conn != nil {
			t.Rollback()
		}
	}()
	result, err := fn(t)
	if err != nil {
		return none, err
	}
	return result, t.Commit()
}

var (
	_ model.Batcher = (*pool)(nil)
	_ model.Batcher = (*tx)(nil)
	_ model.Copier  = (*pool)(nil)
	_ model.Copier  = (*tx)(nil)
)
