package sqlite

import (
	"context"
	"fmt"
	"strings"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
)

// translate gives SQLite's error package model's type. A statement that was
// interrupted has its context's error.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	code := sqlite3.ErrCode(err)
	switch code {
	case sqlite3.ResultConstraintUnique, sqlite3.ResultConstraintPrimaryKey, sqlite3.ResultConstraintRowID:
		if _, index, ok := strings.Cut(err.Error(), "UNIQUE constraint failed: index '"); ok {
			return &model.UniqueError{Constraint: strings.ReplaceAll(strings.TrimSuffix(index, "'"), "''", "'")}
		}
		table, columns := failedColumns(err, "UNIQUE constraint failed: ")
		return &model.UniqueError{Table: table, Columns: columns}
	case sqlite3.ResultIOErrSHMSize:
		// The index of the log has to grow, and there is no space.
		return fmt.Errorf("%w: %w", model.ErrDiskFull, err)
	case sqlite3.ResultConstraintForeignKey:
		return &model.ForeignKeyError{}
	case sqlite3.ResultConstraintTrigger:
		// ON DELETE RESTRICT is a trigger to SQLite.
		if strings.Contains(err.Error(), "FOREIGN KEY constraint failed") {
			return &model.ForeignKeyError{}
		}
	case sqlite3.ResultConstraintNotNull:
		table, columns := failedColumns(err, "NOT NULL constraint failed: ")
		return &model.NotNullError{Table: table, Column: strings.Join(columns, ", ")}
	case sqlite3.ResultConstraintCheck:
		_, check, _ := strings.Cut(err.Error(), "CHECK constraint failed: ")
		return &model.CheckError{Check: check}
	}
	switch code.ToPrimary() {
	case sqlite3.ResultInterrupt:
		if cause := ctx.Err(); cause != nil {
			return cause
		}
	case sqlite3.ResultBusy, sqlite3.ResultLocked:
		return fmt.Errorf("%w: %w", model.ErrLocked, err)
	case sqlite3.ResultFull:
		return fmt.Errorf("%w: %w", model.ErrDiskFull, err)
	case sqlite3.ResultReadOnly, sqlite3.ResultPerm:
		return fmt.Errorf("%w: %w", model.ErrReadOnly, err)
	case sqlite3.ResultCantOpen, sqlite3.ResultCorrupt, sqlite3.ResultNotADB, sqlite3.ResultIOErr:
		return fmt.Errorf("%w: %w", model.ErrUnavailable, err)
	}
	return err
}

// failedColumns reads "post.slug, post.day" after the words given.
func failedColumns(err error, words string) (table string, columns []string) {
	_, list, _ := strings.Cut(err.Error(), words)
	for _, name := range strings.Split(list, ", ") {
		t, column, found := strings.Cut(name, ".")
		if found {
			table = t
		} else {
			column = t
		}
		columns = append(columns, column)
	}
	return table, columns
}
