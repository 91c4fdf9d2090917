package migrate

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/model/sqlshell"
)

// Shell is what a command line says of an SQL prompt.
type Shell = sqlshell.Shell

// SQL runs a script on the database of a URL, or without one what in says; see
// package sqlshell.
func SQL(ctx context.Context, url string, shell Shell, script []string, in io.Reader, out, problems io.Writer) error {
	if _, typed := sqlshell.Terminal(in); typed && len(script) == 0 { // Ctrl-C is the shell's, which goes on
		var stop func()
		ctx, stop = signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM, syscall.SIGHUP)
		defer stop()
	}
	db, err := open(ctx, url)
	if err != nil {
		return err
	}
	defer db.Close()
	shell.DB = db
	return sqlshell.Start(ctx, shell, script, in, out, problems)
}

func open(ctx context.Context, url string) (*model.DB, error) {
	switch scheme, _, _ := strings.Cut(url, ":"); scheme {
	case "sqlite":
		if err := sqlshell.Found(url); err != nil {
			return nil, err
		}
		return sqlite.Open(ctx, url, sqlite.Options{})
	case "postgres", "postgresql":
		return postgres.Open(ctx, url, postgres.Options{Connections: 1})
	}
	// The rest may hold a password.
	return nil, fmt.Errorf("the URL of a database begins with sqlite: or postgres://")
}
