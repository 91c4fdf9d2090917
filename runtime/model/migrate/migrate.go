package migrate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
)

// Migrator applies migrations to a database.
type Migrator struct {
	db        *model.DB
	files     []File
	functions map[string]Func
	ignoring  bool
	engine    engine
	waiting   func(Progress)
	sources   []model.Source // of the Go functions in the transaction under way
}

// Func is a Go function that a migration runs. What it does with tx is part of
// the migration's transaction.
type Func func(tx model.Source) error

// New is the migrator of the files that Load has read, usually from a folder
// that the binary embeds.
func New(db *model.DB, files []File) *Migrator {
	return &Migrator{db: db, files: files, engine: engineOf(db.Dialect()), waiting: func(Progress) {}}
}

// WithWaiting has fn told when Revert, Down and Fake wait for another process;
// Apply tells its own function.
func (m *Migrator) WithWaiting(fn func(Progress)) *Migrator {
	m.waiting = fn
	return m
}

// WithFunctions gives the migrator the Go functions that files name.
func (m *Migrator) WithFunctions(functions map[string]Func) *Migrator {
	m.functions = functions
	return m
}

// WithoutFunctions has Go functions left out: in an empty database there is no
// data to move.
func (m *Migrator) WithoutFunctions() *Migrator {
	m.ignoring = true
	return m
}

// State says what a database knows of one migration.
type State struct {
	File File
	// Applied is when it was applied; the zero time when it was not.
	Applied time.Time
}

// Progress is told to the function given to Apply: once as a migration begins,
// once as it ends.
type Progress struct {
	File File
	// Number of Of: the second of three that are pending.
	Number, Of int
	// Done is false at the beginning; Took is set at the end.
	Done bool
	Took time.Duration
	// Waiting says that another process migrates this database; it comes before
	// everything else, with no File. Holder says which process that is, where the
	// database tells.
	Waiting bool
	Holder  string
}

// Error says which migration failed. The ones before it are applied and stay
// so; the database is as they left it.
type Error struct {
	File File
	// Applied is how many were applied before it in this run.
	Applied int
	Err     error

	report Progress // of its beginning
	begun  time.Time
}

