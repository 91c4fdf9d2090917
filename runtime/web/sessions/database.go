package sessions

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/terminal"
)

// Table keeps sessions in the database, in Django's table django_session
// (django.contrib.sessions.backends.db). It is a [Keeper]: the data is this
// package's, which Django does not read. What is over is gone for who asks, and
// deleted by [Clear].
type Table struct{ db *model.DB }

// NewTable keeps sessions in a database.
func NewTable(db *model.DB) *Table { return &Table{db} }

// forever is the age of what has none.
const forever = 100 * 365 * 24 * time.Hour

func (t *Table) ends(ttl time.Duration) time.Time {
	if ttl == 0 {
		ttl = forever
	}
	return model.Now(t.db).Add(ttl)
}

// Get returns the data under a key.
func (t *Table) Get(ctx context.Context, key string) ([]byte, bool, error) {
	rows, err := model.Raw(t.db.With(ctx), `SELECT "session_data" FROM "django_session" WHERE "session_key" = ?1 AND "expire_date" > ?2`,
		func(text *string) []any { return []any{text} }, name(key), model.Now(t.db))
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	raw, err := base64.StdEncoding.DecodeString(rows[0])
	return raw, err == nil, nil // a row that is no session of ours is none
}

// Set keeps data under a key.
func (t *Table) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	_, err := model.RawExec(t.db.With(ctx), `INSERT INTO "django_session" ("session_key", "session_data", "expire_date") VALUES (?1, ?2, ?3)
ON CONFLICT ("session_key") DO UPDATE SET "session_data" = excluded."session_data", "expire_date" = excluded."expire_date"`,
		name(key), base64.StdEncoding.EncodeToString(value), t.ends(ttl))
	return err
}

// Add keeps data under a key that is free.
func (t *Table) Add(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	n, err := model.RawExec(t.db.With(ctx), `INSERT INTO "django_session" ("session_key", "session_data", "expire_date") VALUES (?1, ?2, ?3)
ON CONFLICT ("session_key") DO NOTHING`, name(key), base64.StdEncoding.EncodeToString(value), t.ends(ttl))
	return n > 0, err
}

// Replace keeps data under a key that is there.
func (t *Table) Replace(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	n, err := model.RawExec(t.db.With(ctx), `UPDATE "django_session" SET "session_data" = ?2, "expire_date" = ?3 WHERE "session_key" = ?1 AND "expire_date" > ?4`,
		name(key), base64.StdEncoding.EncodeToString(value), t.ends(ttl), model.Now(t.db))
	return n > 0, err
}

// Delete forgets what is under a key.
func (t *Table) Delete(ctx context.Context, key string) error {
	_, err := model.RawExec(t.db.With(ctx), `DELETE FROM "django_session" WHERE "session_key" = ?1`, name(key))
	return err
}

// name is the key in the table, without what keeps sessions apart elsewhere.
func name(key string) string { return strings.TrimPrefix(key, prefix) }

// Clear deletes the sessions that are over (clearsessions).
func Clear(ctx context.Context, db *model.DB, t *terminal.Terminal, args []string) error {
	if len(args) > 0 {
		return errors.New("clearsessions takes no arguments")
	}
	n, err := model.RawExec(db.With(ctx), `DELETE FROM "django_session" WHERE "expire_date" <= ?1`, model.Now(db))
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "%d sessions deleted.\n", n)
	return nil
}

var (
	_ Keeper   = (*Table)(nil)
	_ replacer = (*Table)(nil)
)
