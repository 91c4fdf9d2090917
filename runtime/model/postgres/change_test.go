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
