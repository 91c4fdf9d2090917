package caches

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"stackgen.dev/runtime/model"
)

// Table keeps values in the site's database (DatabaseCache), in the table
// cache_entry, which migrations make. All processes and machines share it; it counts by itself.
// It writes beside the transaction that a request may be in: with SQLite, where one writes at a
// time, call it before or behind that.
type Table struct {
	db     *model.DB
	max    int64
	writes atomic.Int64
}

// DefaultEntries is how many values a Table holds unless it is told.
const DefaultEntries = 10_000

// NewTable keeps at most max values, 0 is DefaultEntries, in a database.
func NewTable(db *model.DB, max int64) *Table {
	if max == 0 {
		max = DefaultEntries
	}
	return &Table{db: db, max: max}
}

// longestKey is up to which length a key stands in the table as it is, in bytes.
const longestKey = 200

func (t *Table) key(key string) string {
	if len(key) <= longestKey && utf8.ValidString(key) && !strings.Contains(key, "\x00") {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// ends is when an age is over, nil for never.
func (t *Table) ends(ttl time.Duration) any {
	if ttl == 0 {
		return nil
	}
	return model.Now(t.db).Add(ttl)
}

// split is a value as it is kept: a whole number as one, for Count and Incr.
func split(value []byte) (text []byte, number any) {
	if n, err := strconv.ParseInt(string(value), 10, 64); err == nil && strconv.FormatInt(n, 10) == string(value) {
		return []byte{}, n
	}
	if value == nil {
		value = []byte{}
	}
	return value, nil
}

const live = ` AND ("expires" IS NULL OR "expires" > `

// Get returns the value under a key.
func (t *Table) Get(ctx context.Context, key string) ([]byte, bool, error) {
	found, err := t.GetMany(ctx, key)
	value, ok := found[key]
	return value, ok, err
}

// GetMany returns the values under those of the keys that have one.
func (t *Table) GetMany(ctx context.Context, keys ...string) (map[string][]byte, error) {
	type row struct {
		key    string
		value  []byte
		number model.Null[int64]
	}
	values := make(map[string][]byte, len(keys))
	for len(keys) > 0 {
		some := keys[:min(len(keys), 100)]
		keys = keys[len(some):]
		args, asked := []any{model.Now(t.db)}, map[string]string{}
		var places []string
		for _, k := range some {
			if _, twice := asked[t.key(k)]; !twice {
				asked[t.key(k)] = k
				args = append(args, t.key(k))
				places = append(places, "?"+strconv.Itoa(len(args)))
			}
		}
		rows, err := model.Raw(t.db.With(ctx), `SELECT "cache_key", "value", "number" FROM "cache_entry" WHERE "cache_key" IN (`+strings.Join(places, ", ")+`)`+live+`?1)`,
			func(r *row) []any { return []any{&r.key, &r.value, &r.number} }, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.number.Valid {
				r.value = strconv.AppendInt(nil, r.number.V, 10)
			}
			values[asked[r.key]] = r.value
		}
	}
	return values, nil
}

// Set keeps a value.
func (t *Table) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl < 0 {
		return t.Delete(ctx, key)
	}
	text, number := split(value)
	_, err := model.RawExec(t.db.With(ctx), `INSERT INTO "cache_entry" ("cache_key", "value", "number", "expires") VALUES (?1, ?2, ?3, ?4)
ON CONFLICT ("cache_key") DO UPDATE SET "value" = excluded."value", "number" = excluded."number", "expires" = excluded."expires"`,
		t.key(key), text, number, t.ends(ttl))
	if err != nil {
		return err
	}
	return t.cull(ctx)
}

// Add keeps a value where the key is free, or its value over.
func (t *Table) Add(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	if ttl < 0 {
		_, there, err := t.Get(ctx, key)
		return !there && err == nil, err
	}
	text, number := split(value)
	n, err := model.RawExec(t.db.With(ctx), `INSERT INTO "cache_entry" ("cache_key", "value", "number", "expires") VALUES (?1, ?2, ?3, ?4)
ON CONFLICT ("cache_key") DO UPDATE SET "value" = excluded."value", "number" = excluded."number", "expires" = excluded."expires"
WHERE "cache_entry"."expires" <= ?5`, t.key(key), text, number, t.ends(ttl), model.Now(t.db))
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.cull(ctx)
}

// Touch gives a value another age.
func (t *Table) Touch(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	n, err := model.RawExec(t.db.With(ctx), `UPDATE "cache_entry" SET "expires" = ?2 WHERE "cache_key" = ?1`+live+`?3)`, t.key(key), t.ends(ttl), model.Now(t.db))
	return n > 0, err
}

// Delete forgets a value.
func (t *Table) Delete(ctx context.Context, key string) error {
	_, err := model.RawExec(t.db.With(ctx), `DELETE FROM "cache_entry" WHERE "cache_key" = ?1`, t.key(key))
	return err
}

// Clear forgets everything.
func (t *Table) Clear(ctx context.Context) error {
	_, err := model.RawExec(t.db.With(ctx), `DELETE FROM "cache_entry"`)
	return err
}

// Count adds one to the number under a key; the first begins its age.
func (t *Table) Count(ctx context.Context, key string, ttl time.Duration) (int64, error) {
	rows, err := model.Raw(t.db.With(ctx), `INSERT INTO "cache_entry" ("cache_key", "value", "number", "expires") VALUES (?1, ?2, 1, ?3)
ON CONFLICT ("cache_key") DO UPDATE SET "value" = excluded."value",
"number" = CASE WHEN "cache_entry"."expires" <= ?4 THEN 1 ELSE COALESCE("cache_entry"."number", 0) + 1 END,
"expires" = CASE WHEN "cache_entry"."expires" <= ?4 THEN excluded."expires" ELSE "cache_entry"."expires" END
RETURNING "number"`, func(n *int64) []any { return []any{n} }, t.key(key), []byte{}, t.ends(ttl), model.Now(t.db))
	if err != nil {
		return 0, err
	}
	return rows[0], t.cull(ctx)
}

// Incr adds to the number under a key.
func (t *Table) Incr(ctx context.Context, key string, delta int64) (int64, error) {
	least, most := int64(math.MinInt64), int64(math.MaxInt64) // within which the sum is a number of 64 bits
	if delta > 0 {
		most -= delta
	} else {
		least -= delta
	}
	rows, err := model.Raw(t.db.With(ctx), `UPDATE "cache_entry" SET "number" = "number" + ?2 WHERE "cache_key" = ?1 AND "number" BETWEEN ?4 AND ?5`+live+`?3) RETURNING "number"`,
		func(n *int64) []any { return []any{n} }, t.key(key), delta, model.Now(t.db), least, most)
	switch {
	case err != nil:
		return 0, err
	case len(rows) == 1:
		return rows[0], nil
	}
	if _, there, err := t.Get(ctx, key); there || err != nil {
		return 0, orNoNumber(err)
	}
	return 0, ErrNoKey
}

// cullEvery is after how many writes of a process a Table looks for what is too much.
const cullEvery = 100

// cull forgets what is over, and of more values than there may be those that end soonest, until a
// third of the room is free (MAX_ENTRIES, CULL_FREQUENCY).
func (t *Table) cull(ctx context.Context) error {
	if t.writes.Add(1)%cullEvery != 0 {
		return nil
	}
	src := t.db.With(ctx)
	if _, err := model.RawExec(src, `DELETE FROM "cache_entry" WHERE "expires" <= ?1`, model.Now(t.db)); err != nil {
		return err
	}
	rows, err := model.Raw(src, `SELECT COUNT(*) FROM "cache_entry"`, func(n *int64) []any { return []any{n} })
	if err != nil || rows[0] <= t.max {
		return err
	}
	_, err = model.RawExec(src, `DELETE FROM "cache_entry" WHERE "cache_key" IN
(SELECT "cache_key" FROM "cache_entry" ORDER BY "expires" IS NULL, "expires", "cache_key" LIMIT ?1)`, rows[0]-t.max*2/3)
	return err
}

var (
	_ Cache       = (*Table)(nil)
	_ Counter     = (*Table)(nil)
	_ Incrementer = (*Table)(nil)
)
