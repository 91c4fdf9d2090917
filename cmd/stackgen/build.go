package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"stackgen.dev/generator"
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
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := load(cmd, siteFile(args))
			if err != nil {
				return err
			}
			if err := p.write(cmd.ErrOrStderr(), force); err != nil {
				return err
			}
			if migration, err := generator.PlanMigration(p.site, ""); err != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "warning: migrations: %v\n", err)
			} else if migration != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "warning: the models have changed since the last migration: write the next one with: stackgen migrate diff\n")
			}
			binary := p.binary(output)
			if err := p.compile(cmd.Context(), cmd.ErrOrStderr(), binary); err != nil {
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

// compile builds the binary and shows how far it is. A refusal of the compiler
// is printed, with places in the site file where it comes from there.
func (p *project) compile(ctx context.Context, w io.Writer, binary string) error {
	progress := newProgress(w)
	err := generator.Compile(ctx, p.site, generator.CompileOptions{
		Dir: p.site.Dir, Output: binary, Progress: progress.step,
	})
	progress.done(err == nil, binary)
	var refused *generator.CompileError
	if errors.As(err, &refused) {
		if len(refused.Diagnostics) > 0 {
			printDiagnostics(w, refused.Diagnostics, p.sources)
		}
		io.WriteString(w, refused.Output)
		return err
	}
	return err
}

// progress shows on one line of a terminal which package is being compiled;
// elsewhere it is silent until the end.
type progress struct {
	w        io.Writer
	terminal bool
	width    int
	start    time.Time
	packages int
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.terminal = true
		p.width, _, _ = term.GetSize(int(f.Fd()))
		p.line("compiling…")
	}
	return p
}

func (p *progress) step(pkg string) {
	p.packages++
	if p.terminal {
		p.line(fmt.Sprintf("compiling… %d packages, %s, now %s", p.packages, time.Since(p.start).Round(time.Second), pkg))
	}
}

func (p *progress) line(text string) {
	if p.width > 0 && len(text) > p.width-1 {
		text = text[:p.width-1]
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", text)
}

func (p *progress) done(ok bool, binary string) {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	if !ok {
		return
	}
	size := ""
	if info, err := os.Stat(binary); err == nil {
		size = fmt.Sprintf(", %.1f MB", float64(info.Size())/1e6)
	}
	fmt.Fprintf(p.w, "compiled %s in %s%s\n", filepath.Base(binary), time.Since(p.start).Round(100*time.Millisecond), size)
}
