package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"stackgen.dev/generator"
	"stackgen.dev/generator/migrate"
)

func migrateDiffCommand() *cobra.Command {
	var destructive bool
	cmd := &cobra.Command{
		Use:   "diff [FILE] [NAME]",
		Short: "Write the next migration from the models",
		Long: `diff compares the models with the state after all migrations and writes the SQL
that leads from one to the other, forward and backward, for each engine of the
site. A renamed field or model is told from a new one by renamed_from in the site
file; on a terminal diff asks. Steps that lose data are marked in the file, and
have to be confirmed: on a terminal with yes, elsewhere with --destructive.`,
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
			ask := newQuestions(cmd)
			list, err := p.nextMigrations(cmd.ErrOrStderr(), name, migrate.Options{Renamed: ask.renamed()})
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if len(list) == 0 {
				fmt.Fprintln(out, "the migrations are up to date with the models")
				return nil
			}
			if err := ask.confirm(list, destructive); err != nil {
				return err
			}
			for _, m := range list {
				path, err := m.set.Write(m.Migration)
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "wrote %s\n", path)
				for _, step := range m.Destructive {
					fmt.Fprintf(out, "  loses data: %s\n", step)
				}
			}
			fmt.Fprintf(out, "Review it, then: %s, and the site's migrate command.\n", p.command("build"))
			return nil
		},
	}
	cmd.Flags().BoolVar(&destructive, "destructive", false, "write steps that lose data without asking")
	return cmd
}

// questions are asked where a person can answer; elsewhere there are none.
type questions struct {
	in       *bufio.Reader
	out      io.Writer
	terminal bool
	answers  map[migrate.Rename]bool
}

func newQuestions(cmd *cobra.Command) *questions {
	q := &questions{in: bufio.NewReader(cmd.InOrStdin()), out: cmd.ErrOrStderr(), answers: map[migrate.Rename]bool{}}
	f, ok := cmd.InOrStdin().(*os.File)
	q.terminal = ok && term.IsTerminal(int(f.Fd()))
	return q
}

// renamed asks once about a rename that engines have in common; nil where nobody
// can answer.
func (q *questions) renamed() func(migrate.Rename) (bool, error) {
	if !q.terminal {
		return nil
	}
	return func(r migrate.Rename) (bool, error) {
		if yes, ok := q.answers[r]; ok {
			return yes, nil
		}
		what := fmt.Sprintf("the model %s under a new name, %s", r.Old, r.New)
		if r.Table != "" {
			what = fmt.Sprintf("%s.%s under a new name, %s", r.Table, r.Old, r.New)
		}
		yes, err := q.yes("Is this " + what + "?")
		q.answers[r] = yes
		return yes, err
	}
}

// confirm has the steps that lose data confirmed.
func (q *questions) confirm(list []nextMigration, confirmed bool) error {
	var steps []string
	for _, m := range list {
		for _, s := range m.Destructive {
			steps = append(steps, "  "+m.path()+": "+s+"\n")
		}
	}
	if len(steps) == 0 || confirmed {
		return nil
	}
	fmt.Fprintf(q.out, "These steps lose data:\n%s", strings.Join(steps, ""))
	if !q.terminal {
		return errors.New("nothing was written; confirm with --destructive, or say what was renamed with renamed_from")
	}
	yes, err := q.yes("Write them?")
	if err == nil && !yes {
		err = errors.New("nothing was written")
	}
	return err
}

// yes asks until the answer is yes or no.
func (q *questions) yes(question string) (bool, error) {
	for {
		fmt.Fprintf(q.out, "%s [y/n] ", question)
		line, err := q.in.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		if err != nil {
			fmt.Fprintln(q.out)
			return false, errors.New("no answer; nothing was written")
		}
	}
}

func migrateStatusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status [FILE]",
		Short: "List the migrations, and say whether one is missing",
		Long: `status lists the files in migrations/ and says whether the models have changed
since. Which of them a database has is told by the built site: migrate status.

The status is 2 when a migration is missing.`,
		Example: "  stackgen migrate status",
		Args:    optionalFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := load(cmd, siteFile(args))
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			sets := generator.MigrationSets(p.site)
			for _, set := range sets {
				names, err := set.Names()
				if err != nil {
					return err
				}
				for _, n := range names {
					fmt.Fprintln(out, shown(set, sets, n))
				}
			}
			missing, err := p.nextMigrations(cmd.ErrOrStderr(), "", migrate.Options{})
			if err != nil {
				return err
			}
			for _, m := range missing {
				fmt.Fprintf(out, "missing: %s\n", shown(m.set, sets, m.File()))
			}
			if len(missing) > 0 {
				return exitCode(2)
			}
			fmt.Fprintln(out, "up to date with the models")
			return nil
		},
	}
}

// shown is a migration's name, with its engine where there are several.
func shown(set generator.MigrationSet, sets []generator.MigrationSet, name string) string {
	if len(sets) > 1 {
		return set.Engine + "/" + name
	}
	return name
}
