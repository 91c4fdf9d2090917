package sqlite

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// statement is a prepared statement of one connection, which keeps it for the
// next run. While it runs, nothing else uses it.
type statement struct {
	stmt    *sqlite3.Stmt
	sql     string
	running bool
	// kept says that the connection keeps the statement; another one is
	// finalized after its run.
	kept bool
	used uint64 // the connection's count when it last ran
}

// bind gives the parameters their values.
func (s *statement) bind(args []model.Value) error {
	if want := s.stmt.BindParamCount(); want != len(args) {
		return fmt.Errorf("%w: %d values for the %d parameters of %s", model.ErrInvalid, len(args), want, s.sql)
	}
	for i, v := range args {
		n := i + 1
		switch v.Kind() {
		case sqltext.KindNull:
			s.stmt.BindNull(n)
		case sqltext.KindInt:
			s.stmt.BindInt64(n, v.Int64())
		case sqltext.KindFloat:
			s.stmt.BindFloat(n, v.Float64())
		case sqltext.KindText:
			if f, ok := number(v); ok {
				s.stmt.BindFloat(n, f)
				continue
			}
			s.stmt.BindText(n, v.Text())
		case sqltext.KindTime:
			var buf [32]byte
			s.stmt.BindText(n, string(model.AppendTime(buf[:0], v.Int64())))
		case sqltext.KindBytes:
			s.stmt.BindBytes(n, []byte(v.Text()))
		case sqltext.KindInvalid:
			return fmt.Errorf("%w: %s", model.ErrInvalid, v.Text())
		default:
			panic("stackgen: unreachable: value of an unknown kind")
		}
	}
	return nil
}

// exactDigits is how many digits of a decimal a float keeps.
const exactDigits = 15

// number is a decimal as SQLite keeps it. As text it would be no number beside what
// is computed: SQLite converts text for columns alone, and has it come after every
// number. One of more digits stays text, so that it is equal to what was stored of it.
func number(v model.Value) (float64, bool) {
	if !v.IsDecimal() || len(strings.Trim(strings.Replace(v.Text(), ".", "", 1), "-")) > exactDigits {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.Text(), 64)
	return f, err == nil
}

// rows is one run of a statement.
type rows struct {
	row
	conn      *conn
	statement *statement
	ctx       context.Context
	pool      *pool // has the connection back at Close; nil inside a transaction
	changes   bool  // the connection is the writer, and has changed something
	watched   bool  // the watch on ctx ends at Close
}

// Next moves to the next row.
func (r *rows) Next() bool {
	if r.statement == nil || r.err != nil {
		return false
	}
	found, err := r.stmt.Step()
	if err != nil {
		r.err = translate(r.ctx, err)
	}
	return found
}

// Columns are the names of the columns.
func (r *rows) Columns() []string {
	if r.statement == nil {
		return nil
	}
	names := make([]string, r.stmt.ColumnCount())
	for i := range names {
		names[i] = r.stmt.ColumnName(i)
	}
	return names
}

// Close ends the run and gives the connection back.
func (r *rows) Close() error {
	if r.statement != nil {
		r.conn.finish(r.statement)
		r.statement = nil
		if r.watched {
			r.conn.unwatch()
		}
		switch {
		case r.changes:
			r.pool.giveWriter(r.conn)
			if err := r.pool.flush(); r.err == nil {
				r.err = err
			}
		case r.pool != nil:
			r.pool.giveReader(r.conn)
		}
	}
	return r.err
}

var (
	_ model.Rows     = (*rows)(nil)
	_ model.Columned = (*rows)(nil)
	_ model.Row      = (*row)(nil)
)
