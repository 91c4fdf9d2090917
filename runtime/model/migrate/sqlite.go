package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"stackgen.dev/runtime/model"
)

// sqliteEngine migrates SQLite. Its lock is the database's write lock, which each
// transaction takes.
type sqliteEngine struct{}

func (sqliteEngine) historyExists() string {
	return `SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'stackgen_migrations'`
}

func (sqliteEngine) createHistory() string {
	return `CREATE TABLE IF NOT EXISTS "stackgen_migrations" (
	"number" integer NOT NULL PRIMARY KEY,
	"name" text NOT NULL,
	"checksum" text NOT NULL,
	"applied_at" datetime NOT NULL
)`
}

func (sqliteEngine) lock(context.Context, model.Session, func()) (func() error, error) {
	return func() error { return nil }, nil
}

// transaction runs fn with the write lock and without foreign keys, and
// checks them before it commits.
func (sqliteEngine) transaction(ctx context.Context, s model.Session, fn func() error) (err error) {
	if _, err := s.Exec(ctx, "PRAGMA foreign_keys = OFF", nil); err != nil {
		return err
	}
	// What follows must happen also when ctx has ended.
	always := context.WithoutCancel(ctx)
	defer func() {
		if s.InTransaction() {
			if _, undo := s.Exec(always, "ROLLBACK", nil); undo != nil {
				err = errors.Join(err, undo)
			}
		}
		if _, on := s.Exec(always, "PRAGMA foreign_keys = ON", nil); on != nil {
			err = errors.Join(err, on)
		}
	}()
	if _, err := s.Exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	if err := checkForeignKeys(ctx, s); err != nil {
		return err
	}
	_, err = s.Exec(ctx, "COMMIT", nil)
	return err
}

// checkForeignKeys names the first rows that point at nothing.
func checkForeignKeys(ctx context.Context, s model.Conn) error {
	rows, err := s.Query(ctx, `SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 5`, nil)
	if err != nil {
		return err
	}
	var broken []string
	for rows.Next() {
		broken = append(broken, fmt.Sprintf("row %d of %s points at a missing row of %s", rows.Int64(1), rows.Text(0), rows.Text(2)))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if len(broken) > 0 {
		return fmt.Errorf("%w: %s", &model.ForeignKeyError{}, strings.Join(broken, "; "))
	}
	return nil
}
