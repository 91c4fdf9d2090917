package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
)

func migrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Write migrations from the models, and look at them",
		Long: `migrate works on the numbered SQL files in migrations/. diff writes the next one
from the models, for you to review and commit; the built site applies them with
its own migrate command.`,
		Example: `  stackgen migrate diff
  stackgen migrate status
  bin/blog migrate`,
	}
	cmd.AddCommand(migrateDiffCommand(), migrateStatusCommand(), migrateSQLCommand())
	return cmd
}

func migrateDiffCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "diff [NAME]",
		Short: "Write the next migration from the models",
		Long: `diff compares the models with the state after all migrations and writes the SQL
that leads from one to the other, forward and backward. A renamed field or model is
told from a new one by renamed_from in the site file. Steps that lose data are
marked, in the file and here.`,
		Example: `  stackgen migrate diff
  stackgen migrate diff add_subtitle`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := load(cmd, file)
			if err != nil {
				return err
			}
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			m, err := generator.PlanMigration(p.site, name)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if m == nil {
				fmt.Fprintln(out, "the migrations are up to date with the models")
				return nil
			}
			path, err := generator.WriteMigration(p.site, m)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "wrote %s\n", path)
			for _, step := range m.Destructive {
				fmt.Fprintf(out, "  loses data: %s\n", step)
			}
			fmt.Fprintln(out, "Review it, then: stackgen build, and the site's migrate command.")
			return nil
		},
	}
	siteFlag(cmd, &file)
	return cmd
}

func migrateStatusCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "List the migrations, and say whether one is missing",
		Long:    "status lists the files in migrations/ and says whether the models have changed since. Which of them a database has is told by the built site: migrate --status. The status is 2 when one is missing.",
		Example: "  stackgen migrate status",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := load(cmd, file)
			if err != nil {
				return err
			}
			names, err := generator.Migrations(p.site)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			for _, n := range names {
				fmt.Fprintln(out, n)
			}
			m, err := generator.PlanMigration(p.site, "")
			if err != nil {
				return err
			}
			if m == nil {
				fmt.Fprintln(out, "up to date with the models")
				return nil
			}
			fmt.Fprintf(out, "missing: %s\n", m.File())
			return exitCode(2)
		},
	}
	siteFlag(cmd, &file)
	return cmd
}

func migrateSQLCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "sql [NAME]",
		Short: "Print the SQL of a migration, or of the one that is missing",
		Long:  "sql prints a file of migrations/, chosen by its number or name. Without one it prints the migration that diff would write.",
		Example: `  stackgen migrate sql
  stackgen migrate sql 0001`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := load(cmd, file)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				m, err := generator.PlanMigration(p.site, "")
				if err != nil {
					return err
				}
				if m == nil {
					fmt.Fprintln(cmd.ErrOrStderr(), "the migrations are up to date with the models")
					return nil
				}
				cmd.OutOrStdout().Write(m.SQL)
				return nil
			}
			names, err := generator.Migrations(p.site)
			if err != nil {
				return err
			}
			for _, n := range names {
				if n == args[0] || strings.TrimSuffix(n, ".sql") == args[0] || strings.HasPrefix(n, args[0]+"_") {
					text, err := generator.MigrationSQL(p.site, n)
					if err != nil {
						return err
					}
					fmt.Fprint(cmd.OutOrStdout(), text)
					return nil
				}
			}
			return fmt.Errorf("there is no migration %q; they are: %s", args[0], strings.Join(names, ", "))
		},
	}
	siteFlag(cmd, &file)
	return cmd
}

// siteFlag is the site file of commands whose argument is something else.
func siteFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "file", "site.hcl", "the site file")
}
