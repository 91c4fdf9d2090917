package caches_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/web/caches"
)

var server *pgtest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = pgtest.Start(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	status := m.Run()
	server.Stop()
	os.Exit(status)
}

// tables are databases with the table that migrations make.
func tables(t *testing.T, clock func() time.Time) map[string]*model.DB {
	t.Helper()
	open := func(db *model.DB, err error, binary, moment string) *model.DB {
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if _, err := model.RawExec(db.With(t.Context()), `CREATE TABLE "cache_entry" ("cache_key" varchar(255) NOT NULL PRIMARY KEY, "value" `+binary+` NOT NULL, "number" bigint, "expires" `+moment+`)`); err != nil {
			t.Fatal(err)
		}
		return db
	}
	file, err := sqlite.Open(t.Context(), "sqlite:"+t.TempDir()+"/cache.db", sqlite.Options{Clock: clock})
	lite := open(file, err, "blob", "text")
	remote, err := postgres.Open(t.Context(), server.Database(t), postgres.Options{Clock: clock})
	return map[string]*model.DB{"sqlite": lite, "postgres": open(remote, err, "bytea", "timestamptz")}
}

// Ensure that keys and values of all kinds come back from the database as they went.
func TestTable(t *testing.T) {
	for name, db := range tables(t, nil) {
		t.Run(name, func(t *testing.T) {
			ctx, c := t.Context(), caches.NewTable(db, 0)
			for _, key := range []string{"a", "../x", strings.Repeat("k", 4000), "nul\x00", "\xff", "größe", ""} {
				for _, value := range []string{"", "1", "-9223372036854775808", "007", "9223372036854775808", "\x00\xff", "text"} {
					if err := c.Set(ctx, key, []byte(value), time.Hour); err != nil {
						t.Fatal(err)
					}
					if got, ok, err := c.Get(ctx, key); string(got) != value || !ok || err != nil {
						t.Errorf("%.10q: %q %v %v, want %q", key, got, ok, err, value)
					}
				}
			}
			keys := []string{"nothing"}
			for i := range 250 {
				key := fmt.Sprintf("many %d", i)
				keys = append(keys, key, key)
				c.Set(ctx, key, []byte(key), 0)
			}
			found, err := caches.GetMany(ctx, c, keys...)
			if err != nil || len(found) != 250 || string(found["many 249"]) != "many 249" {
				t.Error(len(found), err)
			}
			var wait sync.WaitGroup
			for range 20 {
				wait.Go(func() {
					if _, err := caches.Count(ctx, c, "n", time.Minute); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			if n, err := caches.Counted(ctx, c, "n"); n != 20 || err != nil {
				t.Error(n, err)
			}
		})
	}
}

// Ensure that the table does not grow beyond its bound, and that what ends soonest goes first.
func TestTableIsBounded(t *testing.T) {
	for name, db := range tables(t, nil) {
		t.Run(name, func(t *testing.T) {
			ctx, c := t.Context(), caches.NewTable(db, 30)
			c.Set(ctx, "for ever", []byte("x"), 0)
			c.Set(ctx, "over soon", []byte("x"), time.Minute)
			for i := range 198 {
				if err := c.Set(ctx, fmt.Sprint(i), []byte("x"), time.Hour+time.Duration(i)*time.Second); err != nil {
					t.Fatal(err)
				}
			}
			rows, err := model.Raw(db.With(ctx), `SELECT COUNT(*) FROM "cache_entry"`, func(n *int64) []any { return []any{n} })
			if err != nil || rows[0] > 30 {
				t.Error(rows, err)
			}
			found, _ := caches.GetMany(ctx, c, "for ever", "over soon", "0", "197")
			if found["for ever"] == nil || found["197"] == nil || found["over soon"] != nil || found["0"] != nil {
				t.Error(found)
			}
		})
	}
}
