package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// maxStatements is how many prepared statements a connection keeps. Fixed
// statements of a site stay well below; lists of changing length do not.
const maxStatements = 512

// conn is one connection, used by one goroutine at a time.
type conn struct {
	pooled *pgxpool.Conn
	pg     *pgconn.PgConn
	kept   *statements
}

// statements are the prepared statements of a connection. They live as long as it does.
type statements struct {
	byText map[string]*statement
	count  uint64 // runs, to find the statement that was not used longest
}

// statement is a prepared statement.
type statement struct {
	name    string
	params  []uint32 // the types of the parameters
	columns []uint32 // the types of the columns
	names   []string // of the columns
	formats []int16  // in which the columns come
	used    uint64
}

func newConn(c *pgxpool.Conn) *conn {
	pg := c.Conn().PgConn()
	kept, ok := pg.CustomData()["stackgen"].(*statements)
	if !ok {
		kept = &statements{byText: map[string]*statement{}}
		pg.CustomData()["stackgen"] = kept
	}
	return &conn{pooled: c, pg: pg, kept: kept}
}

// broken reports whether the connection is of no more use.
func (c *conn) broken() bool { return c.pg.IsClosed() }

// release gives the connection back; the pool throws a broken one away.
func (c *conn) release() { c.pooled.Release() }

// discard closes the connection and gives it back.
func (c *conn) discard() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // closing waits for nothing
	c.pg.Close(ctx)
	c.pooled.Release()
}

// prepare returns the kept statement of the text, or prepares it.
func (c *conn) prepare(ctx context.Context, sql string) (*statement, error) {
	return c.prepareAs(ctx, sql, sql, nil)
}

// prepareAs is prepare for parameters of these types, nil for those of the server's choice, and keeps the
// statement under another text than its own.
func (c *conn) prepareAs(ctx context.Context, text, sql string, params []uint32) (*statement, error) {
	k := c.kept
	k.count++
	if s := k.byText[text]; s != nil {
		s.used = k.count
		return s, nil
	}
	if len(k.byText) >= maxStatements {
		if err := c.forgetOldest(ctx); err != nil {
			return nil, err
		}
	}
	name := "s" + strconv.FormatUint(k.count, 36)
	d, err := c.pg.Prepare(ctx, name, sqltext.Dollars(sqltext.Postgres.Text(sql)), params)
	if err != nil {
		return nil, err
	}
	s := &statement{name: name, params: d.ParamOIDs, used: k.count}
	for _, f := range d.Fields {
		s.columns = append(s.columns, f.DataTypeOID)
		s.names = append(s.names, f.Name)
		s.formats = append(s.formats, format(f.DataTypeOID))
	}
	k.byText[text] = s
	return s, nil
}

func (c *conn) forgetOldest(ctx context.Context) error {
	oldest := ""
	for text, s := range c.kept.byText {
		if oldest == "" || s.used < c.kept.byText[oldest].used {
			oldest = text
		}
	}
	name := c.kept.byText[oldest].name
	delete(c.kept.byText, oldest)
	return c.pg.Deallocate(ctx, name)
}

// forget drops a statement that a change of the tables has outdated.
func (c *conn) forget(ctx context.Context, sql string) {
	for _, text := range []string{sql, wideText(sql)} {
		if s := c.kept.byText[text]; s != nil {
			delete(c.kept.byText, text)
			if c.pg.TxStatus() == 'I' {
				c.pg.Deallocate(ctx, s.name)
			}
		}
	}
}

// send binds and starts a statement; sent is false while nothing of it can
// have reached the server.
func (c *conn) send(ctx context.Context, sql string, args []model.Value) (r *pgconn.ResultReader, s *statement, sent bool, err error) {
	s, err = c.prepare(ctx, sql)
	if err != nil {
		return nil, nil, false, err
	}
	if len(args) != len(s.params) {
		return nil, nil, false, fmt.Errorf("%w: %d values for the %d parameters of %s", model.ErrInvalid, len(args), len(s.params), sql)
	}
	values, formats, err := bind(args, s.params)
	if err != nil {
		if wide := c.wide(ctx, sql, s, err); wide != nil {
			s = wide
			values, formats, err = bind(args, s.params)
		}
	}
	if err != nil {
		return nil, nil, false, err
	}
	return c.pg.ExecPrepared(ctx, s.name, values, formats, s.formats), s, true, nil
}

// start runs a statement as far as its first row, which tells whether it works.
func (c *conn) start(ctx context.Context, sql string, args []model.Value) (*rows, error) {
	for again := false; ; again = true {
		reader, s, _, err := c.send(ctx, sql, args)
		if err != nil {
			return nil, err
		}
		r := &rows{row: row{types: s.columns, names: s.names}, ctx: ctx, conn: c, reader: reader}
		if r.first = reader.NextRow(); r.first {
			r.row.values = reader.Values()
			return r, nil
		}
		if _, err = reader.Close(); err == nil {
			r.reader = nil
			return r, nil
		}
		if !outdated(err) {
			return nil, err
		}
		c.forget(ctx, sql)
		if again || c.pg.TxStatus() != 'I' {
			return nil, err
		}
	}
}

// exec runs a statement to its end. The first column of its first row, if it
// answers with rows, is the key that the database gave.
func (c *conn) exec(ctx context.Context, sql string, args []model.Value) (result model.Result, sent bool, err error) {
	if len(args) == 0 && isControl(sql) {
		return result, true, c.simple(ctx, sql)
	}
	for again := false; ; again = true {
		reader, s, sent, err := c.send(ctx, sql, args)
		if err != nil {
			return result, sent, err
		}
		if reader.NextRow() && len(s.columns) > 0 {
			r := row{types: s.columns, values: reader.Values()}
			switch s.columns[0] {
			case oidInt2, oidInt4, oidInt8:
				result.LastInsertID = r.Int64(0)
			}
		}
		tag, err := reader.Close()
		if outdated(err) && !again && c.pg.TxStatus() == 'I' {
			c.forget(ctx, sql)
			continue
		}
		result.RowsAffected = tag.RowsAffected()
		return result, true, err
	}
}

// simple runs statements without parameters and without preparing them.
func (c *conn) simple(ctx context.Context, sql string) error {
	_, err := c.pg.Exec(ctx, sql).ReadAll()
	return err
}

// isControl reports whether a statement is about the transaction: those are not
// prepared, because a failed transaction lets nothing else through.
func isControl(sql string) bool {
	word, _, _ := strings.Cut(sql, " ")
	switch word {
	case "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET":
		return true
	}
	return false
}
