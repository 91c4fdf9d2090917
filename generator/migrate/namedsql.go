package migrate

import (
	"context"
	"fmt"
	"strings"

	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// CheckSQL holds the sql blocks of a site with SQLite against its models: each is
// prepared in a database in memory that has their tables, and has to give the
// columns that the block declares.
func CheckSQL(site *schema.Site) (diags schema.Diagnostics) {
	lite := false
	for _, e := range site.Database.Engines {
		lite = lite || e.V == "sqlite"
	}
	if len(site.SQL) == 0 || !lite {
		return nil
	}
	want, err := desired(site, sqltext.SQLite)
	if err != nil {
		return nil // migrate diff says what is wrong
	}
	p, err := newPlan(&state{}, want, renames{}, false)
	if err != nil {
		return nil
	}
	ctx := context.Background()
	db, err := sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	if err != nil {
		panic("stackgen: unreachable: SQLite in memory: " + err.Error())
	}
	defer db.Close()
	err = db.Session(ctx, func(s model.Session) error {
		if err := s.Script(ctx, strings.Join(p.sql, "\n")); err != nil {
			return err
		}
		for _, q := range site.SQL {
			if problem := tryOut(ctx, s, q); problem != "" {
				diags = append(diags, schema.Diagnostic{Summary: "Statement that does not fit the models", Subject: q.Query.Range, Detail: problem})
			}
		}
		return nil
	})
	if err != nil {
		panic("stackgen: unreachable: the tables of the models cannot be made: " + err.Error())
	}
	return diags
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
