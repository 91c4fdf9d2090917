//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// everySite has every kind of field, relations to rows of the same model, what
// the database computes, and a statement of its own.
const everySite = `site "every" {}
variable "database_url" {
  default = "sqlite:data/every.db"
  env     = "DATABASE_URL"
}
database {
  url     = var.database_url
  engines = [sqlite, postgres]
}
model "kinds" {
  field "flag" { type = boolean }
  field "chars" { type = char(20) }
  field "words" { type = text }
  field "slug" { type = slug }
  field "mail" { type = email }
  field "link" { type = url }
  field "uid" { type = uuid }
  field "tiny" { type = small_integer }
  field "small" { type = integer }
  field "big" { type = big_integer }
  field "positive_tiny" { type = positive_small_integer }
  field "positive" { type = positive_integer }
  field "positive_big" { type = positive_big_integer }
  field "number" { type = float }
  field "price" { type = decimal(15, 2) }
  field "day" { type = date }
  field "at" { type = datetime }
  field "clock" { type = time }
  field "length" { type = duration }
  field "data" { type = json }
  field "bytes" { type = binary }
  field "address" { type = ip_address }
  field "attachment" { type = file }
  field "nothing" {
    type = integer
    null = true
  }
  field "double" {
    type      = integer
    generated = kinds.small * 2
  }
}
model "node" {
  field "name" {
    type      = char(20)
    unique    = true
    db_column = "nodeName"
  }
  field "parent" {
    type      = foreign_key(model.node)
    on_delete = cascade
    null      = true
  }
  field "friends" { type = many_to_many(model.node) }
}
sql "names" {
  query = "SELECT n.\"nodeName\" AS name, COUNT(*) AS many FROM node AS n WHERE n.id >= :first GROUP BY n.\"nodeName\" ORDER BY 1"
  param "first" { type = big_integer }
  column "name" { type = char(20) }
  column "many" { type = big_integer }
}
view "names" {
  query "names" {
    sql    = sql.names
    params = { first = 1 }
  }
  json {}
}
route "/" { view = view.names }
`

// everyFixture points at rows that come later, at each other, and has a row whose
// key the database is to make.
const everyFixture = `[
{"model": "node_friends", "pk": 1, "fields": {"from_node": 2, "to_node": 1}},
{"model": "node", "pk": 2, "fields": {"name": "leaf", "parent": 1}},
{"model": "node", "pk": 1, "fields": {"name": "root", "parent": 7}},
{"model": "node", "pk": 7, "fields": {"name": "ring", "parent": 2}},
{"model": "node", "pk": null, "fields": {"name": "fresh", "parent": null}},
{"model": "kinds", "pk": 3, "fields": {"flag": true, "chars": "it's <b>", "words": "é\n\u2028", "slug": "s-1", "mail": "a@b.de", "link": "http://x/?a=1&b=2",
 "uid": "00010203-0405-0607-0809-0a0b0c0d0e0f", "tiny": -7, "small": 21, "big": 9007199254740993, "positive_tiny": 1, "positive": 2, "positive_big": 3,
 "number": 0.1, "price": "12.50", "day": "2026-02-28", "at": "2026-02-28T10:30:00.000001Z", "clock": "09:30:00", "length": 90000000,
 "data": {"a": [1, null, "x"]}, "bytes": "AAECAw==", "address": "::1", "attachment": "a.txt", "nothing": null}}
]
`

