package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
)

const byKey = "SELECT n, text FROM a WHERE n = ?1"

// shorten runs a statement until it counts as short.
func (d shared) shorten(t testing.TB, sql string, args ...model.Value) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); { // a busy machine makes all of them slow
		number(t, d, sql, args...)
		if d.short(sql) {
			return
		}
	}
	t.Fatalf("%s does not become short", sql)
}

// shared is a database with its lanes in view.
type shared struct {
	*database
	pool *pool
}

type database = model.DB

func (d shared) short(sql string) bool { return d.pool.lanes.paces.of(sql).short.Load() }

func openShared(t testing.TB, script string) shared {
	t.Helper()
	p, err := connect(ctx, server.Schema(t), Options{})
	must(t, err)
	d := shared{model.NewDB(p, nil), p}
	t.Cleanup(func() { d.Close() })
	run(t, d.database, script)
	return d
}

// Ensure that reads that share connections get their own rows, none, and their
// own errors, many at a time.
func TestLanes(t *testing.T) {
	db := openShared(t, "CREATE TABLE a (n int PRIMARY KEY, text text); INSERT INTO a SELECT n, 'row ' || n FROM generate_series(1, 1000) AS n")
	db.shorten(t, byKey, model.IntValue(1))
	const quotient = "SELECT 100 / ?1::int"
	db.shorten(t, quotient, model.IntValue(1))
	var busy sync.WaitGroup
	for w := range 50 {
		busy.Go(func() {
			for i := range 200 {
				n := int64(w*200+i)%1100 + 1
				text, err := model.FetchOne(db, byKey, func(r model.Row, at int) *string {
					s := r.Text(at + 1)
					return &s
				}, model.IntValue(n))
				switch {
				case n > 1000:
					if !errors.Is(err, model.ErrNotFound) {
						t.Errorf("row %d: %v", n, err)
					}
				case err != nil || *text != "row "+strconv.FormatInt(n, 10):
					t.Errorf("row %d is %v, %v", n, text, err)
				}
				got, err := model.FetchInt(db, quotient, model.IntValue(n%3))
				if n%3 == 0 {
					if err == nil {
						t.Error("a division by zero has a result")
					}
				} else if err != nil || got != 100/(n%3) {
					t.Errorf("100/%d is %d, %v", n%3, got, err)
				}
			}
		})
	}
	busy.Wait()
}

// Ensure that a statement that turns out to take long is taken off the shared
// connections, that others get their answers all the same, and that a caller who
// leaves does not wait for the answer.
func TestLaneLong(t *testing.T) {
	db := openShared(t, "CREATE TABLE a (n int PRIMARY KEY, text text); INSERT INTO a VALUES (1, 'one')")
	const maybe = "SELECT n FROM a, pg_sleep(?1::float8) WHERE n = 1"
	db.shorten(t, byKey, model.IntValue(1))
	db.shorten(t, maybe, model.FloatValue(0))
	var busy sync.WaitGroup
	for range 3 {
		busy.Go(func() {
			if n, err := model.FetchInt(db, maybe, model.FloatValue(1.3)); n != 1 || err != nil {
				t.Errorf("a long read: %d, %v", n, err)
			}
		})
	}
	for range 20 {
		busy.Go(func() {
			for range 20 {
				if n, err := model.FetchInt(db, byKey, model.IntValue(1)); n != 1 || err != nil {
					t.Errorf("a short read: %d, %v", n, err)
				}
			}
		})
	}
	busy.Wait()
	if db.short(maybe) {
		t.Error("the long statement still counts as short")
	}

	db = openShared(t, "CREATE TABLE a (n int PRIMARY KEY); INSERT INTO a VALUES (1)")
	db.shorten(t, maybe, model.FloatValue(0))
	leaving, leave := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, leave)
	began := time.Now()
	_, err := model.FetchInt(db.With(leaving), maybe, model.FloatValue(30))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("who left hears %v after %v", err, time.Since(began))
	}
}

// Ensure that a change of the table under a shared statement is no error, and
// that rows that are too many take a statement off.
func TestLaneOutdated(t *testing.T) {
	db := openShared(t, "CREATE TABLE a (n int PRIMARY KEY); INSERT INTO a VALUES (1)")
	const all = "SELECT * FROM a"
	changes := 0
	for short := false; !short; { // where the machine makes one of the reads slow, it is tried anew
		if changes++; changes > 5 {
			t.Fatal("the statement does not stay short")
		}
		db.shorten(t, all)
		run(t, db.database, fmt.Sprintf("ALTER TABLE a ADD COLUMN more%d int DEFAULT 7", changes))
		for range 10 {
			if n := number(t, db, all); n != 1 {
				t.Errorf("the row is %d", n)
			}
		}
		short = db.short(all)
	}
	run(t, db.database, "INSERT INTO a SELECT n FROM generate_series(2, 500) AS n")
	rows, err := model.FetchAll(db, all, func(r model.Row, at int) int64 { return r.Int64(at) })
	if err != nil || len(rows) != 500 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if db.short(all) {
		t.Error("a statement with 500 rows counts as short")
	}
}

// Ensure that ever new statements fill no memory with how long they take.
func TestPacesBounded(t *testing.T) {
	var p paces
	for i := range 2 * maxPaces {
		if pace := p.of(strconv.Itoa(i)); (pace != nil) != (i < maxPaces) {
			t.Fatalf("statement %d: %v", i, pace)
		}
	}
}
