package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"stackgen.dev/generator/migrate"
	"stackgen.dev/schema"
)

func sqlCommand() *cobra.Command {
	var shell migrate.Shell
	var database string
	cmd := &cobra.Command{
		Use:   "sql [FILE] [STATEMENT]",
		Short: "Run SQL on the site's database, or type it",
		Long: `sql runs a statement on the database of the site file and prints its rows.
Without one, statements are typed, or read from standard input; each ends with a
semicolon and goes on over as many lines as it needs. On a terminal \? lists what
there is beside SQL, Ctrl-C stops a statement, and Ctrl-D leaves. A mistake in a
statement or script is status 1, with its line.

The URL is that of the database block: variables are read from the environment,
and a relative path counts from the project's folder. A built site has the same as
its own verb: bin/SITE sql.`,
		Example: `  stackgen sql
  stackgen sql "SELECT count(*) FROM post"
  stackgen sql --database postgres://blog@localhost/blog < changes.sql`,
		Args: afterFile(0, 1, "a statement"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, script := splitFile(args)
			url := database
			if url == "" {
				p, err := loadSite(cmd, file)
				if err != nil {
					return err
				}
				if url, err = databaseURL(p.site); err != nil {
					return err
				}
				shell.Name = p.site.Name
			} else {
				shell.Name = "sql"
			}
			return migrate.SQL(cmd.Context(), url, shell, script, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	shell.Flags(cmd.Flags(), &database)
	return cmd
}

// databaseURL is the URL of the site's database, as the site would read it.
func databaseURL(site *schema.Site) (string, error) {
	if site.Database == nil {
		return "", errors.New("the site has no database block; --database URL names another")
	}
	url := site.Database.URL.V
	if bind := site.Database.URL.Bind; bind != nil {
		var text strings.Builder
		for _, part := range bind.Parts {
			if part.Variable == nil {
				text.WriteString(part.Literal)
				continue
			}
			value, set := os.LookupEnv(part.Variable.Env.V)
			if !set {
				if part.Variable.Default == cty.NilVal {
					return "", fmt.Errorf("the database's URL needs %s in the environment", part.Variable.Env.V)
				}
				standard, err := convert.Convert(part.Variable.Default, cty.String)
				if err != nil {
					return "", fmt.Errorf("the default of var.%s: %w", part.Variable.Name, err)
				}
				value = standard.AsString()
			}
			text.WriteString(value)
		}
		url = text.String()
	}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok && path != ":memory:" && !filepath.IsAbs(path) {
		url = "sqlite:" + filepath.Join(site.Dir, path)
	}
	return url, nil
}
