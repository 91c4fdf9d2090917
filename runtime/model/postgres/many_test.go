package postgres

import (
	"errors"
	"slices"
	"testing"

	"stackgen.dev/runtime/model"
)

// Ensure many changes go in one pipeline, and that one that fails takes all of
// them back.
func TestExecuteMany(t *testing.T) {
	db := open(t, "CREATE TABLE a (n int PRIMARY KEY)")
	sets := make([][]model.Value, 3*pipelined+1)
	for i := range sets {
		sets[i] = []model.Value{model.IntValue(int64(i))}
	}
	result, err := model.ExecuteMany(db, "a", "INSERT INTO a VALUES (?1)", sets)
	if err != nil || result.RowsAffected != int64(len(sets)) {
		t.Fatalf("%+v, %v", result, err)
	}
	for i := range sets {
		sets[i] = []model.Value{model.IntValue(int64(10_000 + i%700))}
	}
	var unique *model.UniqueError
	if _, err := model.ExecuteMany(db, "a", "INSERT INTO a VALUES (?1)", sets); !errors.As(err, &unique) {
		t.Errorf("got %v", err)
	}
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != int64(len(sets)) {
		t.Errorf("%d rows, want %d", n, len(sets))
	}
	// In a transaction that goes on, a savepoint keeps what was before.
	must(t, model.Atomic(db, func(tx model.Source) error {
		err := model.Atomic(tx, func(tx model.Source) error {
			_, err := model.ExecuteMany(tx, "a", "INSERT INTO a VALUES (?1)", sets)
			return err
		})
		if !errors.As(err, &unique) {
			t.Errorf("got %v", err)
		}
		_, err = model.Execute(tx, "a", "DELETE FROM a WHERE n = 0")
		return err
	}))
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != int64(len(sets)-1) {
		t.Errorf("%d rows, want %d", n, len(sets)-1)
	}
}

// Ensure COPY stores every character as it is, and all rows or none.
func TestCopyRows(t *testing.T) {
	db := open(t, `CREATE TABLE a (n int PRIMARY KEY, "Text" text, at timestamptz, ok boolean, f double precision)`)
	texts := []string{"", `\N`, "a\tb\nc\rd\\", `\.`, "é"}
	rows := func(yield func([]model.Value) bool) {
		for i := range 10_000 {
			row := []model.Value{model.IntValue(int64(i)), model.TextValue(texts[i%len(texts)]), model.TimeValue(model.Now(db)), model.BoolValue(i%2 == 0), model.FloatValue(float64(i) / 3)}
			if i%len(texts) == 0 {
				row[1] = model.Value{}
			}
			if !yield(row) {
				return
			}
		}
	}
	columns := []string{"n", "Text", "at", "ok", "f"}
	n, err := model.CopyRows(db, "a", columns, rows)
	if err != nil || n != 10_000 {
		t.Fatal(n, err)
	}
	for i, text := range texts[1:] {
		if n := number(t, db, `SELECT COUNT(*) FROM a WHERE "Text" = ?1 AND n % 5 = ?2`, model.TextValue(text), model.IntValue(int64(i+1))); n != 2000 {
			t.Errorf("%q: %d rows, want 2000", text, n)
		}
	}
	if n := number(t, db, `SELECT COUNT(*) FROM a WHERE "Text" IS NULL AND ok = (n % 2 = 0)`); n != 2000 {
		t.Errorf("%d rows of null, want 2000", n)
	}
	var unique *model.UniqueError
	if _, err := model.CopyRows(db, "a", columns, rows); !errors.As(err, &unique) {
		t.Errorf("the same rows again: %v", err)
	}
	for name, row := range map[string][]model.Value{"too short": {model.IntValue(-1)}, "invalid": {model.IntValue(-1), model.TextValue("\x00"), {}, {}, {}}} {
		if _, err := model.CopyRows(db, "a", columns, slices.Values([][]model.Value{row})); err == nil {
			t.Errorf("%s: it was stored", name)
		}
	}
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != 10_000 {
		t.Errorf("%d rows, want 10000", n)
	}
}

// Ensure rows that panic do so where they were asked for, and leave nothing behind: no
// row, and no connection that nobody gives back.
func TestCopyRowsPanics(t *testing.T) {
	db := open(t, "CREATE TABLE a (n int PRIMARY KEY)")
	copied := func() (said any) {
		defer func() { said = recover() }()
		model.CopyRows(db, "a", []string{"n"}, func(yield func([]model.Value) bool) {
			for n := range int64(100_000) {
				if n == 90_000 {
					panic("no more rows")
				}
				if !yield([]model.Value{model.IntValue(n)}) {
					return
				}
			}
		})
		return nil
	}
	for range 20 { // more than there are connections
		if said := copied(); said != "no more rows" {
			t.Fatalf("panicked with %v", said)
		}
	}
	if n := number(t, db, "SELECT COUNT(*) FROM a"); n != 0 {
		t.Errorf("%d rows", n)
	}
}
