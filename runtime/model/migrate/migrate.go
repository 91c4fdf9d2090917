package migrate

import (
	"context"
	"fmt"
	"time"

	"stackgen.dev/runtime/model"
)

// Migrator applies migrations to a database.
type Migrator struct {
	db    *model.DB
	files []File
}

// New is the migrator of the files that Load has read, usually from a folder
// that the binary embeds.
func New(db *model.DB, files []File) *Migrator { return &Migrator{db: db, files: files} }

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
}

// Error says which migration failed. The ones before it are applied and stay
// so; the database is as they left it.
type Error struct {
	File File
	// Applied is how many were applied before it in this run.
	Applied int
	Err     error
}

// Error names the migration and how far the run came.
func (e *Error) Error() string {
	return fmt.Sprintf("migrate: stopped at %s: %v (%d applied before it; nothing of it was kept)", e.File.Name, e.Err, e.Applied)
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Status lists every migration with what the database knows of it. It changes
// nothing, and refuses a history that does not fit.
func (m *Migrator) Status(ctx context.Context) ([]State, error) {
	var states []State
	err := m.db.Session(ctx, func(s model.Session) error {
		applied, err := history(ctx, s)
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
	pending, err := m.Pending(ctx)
	if err != nil {
		return 0, err
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	applied := 0
	err = m.db.Session(ctx, func(s model.Session) error {
		for i, f := range pending {
			report := Progress{File: f, Number: i + 1, Of: len(pending)}
			begun := time.Now()
			progress(report)
			mine, err := m.step(ctx, s, f)
			if err != nil {
				return &Error{File: f, Applied: applied, Err: err}
			}
			if mine {
				applied++
			}
			report.Done, report.Took = true, time.Since(begun)
			progress(report)
		}
		return nil
	})
	return applied, err
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
