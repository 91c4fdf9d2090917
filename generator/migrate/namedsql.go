package migrate

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// CheckSQL holds the sql blocks of a site against its models. For SQLite each is
// prepared in a database in memory that has their tables, and has to give the
// columns that the block declares; for PostgreSQL see checkPostgres. Migrations, by
// engine, may make tables and views that are no model's.
func CheckSQL(site *schema.Site, migrations map[string][]runtime.File) schema.Diagnostics {
	if len(site.SQL) == 0 {
		return nil
	}
	diags := schema.Diagnostics{}
	for _, e := range site.Database.Engines {
		switch {
		case e.V == "sqlite":
			diags = append(diags, checkSQLite(site, migrations[e.V])...)
		case !diags.HasErrors(): // one mistake is not told twice
			diags = append(diags, checkAllPostgres(site, migrations[e.V])...)
		}
	}
	return diags
}

func misfit(at hcl.Range, problem string) schema.Diagnostic {
	return schema.Diagnostic{Summary: "Statement that does not fit the models", Subject: at, Detail: problem}
}

func checkAllPostgres(site *schema.Site, migrations []runtime.File) (diags schema.Diagnostics) {
	want, err := desired(site, sqltext.Postgres)
	if err != nil {
		return nil // migrate diff says what is wrong
	}
	known := knownRelations(want, migrations)
	for _, q := range site.SQL {
		at := q.Query.Range
		if q.Postgres.V != "" {
			at = q.Postgres.Range
		}
		if problem := checkPostgres(q, known); problem != "" {
			diags = append(diags, misfit(at, problem))
		}
	}
	return diags
}

func checkSQLite(site *schema.Site, migrations []runtime.File) (diags schema.Diagnostics) {
	want, err := desired(site, sqltext.SQLite)
	if err != nil {
		return nil // migrate diff says what is wrong
	}
	ctx := context.Background()
	db, err := withTables(ctx, site, want, migrations)
	if err != nil { // the migrations do not lead there; migrate diff says why
		db, err = withTables(ctx, site, want, nil)
	}
	if err != nil {
		panic("stackgen: unreachable: the tables of the models cannot be made: " + err.Error())
	}
	defer db.Close()
	err = db.Session(ctx, func(s model.Session) error {
		for _, q := range site.SQL {
			if problem := tryOut(ctx, s, q); problem != "" {
				diags = append(diags, misfit(q.Query.Range, problem))
			}
		}
		return nil
	})
	if err != nil {
		panic("stackgen: unreachable: a session in memory: " + err.Error())
	}
	return diags
}

// withTables is a database in memory with the tables of the models, and what the
// migrations make besides.
func withTables(ctx context.Context, site *schema.Site, want *state, migrations []runtime.File) (*model.DB, error) {
	db, err := sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*model.DB, error) {
		db.Close()
		return nil, err
	}
	if _, err := runtime.New(db, migrations).WithoutFunctions().Apply(ctx, nil); err != nil {
		return fail(err)
	}
	now, err := inspectAfter(db, migrations)
	if err != nil {
		return fail(err)
	}
	r := written(site, now, want)
	adopt(now, want, r)
	p, err := newPlan(now, expected(want, now, r), r, false)
	if err != nil {
		return fail(err)
	}
	err = db.Session(ctx, func(s model.Session) error {
		return s.Script(ctx, "PRAGMA foreign_keys = OFF;\n"+strings.Join(p.sql, "\n"))
	})
	if err != nil {
		return fail(err)
	}
	return db, nil
}

// tryOut runs the statement in the empty database and says what is wrong with it.
func tryOut(ctx context.Context, s model.Session, q *schema.SQL) string {
	text, _ := models.NamedSQL(q, sqltext.SQLite)
	rows, err := s.Query(ctx, "EXPLAIN "+text, make([]model.Value, len(q.Params)))
	if err == nil {
		err = rows.Close()
	}
	if err != nil {
		return fmt.Sprintf("SQLite says of the statement %s: %v. Correct it, or the models.", q.Name, err)
	}
	if len(q.Columns) == 0 {
		return ""
	}
	rows, err = s.Query(ctx, text, make([]model.Value, len(q.Params)))
	if err != nil {
		return fmt.Sprintf("SQLite says of the statement %s: %v. Correct it, or the models.", q.Name, err)
	}
	defer rows.Close()
	columned, ok := rows.(model.Columned)
	if !ok {
		return ""
	}
	var declared []string
	for _, c := range q.Columns {
		declared = append(declared, c.Name)
	}
	if got := columned.Columns(); strings.Join(got, " ") != strings.Join(declared, " ") {
		return fmt.Sprintf("The statement %s gives the columns %s, and the block declares %s. Declare them in that order, or name them with AS.", q.Name, list(got), list(declared))
	}
	return ""
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
