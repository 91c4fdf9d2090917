package model

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// transaction is the state that the DBs of one transaction share.
type transaction struct {
	tx    Tx
	depth int // open savepoints
	done  bool
	// committed runs when the transaction is stored; a savepoint that is undone
	// takes its part with it.
	committed []func()
}

// OnCommit has fn run when the transaction of src is stored, and not at all
// when it is undone; outside a transaction it runs at once (on_commit). Functions
// run in the order in which they were given, after the last statement, so what
// they do is not part of the transaction and may begin another.
func OnCommit(src Source, fn func()) {
	if db := src.DB(); db != nil && db.tx != nil && !db.tx.done {
		db.tx.committed = append(db.tx.committed, fn)
		return
	}
	fn()
}

// Atomic runs fn in a transaction (transaction.atomic). All that fn does with
// the source it is given is stored when fn returns nil, and nothing of it when
// fn returns an error or panics; the error is returned, the panic goes on.
//
// Inside another Atomic it is a savepoint: an error undoes what fn did and
// leaves the outer transaction to its own function.
//
// What fn does with any other source is not part of the transaction, and may
// have to wait for its end. tx must not be used after fn has returned.
func Atomic(src Source, fn func(tx Source) error) error {
	conn, err := connOf(src)
	if err != nil {
		return err
	}
	db := src.DB()
	if db.tx != nil {
		return savepoint(src, conn, fn)
	}
	ctx := src.Context()
	tx, err := db.driver.Begin(ctx)
	if err != nil {
		return err
	}
	state := &transaction{tx: tx}
	defer func() { // a panic of fn
		if !state.done {
			state.done = true
			tx.Rollback()
		}
	}()
	err = fn(source{ctx, &DB{driver: db.driver, conn: tx, tx: state, clock: db.clock, hooks: db.hooks, watch: db.watch, follow: db.follow}})
	if err == nil {
		err = ctx.Err()
	}
	state.done = true
	if err != nil {
		return rolledBack(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, fn := range state.committed {
		fn()
	}
	return nil
}

// savepoint is Atomic inside a transaction.
func savepoint(src Source, conn Conn, fn func(Source) error) error {
	state := src.DB().tx
	state.depth++
	name := "s" + strconv.Itoa(state.depth)
	defer func() { state.depth-- }()
	if _, err := conn.Exec(src.Context(), "SAVEPOINT "+name, nil); err != nil {
		return err
	}
	promised := len(state.committed)
	undo := func() error {
		state.committed = state.committed[:promised]
		// The source's context may have ended; undoing must work all the same.
		ctx := context.WithoutCancel(src.Context())
		_, err := conn.Exec(ctx, "ROLLBACK TO "+name, nil)
		if err == nil {
			_, err = conn.Exec(ctx, "RELEASE "+name, nil)
		}
		return err
	}
	finished := false
	defer func() { // a panic of fn
		if !finished {
			undo()
		}
	}()
	err := fn(src)
	finished = true
	if err != nil {
		return rolledBack(err, undo())
	}
	if _, err = conn.Exec(src.Context(), "RELEASE "+name, nil); err != nil { // its context has ended
		return rolledBack(err, undo())
	}
	return nil
}

// rolledBack is the error of a function whose changes were undone. A
// transaction that the database ended by itself (disk full) needs no undoing.
func rolledBack(err, undoErr error) error {
	if undoErr == nil || errors.Is(undoErr, ErrDone) {
		return err
	}
	return fmt.Errorf("%w (and undoing the transaction: %v)", err, undoErr)
}
