package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"stackgen.dev/schema"
)

func fmtCommand() *cobra.Command {
	var check, diff bool
	cmd := &cobra.Command{
		Use:   "fmt [FILE…]",
		Short: "Lay site files out canonically",
		Long: `fmt rewrites site files in the canonical layout: indentation, alignment, spacing.
It moves no block and loses no comment. A file with a syntax error is left alone.
It prints the names of the files that it changes; with "-" it reads standard input
and writes standard output.

With --check nothing is written, and the status is 3 when a file would change.`,
		Example: `  stackgen fmt
  stackgen fmt --check --diff *.hcl
  stackgen fmt - <site.hcl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{defaultFile}
			}
			differs, failed := false, false
			for _, name := range args {
				changed, err := formatFile(cmd, name, check, diff)
				if err != nil {
					failed = true // the other files are done all the same
				}
				if err != nil && !errors.As(err, new(exitCode)) {
					fmt.Fprintf(cmd.ErrOrStderr(), "stackgen: %v\n", err)
				}
				differs = differs || changed
			}
			switch {
			case failed:
				return exitCode(1)
			case differs && check:
				return exitCode(3)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; status 3 when a file would change")
	cmd.Flags().BoolVar(&diff, "diff", false, "show what changes")
	return cmd
}

func formatFile(cmd *cobra.Command, name string, check, diff bool) (changed bool, err error) {
	var src []byte
	if name == "-" {
		src, err = io.ReadAll(cmd.InOrStdin())
	} else {
		src, err = os.ReadFile(name)
	}
	if err != nil {
		return false, err
	}
	if strings.HasSuffix(name, ".json") {
		return false, fmt.Errorf("%s: the JSON form has no canonical layout of ours; use a JSON formatter", name)
	}
	out, diags := schema.Format(name, src)
	if diags.HasErrors() {
		sources := &schema.Sources{}
		sources.Add(name, src)
		printDiagnostics(cmd.ErrOrStderr(), diags, sources)
		return false, exitCode(1)
	}
	changed = !bytes.Equal(src, out)
	stdout := cmd.OutOrStdout()
	switch {
	case diff && changed:
		fmt.Fprint(stdout, unified(name, src, out))
	case name == "-" && !check && !diff:
		_, err = stdout.Write(out)
	case changed:
		fmt.Fprintln(stdout, name)
	}
	if changed && !check && name != "-" {
		err = replaceFile(name, out)
	}
	return changed, err
}

// replaceFile writes a file in one step and keeps its permissions.
func replaceFile(name string, content []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".stackgen-fmt-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), info.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	return err
}
