package model

import "context"

// Follow is told of a statement before it runs. What it returns is called when the
// statement has ended, its rows read, with what it failed of; nil for nothing.
type Follow func(ctx context.Context, sql string) (ended func(error))

// Followed is the database with follow told of every statement, in transactions too. A database
// that nobody follows pays nothing but the question.
func (db *DB) Followed(follow Follow) *DB {
	out := *db
	out.follow = follow
	return &out
}

// followed is a connection whose statements are followed.
type followed struct {
	Conn
	follow Follow
}

func (f followed) Query(ctx context.Context, sql string, args []Value) (Rows, error) {
	ended := f.follow(ctx, sql)
	rows, err := f.Conn.Query(ctx, sql, args)
	if ended == nil {
		return rows, err
	}
	if err != nil {
		ended(err)
		return nil, err
	}
	return &followedRows{rows, ended}, nil
}

func (f followed) Exec(ctx context.Context, sql string, args []Value) (Result, error) {
	ended := f.follow(ctx, sql)
	result, err := f.Conn.Exec(ctx, sql, args)
	if ended != nil {
		ended(err)
	}
	return result, err
}

// underneath is a connection as the driver has it, which may take many rows at once.
func underneath(conn Conn) Conn {
	if f, ok := conn.(followed); ok {
		return f.Conn
	}
	return conn
}

// followMany is told of a statement that is run for many rows at once.
func followMany(src Source, sql string) (ended func(error)) {
	if db := src.DB(); db.follow != nil {
		if ended = db.follow(src.Context(), sql); ended != nil {
			return ended
		}
	}
	return func(error) {}
}

// followedRows are rows whose statement is followed to their end.
type followedRows struct {
	Rows
	ended func(error) // nil after Close
}

// Columns are the names of the columns, where the rows know them.
func (r *followedRows) Columns() []string {
	if c, ok := r.Rows.(Columned); ok {
		return c.Columns()
	}
	return nil
}

// Close ends the statement.
func (r *followedRows) Close() error {
	err := r.Rows.Close()
	if r.ended != nil {
		r.ended(err)
		r.ended = nil
	}
	return err
}

var (
	_ Conn     = followed{}
	_ Rows     = (*followedRows)(nil)
	_ Columned = (*followedRows)(nil)
)
