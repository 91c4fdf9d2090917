package site

import (
	"context"
	"fmt"
	"syscall"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqlshell"
)

// sql runs statements on the site's database and prints their rows (dbshell).
func (p *program) sql(ctx context.Context, args []string) error {
	f := p.flags("sql")
	shell, url := sqlshell.Shell{Name: p.site.Name}, ""
	shell.Flags(f, &url)
	f.Usage = func() {
		fmt.Fprintf(p.stderr, `%[1]s sql [STATEMENT]
Run SQL on the site's database and print the rows. Without a statement it is typed,
or read from standard input; each ends with a semicolon. \? lists what there is
beside SQL. A mistake in a statement or script is status 1, with its line.

  %[1]s sql                                  on a terminal
  %[1]s sql "SELECT count(*) FROM post"
  %[1]s sql --database sqlite:backup.db "SELECT title FROM post"
  %[1]s sql < changes.sql

`, p.site.Name)
		f.PrintDefaults()
	}
	if err := p.parseSome(f, args, 0, 1); err != nil {
		return err
	}
	if url != "" && p.site.Database != nil {
		if err := sqlshell.Found(url); err != nil {
			return err
		}
		other := *p.site.Database
		other.URL = url
		p.site.Database = &other
	}
	run := func(ctx context.Context, db *model.DB) error {
		shell.DB = db
		return sqlshell.Start(ctx, shell, f.Args(), p.stdin, p.stdout, p.stderr)
	}
	if _, typed := sqlshell.Terminal(p.stdin); typed && f.NArg() == 0 {
		return p.withDatabaseUntil(ctx, run, syscall.SIGTERM, syscall.SIGHUP) // Ctrl-C is the shell's
	}
	return p.withDatabase(ctx, run)
}
