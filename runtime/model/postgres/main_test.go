package postgres

import (
	"context"
	"fmt"
	"os"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres/pgtest"
)

var ctx = context.Background()

// server is the PostgreSQL of this package's tests.
var server *pgtest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = pgtest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	server.Stop()
	os.Exit(code)
}

// open is an empty database, with what the script makes.
func open(t testing.TB, script string) *model.DB {
	t.Helper()
	return openURL(t, server.Schema(t), script)
}

func openURL(t testing.TB, url, script string) *model.DB {
	t.Helper()
	db, err := Open(ctx, url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	run(t, db, script)
	return db
}

func run(t testing.TB, db *model.DB, script string) {
	t.Helper()
	if err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, script) }); err != nil {
		t.Fatal(err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// number is the one number of a statement.
func number(t testing.TB, src model.Source, sql string, args ...model.Value) int64 {
	t.Helper()
	n, err := model.FetchInt(src, sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}
