package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// defaultFile is the site file of a verb that is given none.
const defaultFile = "site.hcl"

// siteFile is the file argument of a verb that takes nothing else.
func siteFile(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return defaultFile
}

// splitFile takes the site file off the arguments of a verb that takes other
// things, too: it is the first, if that is named like one.
func splitFile(args []string) (file string, rest []string) {
	if len(args) > 0 && (strings.HasSuffix(args[0], ".hcl") || strings.HasSuffix(args[0], ".hcl.json")) {
		return args[0], args[1:]
	}
	return defaultFile, args
}

// optionalFile accepts one site file or none.
func optionalFile(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return wrongArguments(cmd, "one site file at most", args)
	}
	return nil
}

// afterFile accepts between min and max arguments behind the site file; what
// says what they are.
func afterFile(min, max int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if _, rest := splitFile(args); len(rest) < min || len(rest) > max {
			return wrongArguments(cmd, what, rest)
		}
		return nil
	}
}

func wrongArguments(cmd *cobra.Command, want string, args []string) error {
	got := "nothing"
	if len(args) > 0 {
		got = strings.Join(args, " ")
	}
	return fmt.Errorf("%s takes %s, not %s; for example:\n%s", cmd.CommandPath(), want, got, cmd.Example)
}
