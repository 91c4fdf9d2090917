package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
)

// migrator applies the migrations that the binary carries.
func (d *Database) migrator(db *model.DB) (*migrate.Migrator, error) {
	files, err := migrate.Load(d.Migrations)
	if err != nil {
		return nil, err
	}
	return migrate.New(db, files), nil
}

// check refuses the URL of an engine that the binary does not link. The rest of
// the URL may hold a password and is not shown.
func (d *Database) check() error {
	engine, _, _ := strings.Cut(d.URL, ":")
	if engine != d.Engine {
		return fmt.Errorf("the database URL is one of %s, and this binary links %s alone", strconv.Quote(engine), d.Engine)
	}
	return nil
}

// migrate applies the migrations that the database lacks, or lists them.
func (p *program) migrate(ctx context.Context, args []string) error {
	f := p.flags("migrate")
	status := f.Bool("status", false, "list the migrations and whether the database has them; change nothing")
	if err := p.parse(f, args); err != nil {
		return err
	}
	if err := p.vars.Err(); err != nil {
		return err
	}
	if p.site.Database == nil {
		return errors.New("the site has no database")
	}
	if err := p.site.Database.check(); err != nil {
		return err
	}
	// Ctrl-C ends the migration that runs, which is then taken back as a whole.
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(p.stderr, nil))
	db, err := p.site.Database.Open(ctx, p.site.Database.URL, log)
	if err != nil {
		return err
	}
	defer db.Close()
	m, err := p.site.Database.migrator(db)
	if err != nil {
		return err
	}
	if *status {
		return p.migrateStatus(ctx, m)
	}
	n, err := m.Apply(ctx, func(step migrate.Progress) {
		if step.Done {
			fmt.Fprintf(p.stdout, " done in %s\n", step.Took.Round(time.Millisecond))
		} else {
			fmt.Fprintf(p.stdout, "%d of %d: %s …", step.Number, step.Of, step.File.Name)
		}
	})
	if err != nil {
		fmt.Fprintln(p.stdout)
		return err
	}
	if n == 0 {
		fmt.Fprintln(p.stdout, "the database is up to date")
	}
	return nil
}

func (p *program) migrateStatus(ctx context.Context, m *migrate.Migrator) error {
	states, err := m.Status(ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, s := range states {
		applied := "pending"
		if !s.Applied.IsZero() {
			applied = "applied " + s.Applied.Format("2006-01-02 15:04:05")
		}
		fmt.Fprintf(t, "%s\t%s\n", s.File.Name, applied)
	}
	return t.Flush()
}
