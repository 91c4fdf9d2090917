package site

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
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
	level := f.String("fail-level", "error", "end with status 1 for warnings as well: `warning` or error")
	silence := f.String("silence", "", "`ids` of checks that are settled, separated by commas")
	if err := p.parse(f, args); err != nil {
		return err
	}
	if *level != "warning" && *level != "error" {
		fmt.Fprintf(p.stderr, "check: --fail-level is warning or error, not %q\n", *level)
		return errUsage
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
	silenced := strings.Split(*silence, ",")
	known := map[string]bool{"": true}
	for _, c := range deployChecks() {
		known[c.ID] = true
	}
	for _, id := range silenced {
		if !known[strings.TrimSpace(id)] {
			fmt.Fprintf(p.stderr, "check: there is no check %q\n", id)
			return errUsage
		}
	}
	shown := 0
	for _, found := range p.deployment().findings() {
		if !slices.ContainsFunc(silenced, func(id string) bool { return strings.TrimSpace(id) == found.ID }) {
			fmt.Fprintf(p.stdout, "%s: %s\n", found.ID, found.Text)
			shown++
		}
	}
	if err := p.showUnescaped(); err != nil {
		return err
	}
	if shown > 0 && *level == "warning" {
		return fmt.Errorf("check --deploy found %d thing(s) to look at", shown)
	}
	return nil
}

// deployment is the site as it would be served now.
func (p *program) deployment() *deployment {
	d := &deployment{Definition: p.site, deploy: p.site.Deploy, root: os.Geteuid() == 0}
	if key, _ := p.lookup(secretEnv); key != "" {
		d.keys = []string{key}
		if more, ok := p.lookup(fallbacksEnv); ok {
			for _, k := range strings.Split(more, ",") {
				if k = strings.TrimSpace(k); k != "" {
					d.keys = append(d.keys, k)
				}
			}
		}
	}
	debug, _ := p.lookup(debugEnv)
	d.debug = debug == "1"
	return d
}

// showUnescaped lists where values are written without escaping.
func (p *program) showUnescaped() error {
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
