package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/generator/migrate"
)

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
			missing, err := p.nextMigrations(cmd.ErrOrStderr(), "", migrate.Options{})
			if err != nil {
				return err
			}
			if len(missing) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "the migrations are up to date with the models")
			}
			for _, m := range missing {
				if len(generator.MigrationSets(p.site)) > 1 {
					fmt.Fprintf(cmd.OutOrStdout(), "-- %s\n", m.path())
				}
				if _, err := cmd.OutOrStdout().Write(m.SQL); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// printMigration prints files of migrations/; which is the number, or the name
// with or without the suffix.
func printMigration(w io.Writer, p *project, which string) error {
	var all []string
	found := false
	sets := generator.MigrationSets(p.site)
	for _, set := range sets {
		names, err := set.Names()
		if err != nil {
			return err
		}
		for _, n := range names {
			all = append(all, shown(set, sets, n))
			if !isNamed(n, which) && shown(set, sets, n) != which {
				continue
			}
			text, err := set.SQL(n)
			if err != nil {
				return err
			}
			if len(sets) > 1 {
				text = "-- " + set.Path(n) + "\n" + text
			}
			if _, err = io.WriteString(w, text); err != nil {
				return err
			}
			found = true
		}
	}
	switch {
	case found:
		return nil
	case len(all) == 0:
		return fmt.Errorf("there is no migration %q: migrations/ is empty", which)
	}
	return fmt.Errorf("there is no migration %q; they are: %s", which, strings.Join(all, ", "))
}

// isNamed reports whether a migration has a name or number.
func isNamed(file, which string) bool {
	number, _, _ := strings.Cut(file, "_")
	if n, err := strconv.Atoi(which); err == nil && strings.TrimLeft(number, "0") == strconv.Itoa(n) {
		return true
	}
	return file == which || strings.TrimSuffix(file, ".sql") == which || strings.HasPrefix(file, which+"_")
}

func migrateNewCommand() *cobra.Command {
	var function string
	cmd := &cobra.Command{
		Use:   "new [FILE] NAME",
		Short: "Begin a migration of data, to be written by hand",
		Long: `new writes a numbered file with empty sections for each engine of the site, for
SQL that moves data. With --go NAME it runs a Go function instead, which it
writes into migrations/ if it is missing: func NAME(tx model.Source) error.`,
		Example: `  stackgen migrate new fill_slugs
  stackgen migrate new fill_slugs --go FillSlugs`,
		Args: afterFile(1, 1, "the name of a migration"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, args := splitFile(args)
			p, err := load(cmd, file)
			if err != nil {
				return err
			}
			for _, set := range generator.MigrationSets(p.site) {
				path, err := set.WriteEmpty(args[0], function)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", path)
			}
			if function == "" {
				return nil
			}
			path, err := generator.WriteMigrationFunction(p.site, args[0], function)
			if err == nil && path != "" {
				fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", path)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&function, "go", "", "the Go `function` of the folder migrations/ that it runs")
	return cmd
}

func migrateRebaseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rebase [FILE] NAME",
		Short: "Move a migration of another branch behind the others",
		Long: `rebase settles that two branches have both written the migration of one number. It
gives the one that is named the next free number. If it no longer leads to the
models from there, it is written anew from them; what it was is kept beside it
with the suffix .orig, for what was written by hand.

A database that has had the migration under its former number has to take it back
before: the site's migrate down.`,
		Example: "  stackgen migrate rebase 0005_post_tags",
		Args:    afterFile(1, 1, "the name of a migration"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, args := splitFile(args)
			p, err := loadSite(cmd, file)
			if err != nil {
				return err
			}
			any := false
			for _, set := range generator.MigrationSets(p.site) {
				names, err := set.Names()
				if err != nil {
					return err
				}
				for _, n := range names {
					if n != args[0] && strings.TrimSuffix(n, ".sql") != args[0] {
						continue
					}
					any = true
					done, err := set.Rebase(n)
					if err != nil {
						return err
					}
					switch {
					case done.Name == "":
						fmt.Fprintf(cmd.OutOrStdout(), "removed %s: the others do what it did (it is kept as %s.orig)\n", set.Path(n), n)
					case done.Rewritten:
						fmt.Fprintf(cmd.OutOrStdout(), "%s is now %s, written anew from the models (what it was is kept as %s.orig)\n", set.Path(n), done.Name, n)
					default:
						fmt.Fprintf(cmd.OutOrStdout(), "%s is now %s\n", set.Path(n), done.Name)
					}
					for _, step := range done.Destructive {
						fmt.Fprintf(cmd.OutOrStdout(), "  loses data: %s\n", step)
					}
				}
			}
			if !any {
				return fmt.Errorf("there is no migration %q", args[0])
			}
			return nil
		},
	}
}
