package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/server/supervisor"
)

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
	db, err := p.site.Database.open(ctx, log)
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

// status shows the processes of the running site.
func (p *program) status(_ context.Context, args []string) error {
	f := p.flags("status")
	data := f.String("data", p.site.DataDir, "the `folder` that the running site was given")
	if err := p.parse(f, args); err != nil {
		return err
	}
	st, err := supervisor.ReadStatus(statusSocket(*data))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s, %s, supervisor %d\n", p.site.Name, st.Mode, st.PID)
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PROCESS\tPID\tSTATE\tSINCE\tREQUESTS\tBUSY\tCONNECTIONS")
	for _, proc := range st.Processes {
		fmt.Fprintf(t, "%s %d\t%d\t%s\t%s\t%d\t%d\t%d\n", proc.Role, proc.Index, proc.PID, proc.State,
			time.Since(proc.Started).Round(time.Second), proc.Requests, proc.Busy, proc.Connections)
	}
	return t.Flush()
}
