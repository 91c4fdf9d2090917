package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"stackgen.dev/schema"
)

func migrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Write migrations from the models, and look at them",
		Long: `migrate works on the numbered SQL files in migrations/. diff writes the next one
from the models, for you to review and commit; the built site applies them with
its own migrate command. A site with several engines has a folder for each:
migrations/sqlite, migrations/postgres.`,
		Example: `  stackgen migrate diff
  stackgen migrate status
  bin/blog migrate`,
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(migrateDiffCommand(), migrateStatusCommand(), migrateSQLCommand(), migrateNewCommand(), migrateRebaseCommand())
	return cmd
}

// subcommand refuses an argument that is none of a command's subcommands.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	hint := ""
	if near := schema.Suggest(args[0], names); near != "" {
		hint = " Did you mean " + near + "?"
	}
	return fmt.Errorf("unknown command %q for %q.%s There are: %s", args[0], cmd.CommandPath(), hint, strings.Join(names, ", "))
}
