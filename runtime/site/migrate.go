package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
)

// withDatabase opens the site's database for a command. Ctrl-C ends what runs,
// which is then taken back as a whole.
func (p *program) withDatabase(ctx context.Context, fn func(ctx context.Context, db *model.DB) error) error {
	return p.withDatabaseUntil(ctx, fn, syscall.SIGINT, syscall.SIGTERM)
}

// withDatabaseUntil has other signals end it.
func (p *program) withDatabaseUntil(ctx context.Context, fn func(ctx context.Context, db *model.DB) error, signals ...os.Signal) error {
	if err := p.vars.Err(); err != nil {
		return err
	}
	if p.site.Database == nil {
		return errors.New("the site has no database")
	}
	ctx, stop := signal.NotifyContext(ctx, signals...)
	defer stop()
	db, err := p.site.Database.open(ctx, slog.New(slog.NewTextHandler(p.stderr, nil)))
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, db), db.Close())
}

// migrate applies the migrations that the database lacks, or does what its first
// argument says.
func (p *program) migrate(ctx context.Context, args []string) error {
	verbs := map[string]func(context.Context, *migrate.Migrator, []string) error{
		"status": p.migrateStatus, "sql": p.migrateSQL, "fake": p.migrateFake, "down": p.migrateDown,
	}
	run, rest, applies := p.migrateApply, args, true
	if len(args) > 0 && verbs[args[0]] != nil {
		run, rest, applies = verbs[args[0]], args[1:], false
	}
	f := p.flags("migrate")
	f.Usage = func() {
		fmt.Fprintf(p.stderr, `%[1]s migrate                bring the database up to date
%[1]s migrate status         list the migrations and whether the database has them
%[1]s migrate sql [NAME]     print the SQL of those that are pending, or of one
%[1]s migrate fake [NAME]    remember the pending ones, up to one, as applied without running them
%[1]s migrate down [NAME]    take the last one back, or all behind one; zero takes all back
`, p.site.Name)
	}
	status := f.Bool("status", false, "the same as migrate status")
	if err := p.parseSome(f, rest, 0, 1); err != nil {
		return err
	}
	if *status {
		run, applies = p.migrateStatus, false
	}
	if len(rest) == len(args) && f.NArg() > 0 {
		fmt.Fprintf(p.stderr, "%s: unexpected argument %q\n", f.Name(), f.Arg(0))
		f.Usage()
		return errUsage
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
		m, err := p.site.Database.migrator(db)
		if err != nil {
			return err
		}
		if err := run(ctx, m.WithWaiting(p.waiting), f.Args()); err != nil || !applies {
			return explainLock(err)
		}
		return p.settle(ctx, db)
	})
}

// waiting says that another process is in the way.
func (p *program) waiting(step migrate.Progress) {
	if step.Holder == "" { // SQLite does not tell
		fmt.Fprintln(p.stdout, "another process writes to this database; waiting for it …")
		return
	}
	fmt.Fprintf(p.stdout, "another process migrates this database; waiting for it … (%s)\n", step.Holder)
}

// explainLock says what to do when somebody else has what is to be changed.
func explainLock(err error) error {
	if errors.Is(err, model.ErrLocked) {
		return fmt.Errorf("%w; somebody else uses what is to be changed: run this again when that has ended", err)
	}
	return err
}

func (p *program) migrateApply(ctx context.Context, m *migrate.Migrator, _ []string) error {
	open := false
	n, err := m.Apply(ctx, func(step migrate.Progress) {
		switch {
		case step.Waiting:
			p.waiting(step)
		case step.Done:
			fmt.Fprintf(p.stdout, " done in %s\n", step.Took.Round(time.Millisecond))
		default:
			fmt.Fprintf(p.stdout, "%d of %d: %s …", step.Number, step.Of, step.File.Name)
		}
		open = !step.Waiting && !step.Done
	})
	if open {
		fmt.Fprintln(p.stdout)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		fmt.Fprintln(p.stdout, "the database is up to date")
	}
	return nil
}

// settle puts in what the database lacks when migrations have run.
func (p *program) settle(ctx context.Context, db *model.DB) error {
	if settle := p.site.Database.Settle; settle != nil {
		if err := settle(db.With(ctx)); err != nil {
			return fmt.Errorf("the migrations are applied, and the permissions of users could not be made (do the migrations lack the tables of users? stackgen migrate diff writes them): %w", err)
		}
	}
	if err := p.site.Database.checkStatements(ctx, db); err != nil {
		return fmt.Errorf("the migrations are applied; %w", err)
	}
	return nil
}

func (p *program) migrateStatus(ctx context.Context, m *migrate.Migrator, _ []string) error {
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

func (p *program) migrateSQL(ctx context.Context, m *migrate.Migrator, args []string) error {
	if len(args) > 0 {
		f, err := m.Find(args[0])
		if err != nil {
			return err
		}
		fmt.Fprint(p.stdout, f.Up)
		return nil
	}
	pending, err := m.Pending(ctx)
	for _, f := range pending {
		fmt.Fprintf(p.stdout, "-- %s\n%s\n", f.Name, strings.TrimSpace(f.Up))
	}
	return err
}

func (p *program) migrateFake(ctx context.Context, m *migrate.Migrator, args []string) error {
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	names, err := m.Fake(ctx, name)
	for _, n := range names {
		fmt.Fprintf(p.stdout, "%s is remembered as applied\n", n)
	}
	if err == nil && len(names) == 0 {
		fmt.Fprintln(p.stdout, "nothing is pending")
	}
	return err
}

func (p *program) migrateDown(ctx context.Context, m *migrate.Migrator, args []string) error {
	if len(args) > 0 {
		some := false
		err := m.Down(ctx, args[0], func(name string) {
			some = true
			fmt.Fprintf(p.stdout, "took %s back\n", name)
		})
		if err == nil && !some {
			fmt.Fprintln(p.stdout, "there is nothing to take back")
		}
		return err
	}
	name, err := m.Revert(ctx)
	switch {
	case err != nil:
	case name == "":
		fmt.Fprintln(p.stdout, "there is nothing to take back")
	default:
		fmt.Fprintf(p.stdout, "took %s back\n", name)
	}
	return err
}