// Ensure that on both databases migrations, fixtures and statements of the
// operator's do the same, that what one database dumps the other loads, and that
// mistakes are said and change nothing.
func TestDatabases(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	dir := t.TempDir()
	create(t, dir, "site.hcl", everySite)
	run(t, dir, stackgen, "migrate", "diff")
	run(t, dir, stackgen, "build", "-o", "site")
	create(t, dir, "rows.json", everyFixture)

	dumps := map[string]string{}
	both := map[string][2]string{
		"sqlite":   {"sqlite:data/one.db", "sqlite:data/two.db"},
		"postgres": {pg.Database(t), pg.Database(t)},
	}
	for engine, addresses := range both {
		t.Run(engine, func(t *testing.T) {
			on := func(args ...string) string { return said(t, onDatabase(dir, addresses[0], args...), true) }
			fails := func(want string, args ...string) {
				t.Helper()
				said(t, onDatabase(dir, addresses[0], args...), false, want)
			}
			holds(t, on("migrate", "status"), "0001_initial.sql  pending")
			fails("1 migrations are pending, 0001_initial.sql first; run: every migrate", "check", "--database")
			on("migrate")
			holds(t, on("migrate", "status"), "0001_initial.sql  applied 20")
			holds(t, on("check", "--database"), "every can be served")

			holds(t, on("load", "rows.json"), "stored 6 rows")
			holds(t, on("sql", "SELECT double FROM kinds"), "double\n42\n")
			holds(t, on("sql", `SELECT count(*) AS n FROM node WHERE "nodeName" = 'fresh' AND id > 0`), "n\n1\n")
			dumped := on("dump")
			dumps[engine] = strings.ReplaceAll(dumped, `"pk": 8`, `"pk": KEY`) // the fresh row's, behind the others
			holds(t, dumped, `"tiny": -7, "small": 21, "big": 9007199254740993`, `"bytes": "AAECAw=="`, `"address": "::1"`)
			if strings.Contains(dumped, "double") {
				t.Errorf("what the database computes is dumped:\n%s", dumped)
			}
			create(t, dir, "dump.json", dumped)
			// Twice changes nothing, and an empty database gets the same rows.
			on("load", "dump.json")
			if again := on("dump"); again != dumped {
				t.Errorf("loaded again it differs:\n%s\nwas\n%s", again, dumped)
			}
			said(t, onDatabase(dir, addresses[1], "migrate"), true)
			said(t, onDatabase(dir, addresses[1], "load", "dump.json"), true, "stored 6 rows")
			if again, err := onDatabase(dir, addresses[1], "dump").Output(); err != nil || string(again) != dumped {
				t.Errorf("an empty database differs: %v\n%s\nwas\n%s", err, again, dumped)
			}
			holds(t, on("dump", "node"), `"model": "node"`)
			// The statement's typed function, from a view.
			s := start(t, dir, "DATABASE_URL="+addresses[0])
			if _, names := page(t, visitor(t), s.url+"/"); !strings.Contains(names, `[{"name":"fresh","many":1},{"name":"leaf","many":1}`) {
				t.Errorf("the statement gives %s", names)
			}
			s.stop(syscall.SIGTERM)
			fails(`there is no model "nod"`, "dump", "nod")

			for text, want := range map[string]string{
				`{}`: "it is not a JSON list of rows",
				`[{"model": "node", "pk": 20, "fields": {"name": "x"}}`:                                                           "the list breaks off behind row 1",
				`[{"model": "node", "pk": 20, "fields": {"name": "x"}}] []`:                                                       "there is more behind the list",
				`[{"model": "nod", "pk": 1, "fields": {}}]`:                                                                       `row 1 (nod 1): there is no model "nod"`,
				`[{"model": "node", "pk": 20, "fields": {"nam": "x"}}]`:                                                           `row 1 (node 20): the model has no field "nam"`,
				`[{"model": "node", "pk": 20, "fields": {"name": 7}}]`:                                                            "the field name",
				`[{"model": "node", "pk": "x", "fields": {"name": "x"}}]`:                                                         "the field id",
				`[{"model": "node", "pk": 20, "fields": {"name": "x"}}, {"model": "node", "pk": 21, "fields": {"name": "leaf"}}]`: "row 2 (node 21): model: another row of node has the same nodeName",
				`[{"model": "node", "pk": 20, "fields": {"name": "x", "parent": 99}}]`:                                            "node 20: its parent_id is 99, and node has no such row",
				`[{"model": "node", "pk": 20, "fields": {"name": "x"}, "natural": 1}]`:                                            "row 1: json: unknown field",
			} {
				create(t, dir, "bad.json", text)
				out := said(t, onDatabase(dir, addresses[0], "load", "bad.json"), false, want, "nothing was stored")
				if !strings.Contains(out, "bad.json") && !strings.Contains(want, "has no such row") {
					t.Errorf("the file is not named: %s", out)
				}
			}
			if again := on("dump"); again != dumped {
				t.Errorf("something of the bad files was stored:\n%s", again)
			}

			// A statement that the database does not take is told before a request needs it.
			on("sql", `ALTER TABLE node RENAME COLUMN "nodeName" TO label`)
			fails("the statement sql.names does not fit this database", "check", "--database")
			fails("the statement sql.names does not fit this database", "migrate")
			on("sql", `ALTER TABLE node RENAME COLUMN label TO "nodeName"`)
			holds(t, on("migrate"), "the database is up to date")

			holds(t, on("migrate", "down"), "took 0001_initial.sql back")
			holds(t, on("migrate", "fake"), "0001_initial.sql is remembered as applied")
			holds(t, on("migrate", "fake"), "nothing is pending")
			fails("there is no migration", "migrate", "down", "0009")
			holds(t, on("migrate", "down", "1"), "there is nothing to take back")
		})
	}
	if dumps["sqlite"] != dumps["postgres"] {
		t.Errorf("SQLite dumps\n%s\nand PostgreSQL\n%s", dumps["sqlite"], dumps["postgres"])
	}

	// Data is moved by SQL and by Go, forward and back, and as a whole.
	run(t, dir, stackgen, "migrate", "new", "tidy")
	run(t, dir, stackgen, "migrate", "new", "shout", "--go", "Shout")
	run(t, dir, stackgen, "migrate", "new", "again", "--go", "Hoarse")
	for engine := range both {
		edit(t, dir, "migrations/"+engine+"/0002_tidy.sql", "-- migrate: up\n", "-- migrate: up\nUPDATE node SET parent_id = NULL WHERE \"nodeName\" = 'root';\n")
		edit(t, dir, "migrations/"+engine+"/0002_tidy.sql", "-- migrate: down\n", "-- migrate: down\nUPDATE node SET parent_id = 7 WHERE \"nodeName\" = 'root';\n")
		edit(t, dir, "migrations/"+engine+"/0003_shout.sql", "-- migrate: down\n", "-- migrate: down\nUPDATE node SET \"nodeName\" = lower(\"nodeName\");\n")
	}
	os.Remove(filepath.Join(dir, "migrations", "again.go"))
	create(t, dir, "migrations/shout.go", `package migrations

import (
	"errors"

	"stackgen.dev/runtime/model"
)

// Shout makes names loud.
func Shout(tx model.Source) error {
	_, err := model.Execute(tx, "node", `+"`UPDATE node SET \"nodeName\" = upper(\"nodeName\")`"+`)
	return err
}

// Hoarse fails after it has done something.
func Hoarse(tx model.Source) error {
	if _, err := model.Execute(tx, "node", "DELETE FROM node"); err != nil {
		return err
	}
	return errors.New("hoarse")
}
`)
	run(t, dir, stackgen, "build", "-o", "site")
	for engine, addresses := range both {
		t.Run("data, "+engine, func(t *testing.T) {
			on := func(args ...string) string { return said(t, onDatabase(dir, addresses[1], args...), true) }
			out := said(t, onDatabase(dir, addresses[1], "migrate"), false, "1 of 3: 0002_tidy.sql … done", "2 of 3: 0003_shout.sql … done", "3 of 3: 0004_again.sql …",
				"stopped at 0004_again.sql: line 4: the Go function Hoarse: hoarse (2 applied before it; nothing of it was kept)")
			if strings.Contains(out, "up to date") {
				t.Error(out)
			}
			holds(t, on("sql", `SELECT "nodeName" AS name, parent_id AS parent FROM node ORDER BY id`), "ROOT   NULL", "LEAF   1", "FRESH")
			holds(t, on("migrate", "status"), "0003_shout.sql    applied", "0004_again.sql    pending")
			holds(t, on("migrate", "down", "0001"), "took 0003_shout.sql back\ntook 0002_tidy.sql back\n")
			holds(t, on("sql", `SELECT "nodeName" AS name, parent_id AS parent FROM node ORDER BY id`), "root   7", "leaf   1")
		})
	}

	// A file that was changed after it was applied.
	edit(t, dir, filepath.Join("migrations", "sqlite", "0001_initial.sql"), "-- migrate: up", "-- changed\n-- migrate: up")
	run(t, dir, stackgen, "build", "-o", "site")
	said(t, onDatabase(dir, "sqlite:data/two.db", "migrate"), false, "0001_initial.sql: it was changed after it was applied; restore the file and write the change as a new migration")
}
