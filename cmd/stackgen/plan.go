package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
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
		Args: cobra.MaximumNArgs(1),
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
			for _, c := range pending {
				fmt.Fprintf(out, "%-9s %s", c.Action, c.Path)
				if c.Reason != "" {
					fmt.Fprintf(out, "  (%s)", c.Reason)
				}
				fmt.Fprintln(out)
				if showDiff && printable(c.Old) && printable(c.New) {
					fmt.Fprint(out, unified(c.Path, c.Old, c.New))
				}
			}
			migration, err := generator.PlanMigration(p.site, "")
			if err != nil {
				return err
			}
			if migration != nil {
				fmt.Fprintf(out, "%-9s migrations/%s  (write it with: stackgen migrate diff)\n", generator.Create, migration.File())
			}
			if len(pending) > 0 || migration != nil {
				return exitCode(2)
			}
			fmt.Fprintln(out, "nothing to change")
			return nil
		},
	}
	cmd.Flags().BoolVar(&showDiff, "diff", false, "show the contents that change")
	return cmd
}
