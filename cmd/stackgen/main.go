// Command stackgen turns one HCL file, which describes a whole web stack, into
// a readable Go project and compiles it to one binary.
//
// One file a verb: each parses its flags, calls schema and generator, and
// prints. What they do is in those packages.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// exitCode is an error that has been told already and only sets the status.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// run carries out one command line and returns the exit status.
func run(ctx context.Context, args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "stackgen: stopped")
		return 130
	}
	fmt.Fprintf(os.Stderr, "stackgen: %v\n", err)
	return 1
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "stackgen",
		Short: "One HCL file to a whole web stack in one binary",
		Long: `stackgen reads one HCL file that describes the reverse proxy, the workers, the
middleware, the routes, the views, the models and the templates of a web site.
It checks that the parts agree, writes a readable Go project and compiles it to
one binary that plays every tier.`,
		Example: `  stackgen new              # write a starter site into this folder
  stackgen run              # build it, serve it, rebuild on every change
  stackgen build            # compile it to bin/<site>
  bin/guestbook serve       # and run it`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(
		newCommand(), checkCommand(), fmtCommand(), planCommand(), buildCommand(), runCommand(),
		routesCommand(), stubCommand(), migrateCommand(), versionCommand(),
	)
	return root
}

// siteFile is the file argument of a verb: site.hcl unless one is named.
func siteFile(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return "site.hcl"
}
