package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stackgen.dev/generator/migrate"
)

func inspectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "inspect DATABASE_URL",
		Short: "Write model blocks from an existing database",
		Long: `inspect reads the tables of a database and prints a model block for each, with
its fields, keys, relations, defaults, generated columns, checks, unique
constraints and indexes: the beginning of a site for data that is there, made by
Django for example. What a block cannot say stands in a comment: triggers, types
that no field has, the digits of a decimal in SQLite. Views stand in comments
behind the models, with the statements that make them. on_delete is what the
database does; what a program such as Django does itself, nobody can tell.
Nothing in the database is changed.

Then: stackgen migrate diff, which writes what would make these tables, and the
site's migrate fake, which remembers that they are there. Keys and constraints
that another program has named keep their names; a later migration that drops one
has to be written with that name.`,
		Example: `  stackgen inspect sqlite:db.sqlite3 >> site.hcl
  stackgen inspect postgres://blog@localhost/blog >> site.hcl`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongArguments(cmd, "the URL of a database", args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			blocks, err := migrate.Inspect(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.OutOrStdout(), blocks)
			return nil
		},
	}
}
