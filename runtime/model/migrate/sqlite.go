package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"stackgen.dev/runtime/model"
)

// sqliteEngine migrates SQLite. Its lock is a file beside the database, which keeps
// others from migrating between two transactions and outside of them; the
// database's write lock, which each transaction takes, keeps the site from writing.
type sqliteEngine struct{}

// loner is a session that keeps other processes from what they do in Alone, too.
type loner interface {
	Alone(ctx context.Context, waiting func()) (end func() error, err error)
}

// patience is how many times a lock is asked for that another process holds. Each
// time the driver waits for its busy timeout.
const patience = 12

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

// lock waits until nobody else migrates, and then until nobody else writes.
func (sqliteEngine) lock(ctx context.Context, s model.Session, waiting func(holder string)) (func() error, error) {
	end := func() error { return nil }
	told := false
	tell := func() {
		if !told {
			told = true
			waiting("")
		}
	}
	if l, ok := s.(loner); ok {
		var err error
		if end, err = l.Alone(ctx, tell); err != nil {
			return nil, err
		}
	}
	if err := untilWritable(ctx, s, tell); err != nil {
		return nil, errors.Join(err, end())
	}
	return end, nil
}

// untilWritable waits until nobody else writes.
func untilWritable(ctx context.Context, s model.Session, waiting func()) error {
	for n := 0; ; n++ {
		_, err := s.Exec(ctx, "BEGIN IMMEDIATE", nil)
		if err == nil {
			_, err = s.Exec(context.WithoutCancel(ctx), "ROLLBACK", nil)
			return err
		}
		if !errors.Is(err, model.ErrLocked) {
			return err
		}
		if n == patience {
			return fmt.Errorf("another process goes on writing to the database, and nothing was done; find it with fuser or lsof on the file, and run this again when it has ended: %w", err)
		}
		waiting()
	}
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

func (sqliteEngine) outside() error { return nil }

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
