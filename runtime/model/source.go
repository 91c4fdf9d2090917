package model

import (
	"context"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// Source says where a query runs and how long it may take: a request, a
// database, or a transaction.
type Source interface {
	// Context ends the work of the queries: cancelled, it stops a running one.
	Context() context.Context
	// DB is nil for a source without a database; queries then answer ErrNoDatabase.
	DB() *DB
}

// DB is an open database, or one transaction on it. It is itself a Source
// whose context never ends; With gives it another.
//
// The database is safe for concurrent use, a transaction is used by one
// goroutine at a time.
type DB struct {
	driver Driver
	conn   Conn // the driver, or the transaction
	tx     *transaction
	clock  func() time.Time
	hooks  map[*TableOf[noRow]][]HooksOf[noRow]
	many   map[string][]func(src Source) // of OnChange, by the table's name
	watch  Watch                         // of Watched; nil where nobody watches statements
}

// NewDB is the database of a driver. clock gives the time of auto_now,
// auto_now_add and the default now; nil is time.Now.
func NewDB(d Driver, clock func() time.Time) *DB {
	if clock == nil {
		clock = time.Now
	}
	return &DB{driver: d, conn: d, clock: clock}
}

// Context is context.Background.
func (db *DB) Context() context.Context { return context.Background() }

// DB is db.
func (db *DB) DB() *DB { return db }

// With is db with a context.
func (db *DB) With(ctx context.Context) Source { return source{ctx, db} }

// Dialect is how statements for the database are written.
func (db *DB) Dialect() sqltext.Dialect { return db.driver.Dialect() }

// Session runs fn with a connection of its own outside any transaction; see
// Driver.
func (db *DB) Session(ctx context.Context, fn func(Session) error) error {
	return db.driver.Session(ctx, fn)
}

// InSession is the database seen through a session whose transaction is open: what
// runs with it is part of that transaction, and Atomic is a savepoint. Migrations
// hand it to Go functions. It must not be used after the transaction's end.
func (db *DB) InSession(ctx context.Context, s Session) Source {
	t := sessionTx{s}
	return source{ctx, &DB{driver: db.driver, conn: t, tx: &transaction{tx: t}, clock: db.clock}}
}

// Committed runs what OnCommit was given with the source of a session, whose owner has
// stored its transaction.
func Committed(src Source) {
	tx := src.DB().tx
	tx.done = true
	for _, fn := range tx.committed {
		fn()
	}
}

// sessionTx is the transaction of a session; the session's owner ends it.
type sessionTx struct{ Session }

func (sessionTx) Commit() error { panic("stackgen: unreachable: commit of a session's transaction") }
func (sessionTx) Rollback() error {
	panic("stackgen: unreachable: rollback of a session's transaction")
}

// Backup copies the database into a file that must not exist, while it is in use.
// ErrNoBackup says that the engine has another tool for it.
func (db *DB) Backup(ctx context.Context, path string) error {
	b, ok := db.driver.(Backuper)
	if !ok {
		return ErrNoBackup
	}
	return b.Backup(ctx, path)
}

// Close closes the database. Closing a transaction's DB is a mistake of the
// program and panics.
func (db *DB) Close() error {
	if db.tx != nil {
		panic("model: Close of a transaction")
	}
	return db.driver.Close()
}

// source is a database or transaction with a context.
type source struct {
	ctx context.Context
	db  *DB
}

func (s source) Context() context.Context { return s.ctx }
func (s source) DB() *DB                  { return s.db }

// Now is the time by the source's database, UTC, cut to microseconds as it is
// stored. A source without a database has the clock of the machine.
func Now(src Source) time.Time {
	clock := time.Now
	if db := src.DB(); db != nil {
		clock = db.clock
	}
	return clock().UTC().Truncate(time.Microsecond)
}

// writerFor writes statements for the source's database; SQLite's dialect stands
// in for a source without one, which runs no statement.
func writerFor(src Source) *sqltext.Writer {
	if db := src.DB(); db != nil {
		return sqltext.NewWriter(db.Dialect())
	}
	return &sqltext.Writer{}
}

// conn is the source's connection.
func connOf(src Source) (Conn, error) {
	db := src.DB()
	if db == nil {
		return nil, ErrNoDatabase
	}
	if db.tx != nil && db.tx.done {
		return nil, ErrDone
	}
	conn := db.conn
	if db.watch != nil {
		conn = watched{conn, db.watch}
	}
	return conn, nil
}

var (
	_ Source = (*DB)(nil)
	_ Source = source{}
)
