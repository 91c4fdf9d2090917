package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stackgen.dev/schema"
)

func checkCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check a site: everything short of writing",
		Long: `check reads the site file, its templates and the Go functions it names, and says
what is wrong, where, and what to do about it. It writes nothing.

The status is 0 when the site can be built (there may be warnings) and 1 when it cannot.`,
		Example: `  stackgen check
  stackgen check examples/blog.hcl
  stackgen check --json | jq .diagnostics`,
		Args: optionalFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			file := siteFile(args)
			p, diags := generate(file)
			if asJSON {
				if err := schema.RenderJSON(cmd.OutOrStdout(), diags, p.sources); err != nil {
					return err
				}
			} else if len(diags) > 0 {
				printDiagnostics(cmd.ErrOrStderr(), diags, p.sources)
			} else {
				fmt.Fprintf(cmd.OutOrStdout(), "%s is fine: %s\n", file, summary(p.site))
			}
			if diags.HasErrors() {
				return exitCode(1)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the diagnostics as JSON")
	return cmd
}

// summary counts what a site has, in one line.
func summary(s *schema.Site) string {
	return fmt.Sprintf("%s, %s, %s, %s",
		count(len(s.AllRoutes()), "route"), count(len(s.Views), "view"),
		count(len(s.Models), "model"), count(len(s.Proxy.Locations), "location"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
