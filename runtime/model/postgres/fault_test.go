package postgres

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres/pgtest"
)

// Ensure that a server that is killed and started again under load costs no
// read, and no change that was reported as stored: what failed says so, and the
// site goes on by itself.
func TestServerRestarts(t *testing.T) {
	for name, end := range map[string]func(*pgtest.Server){"crash": (*pgtest.Server).Kill, "shutdown": (*pgtest.Server).Shutdown} {
		t.Run(name, func(t *testing.T) {
			own, err := pgtest.Start()
			must(t, err)
			defer own.Stop()
			db, err := Open(ctx, own.URL("postgres"), Options{Connections: 8, Patience: time.Minute}) // however slowly the machine starts it
			must(t, err)
			defer db.Close()
			run(t, db, "CREATE TABLE a (worker int, n int, PRIMARY KEY (worker, n))")

			var stored [4][]int64 // what each worker was told is stored
			var unknown [4][]int64
			var reads, stop atomic.Int64
			var busy sync.WaitGroup
			for w := range stored {
				busy.Go(func() {
					for n := int64(0); stop.Load() == 0; n++ {
						_, err := model.Execute(db, "a", "INSERT INTO a VALUES (?1, ?2)", model.IntValue(int64(w)), model.IntValue(n))
						switch {
						case err == nil:
							stored[w] = append(stored[w], n)
						case errors.Is(err, model.ErrUnavailable):
							unknown[w] = append(unknown[w], n)
						default:
							t.Errorf("a change: %v", err)
							return
						}
					}
				})
				busy.Go(func() {
					for stop.Load() == 0 {
						if _, err := model.FetchInt(db, "SELECT COUNT(*) FROM a"); err != nil {
							t.Errorf("a read: %v", err)
							return
						}
						reads.Add(1)
					}
				})
			}
			progress := func() {
				for before := reads.Load(); reads.Load() < before+100 && !t.Failed(); {
					number(t, db, "SELECT 1")
				}
			}
			for range 3 {
				progress()
				end(own)
				must(t, own.Restart())
				progress()
			}
			stop.Store(1)
			busy.Wait()
			count, failed := 0, 0
			for w := range stored {
				count, failed = count+len(stored[w]), failed+len(unknown[w])
				for _, n := range stored[w] {
					if number(t, db, "SELECT COUNT(*) FROM a WHERE worker = ?1 AND n = ?2", model.IntValue(int64(w)), model.IntValue(n)) != 1 {
						t.Fatalf("row %d of worker %d was told to be stored and is not there", n, w)
					}
				}
			}
			rows := number(t, db, "SELECT COUNT(*) FROM a")
			if rows < int64(count) || rows > int64(count+failed) {
				t.Errorf("%d rows, of which %d were told to be stored and %d are unknown", rows, count, failed)
			}
			t.Logf("%d reads, none failed; %d changes stored, %d unknown", reads.Load(), count, failed)
		})
	}
}

// Ensure that a server that dies half-way through a bulk write has none of its
// rows, that the error says so, and that the next try goes through.
func TestKilledInBulk(t *testing.T) {
	own, err := pgtest.Start()
	must(t, err)
	defer own.Stop()
	db, err := Open(ctx, own.URL("postgres"), Options{})
	must(t, err)
	defer db.Close()
	run(t, db, "CREATE TABLE a (n int)")
	const many = 200_000
	rows := func(kill bool) func(func([]model.Value) bool) {
		return func(yield func([]model.Value) bool) {
			for n := range many {
				if kill && n == many/2 {
					own.Kill()
				}
				if !yield([]model.Value{model.IntValue(int64(n))}) {
					return
				}
			}
		}
	}
	if _, err := model.CopyRows(db, "a", []string{"n"}, rows(true)); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("killed half-way: %v", err)
	}
	must(t, own.Restart())
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != 0 {
		t.Errorf("%d rows of the half are there", n)
	}
	if n, err := model.CopyRows(db, "a", []string{"n"}, rows(false)); err != nil || n != many {
		t.Errorf("the next try: %d, %v", n, err)
	}
}

