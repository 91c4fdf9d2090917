package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"stackgen.dev/generator"
	"stackgen.dev/schema"
)

// project is a site file that has been read and checked, and what it generates.
type project struct {
	site    *schema.Site
	sources *schema.Sources
	set     *generator.FileSet
}

// load reads the site file and generates the project in memory. Errors and
// warnings are printed to stderr; with errors the status is 1.
func load(cmd *cobra.Command, file string) (*project, error) {
	p, diags := generate(file)
	if len(diags) > 0 {
		printDiagnostics(cmd.ErrOrStderr(), diags, p.sources)
	}
	if diags.HasErrors() {
		return nil, exitCode(1)
	}
	return p, nil
}

// loadSite reads the site file and generates nothing.
func loadSite(cmd *cobra.Command, file string) (*project, error) {
	site, sources, diags := schema.Load(file)
	p := &project{site: site, sources: sources}
	if len(diags) > 0 {
		printDiagnostics(cmd.ErrOrStderr(), diags, p.sources)
	}
	if diags.HasErrors() || site == nil {
		return nil, exitCode(1)
	}
	return p, nil
}

// generate goes as far as the site file allows: everything short of writing.
func generate(file string) (*project, schema.Diagnostics) {
	site, sources, diags := schema.Load(file)
	p := &project{site: site, sources: sources}
	if diags.HasErrors() || site == nil {
		return p, diags
	}
	set, more := generator.Generate(site, sources)
	p.set = set
	return p, append(diags, more...).Sorted()
}

func printDiagnostics(w io.Writer, diags schema.Diagnostics, sources *schema.Sources) {
	color, width := terminal(w)
	schema.Render(w, diags, sources, schema.RenderOptions{Color: color, Width: width})
}

// terminal says whether w is a terminal that shows colours, and how wide.
func terminal(w io.Writer) (color bool, width int) {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		width = n
	}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return false, width
	}
	if n, _, err := term.GetSize(int(f.Fd())); err == nil && width == 0 {
		width = n
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", width
}

// plan compares what the site generates with the project's folder.
func (p *project) plan() (*generator.Plan, error) {
	return generator.PlanProject(p.site, p.set)
}

// binary is where the site's binary goes unless -o says otherwise.
func (p *project) binary(output string) string {
	if output != "" {
		return output
	}
	return filepath.Join(p.site.Dir, "bin", p.site.Name)
}

// write applies the plan and says in one line what it did.
func (p *project) write(w io.Writer, force bool) error {
	plan, err := p.plan()
	if err != nil {
		return err
	}
	counts := map[generator.Action]int{}
	for _, c := range plan.Pending() {
		counts[c.Action]++
	}
	if err := generator.Apply(plan, force); err != nil {
		return err
	}
	if len(counts) == 0 {
		fmt.Fprintf(w, "gen/ is up to date\n")
		return nil
	}
	fmt.Fprintf(w, "gen/: %d created, %d changed, %d removed\n",
		counts[generator.Create], counts[generator.Modify]+counts[generator.Conflict], counts[generator.Remove])
	return nil
}
