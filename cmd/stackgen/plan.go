package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/generator/migrate"
)

func planCommand() *cobra.Command {
	var showDiff bool
	cmd := &cobra.Command{
		Use:   "plan [FILE]",
		Short: "Show the files and migrations that build would change",
		Long: `plan generates the project in memory, compares it with the folder and lists what
build would create, modify and remove, and files that it would refuse to touch.
It also says which migration is missing. It writes nothing.

The status is 0 when nothing would change, 2 when something would, 1 on errors.`,
		Example: `  stackgen plan
  stackgen plan --diff`,
		Args: optionalFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := load(cmd, siteFile(args))
			if err != nil {
				return err
			}
			plan, err := p.plan()
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			pending := plan.Pending()
			printPlan(out, pending, showDiff)
			missing, err := p.nextMigrations(cmd.ErrOrStderr(), "", migrate.Options{})
			if err != nil {
				return err
			}
			for _, m := range missing {
				fmt.Fprintf(out, "%-9s %s  (write it with: %s)\n", generator.Create, m.path(), p.command("migrate diff"))
			}
			if len(pending)+len(missing) > 0 {
				return exitCode(2)
			}
			fmt.Fprintln(out, "nothing to change")
			return nil
		},
	}
	cmd.Flags().BoolVar(&showDiff, "diff", false, "show the contents that change")
	return cmd
}

// runtimeCopy is where the runtime lies in a project: many files that always
// change together.
const runtimeCopy = ".stackgen/"

// printPlan lists changes; those of the runtime's copy are counted, not listed,
// unless their contents are asked for.
func printPlan(w io.Writer, changes []generator.Change, showDiff bool) {
	counts := map[generator.Action]int{}
	for _, c := range changes {
		if strings.HasPrefix(c.Path, runtimeCopy) && c.Action != generator.Conflict && !showDiff {
			counts[c.Action]++
			continue
		}
		fmt.Fprintf(w, "%-9s %s", c.Action, c.Path)
		if c.Reason != "" {
			fmt.Fprintf(w, "  (%s)", c.Reason)
		}
		fmt.Fprintln(w)
		if showDiff && printable(c.Old) && printable(c.New) {
			fmt.Fprint(w, unified(c.Path, c.Old, c.New))
		}
	}
	for _, action := range []generator.Action{generator.Create, generator.Modify, generator.Remove} {
		if counts[action] > 0 {
			fmt.Fprintf(w, "%-9s %s  (%s: the runtime that gen/ compiles against)\n", action, runtimeCopy, count(counts[action], "file"))
		}
	}
}
