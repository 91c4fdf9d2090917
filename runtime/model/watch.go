package model

import "context"

// Watcher is told of every statement.
type Watcher interface {
	// Before is told of a statement before it runs. Its error is the statement's, which then does not run.
	Before(sql string) error
	// Failed is told of a statement's error.
	Failed(sql string, err error)
}

// Watch is the database with w told of every statement, in
// transactions too: for development, where a request is told of queries that it
// repeats, and where from it sent one that failed. A
// database that nobody watches pays nothing but the question.
func (db *DB) Watch(w Watcher) *DB {
	watched := *db
	watched.watch = w
	return &watched
}

// watched is a connection whose statements somebody is told of.
type watched struct {
	Conn
	by Watcher
}

func (w watched) Query(ctx context.Context, sql string, args []Value) (Rows, error) {
	if err := w.by.Before(sql); err != nil {
		return nil, err
	}
	rows, err := w.Conn.Query(ctx, sql, args)
	if err != nil {
		w.by.Failed(sql, err)
		return nil, err
	}
	return watchedRows{rows, w.by, sql}, nil
}

func (w watched) Exec(ctx context.Context, sql string, args []Value) (Result, error) {
	if err := w.by.Before(sql); err != nil {
		return Result{}, err
	}
	result, err := w.Conn.Exec(ctx, sql, args)
	if err != nil {
		w.by.Failed(sql, err)
	}
	return result, err
}

// watchedRows are rows of which somebody is told when they end with an error.
type watchedRows struct {
	Rows
	by  Watcher
	sql string
}

func (w watchedRows) Close() error {
	err := w.Rows.Close()
	if err != nil {
		w.by.Failed(w.sql, err)
	}
	return err
}

// Columns implements [Columned], where the driver's rows do.
func (w watchedRows) Columns() []string {
	if c, ok := w.Rows.(Columned); ok {
		return c.Columns()
	}
	return nil
}

var (
	_ Conn     = watched{}
	_ Columned = watchedRows{}
)