// Error names the migration and how far the run came.
func (e *Error) Error() string {
	kept := "nothing of it was kept"
	var lost *commitError
	switch {
	case errors.As(e.Err, &lost):
		kept = lost.kept()
	case errors.Is(e.Err, errPooled):
	case errors.Is(e.Err, errEnded):
		kept = "it is not remembered as applied"
	case e.File.Outside:
		kept = "it runs outside a transaction, so its statements before that line are kept, and it begins again at the first"
	}
	return fmt.Sprintf("migrate: stopped at %s: %v (%d applied before it; %s)", e.File.Name, e.Err, e.Applied, kept)
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Status lists every migration with what the database knows of it. It changes
// nothing, and refuses a history that does not fit.
func (m *Migrator) Status(ctx context.Context) ([]State, error) {
	var states []State
	err := m.db.Session(ctx, func(s model.Session) error {
		applied, err := m.history(ctx, s)
		if err != nil {
			return err
		}
		states, err = m.compare(applied)
		return err
	})
	return states, err
}

// Pending lists the migrations that the database has not had.
func (m *Migrator) Pending(ctx context.Context) ([]File, error) {
	states, err := m.Status(ctx)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, s := range states {
		if s.Applied.IsZero() {
			files = append(files, s.File)
		}
	}
	return files, nil
}

// Apply applies what is pending and returns how many migrations that were.
// progress may be nil. An [*Error] says where it stopped.
func (m *Migrator) Apply(ctx context.Context, progress func(Progress)) (int, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	if err := m.checkFunctions(); err != nil {
		return 0, err
	}
	applied := 0
	for {
		err := m.apply(ctx, progress, &applied)
		var stopped *Error
		if !errors.As(err, &stopped) || !m.lookUp(ctx, stopped, true) {
			return applied, err
		}
		applied++ // and on with the rest, on another connection
		report := stopped.report
		report.Done, report.Took = true, time.Since(stopped.begun)
		progress(report)
	}
}

// apply applies what is pending on one connection, and counts.
func (m *Migrator) apply(ctx context.Context, progress func(Progress), applied *int) error {
	return m.locked(ctx, progress, func(s model.Session) error {
		pending, err := m.pending(ctx, s)
		if err != nil {
			return err
		}
		for i, f := range pending {
			report := Progress{File: f, Number: i + 1, Of: len(pending)}
			begun := time.Now()
			progress(report)
			mine, err := m.step(ctx, s, f, true)
			if err != nil {
				return &Error{File: f, Applied: *applied, Err: err, report: report, begun: begun}
			}
			if mine {
				*applied++
			}
			report.Done, report.Took = true, time.Since(begun)
			progress(report)
		}
		return nil
	})
}

// Fake remembers migrations as applied without running them, for a database
// whose tables are there already (migrate --fake): the pending ones up to the one
// named, or all where name is "". It returns their names.
func (m *Migrator) Fake(ctx context.Context, name string) ([]string, error) {
	last := len(m.files)
	if name != "" {
		f, err := m.find(name)
		if err != nil {
			return nil, err
		}
		last = f.Number
	}
	var names []string
	err := m.locked(ctx, m.waiting, func(s model.Session) error {
		pending, err := m.pending(ctx, s)
		if err != nil {
			return err
		}
		for _, f := range pending {
			if f.Number > last {
				break
			}
			if _, err := m.step(ctx, s, f, false); err != nil {
				return err
			}
			names = append(names, f.Name)
		}
		return nil
	})
	return names, err
}

// find is the file of a number or name: "2", "0002", "0002_post_subtitle".
func (m *Migrator) find(name string) (File, error) {
	for _, f := range m.files {
		if f.Name == name || strings.TrimSuffix(f.Name, ".sql") == name {
			return f, nil
		}
		if n, err := strconv.Atoi(name); err == nil && n == f.Number {
			return f, nil
		}
	}
	return File{}, fmt.Errorf("migrate: there is no migration %q", name)
}

// Find is the migration of a number or name.
func (m *Migrator) Find(name string) (File, error) { return m.find(name) }

// checkFunctions refuses to begin where a function is missing.
func (m *Migrator) checkFunctions() error {
	if m.ignoring {
		return nil
	}
	for _, f := range m.files {
		for _, name := range f.Functions() {
			if m.functions[name] == nil {
				return &HistoryError{f.Name, "it runs the Go function " + name + ", which this program does not have; build it with stackgen"}
			}
		}
	}
	return nil
}

// locked runs fn with a session, while no other process migrates.
func (m *Migrator) locked(ctx context.Context, progress func(Progress), fn func(model.Session) error) error {
	return m.db.Session(ctx, func(s model.Session) (err error) {
		unlock, err := m.engine.lock(ctx, s, func(holder string) { progress(Progress{Waiting: true, Holder: holder}) })
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, unlock()) }()
		return fn(s)
	})
}

// pending lists what a session's database has not had.
func (m *Migrator) pending(ctx context.Context, s model.Session) ([]File, error) {
	applied, err := m.history(ctx, s)
	if err != nil {
		return nil, err
	}
	states, err := m.compare(applied)
	if err != nil {
		return nil, err
	}
	return m.files[len(applied):len(states)], nil
}

// compare lays the files beside what the database has had.
func (m *Migrator) compare(applied []record) ([]State, error) {
	states := make([]State, len(m.files))
	for i, f := range m.files {
		states[i].File = f
	}
	for i, r := range applied {
		if i >= len(m.files) {
			return nil, &HistoryError{r.name, "the database has had it, but the file is not there; this binary is older than the database"}
		}
		f := m.files[i]
		switch {
		case f.Number != r.number || f.Name != r.name:
			return nil, &HistoryError{f.Name, fmt.Sprintf("the database has had %s in its place; migrations are applied in one line, so give this one the next free number", r.name)}
		case f.Checksum != r.checksum:
			return nil, &HistoryError{f.Name, "it was changed after it was applied; restore the file and write the change as a new migration"}
		}
		states[i].Applied = r.applied
	}
	return states, nil
}
