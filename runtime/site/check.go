package site

import (
	"context"
	"fmt"
	"text/tabwriter"

	"stackgen.dev/runtime/model"
)

// Unescaped is a place of the project's own source that says that a text is
// safe (mark_safe): whoever can write that text can write scripts.
type Unescaped struct {
	// Place is where: "templates/post.html:12:7", "views/home.go:30:9".
	Place string
	// What says so: "the filter safe", "autoescape off", "tmpl.Safe".
	What string
}

// check says what keeps the site from being served, with --database what of the
// database does, and with --deploy what somebody should have looked at before.
func (p *program) check(ctx context.Context, args []string) error {
	f := p.flags("check")
	deploy := f.Bool("deploy", false, "list what to look at before the site is public")
	database := f.Bool("database", false, "ask the database: whether it can be reached, has all migrations, and takes every sql block")
	if err := p.parse(f, args); err != nil {
		return err
	}
	if _, err := p.settings("", 0, p.site.DataDir); err != nil {
		return err
	}
	if *database {
		if err := p.checkDatabase(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.stdout, "%s can be served.\n", p.site.Name)
	if !*deploy {
		return nil
	}
	if len(p.site.Unescaped) == 0 {
		fmt.Fprintln(p.stdout, "Every value in its pages is escaped.")
		return nil
	}
	fmt.Fprintln(p.stdout, "Written without escaping, which is right only where nobody else can change the text:")
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, u := range p.site.Unescaped {
		fmt.Fprintf(t, "  %s\t%s\n", u.Place, u.What)
	}
	return t.Flush()
}

// checkDatabase asks the database.
func (p *program) checkDatabase(ctx context.Context) error {
	return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
		m, err := p.site.Database.migrator(db)
		if err != nil {
			return err
		}
		pending, err := m.Pending(ctx)
		if err != nil {
			return err
		}
		if len(pending) > 0 {
			return fmt.Errorf("%d migrations are pending, %s first; run: %s migrate", len(pending), pending[0].Name, p.site.Name)
		}
		return p.site.Database.checkStatements(ctx, db)
	})
}
