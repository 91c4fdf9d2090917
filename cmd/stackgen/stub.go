package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/schema"
)

func stubCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "stub ADDR",
		Short: "Write the Go function that the site names, if it is missing",
		Long: `stub writes the Go function that a view or a middleware of the site names, with
the right form and a body to begin with. ADDR is the view (view.checkout) or the
function itself (go.middleware.Timing). A function that exists is left alone.`,
		Example: `  stackgen stub view.checkout
  stackgen stub go.middleware.Timing --file shop.hcl`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			// The very function that is missing is an error of check, so the
			// site is read as far as it goes.
			site, sources, diags := schema.Load(file)
			if site == nil {
				printDiagnostics(cmd.ErrOrStderr(), diags, sources)
				return exitCode(1)
			}
			path, line, written, err := generator.Stub(site, args[0])
			if err != nil {
				return err
			}
			if !written {
				fmt.Fprintf(cmd.OutOrStdout(), "it is already there: %s:%d\n", path, line)
				return nil
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote %s:%d\n", path, line)
			return nil
		},
	}
	siteFlag(cmd, &file)
	return cmd
}
