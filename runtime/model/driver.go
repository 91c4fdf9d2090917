package model

import (
	"context"
	"encoding/json"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// Driver is a database engine with its connections. It is safe for concurrent
// use. Its errors are those of this package; whatever else the engine says
// comes wrapped.
type Driver interface {
	Conn
	// Dialect is how statements for the engine are written.
	Dialect() sqltext.Dialect
	// Begin starts a transaction that may write, waiting for its turn.
	Begin(ctx context.Context) (Tx, error)
	// Session runs fn with a connection that may write and that nobody else
	// has meanwhile, outside a transaction. Migrations need it.
	Session(ctx context.Context, fn func(Session) error) error
	// BuffersRows says that an open Rows keeps every other statement waiting,
	// so rows are read to the end before the first is handed out.
	BuffersRows() bool
	// Close waits for statements that run and closes every connection.
	Close() error
}

// Conn runs statements. Parameters are written ?1, ?2 and so on; a text is
// prepared once per connection and kept.
type Conn interface {
	// Query starts a statement that only reads. The caller closes the Rows.
	Query(ctx context.Context, sql string, args []Value) (Rows, error)
	// Exec runs a statement that changes rows.
	Exec(ctx context.Context, sql string, args []Value) (Result, error)
}

// Tx is a transaction. One goroutine uses it at a time.
type Tx interface {
	Conn
	Commit() error
	Rollback() error
}

// Session is a connection outside a transaction.
type Session interface {
	Conn
	// Stream is Query for rows that may be many: they come one after another from the
	// database, and nothing else can be asked of the session until they are closed.
	Stream(ctx context.Context, sql string, args []Value) (Rows, error)
	// Script runs any number of statements, and says in its error which line failed.
	Script(ctx context.Context, sql string) error
	// InTransaction reports whether a transaction is open.
	InTransaction() bool
}

// Result is what a statement did.
type Result struct {
	// LastInsertID is the key that the database gave the row of an INSERT.
	LastInsertID int64
	// RowsAffected counts the rows that were added, changed or deleted.
	RowsAffected int64
}

// Rows are the rows of a statement, read one after another.
type Rows interface {
	// Next moves to the next row; false at the end and after an error.
	Next() bool
	Row
	// Close ends the statement and returns the error that Next or a column
	// met. Closing twice does no harm.
	Close() error
}

// Columned are Rows that know the names of their columns. The drivers' rows are.
type Columned interface{ Columns() []string }

// Describer is a Session that prepares a statement without running it. The
// drivers' sessions are.
type Describer interface {
	// Describe returns the names of the columns that the statement gives.
	Describe(ctx context.Context, sql string) ([]string, error)
}

// NamedStatement is the statement of a sql block.
type NamedStatement struct {
	// Name is the block's, SQL what the database gets.
	Name, SQL string
	// Columns are those that the block declares.
	Columns []string
}

// Backuper is a Driver that copies its database while it is in use.
type Backuper interface {
	// Backup writes a copy into a file that must not exist.
	Backup(ctx context.Context, path string) error
}

// Row is the current row. Columns count from 0. A column that does not hold
// what is asked for gives the zero value, and the error comes with Close.
type Row interface {
	IsNull(col int) bool
	Int64(col int) int64
	Float64(col int) float64
	Bool(col int) bool
	Text(col int) string
	// Time is UTC.
	Time(col int) time.Time
	Date(col int) Date
	TimeOfDay(col int) TimeOfDay
	Duration(col int) time.Duration
	// Decimal has exactly places decimals.
	Decimal(col, places int) Decimal
	UUID(col int) UUID
	JSON(col int) json.RawMessage
	// Bytes is a copy.
	Bytes(col int) []byte
}
