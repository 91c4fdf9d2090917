package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// sql runs statements on the site's database and prints their rows (dbshell).
func (p *program) sql(ctx context.Context, args []string) error {
	f := p.flags("sql")
	if err := p.parseSome(f, args, 0, 1); err != nil {
		return err
	}
	script := f.Arg(0)
	if f.NArg() == 0 {
		text, err := io.ReadAll(p.stdin)
		if err != nil {
			return err
		}
		script = string(text)
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
		return db.Session(ctx, func(s model.Session) error {
			for _, statement := range sqltext.Split(script) {
				if err := p.printRows(ctx, s, statement.Text); err != nil {
					return fmt.Errorf("line %d: %w", statement.Line, err)
				}
			}
			return nil
		})
	})
}

// printRows runs one statement and prints its rows as a table.
func (p *program) printRows(ctx context.Context, s model.Session, sql string) error {
	rows, err := s.Query(ctx, sql, nil)
	if err != nil {
		return err
	}
	columned, ok := rows.(model.Columned)
	if !ok {
		return errors.Join(errors.New("the driver's rows have no names"), rows.Close())
	}
	names := columned.Columns()
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	if len(names) > 0 {
		fmt.Fprintln(t, strings.Join(names, "\t"))
	}
	n := 0
	for ; rows.Next(); n++ {
		cells := make([]string, len(names))
		for i := range names {
			cells[i] = "NULL"
			if !rows.IsNull(i) {
				cells[i] = cell.Replace(rows.Text(i))
			}
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	if err := rows.Close(); err != nil {
		return err
	}
	if err := t.Flush(); err != nil {
		return err
	}
	switch {
	case len(names) == 0:
		fmt.Fprintln(p.stdout, "ok")
	case n == 1:
		fmt.Fprintln(p.stdout, "(1 row)")
	default:
		fmt.Fprintf(p.stdout, "(%d rows)\n", n)
	}
	return nil
}

// cell keeps a value in its line.
var cell = strings.NewReplacer("\n", `\n`, "\t", `\t`, "\r", `\r`, "\x1b", `\x1b`)

// backup copies the database.
func (p *program) backup(ctx context.Context, args []string) error {
	f := p.flags("backup")
	if err := p.parseSome(f, args, 1, 1); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
		err := db.Backup(ctx, f.Arg(0))
		if errors.Is(err, model.ErrNoBackup) && db.Dialect() == sqltext.Postgres {
			return errors.New("PostgreSQL is copied by its own tool: pg_dump --format=custom --file=" + f.Arg(0) + " \"$DATABASE_URL\"")
		}
		if err != nil {
			return err
		}
		info, err := os.Stat(f.Arg(0))
		if err == nil {
			fmt.Fprintf(p.stdout, "wrote %s, %d bytes\n", f.Arg(0), info.Size())
		}
		return err
	})
}
