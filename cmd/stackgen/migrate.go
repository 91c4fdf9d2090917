package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/schema"
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
		Args: subcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(migrateDiffCommand(), migrateStatusCommand(), migrateSQLCommand())
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

func migrateDiffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff [FILE] [NAME]",
		Short: "Write the next migration from the models",
		Long: `diff compares the models with the state after all migrations and writes the SQL
that leads from one to the other, forward and backward. A renamed field or model is
told from a new one by renamed_from in the site file. Steps that lose data are
marked, in the file and here.`,
		Example: `  stackgen migrate diff
  stackgen migrate diff add_subtitle
  stackgen migrate diff examples/blog.hcl add_subtitle`,
		Args: afterFile(0, 1, "a name at most"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, args := splitFile(args)
			p, err := load(cmd, file)
			if err != nil {
				return err
			}
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			m, err := p.nextMigration(cmd.ErrOrStderr(), name)
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
			fmt.Fprintf(out, "Review it, then: %s, and the site's migrate command.\n", p.command("build"))
			return nil
		},
	}
}

func migrateStatusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status [FILE]",
		Short: "List the migrations, and say whether one is missing",
		Long: `status lists the files in migrations/ and says whether the models have changed
since. Which of them a database has is told by the built site: migrate --status.

The status is 2 when a migration is missing.`,
		Example: "  stackgen migrate status",
		Args:    optionalFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := load(cmd, siteFile(args))
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
			m, err := p.nextMigration(cmd.ErrOrStderr(), "")
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
}

func migrateSQLCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sql [FILE] [NAME]",
		Short: "Print the SQL of a migration, or of the one that is missing",
		Long: `sql prints a file of migrations/, chosen by its number or name. Without one it
prints the migration that diff would write.`,
		Example: `  stackgen migrate sql
  stackgen migrate sql 0001`,
		Args: afterFile(0, 1, "the number or name of a migration"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, args := splitFile(args)
			p, err := load(cmd, file)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				return printMigration(cmd.OutOrStdout(), p, args[0])
			}
			m, err := p.nextMigration(cmd.ErrOrStderr(), "")
			if err != nil {
				return err
			}
			if m == nil {
				fmt.Fprintln(cmd.ErrOrStderr(), "the migrations are up to date with the models")
				return nil
			}
			_, err = cmd.OutOrStdout().Write(m.SQL)
			return err
		},
	}
}

// printMigration prints a file of migrations/; which is its number, or its
// name with or without the suffix.
func printMigration(w io.Writer, p *project, which string) error {
	names, err := generator.Migrations(p.site)
	if err != nil {
		return err
	}
	for _, n := range names {
		if n != which && strings.TrimSuffix(n, ".sql") != which && !strings.HasPrefix(n, which+"_") {
			continue
		}
		text, err := generator.MigrationSQL(p.site, n)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, text)
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("there is no migration %q: migrations/ is empty", which)
	}
	return fmt.Errorf("there is no migration %q; they are: %s", which, strings.Join(names, ", "))
}
