package model

import "context"

// Watch is told of a statement before it runs. What it returns is called when the
// statement has ended, its rows read, with what it failed of; nil for nothing. An
// error is the statement's, which then does not run.
type Watch func(ctx context.Context, sql string) (ended func(error), err error)

// Watched is the database with watch told of every statement, in transactions too,
// before those that were told already: for the traces of requests, and for
// development, where a request is told of queries that it repeats, and where from it
// sent one that failed. A database that nobody watches pays nothing but the question.
func (db *DB) Watched(watch Watch) *DB {
	out := *db
	out.watch = watch
	if earlier := db.watch; earlier != nil {
		out.watch = func(ctx context.Context, sql string) (func(error), error) {
			return both(ctx, sql, watch, earlier)
		}
	}
	return &out
}

// both tells first, and then second; of the end in the opposite order.
func both(ctx context.Context, sql string, first, second Watch) (func(error), error) {
	outer, err := first(ctx, sql)
	if err != nil {
		return nil, err
	}
	inner, err := second(ctx, sql)
	switch {
	case err != nil:
		if outer != nil {
			outer(err)
		}
		return nil, err
	case outer == nil:
		return inner, nil
	case inner == nil:
		return outer, nil
	}
	return func(err error) {
		inner(err)
		outer(err)
	}, nil
}

// watched is a connection whose statements somebody is told of.
type watched struct {
	Conn
	watch Watch
}

func (w watched) Query(ctx context.Context, sql string, args []Value) (Rows, error) {
	ended, err := w.watch(ctx, sql)
	if err != nil {
		return nil, err
	}
	rows, err := w.Conn.Query(ctx, sql, args)
	if ended == nil {
		return rows, err
	}
	if err != nil {
		ended(err)
		return nil, err
	}
	return &watchedRows{rows, ended}, nil
}

func (w watched) Exec(ctx context.Context, sql string, args []Value) (Result, error) {
	ended, err := w.watch(ctx, sql)
	if err != nil {
		return Result{}, err
	}
	result, err := w.Conn.Exec(ctx, sql, args)
	if ended != nil {
		ended(err)
	}
	return result, err
}

// underneath is a connection as the driver has it, which may take many rows at once.
func underneath(conn Conn) Conn {
	if w, ok := conn.(watched); ok {
		return w.Conn
	}
	return conn
}

// watchMany tells of a statement that is run for many rows at once.
func watchMany(src Source, sql string) (ended func(error), err error) {
	if db := src.DB(); db.watch != nil {
		ended, err = db.watch(src.Context(), sql)
	}
	if ended == nil {
		ended = func(error) {}
	}
	return ended, err
}

// watchedRows are rows of whose end somebody is told.
type watchedRows struct {
	Rows
	ended func(error) // nil after Close
}

// Columns implements [Columned], where the driver's rows do.
func (r *watchedRows) Columns() []string {
	if c, ok := r.Rows.(Columned); ok {
		return c.Columns()
	}
	return nil
}

// Close ends the statement.
func (r *watchedRows) Close() error {
	err := r.Rows.Close()
	if r.ended != nil {
		r.ended(err)
		r.ended = nil
	}
	return err
}

var (
	_ Conn     = watched{}
	_ Rows     = (*watchedRows)(nil)
	_ Columned = (*watchedRows)(nil)
)
