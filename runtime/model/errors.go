package model

import (
	"errors"
	"strings"
)

var (
	// ErrNotFound says that no row matches (Model.DoesNotExist).
	ErrNotFound = errors.New("model: no row matches")
	// ErrMultiple says that Get found more than one row (MultipleObjectsReturned).
	ErrMultiple = errors.New("model: more than one row matches")
	// ErrLocked says that another transaction kept the database for longer
	// than the driver waits. Trying again later may succeed.
	ErrLocked = errors.New("model: the database is locked")
	// ErrConflict says that the database undid a transaction because it got in
	// the way of another (serialization failure, deadlock). Running it again may
	// succeed; see AtomicRetry.
	ErrConflict = errors.New("model: the transaction got in the way of another and was undone")
	// ErrDiskFull says that there is no space left for the change. Nothing of
	// it was stored.
	ErrDiskFull = errors.New("model: the disk is full")
	// ErrReadOnly says that the database file or its folder may not be written.
	ErrReadOnly = errors.New("model: the database is read-only")
	// ErrUnavailable says that the database cannot be opened or read: the file
	// is missing, damaged or not a database.
	ErrUnavailable = errors.New("model: the database is not available")
	// ErrNoDatabase says that the source has no database: the site file has no
	// database block.
	ErrNoDatabase = errors.New("model: the site has no database")
	// ErrInvalid says that a value cannot be stored in its field.
	ErrInvalid = errors.New("model: invalid value")
	// ErrNoBackup says that the database is copied by a tool of its own, as
	// PostgreSQL is by pg_dump.
	ErrNoBackup = errors.New("model: the database cannot be copied from here")
	// ErrDone says that a transaction was used after it ended.
	ErrDone = errors.New("model: the transaction has ended")
)

// UniqueError says that another row has the same value in the columns of a
// unique field or primary key.
type UniqueError struct {
	Table   string
	Columns []string
	// Constraint is the name of the constraint or index, where the database says
	// it: PostgreSQL always, SQLite where expressions are unique.
	Constraint string
}

// Error names table and columns.
func (e *UniqueError) Error() string {
	if len(e.Columns) == 0 {
		return "model: another row of " + e.Table + " has the same values: " + e.Constraint
	}
	return "model: another row of " + e.Table + " has the same " + strings.Join(e.Columns, " and ")
}

// ForeignKeyError says that a row points at a row that does not exist, or
// that a row cannot be deleted because others point at it (ProtectedError,
// RestrictedError).
type ForeignKeyError struct {
	// Table is the table of the statement; empty when a transaction's end said it.
	Table string
}

// Error names the table where it is known.
func (e *ForeignKeyError) Error() string {
	if e.Table == "" {
		return "model: a row points at a row that does not exist"
	}
	return "model: the change to " + e.Table + " would leave a row pointing at nothing"
}

// NotNullError says that a column without null was given none.
type NotNullError struct{ Table, Column string }

// Error names table and column.
func (e *NotNullError) Error() string {
	return "model: " + e.Table + "." + e.Column + " must have a value"
}

// CheckError says that a check of the table refuses the row.
type CheckError struct {
	Table string
	// Check is the check's name, or its text where it has none.
	Check string
}

// Error names the check.
func (e *CheckError) Error() string { return "model: " + e.Table + " refuses the row: " + e.Check }

// inTable gives a foreign key or check error the table that the database left out.
func inTable(table string, err error) error {
	if err == nil {
		return nil
	}
	var fk *ForeignKeyError
	if errors.As(err, &fk) && fk.Table == "" {
		fk.Table = table
	}
	var unique *UniqueError
	if errors.As(err, &unique) && unique.Table == "" {
		unique.Table = table
	}
	var check *CheckError
	if errors.As(err, &check) && check.Table == "" {
		check.Table = table
	}
	return err
}
