package sqlite

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"stackgen.dev/runtime/model"
)

// openPool is a database in a file, with its driver in view.
func openPool(t *testing.T, script string) (*model.DB, *pool) {
	t.Helper()
	p := &pool{path: filepath.Join(t.TempDir(), "a.db"), timeout: busyTimeout}
	if err := p.open(ctx, 4); err != nil {
		t.Fatal(err)
	}
	db := model.NewDB(p, nil)
	t.Cleanup(func() { db.Close() })
	if err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, script) }); err != nil {
		t.Fatal(err)
	}
	return db, p
}

// Ensure that a change is on the disk when it is reported, that changes which
// come while the disk works share a turn, and that what changes nothing waits for none.
func TestFlush(t *testing.T) {
	db, p := openPool(t, "CREATE TABLE a (n integer)")
	var turns atomic.Int64
	p.flusher.sync = func() error {
		turns.Add(1)
		return p.flusher.syncLog()
	}
	insert := func(src model.Source, n int64) error {
		_, err := model.Execute(src, "a", "INSERT INTO a VALUES (?1)", model.IntValue(n))
		return err
	}
	for _, test := range []struct {
		name  string
		run   func() error
		turns int64
	}{
		{"a change", func() error { return insert(db, 1) }, 1},
		{"a change of no row", func() error {
			_, err := model.Execute(db, "a", "UPDATE a SET n = 2 WHERE n = ?1", model.IntValue(99))
			return err
		}, 0},
		{"a transaction", func() error {
			return model.Atomic(db, func(tx model.Source) error { return errors.Join(insert(tx, 2), insert(tx, 3)) })
		}, 1},
		{"a transaction that reads", func() error {
			return model.Atomic(db, func(tx model.Source) error {
				_, err := model.FetchInt(tx, "SELECT COUNT(*) FROM a")
				return err
			})
		}, 0},
		{"a transaction that is taken back", func() error {
			wrong := errors.New("wrong")
			if err := model.Atomic(db, func(tx model.Source) error { return errors.Join(insert(tx, 4), wrong) }); !errors.Is(err, wrong) {
				return err
			}
			return nil
		}, 0},
		{"a change that answers", func() error {
			return model.Atomic(db, func(tx model.Source) error {
				_, err := model.FetchInt(tx, "UPDATE a SET n = 1 WHERE n = 1 RETURNING n")
				return err
			})
		}, 1},
	} {
		before := turns.Load()
		if err := test.run(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if n := turns.Load() - before; n != test.turns {
			t.Errorf("%s took %d turns of the disk, want %d", test.name, n, test.turns)
		}
	}
	before := turns.Load()
	p.flusher.sync = func() error { // a disk so slow that all have changed something meanwhile
		turns.Add(1)
		for rows := int64(0); rows < 103; {
			var err error
			if rows, err = model.FetchInt(db, "SELECT COUNT(*) FROM a"); err != nil {
				return err
			}
		}
		return p.flusher.syncLog()
	}
	var busy sync.WaitGroup
	for n := range 100 {
		busy.Go(func() {
			if err := insert(db, int64(n)); err != nil {
				t.Error(err)
			}
		})
	}
	busy.Wait()
	if n := turns.Load() - before; n >= 50 {
		t.Errorf("100 changes at once took %d turns of the disk", n)
	}
	if n, err := model.FetchInt(db, "SELECT COUNT(*) FROM a"); err != nil || n != 103 {
		t.Errorf("%d rows, %v", n, err)
	}
}

// Ensure that a disk which does not confirm is an error to each who waited; that the next
// change works again where the log could not be asked for, and none is confirmed after the disk refused.
func TestFlushFails(t *testing.T) {
	db, p := openPool(t, "CREATE TABLE a (n integer)")
	broken := errors.New("input/output error")
	p.flusher.sync = func() error { return broken }
	_, err := model.Execute(db, "a", "INSERT INTO a VALUES (1)")
	if !errors.Is(err, model.ErrUnavailable) || !errors.Is(err, broken) || !strings.Contains(err.Error(), "does not confirm") {
		t.Errorf("the change: %v", err)
	}
	p.flusher.sync = p.flusher.syncLog
	if _, err := model.Execute(db, "a", "INSERT INTO a VALUES (2)"); err != nil {
		t.Error(err)
	}
	for _, p.flusher.sync = range []func() error{func() error { return errRefused }, func() error { return nil }} {
		if _, err := model.Execute(db, "a", "INSERT INTO a VALUES (3)"); !errors.Is(err, errRefused) {
			t.Errorf("after the disk refused: %v", err)
		}
	}
}

// Ensure that a session, which commits as it likes, has each commit on the disk,
// and that commits after it share turns again.
func TestFlushSession(t *testing.T) {
	db, p := openPool(t, "CREATE TABLE a (n integer)")
	level := func(s model.Session) string {
		r, err := s.Query(ctx, "PRAGMA synchronous", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		r.Next()
		return r.Text(0)
	}
	if err := db.Session(ctx, func(s model.Session) error {
		if l := level(s); l != "2" {
			t.Errorf("in a session commits are of level %s, want FULL", l)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	c := <-p.writer
	if l := level(&session{conn: c}); l != "1" {
		t.Errorf("outside of it they are of level %s, want NORMAL", l)
	}
	p.writer <- c
}

// Ensure that closing waits for a commit that is on its way to the disk.
func TestCloseWaitsForFlush(t *testing.T) {
	f := newFlusher("")
	started, synced := make(chan struct{}), false
	gate := make(chan struct{})
	f.sync = func() error {
		close(started)
		<-gate
		synced = true // what the race detector watches, too
		f.sync = func() error { return nil }
		return nil
	}
	stored := make(chan error, 1)
	go func() { stored <- f.flush() }()
	<-started
	go close(gate)
	if err := f.close(); err != nil || !synced {
		t.Errorf("closed with %v, before the disk was done: %v", err, !synced)
	}
	if err := <-stored; err != nil {
		t.Error(err)
	}
}
