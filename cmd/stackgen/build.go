package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func buildCommand() *cobra.Command {
	var output string
	var force bool
	cmd := &cobra.Command{
		Use:   "build [FILE]",
		Short: "Generate the project and compile it to one binary",
		Long: `build checks the site, brings gen/ and .stackgen/ up to date and compiles the
project. It needs the go command and no network beyond Go's module cache.

Files that stackgen did not write, or that were edited by hand, stop it before
anything is written; --force overwrites them.`,
		Example: `  stackgen build
  stackgen build -o site
  stackgen build examples/blog.hcl -o /tmp/blog`,
		Args: optionalFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			w := cmd.ErrOrStderr()
			p, err := load(cmd, siteFile(args))
			if err != nil {
				return err
			}
			binary := p.binary(output)
			if err := p.compileOptions(binary).Compilable(); err != nil {
				return err
			}
			if err := p.write(w, force); err != nil {
				return err
			}
			p.warnOfMigration(w)
			if err := p.compile(cmd.Context(), w, binary); err != nil {
				p.showRefusal(w, err)
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), binary)
			return nil
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the binary here (default bin/<site> in the project)")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite generated files that were edited by hand")
	return cmd
}
