package sqlite

import (
	"context"

	"stackgen.dev/runtime/model"
)

// tx is a transaction on the writer.
type tx struct {
	pool *pool
	conn *conn // nil after the end
	// changed says that there is something to bring to the disk.
	changed bool
}

// usable reports whether the transaction goes on. SQLite ends one by itself
// when the disk is full or a statement was interrupted; a statement after that
// would be stored on its own.
func (t *tx) usable(ctx context.Context) error {
	if t.conn == nil || t.conn.db.AutocommitEnabled() {
		return model.ErrDone
	}
	return ctx.Err()
}

func (t *tx) Query(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	t.changed = t.changed || verb(sql) != "SELECT" // it may be one that returns what it changes
	return t.conn.query(ctx, sql, args)
}

func (t *tx) Exec(ctx context.Context, sql string, args []model.Value) (model.Result, error) {
	if err := t.usable(ctx); err != nil {
		return model.Result{}, err
	}
	if t.conn.watch(ctx) {
		defer t.conn.unwatch()
	}
	result, err := t.conn.exec(ctx, sql, args)
	t.changed = t.changed || changes(sql, result)
	return result, err
}

func (t *tx) Commit() error {
	if err := t.usable(context.Background()); err != nil {
		t.end()
		return err
	}
	err := t.conn.run(context.Background(), "COMMIT", nil)
	if err != nil && !t.conn.db.AutocommitEnabled() {
		t.conn.run(context.Background(), "ROLLBACK", nil)
	}
	t.end()
	if err == nil && t.changed {
		err = t.pool.flush()
	}
	return err
}

func (t *tx) Rollback() error {
	if err := t.usable(context.Background()); err != nil {
		t.end()
		return err
	}
	err := t.conn.run(context.Background(), "ROLLBACK", nil)
	t.end()
	return err
}

func (t *tx) end() {
	if t.conn != nil {
		c := t.conn
		t.conn = nil
		t.pool.giveWriter(c)
	}
}

// session is the writer outside a transaction.
type session struct {
	conn *conn
	path string // of the database; "" in memory
}

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
	if s.conn.watch(ctx) {
		defer s.conn.unwatch()
	}
	return s.conn.exec(ctx, sql, args)
}

// Stream is Query, which reads on as rows are taken.
func (s *session) Stream(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	return s.Query(ctx, sql, args)
}

// Describe prepares a statement.
func (s *session) Describe(ctx context.Context, sql string) ([]string, error) {
	prepared, err := s.conn.prepare(sql)
	if err != nil {
		return nil, translate(ctx, err)
	}
	names := make([]string, prepared.stmt.ColumnCount())
	for i := range names {
		names[i] = prepared.stmt.ColumnName(i)
	}
	if !prepared.kept {
		prepared.stmt.Finalize()
	}
	return names, nil
}

func (s *session) InTransaction() bool { return !s.conn.db.AutocommitEnabled() }

var (
	_ model.Tx        = (*tx)(nil)
	_ model.Session   = (*session)(nil)
	_ model.Describer = (*session)(nil)
)