// Ensure that a disk that is full undoes the transaction, is named, and lets the
// server and the site go on.
func TestDiskFull(t *testing.T) {
	own, err := pgtest.Start()
	must(t, err)
	defer own.Stop()
	// Half a page beyond the segments of the log, which the server has to write.
	own.LimitFiles(t, 20<<20+4096)
	db, err := Open(ctx, own.URL("postgres"), Options{Connections: 1})
	must(t, err)
	run(t, db, "CREATE TABLE a (t text)")
	run(t, db, "ALTER TABLE a ALTER COLUMN t SET STORAGE PLAIN")
	fill := func(rows int64) error {
		return model.Atomic(db, func(tx model.Source) error {
			_, err := model.Execute(tx, "a", "INSERT INTO a SELECT repeat('x', 4000) FROM generate_series(1, ?1::bigint)", model.IntValue(rows))
			return err
		})
	}
	must(t, fill(10))
	if err := fill(10_000); !errors.Is(err, model.ErrDiskFull) {
		t.Errorf("with a full disk: %v", err)
	}
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != 10 {
		t.Errorf("%d rows are there, want 10", n)
	}
	must(t, db.Close())
	own.LimitFiles(t, 0)
	db, err = Open(ctx, own.URL("postgres"), Options{Connections: 1})
	must(t, err)
	defer db.Close()
	must(t, fill(10_000))
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != 10_010 {
		t.Errorf("with space again %d rows are there", n)
	}
}

// Ensure that a serialization failure is told as a conflict by Atomic, and that
// AtomicRetry gets through.
func TestSerializationFailure(t *testing.T) {
	url := server.Schema(t) + "&default_transaction_isolation=serializable"
	db, err := Open(ctx, url, Options{Connections: 4})
	must(t, err)
	defer db.Close()
	run(t, db, "CREATE TABLE a (n int); INSERT INTO a VALUES (1)")
	// Both read what the other writes: one of them has to begin again.
	attempt := func(atomic func(model.Source, func(model.Source) error) error) (first, second error) {
		var read, busy sync.WaitGroup
		read.Add(2)
		errs := [2]error{}
		for i := range errs {
			once := sync.OnceFunc(func() {
				read.Done()
				read.Wait()
			})
			busy.Go(func() {
				errs[i] = atomic(db, func(tx model.Source) error {
					n, err := model.FetchInt(tx, "SELECT SUM(n) FROM a")
					if err != nil {
						return err
					}
					once()
					_, err = model.Execute(tx, "a", "INSERT INTO a VALUES (?1)", model.IntValue(n))
					return err
				})
			})
		}
		busy.Wait()
		return errs[0], errs[1]
	}
	first, second := attempt(model.Atomic)
	if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), model.ErrConflict) {
		t.Errorf("Atomic: %v, %v; want one conflict", first, second)
	}
	if n := number(t, db, "SELECT SUM(n) FROM a"); n != 2 {
		t.Errorf("the sum is %d, want 2", n)
	}
	first, second = attempt(func(src model.Source, fn func(model.Source) error) error { return model.AtomicRetry(src, 5, fn) })
	if first != nil || second != nil {
		t.Errorf("AtomicRetry: %v, %v", first, second)
	}
	if n := number(t, db, "SELECT SUM(n) FROM a"); n != 8 {
		t.Errorf("the sum is %d, want 8: one after the other", n)
	}
}

// Ensure what the server says of a full disk and of locks has its own error.
func TestTranslate(t *testing.T) {
	for code, want := range map[string]error{
		"53100": model.ErrDiskFull, "55P03": model.ErrLocked, "40001": model.ErrConflict, "40P01": model.ErrConflict,
		"25006": model.ErrReadOnly, "57P01": model.ErrUnavailable, "53300": model.ErrUnavailable, "22003": model.ErrInvalid, "25P02": model.ErrDone,
		"42P05": model.ErrUnavailable, "26000": model.ErrUnavailable,
	} {
		if err := translate(ctx, &pgconn.PgError{Code: code}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", code, err, want)
		}
	}
	full := &pgconn.PgError{Code: "58030", Message: `could not write to file "base/1": No space left on device`}
	if err := translate(ctx, full); !errors.Is(err, model.ErrDiskFull) {
		t.Errorf("an error of writing for lack of space: %v", err)
	}
}
