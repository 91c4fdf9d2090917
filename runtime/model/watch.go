package model

import "context"

// Watch is the database with every statement shown to seen before it runs, in
// transactions too: for development, where a request is told of queries that it
// repeats. An error of seen is the statement's, which then does not run. A
// database that nobody watches pays nothing but the question.
func (db *DB) Watch(seen func(sql string) error) *DB {
	watched := *db
	watched.watch = seen
	return &watched
}

// watched is a connection whose statements are shown.
type watched struct {
	Conn
	seen func(sql string) error
}

func (w watched) Query(ctx context.Context, sql string, args []Value) (Rows, error) {
	if err := w.seen(sql); err != nil {
		return nil, err
	}
	return w.Conn.Query(ctx, sql, args)
}

func (w watched) Exec(ctx context.Context, sql string, args []Value) (Result, error) {
	if err := w.seen(sql); err != nil {
		return Result{}, err
	}
	return w.Conn.Exec(ctx, sql, args)
}

var _ Conn = watched{}
