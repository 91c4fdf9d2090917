package testsite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/generator/migrate"
	"stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/schema"
)

var ctx = context.Background()

// now is the time of the database's clock.
var now = time.Date(2026, 3, 14, 15, 9, 26, 535_897_000, time.UTC)

// engine is the database that the tests run on. All of them run twice: see
// TestMain.
var engine = "sqlite"

// server is the PostgreSQL of the second run.
var server *pgtest.Server

// TestMain runs every test on SQLite and then on PostgreSQL.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		var err error
		if server, err = pgtest.Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		engine = "postgres"
		if code = m.Run(); code != 0 {
			fmt.Fprintln(os.Stderr, "these failures are PostgreSQL's")
		}
		server.Stop()
	}
	os.Exit(code)
}

// open is a database with the tables of the site, in a file or in memory.
func open(t testing.TB, url string) *model.DB {
	t.Helper()
	engine := "sqlite"
	if strings.HasPrefix(url, "postgres:") {
		engine = "postgres"
	}
	site, _, diags := schema.Load("site.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	dir := t.TempDir()
	m, err := migrate.Diff(site, engine, dir, migrate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	files, err := runtime.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	var db *model.DB
	if engine == "postgres" {
		db, err = postgres.Open(ctx, url, postgres.Options{Clock: clock, Connections: 4})
	} else {
		db, err = sqlite.Open(ctx, url, sqlite.Options{Clock: clock})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := runtime.New(db, files).Apply(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return db
}

// memory is an empty database of the engine that the tests run on.
func memory(t testing.TB) *model.DB {
	t.Helper()
	if engine == "postgres" {
		return open(t, server.Schema(t))
	}
	return open(t, "sqlite::memory:")
}

// file is memory on the disk.
func file(t testing.TB) *model.DB {
	t.Helper()
	if engine == "postgres" {
		return memory(t)
	}
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "data", "test.db"))
}

// must ends the test when err is not nil.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// authors stores five authors, of whom two have no age and one no e-mail address.
func authors(t testing.TB, src model.Source) {
	t.Helper()
	for _, a := range []models.Author{
		{ID: 1, Name: "Ada", Email: model.Some("ada@example.com"), Age: model.Some(int64(36)), Active: true, Rating: decimal("4.50")},
		{ID: 2, Name: "bob", Active: true},
		{ID: 3, Name: "Çelik", Email: model.Some("CELIK@Example.com"), Age: model.Some(int64(52)), Rating: decimal("3.25")},
		{ID: 4, Name: "Dora_50%", Email: model.Some(""), Age: model.Some(int64(19)), Active: true, Rating: decimal("4.5")},
		{ID: 5, Name: `eve\'s`, Email: model.Some("eve@example.org"), Rating: decimal("0")},
	} {
		must(t, a.Create(src))
	}
}

func decimal(s string) model.Null[model.Decimal] {
	d, err := model.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return model.Some(d)
}

// posts stores posts 1 to 4 of authors 1, 1, 2 and 3.
func posts(t testing.TB, src model.Source) {
	t.Helper()
	day := 24 * time.Hour
	for _, p := range []models.Post{
		{ID: 1, AuthorID: 1, EditorID: model.Some(int64(2)), Title: "The first", Slug: "first", Views: 100, Status: model.Some("live"), Published: model.Some(now.Add(-day))},
		{ID: 2, AuthorID: 1, Title: "The second", Slug: "second", Views: 7, Status: model.Some("draft")},
		{ID: 3, AuthorID: 2, EditorID: model.Some(int64(1)), Title: "Third", Slug: "third", Views: 100, Published: model.Some(now)},
		{ID: 4, AuthorID: 3, Title: "the 4th", Slug: "fourth", Views: 3, Status: model.Some("hidden"), Published: model.Some(now.Add(day))},
	} {
		must(t, p.Create(src))
	}
}
