package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// Table is the table that remembers what was applied.
const Table = "stackgen_migrations"

// engine is what databases do differently when they are migrated.
type engine interface {
	// historyExists counts the table that remembers, and createHistory makes it.
	historyExists() string
	createHistory() string
	// lock keeps other processes from migrating; waiting is called when one does,
	// with what is known of it.
	lock(ctx context.Context, s model.Session, waiting func(holder string)) (unlock func() error, err error)
	// transaction runs fn in a transaction in which tables can be changed.
	transaction(ctx context.Context, s model.Session, fn func() error) error
	// outside refuses migrations outside of transactions that lock cannot keep apart.
	outside() error
}

func engineOf(d sqltext.Dialect) engine {
	if d == sqltext.Postgres {
		return &postgresEngine{}
	}
	return sqliteEngine{}
}

// record is a row of the table.
type record struct {
	number         int
	name, checksum string
	applied        time.Time
}

// history reads the table; a database without it has had nothing.
func (m *Migrator) history(ctx context.Context, s model.Conn) ([]record, error) {
	n, err := count(ctx, s, m.engine.historyExists())
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

// errEnds says that a migration would end the transaction around it, errEnded that
// its Go function did.
var (
	errEnds  = errors.New("it ends the transaction it runs in; take BEGIN, COMMIT and ROLLBACK out")
	errEnded = errors.New("it ended the transaction it runs in, so what it did before may be stored; look at the database, and take BEGIN, COMMIT and ROLLBACK out")
)

// checkTransaction refuses a section with a statement that begins or ends a
// transaction: what came before it would be stored, and a later failure, or the end
// of the process, would leave half of the migration.
func checkTransaction(section string, line int) error {
	for _, part := range steps(section, line) {
		for _, statement := range sqltext.Split(part.sql) {
			if controls(sqltext.Tokens(statement.Text)) {
				return fmt.Errorf("line %d: %w", part.line+statement.Line-1, errEnds)
			}
		}
	}
	return nil
}

// controls reports whether a statement begins or ends a transaction. Savepoints do not.
func controls(words []sqltext.Token) bool {
	word := func(i int) string {
		if i < len(words) {
			return strings.ToUpper(words[i].Text)
		}
		return ""
	}
	switch word(0) {
	case "BEGIN", "COMMIT", "END", "ABORT":
		return true
	case "START", "PREPARE":
		return word(1) == "TRANSACTION"
	case "ROLLBACK":
		return word(1) != "TO" && !(word(1) == "TRANSACTION" && word(2) == "TO") && !(word(1) == "WORK" && word(2) == "TO")
	}
	return false
}

// step applies one migration, or with run false only remembers it, unless
// another process has meanwhile; it reports whether it did.
func (m *Migrator) step(ctx context.Context, s model.Session, f File, run bool) (bool, error) {
	if run && f.Outside {
		if err := m.engine.outside(); err != nil {
			return false, err
		}
		if err := m.run(ctx, s, f.Up, f.UpLine); err != nil {
			return false, err
		}
		run = false
	}
	if run {
		if err := checkTransaction(f.Up, f.UpLine); err != nil {
			return false, err
		}
	}
	mine := false
	err := m.transaction(ctx, s, func() error {
		if _, err := s.Exec(ctx, m.engine.createHistory(), nil); err != nil {
			return err
		}
		applied, err := m.history(ctx, s)
		if err != nil {
			return err
		}
		states, err := m.compare(applied)
		if err != nil || !states[f.Number-1].Applied.IsZero() {
			return err
		}
		mine = true
		if run {
			if err := m.run(ctx, s, f.Up, f.UpLine); err != nil {
				return err
			}
			if !s.InTransaction() {
				return errEnded
			}
		}
		_, err = s.Exec(ctx, `INSERT INTO "stackgen_migrations" ("number", "name", "checksum", "applied_at") VALUES (?1, ?2, ?3, ?4)`,
			[]model.Value{model.IntValue(int64(f.Number)), model.TextValue(f.Name), model.TextValue(f.Checksum), model.TimeValue(model.Now(m.db))})
		return err
	})
	return mine && err == nil, err
}

// run runs a section. Errors name lines of the file.
func (m *Migrator) run(ctx context.Context, s model.Session, section string, line int) error {
	for _, part := range steps(section, line) {
		if part.function == "" {
			if err := s.Script(ctx, strings.Repeat("\n", part.line-1)+part.sql); err != nil {
				return err
			}
			continue
		}
		if m.ignoring {
			continue
		}
		if err := m.call(ctx, s, part.function); err != nil {
			return fmt.Errorf("line %d: the Go function %s: %w", part.line, part.function, err)
		}
	}
	return nil
}

// call runs a Go function; outside a transaction it gets one of its own.
func (m *Migrator) call(ctx context.Context, s model.Session, name string) error {
	run := func() error {
		src := m.db.InSession(ctx, s)
		m.sources = append(m.sources, src)
		return m.functions[name](src)
	}
	if s.InTransaction() {
		return run()
	}
	return m.transaction(ctx, s, run)
}

// transaction is the engine's; what Go functions gave to OnCommit runs behind it.
func (m *Migrator) transaction(ctx context.Context, s model.Session, fn func() error) error {
	m.sources = nil
	if err := m.engine.transaction(ctx, s, fn); err != nil {
		return err
	}
	for _, src := range m.sources {
		model.Committed(src)
	}
	return nil
}

// Revert takes the last migration back that was applied. Without a section
// down it refuses. It returns the name, "" when there is nothing to take back.
func (m *Migrator) Revert(ctx context.Context) (string, error) {
	if err := m.checkFunctions(); err != nil {
		return "", err
	}
	name := ""
	err := m.locked(ctx, m.waiting, func(s model.Session) error {
		var err error
		name, err = m.revert(ctx, s)
		return err
	})
	var stopped *Error
	if errors.As(err, &stopped) && m.lookUp(ctx, stopped, false) {
		return stopped.File.Name, nil
	}
	return name, err
}

// Down takes migrations back, the last first, until the one named is the last
// that is applied; with "zero" all of them. It calls done after each.
func (m *Migrator) Down(ctx context.Context, name string, done func(name string)) error {
	last := 0
	if name != "zero" {
		f, err := m.find(name)
		if err != nil {
			return err
		}
		last = f.Number
	}
	if err := m.checkFunctions(); err != nil {
		return err
	}
	for {
		err := m.down(ctx, last, done)
		var stopped *Error
		if !errors.As(err, &stopped) || !m.lookUp(ctx, stopped, false) {
			return err
		}
		done(stopped.File.Name) // and on with the rest, on another connection
	}
}

// down takes back what is behind a migration, on one connection.
func (m *Migrator) down(ctx context.Context, last int, done func(name string)) error {
	return m.locked(ctx, m.waiting, func(s model.Session) error {
		for {
			applied, err := m.history(ctx, s)
			if err != nil || len(applied) <= last {
				return err
			}
			name, err := m.revert(ctx, s)
			if err != nil {
				return err
			}
			done(name)
		}
	})
}

func (m *Migrator) revert(ctx context.Context, s model.Session) (string, error) {
	name := ""
	var file File
	back := func() error {
		applied, err := m.history(ctx, s)
		if err != nil || len(applied) == 0 {
			return err
		}
		if _, err := m.compare(applied); err != nil {
			return err
		}
		f := m.files[len(applied)-1]
		if len(f.statements()) == 0 {
			return &HistoryError{f.Name, "it has no section down, so it cannot be taken back"}
		}
		name, file = f.Name, f
		check := m.engine.outside
		if !f.Outside {
			check = func() error { return checkTransaction(f.Down, f.DownLine) }
		}
		if err := check(); err != nil {
			return &Error{File: f, Err: err}
		}
		if err := m.run(ctx, s, f.Down, f.DownLine); err != nil {
			return &Error{File: f, Err: err}
		}
		if !f.Outside && !s.InTransaction() {
			return &Error{File: f, Err: errEnded}
		}
		_, err = s.Exec(ctx, `DELETE FROM "stackgen_migrations" WHERE "number" = ?1`, []model.Value{model.IntValue(int64(f.Number))})
		return err
	}
	var err error
	if m.lastOutside(ctx, s) {
		err = back()
	} else {
		err = m.transaction(ctx, s, back)
	}
	var lost *commitError
	if errors.As(err, &lost) {
		return "", &Error{File: file, Err: err}
	}
	if err != nil {
		return "", err
	}
	return name, nil
}

// lastOutside reports whether the last migration applied runs outside a transaction.
func (m *Migrator) lastOutside(ctx context.Context, s model.Session) bool {
	applied, err := m.history(ctx, s)
	return err == nil && len(applied) > 0 && len(applied) <= len(m.files) && m.files[len(applied)-1].Outside
}

// statements is what the section down does.
func (f File) statements() []string {
	var list []string
	for _, s := range steps(f.Down, 1) {
		if s.function != "" || strings.TrimSpace(s.sql) != "" {
			list = append(list, s.sql+s.function)
		}
	}
	return list
}
