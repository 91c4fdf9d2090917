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
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func main() { os.Exit(program(os.Args[1:])) }

// program is run under the signals of a terminal: Ctrl-C, or closing it, ends
// what is going on in good order, a second Ctrl-C at once.
func program(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop)
	return run(ctx, args)
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
	fmt.Fprintf(os.Stderr, "stackgen: %s\n", strings.TrimSpace(err.Error()))
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
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; what there is: %s --help", err, cmd.CommandPath())
	})
	root.AddCommand(
		newCommand(), checkCommand(), fmtCommand(), planCommand(), buildCommand(), runCommand(),
		routesCommand(), stubCommand(), migrateCommand(), inspectCommand(), sqlCommand(), messagesCommand(), versionCommand(),
	)
	return root
}
