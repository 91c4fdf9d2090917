package sqlite

import (
	"context"
	"errors"
	"testing"

	"stackgen.dev/runtime/model"
)

// Ensure that statements which change rows and answer with some run on the connection that may, are
// there for the next reader, and leave the writer free whatever becomes of them.
func TestChangesThatAnswer(t *testing.T) {
	for _, memory := range []bool{false, true} {
		url := "sqlite:" + t.TempDir() + "/a.db"
		if memory {
			url = "sqlite::memory:"
		}
		db := open(t, url, Options{})
		if err := db.Session(ctx, func(s model.Session) error {
			return s.Script(ctx, "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER UNIQUE)")
		}); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			sql  string
			rows int
			sum  int64
		}{
			{"INSERT INTO a (n) VALUES (1), (2), (3) RETURNING n", 3, 6},
			{"with b AS (SELECT 3 AS n)\nUPDATE a SET n = n + 10 WHERE n IN (SELECT n FROM b) RETURNING n", 1, 16},
			{"\n DELETE\nFROM a WHERE n = 13 RETURNING n", 1, 3},
		} {
			got, err := model.FetchAll(db, step.sql, model.Row.Int64)
			if err != nil || len(got) != step.rows {
				t.Errorf("memory %v: %s: %v, %v", memory, step.sql, got, err)
			}
			if sum, err := model.FetchInt(db, "SELECT SUM(n) FROM a"); err != nil || sum != step.sum {
				t.Errorf("memory %v: after %s the sum is %d, %v", memory, step.sql, sum, err)
			}
		}
		var unique *model.UniqueError
		if _, err := model.FetchAll(db, "INSERT INTO a (n) VALUES (1) RETURNING n", model.Row.Int64); !errors.As(err, &unique) {
			t.Errorf("memory %v: a second 1: %v", memory, err)
		}
		if _, err := model.FetchAll(db, "INSERT INTO nowhere VALUES (1) RETURNING n", model.Row.Int64); err == nil {
			t.Errorf("memory %v: a table that is not there took a row", memory)
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := model.FetchAll(db.With(gone), "INSERT INTO a (n) VALUES (4) RETURNING n", model.Row.Int64); !errors.Is(err, context.Canceled) {
			t.Errorf("memory %v: cancelled: %v", memory, err)
		}
		func() {
			defer func() { recover() }()
			model.FetchOne(db, "UPDATE a SET n = n RETURNING n", func(model.Row, int) int { panic("a reader's own fault") })
		}()
		if n, err := model.RawExec(db, "UPDATE a SET n = n + 100"); n != 2 || err != nil {
			t.Errorf("memory %v: the writer is not free: %d, %v", memory, n, err)
		}
	}
}
