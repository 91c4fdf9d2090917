package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
)

// Table is the table that remembers what was applied.
const Table = "stackgen_migrations"

const createTable = `CREATE TABLE IF NOT EXISTS "stackgen_migrations" (
	"number" integer NOT NULL PRIMARY KEY,
	"name" text NOT NULL,
	"checksum" text NOT NULL,
	"applied_at" datetime NOT NULL
)`

// record is a row of the table.
type record struct {
	number         int
	name, checksum string
	applied        time.Time
}

// history reads the table; a database without it has had nothing.
func history(ctx context.Context, s model.Conn) ([]record, error) {
	n, err := count(ctx, s, `SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'stackgen_migrations'`)
	if err != nil || n == 0 {
		return nil, err
	}
	rows, err := s.Query(ctx, `SELECT "number", "name", "checksum", "applied_at" FROM "stackgen_migrations" ORDER BY "number"`, nil)
	if err != nil {
		return nil, err
	}
	var list []record
	for rows.Next() {
		list = append(list, record{int(rows.Int64(0)), rows.Text(1), rows.Text(2), rows.Time(3)})
	}
	return list, rows.Close()
}

func count(ctx context.Context, s model.Conn, sql string) (int64, error) {
	rows, err := s.Query(ctx, sql, nil)
	if err != nil {
		return 0, err
	}
	var n int64
	if rows.Next() {
		n = rows.Int64(0)
	}
	return n, rows.Close()
}

// errEnded says that a migration ended the transaction around it.
var errEnded = errors.New("it ends the transaction it runs in; take BEGIN, COMMIT and ROLLBACK out")

// step applies one migration, unless another process has meanwhile; it reports
// whether it did.
func (m *Migrator) step(ctx context.Context, s model.Session, f File) (bool, error) {
	mine := false
	err := inTransaction(ctx, s, func() error {
		if _, err := s.Exec(ctx, createTable, nil); err != nil {
			return err
		}
		applied, err := history(ctx, s)
		if err != nil {
			return err
		}
		states, err := m.compare(applied)
		if err != nil || !states[f.Number-1].Applied.IsZero() {
			return err
		}
		mine = true
		if err := s.Script(ctx, atLine(f.Up, f.UpLine)); err != nil {
			return err
		}
		if !s.InTransaction() {
			return errEnded
		}
		now := model.IntValue(int64(f.Number))
		_, err = s.Exec(ctx, `INSERT INTO "stackgen_migrations" ("number", "name", "checksum", "applied_at") VALUES (?1, ?2, ?3, ?4)`,
			[]model.Value{now, model.TextValue(f.Name), model.TextValue(f.Checksum), model.TimeValue(model.Now(m.db))})
		return err
	})
	return mine && err == nil, err
}

// atLine puts empty lines before a section, so that errors name lines of the file.
func atLine(section string, line int) string { return strings.Repeat("\n", line-1) + section }

// Revert takes the last migration back that was applied. Without a section
// down it refuses. It returns the name, "" when there is nothing to take back.
func (m *Migrator) Revert(ctx context.Context) (string, error) {
	name := ""
	err := m.db.Session(ctx, func(s model.Session) error {
		return inTransaction(ctx, s, func() error {
			applied, err := history(ctx, s)
			if err != nil || len(applied) == 0 {
				return err
			}
			if _, err := m.compare(applied); err != nil {
				return err
			}
			f := m.files[len(applied)-1]
			if strings.TrimSpace(f.Down) == "" {
				return &HistoryError{f.Name, "it has no section down, so it cannot be taken back"}
			}
			name = f.Name
			if err := s.Script(ctx, atLine(f.Down, f.DownLine)); err != nil {
				return &Error{File: f, Err: err}
			}
			if !s.InTransaction() {
				return &Error{File: f, Err: errEnded}
			}
			_, err = s.Exec(ctx, `DELETE FROM "stackgen_migrations" WHERE "number" = ?1`, []model.Value{model.IntValue(int64(f.Number))})
			return err
		})
	})
	if err != nil {
		return "", err
	}
	return name, nil
}

// inTransaction runs fn with the write lock and without foreign keys, and
// checks them before it commits.
func inTransaction(ctx context.Context, s model.Session, fn func() error) (err error) {
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
