package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
)

// Ensure every type comes back as it was stored, through the parameters of
// statements and as what statements answer.
func TestValues(t *testing.T) {
	db := open(t, "")
	at := time.Date(2026, 3, 14, 15, 9, 26, 535_897_000, time.UTC)
	decimal := func(s string) model.Decimal {
		d, err := model.ParseDecimal(s)
		must(t, err)
		return d
	}
	uuid := model.NewUUID()
	for _, c := range []struct {
		name, typ string
		value     model.Value
		read      func(model.Row) any
		want      any
	}{
		{"bigint", "bigint", model.IntValue(math.MinInt64), func(r model.Row) any { return r.Int64(0) }, int64(math.MinInt64)},
		{"integer", "integer", model.IntValue(-5), func(r model.Row) any { return r.Int64(0) }, int64(-5)},
		{"smallint", "smallint", model.IntValue(7), func(r model.Row) any { return r.Int64(0) }, int64(7)},
		{"integer as text", "integer", model.IntValue(12), func(r model.Row) any { return r.Text(0) }, "12"},
		{"boolean", "boolean", model.BoolValue(true), func(r model.Row) any { return r.Bool(0) }, true},
		{"boolean as number", "boolean", model.BoolValue(false), func(r model.Row) any { return r.Int64(0) }, int64(0)},
		{"double", "double precision", model.FloatValue(0.1), func(r model.Row) any { return r.Float64(0) }, 0.1},
		{"infinity", "double precision", model.FloatValue(math.Inf(-1)), func(r model.Row) any { return r.Float64(0) }, math.Inf(-1)},
		{"real", "real", model.FloatValue(0.5), func(r model.Row) any { return r.Float64(0) }, 0.5},
		{"number in numeric", "numeric", model.IntValue(12), func(r model.Row) any { return r.Float64(0) }, 12.0},
		{"text", "text", model.TextValue("é'\"\n\\"), func(r model.Row) any { return r.Text(0) }, "é'\"\n\\"},
		{"empty text", "text", model.TextValue(""), func(r model.Row) any { return r.Text(0) + fmt.Sprint(r.IsNull(0)) }, "false"},
		{"varchar", "varchar(3)", model.TextValue("äöü"), func(r model.Row) any { return r.Text(0) }, "äöü"},
		{"null", "text", model.Value{}, func(r model.Row) any { return r.IsNull(0) }, true},
		{"instant", "timestamptz", model.TimeValue(at), func(r model.Row) any { return r.Time(0) }, at},
		{"first instant", "timestamptz", model.TimeValue(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)), func(r model.Row) any { return r.Time(0) }, time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"instant without zone", "timestamp", model.TimeValue(at), func(r model.Row) any { return r.Time(0) }, at},
		{"instant as date", "timestamptz", model.TimeValue(at), func(r model.Row) any { return r.Date(0) }, model.DateOf(at)},
		{"date", "date", model.DateValue(model.Date{Year: 1969, Month: 12, Day: 31}), func(r model.Row) any { return r.Date(0) }, model.Date{Year: 1969, Month: 12, Day: 31}},
		{"leap day", "date", model.DateValue(model.Date{Year: 2024, Month: 2, Day: 29}), func(r model.Row) any { return r.Date(0) }, model.Date{Year: 2024, Month: 2, Day: 29}},
		{"time", "time", model.TimeOfDayValue(model.NewTimeOfDay(23, 59, 59, 1)), func(r model.Row) any { return r.TimeOfDay(0) }, model.NewTimeOfDay(23, 59, 59, 1)},
		{"interval", "interval", model.DurationValue(-1500 * time.Millisecond), func(r model.Row) any { return r.Duration(0) }, -1500 * time.Millisecond},
		{"duration in bigint", "bigint", model.DurationValue(36 * time.Hour), func(r model.Row) any { return r.Duration(0) }, 36 * time.Hour},
		{"uuid", "uuid", model.UUIDValue(uuid), func(r model.Row) any { return r.UUID(0) }, uuid},
		{"jsonb", "jsonb", model.JSONValue(json.RawMessage(`{"a":[1]}`)), func(r model.Row) any { return string(r.JSON(0)) }, `{"a": [1]}`},
		{"json", "json", model.JSONValue(json.RawMessage(`{"a":[1]}`)), func(r model.Row) any { return string(r.JSON(0)) }, `{"a":[1]}`},
		{"numeric", "numeric(18,3)", model.DecimalValue(decimal("-123456789012345.678")), func(r model.Row) any { return r.Decimal(0, 3) }, decimal("-123456789012345.678")},
		{"small numeric", "numeric(9,6)", model.DecimalValue(decimal("0.000012")), func(r model.Row) any { return r.Decimal(0, 6) }, decimal("0.000012")},
		{"zero numeric", "numeric(9,2)", model.DecimalValue(decimal("0")), func(r model.Row) any { return r.Decimal(0, 2) }, decimal("0.00")},
		{"round numeric", "numeric(12,0)", model.DecimalValue(decimal("100000000")), func(r model.Row) any { return r.Decimal(0, 0) }, decimal("100000000")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := model.FetchOne(db, "SELECT ?1::"+c.typ, func(r model.Row, _ int) any { return c.read(r) }, c.value)
			must(t, err)
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Ensure the server's errors have package model's types.
func TestErrors(t *testing.T) {
	db := open(t, `
CREATE TABLE a (id bigint PRIMARY KEY, name varchar(3) NOT NULL UNIQUE, n smallint CONSTRAINT small CHECK (n < 10), UNIQUE (id, n));
CREATE TABLE b (a bigint REFERENCES a (id) ON DELETE RESTRICT);
INSERT INTO a VALUES (1, 'x', 1);
INSERT INTO b VALUES (1);`)
	for _, c := range []struct {
		name, sql string
		want      string // the message holds it
		is        error
	}{
		{"unique", "INSERT INTO a VALUES (2, 'x', 1)", "another row of a has the same name", nil},
		{"key", "INSERT INTO a VALUES (1, 'y', 1)", "another row of a has the same id", nil},
		{"not null", "INSERT INTO a VALUES (2, NULL, 1)", "a.name must have a value", nil},
		{"check", "INSERT INTO a VALUES (2, 'y', 11)", "a refuses the row: small", nil},
		{"foreign key", "INSERT INTO b VALUES (2)", "pointing at nothing", nil},
		{"protected", "DELETE FROM a", "pointing at nothing", nil},
		{"too long", "INSERT INTO a VALUES (2, 'long', 1)", "too long", model.ErrInvalid},
		{"no number", "INSERT INTO a VALUES ('x', 'y', 1)", "invalid input syntax", model.ErrInvalid},
		{"syntax", "INSERT INTO nowhere VALUES (1)", "does not exist", nil},
		{"read-only", "BEGIN READ ONLY; DELETE FROM b", "read-only", model.ErrReadOnly},
	} {
		t.Run(c.name, func(t *testing.T) {
			var err error
			if strings.Contains(c.sql, ";") {
				err = db.Session(ctx, func(s model.Session) error { return s.Script(ctx, c.sql) })
			} else {
				_, err = model.Execute(db, "a", c.sql)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := model.Execute(db, "a", "INSERT INTO a VALUES (2, 'y', ?1)", model.IntValue(1<<40)); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("a number that does not fit: %v", err)
	}
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != 1 {
		t.Errorf("%d rows, want the one of the beginning", n)
	}
}

// Ensure what cannot be opened says which database, and never shows the password.
func TestOpenErrors(t *testing.T) {
	for url, want := range map[string]string{
		"sqlite:x": "not of the form postgres://",
		"postgres://u:hunter2@127.0.0.1:notaport/": "cannot be read",
		"postgres://u:hunter2@127.0.0.1:1/none":    "none at 127.0.0.1:1",
		server.URL("nowhere"):                      "nowhere",
	} {
		_, err := Open(ctx, url, Options{Patience: 50 * time.Millisecond})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// Ensure a transaction is stored as a whole or not at all, with savepoints in it.
func TestAtomic(t *testing.T) {
	db := open(t, "CREATE TABLE a (n int UNIQUE)")
	insert := func(src model.Source, n int64) error {
		_, err := model.Execute(src, "a", "INSERT INTO a VALUES (?1)", model.IntValue(n))
		return err
	}
	broke := errors.New("broke")
	if err := model.Atomic(db, func(tx model.Source) error { must(t, insert(tx, 1)); return broke }); err != broke {
		t.Errorf("got %v", err)
	}
	must(t, model.Atomic(db, func(tx model.Source) error {
		must(t, insert(tx, 2))
		var unique *model.UniqueError
		if err := model.Atomic(tx, func(tx model.Source) error { return insert(tx, 2) }); !errors.As(err, &unique) {
			t.Errorf("the inner one: %v", err)
		}
		return insert(tx, 3)
	}))
	// A failure that is swallowed leaves nothing to store, and says so.
	err := model.Atomic(db, func(tx model.Source) error { insert(tx, 4); insert(tx, 4); return nil })
	if !errors.Is(err, model.ErrDone) || !strings.Contains(err.Error(), "Atomic of its own") {
		t.Errorf("a failed transaction: %v", err)
	}
	if n := number(t, db, "SELECT SUM(n) FROM a"); n != 5 {
		t.Errorf("the rows add up to %d, want 5", n)
	}
}

// Ensure a context that ends stops the statement on the server and leaves the
// connection to the next.
func TestCancel(t *testing.T) {
	url := server.Schema(t)
	db, err := Open(ctx, url, Options{Connections: 1})
	must(t, err)
	defer db.Close()
	pid := number(t, db, "SELECT pg_backend_pid()")
	for name, run := range map[string]func(model.Source) error{
		"query": func(src model.Source) error { _, err := model.FetchInt(src, "SELECT 1 FROM pg_sleep(60)"); return err },
		"exec":  func(src model.Source) error { _, err := model.Execute(src, "", "SELECT pg_sleep(60)"); return err },
		"transaction": func(src model.Source) error {
			return model.Atomic(src, func(tx model.Source) error { _, err := model.FetchInt(tx, "SELECT 1 FROM pg_sleep(60)"); return err })
		},
	} {
		ending, cancel := context.WithCancel(ctx)
		stop := time.AfterFunc(50*time.Millisecond, cancel)
		if err := run(db.With(ending)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		stop.Stop()
		if now := number(t, db, "SELECT pg_backend_pid()"); now != pid {
			t.Errorf("%s: the connection was lost", name)
		}
	}
}

// Ensure rows that are not read to the end give their connection back.
func TestRowsClosed(t *testing.T) {
	db, err := Open(ctx, server.Schema(t), Options{Connections: 1, Patience: time.Minute})
	must(t, err)
	defer db.Close()
	for range 3 {
		if _, err := model.FetchOne(db, "SELECT n FROM generate_series(1, 1000) AS n", model.Row.Int64); err != nil {
			t.Fatal(err)
		}
	}
	// An error after the first rows comes with the end.
	_, err = model.FetchAll(db, "SELECT 10 / (n - 500) FROM generate_series(1, 1000) AS n", model.Row.Int64)
	if !errors.Is(err, model.ErrInvalid) {
		t.Errorf("an error on the way: %v", err)
	}
}

// Ensure a prepared statement survives a change of its table.
func TestOutdatedPlan(t *testing.T) {
	db, err := Open(ctx, server.Schema(t), Options{Connections: 1})
	must(t, err)
	defer db.Close()
	run(t, db, "CREATE TABLE a (n int); INSERT INTO a VALUES (1)")
	read := func() string {
		s, err := model.FetchOne(db, "SELECT n FROM a", model.Row.Text)
		must(t, err)
		return s
	}
	if got := read(); got != "1" {
		t.Error(got)
	}
	run(t, db, "ALTER TABLE a ALTER COLUMN n TYPE text")
	if got := read(); got != "1" {
		t.Error(got)
	}
}

// Ensure more statements than a connection keeps all work.
func TestManyStatements(t *testing.T) {
	db, err := Open(ctx, server.Schema(t), Options{Connections: 1})
	must(t, err)
	defer db.Close()
	for i := range maxStatements + 50 {
		if n := number(t, db, fmt.Sprintf("SELECT %d", i)); n != int64(i) {
			t.Fatal(n)
		}
	}
	if n := number(t, db, "SELECT COUNT(*) FROM pg_prepared_statements"); n > maxStatements {
		t.Errorf("%d statements are kept", n)
	}
}

// Ensure a deadlock is told as a conflict, and that running again gets through.
func TestDeadlock(t *testing.T) {
	db := open(t, "CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a VALUES (1, 0), (2, 0)")
	add := func(src model.Source, id int64) error {
		_, err := model.Execute(src, "a", "UPDATE a SET n = n + 1 WHERE id = ?1", model.IntValue(id))
		return err
	}
	var both, wait sync.WaitGroup
	both.Add(2)
	tries := [2]int{}
	for i := range 2 {
		wait.Go(func() {
			err := model.AtomicRetry(db, 5, func(tx model.Source) error {
				if err := add(tx, int64(1+i)); err != nil {
					return err
				}
				if tries[i]++; tries[i] == 1 {
					both.Done()
					both.Wait() // each holds a row that the other wants
				}
				return add(tx, int64(2-i))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := number(t, db, "SELECT SUM(n) FROM a"); n != 4 || tries[0]+tries[1] != 3 {
		t.Errorf("%d changes in %v tries, want 4 and one try more", n, tries)
	}
}

// Ensure a script names the line of the statement that failed.
func TestScriptLine(t *testing.T) {
	db := open(t, "")
	for script, line := range map[string]string{
		"\n\nSELECT 1;\n-- a; comment\nSELECT 'a;b', $x$;$x$;\nSELECT nowhere;": "line 6:",
		"CREATE TABLE a (\n  n int,\n  m nonsense\n)":                           "line 3:",
		"CREATE TABLE b (n int UNIQUE);\nINSERT INTO b VALUES\n (1),\n(1)":      "line 2:",
	} {
		err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, script) })
		if err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("got %v, want %s", err, line)
		}
	}
}
