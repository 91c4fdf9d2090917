package postgres

import (
	"context"
	"fmt"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// query reads all rows of a statement on a connection that goes on being used.
func (c *conn) query(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	r, err := c.start(ctx, sql, args)
	if err != nil {
		return nil, translate(ctx, err)
	}
	b, err := r.all()
	if err != nil {
		return nil, err
	}
	return b, nil
}

// tx is a transaction.
type tx struct{ conn *conn } // nil after the end

func (t *tx) usable(ctx context.Context) error {
	if t.conn == nil || t.conn.broken() {
		return model.ErrDone
	}
	return ctx.Err()
}

func (t *tx) Query(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	return t.conn.query(ctx, sql, args)
}

func (t *tx) Exec(ctx context.Context, sql string, args []model.Value) (model.Result, error) {
	if err := t.usable(ctx); err != nil {
		return model.Result{}, err
	}
	result, _, err := t.conn.exec(ctx, sql, args)
	return result, translate(ctx, err)
}

// Commit stores the transaction. One in which a statement failed is rolled
// back by the server: that is an error here.
func (t *tx) Commit() error {
	ctx := context.Background()
	if err := t.usable(ctx); err != nil {
		t.end()
		return err
	}
	defer t.end()
	if t.conn.pg.TxStatus() == 'E' {
		t.conn.simple(ctx, "ROLLBACK")
		return fmt.Errorf("%w: a statement in it failed, so nothing of it was stored; run what may fail in an Atomic of its own", model.ErrDone)
	}
	err := t.conn.simple(ctx, "COMMIT")
	if err != nil && t.conn.broken() {
		return lost(ctx, err, true)
	}
	return translate(ctx, err)
}

func (t *tx) Rollback() error {
	ctx := context.Background()
	if err := t.usable(ctx); err != nil {
		t.end()
		return err
	}
	defer t.end()
	return translate(ctx, t.conn.simple(ctx, "ROLLBACK"))
}

func (t *tx) end() {
	if c := t.conn; c != nil {
		t.conn = nil
		if !c.broken() && c.pg.TxStatus() != 'I' {
			c.discard()
			return
		}
		c.release()
	}
}

// session is a connection outside a transaction.
type session struct{ conn *conn }

func (s *session) Query(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.conn.query(ctx, sql, args)
}

func (s *session) Exec(ctx context.Context, sql string, args []model.Value) (model.Result, error) {
	if err := ctx.Err(); err != nil {
		return model.Result{}, err
	}
	result, _, err := s.conn.exec(ctx, sql, args)
	return result, translate(ctx, err)
}

// Stream hands rows out as the server sends them.
func (s *session) Stream(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, err := s.conn.start(ctx, sql, args)
	if err != nil {
		return nil, translate(ctx, err)
	}
	return r, nil
}

// Script runs statement after statement, each on its own unless a transaction
// is open.
func (s *session) Script(ctx context.Context, sql string) error {
	for _, statement := range sqltext.Split(sql) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.conn.simple(ctx, statement.Text); err != nil {
			line := statement.Line
			if at := position(err); at > 0 { // counts characters, from 1
				before := []rune(statement.Text)
				line += strings.Count(string(before[:min(at-1, len(before))]), "\n")
			}
			return fmt.Errorf("line %d: %w", line, translate(ctx, err))
		}
	}
	return nil
}

// Describe prepares a statement.
func (s *session) Describe(ctx context.Context, sql string) ([]string, error) {
	prepared, err := s.conn.prepare(ctx, sql)
	if err != nil {
		return nil, translate(ctx, err)
	}
	return prepared.names, nil
}

// Pooled reports whether a pooler stands between the connection and the server: the
// process that it says it is, is then none of the server's.
func (s *session) Pooled(ctx context.Context) (bool, error) {
	rows, err := s.Query(ctx, "SELECT pg_backend_pid()", nil)
	if err != nil {
		return false, err
	}
	pid := int64(0)
	if rows.Next() {
		pid = rows.Int64(0)
	}
	return pid != int64(s.conn.pg.PID()), rows.Close()
}

func (s *session) InTransaction() bool { return s.conn.pg.TxStatus() != 'I' }

var (
	_ model.Tx        = (*tx)(nil)
	_ model.Session   = (*session)(nil)
	_ model.Describer = (*session)(nil)
)
