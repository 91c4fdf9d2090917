package migrate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"stackgen.dev/runtime/model"
)

// commitError says that the connection was lost at COMMIT: the server may have stored
// the transaction, and its answer have been lost.
type commitError struct {
	cause  error
	looked bool  // the database was asked afterwards, and it was not stored
	failed error // why it could not be asked
}

// Error says what is known.
func (e *commitError) Error() string { return fmt.Sprintf("at COMMIT: %v", e.cause) }

// Unwrap is the cause.
func (e *commitError) Unwrap() error { return e.cause }

// kept is what is known of the migration, for a message.
func (e *commitError) kept() string {
	if e.looked {
		return "the database was asked afterwards: nothing of it was kept"
	}
	kept := "it is not known whether it was kept"
	if e.failed != nil {
		kept += fmt.Sprintf(", and the database could not be asked: %v", e.failed)
	}
	return kept + "; once the database answers, migrate status tells, and migrate goes on"
}

// lookTime bounds how long the database is asked whether a transaction was stored.
const lookTime = 30 * time.Second

// lookUp reports whether a migration whose COMMIT was not answered is stored all the
// same: applied, or taken back. Where it is not, it notes in the error what it found.
//
// Asking waits for the lock, which the transaction that was lost has until the server
// has stored it or taken it back.
func (m *Migrator) lookUp(ctx context.Context, stopped *Error, applied bool) bool {
	var lost *commitError
	if !errors.As(stopped.Err, &lost) {
		return false
	}
	sources := m.sources
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	defer cancel()
	found := false
	lost.failed = m.locked(ctx, func(Progress) {}, func(s model.Session) error {
		return m.engine.transaction(ctx, s, func() error {
			list, err := m.history(ctx, s)
			for _, r := range list {
				found = found || r.number == stopped.File.Number
			}
			return err
		})
	})
	if lost.failed != nil {
		return false
	}
	lost.looked = found != applied
	if !lost.looked {
		for _, src := range sources {
			model.Committed(src)
		}
	}
	return !lost.looked
}
