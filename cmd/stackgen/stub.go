package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/schema"
)

func stubCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stub [FILE] ADDR",
		Short: "Write the Go function that the site names, if it is missing",
		Long: `stub writes the Go function that a view or a middleware of the site names, with
the right form and a body to begin with. ADDR is the view (view.checkout) or the
function itself (go.middleware.Timing). A function that exists is left alone.`,
		Example: `  stackgen stub view.checkout
  stackgen stub shop.hcl go.middleware.Timing`,
		Args: afterFile(1, 1, "one view or Go function"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, args := splitFile(args)
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
}
