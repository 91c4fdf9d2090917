package schema

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Database is where models live.
type Database struct {
	// URL is "sqlite:PATH", whose relative path is taken from where the site
	// runs, or "postgres://…".
	URL String
	// Engine is the engine of the URL (of its default, when it is bound):
	// "sqlite" or "postgres".
	Engine string
	// Engines are those that the site can work with, Engine among them.
	Engines []String
	// Strict makes queries that a request repeats errors, in development.
	Strict    Bool
	DeclRange hcl.Range
}

// databaseBlock says where rows live.
func databaseBlock() *block {
	return &block{
		Type: "database", Once: true, Into: reflect.TypeFor[Database](),
		Doc:      "Where the rows of models live.",
		Ancestor: "Django DATABASES",
		Example: `database {
  url = "sqlite:data/blog.db"
}`,
		Attrs: []*attr{
			{Name: "url", Type: stringType(), Required: true, Bindable: true, Check: checkDatabaseURL,
				Doc: "The database: sqlite: and a path, which is relative to where the site runs, or postgres://user@host/name, to which libpq's parameters and environment (PGPASSWORD, PGHOST) apply; a pgbouncer before it pools by session, or is one of 1.21 or later with max_prepared_statements."},
			{Name: "engines", Type: wordList{}, Enum: engineNames(), Ancestor: "Django ENGINE",
				Doc: "The engines that the binary carries, that of the url when not written; with several, each has its migrations in a folder of its own: migrations/sqlite, migrations/postgres."},
			{Name: "strict", Type: boolType(), Default: "false",
				Doc: "Whether a request that sends the same query again and again fails while the site is being developed, and is not only told of in the log, with the place and the remedy."},
		},
		Check: func(d *decoder, s *scope) {
			db := s.owner.(*Database)
			db.Engine = engineOf(db.URL.V)
			if db.Engine == "" && db.URL.Bind == nil {
				return // the URL is wrong, and that has been said
			}
			if len(db.Engines) == 0 {
				if db.Engine == "" { // a variable without a default
					d.report(unknownEngine(db.URL.Range))
				}
				db.Engines = []String{{V: db.Engine, Range: db.URL.Range}}
				return
			}
			if db.Engine == "" {
				db.Engine = db.Engines[0].V
			}
			for _, e := range db.Engines {
				if e.V == db.Engine {
					return
				}
			}
			d.report(engineNotLinked(db.Engine, db.URL.Range, d.attrRange(db, "engines", db.DeclRange)))
		},
	}
}

func engineNames() []string { return []string{"sqlite", "postgres"} }

// engineOf is the engine of a URL, "" for none.
func engineOf(url string) string {
	scheme, _, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return "sqlite"
	case "postgres", "postgresql":
		return "postgres"
	}
	return ""
}
