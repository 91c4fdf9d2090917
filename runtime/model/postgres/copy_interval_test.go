package postgres

import (
	"slices"
	"testing"

	"stackgen.dev/runtime/model"
)

// Ensure that a length of time which is stored in bulk is the same as one that is stored
// alone, in a column of an inspected database as well: PostgreSQL reads a number without
// a unit as seconds.
func TestCopyIntervals(t *testing.T) {
	db := open(t, `CREATE TABLE a (id int, length interval, micros bigint, flag boolean)`)
	lengths := []int64{90_000_000, -1, 0, 86_400_000_000 * 40}
	for i, n := range lengths {
		_, err := model.Execute(db, "a", "INSERT INTO a VALUES (?1, ?2, ?3, ?4)", model.IntValue(int64(i)), model.IntValue(n), model.IntValue(n), model.IntValue(1))
		must(t, err)
	}
	if _, err := model.CopyRows(db, "a", []string{"flag", "length", "id", "micros"}, func(yield func([]model.Value) bool) {
		for i, n := range lengths {
			if !yield([]model.Value{model.IntValue(1), model.IntValue(n), model.IntValue(int64(i)), model.IntValue(n)}) {
				return
			}
		}
		yield([]model.Value{model.IntValue(0), model.Value{}, model.IntValue(9), model.Value{}})
	}); err != nil {
		t.Fatal(err)
	}
	for i, n := range lengths {
		got, err := model.FetchAll(db, "SELECT length FROM a WHERE id = ?1 AND micros = ?2 AND flag", func(r model.Row, at int) int64 { return r.Int64(at) }, model.IntValue(int64(i)), model.IntValue(n))
		if err != nil || !slices.Equal(got, []int64{n, n}) {
			t.Errorf("%d µs: %v, %v", n, got, err)
		}
	}
	if n := number(t, db, "SELECT COUNT(*) FROM a WHERE length IS NULL"); n != 1 {
		t.Errorf("%d nulls", n)
	}
}
