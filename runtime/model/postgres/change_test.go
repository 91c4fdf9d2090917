package postgres

import (
	"errors"
	"testing"

	"stackgen.dev/runtime/model"
)

// Ensure that a statement that changes rows and answers with some is not sent again
// when the connection breaks: it may have been stored.
func TestChangeWithRowsIsSentOnce(t *testing.T) {
	db := open(t, "CREATE TABLE a (n bigint); CREATE SEQUENCE runs")
	for name, sql := range map[string]string{
		"insert": "INSERT INTO a SELECT nextval('runs') RETURNING pg_terminate_backend(pg_backend_pid())::text",
		"with":   "WITH new AS (INSERT INTO a SELECT nextval('runs') RETURNING n) SELECT pg_terminate_backend(pg_backend_pid())::text FROM new",
	} {
		run(t, db, "ALTER SEQUENCE runs RESTART")
		_, err := model.FetchAll(db, sql, model.Row.Text)
		if !errors.Is(err, model.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
		if n := number(t, db, "SELECT last_value FROM runs"); n != 1 {
			t.Errorf("%s: it ran %d times", name, n)
		}
	}
}

// Ensure that statements which change rows are known by their words.
func TestChanges(t *testing.T) {
	for sql, want := range map[string]bool{
		"SELECT 1 FOR UPDATE": false, "(SELECT 1) UNION SELECT 2": false, "VALUES (1)": false, "WITH a AS (SELECT 'INSERT') SELECT 1": false,
		"insert INTO a VALUES (1) RETURNING n": true, "WITH a AS (DELETE FROM b RETURNING n) SELECT n FROM a": true, "CALL f()": true, "-- x\nSELECT 1": false,
	} {
		if got := changes(sql); got != want {
			t.Errorf("%s: %v", sql, got)
		}
	}
}
