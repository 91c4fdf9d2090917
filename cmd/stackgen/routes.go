package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/schema"
)

func routesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "routes [FILE] [METHOD URL]",
		Short: "Show the route table, or the way of one request through all tiers",
		Long: `routes prints every route with its name, its view and its place in the site file.

With a method and a URL it prints the way that request takes: which listener,
location, worker, middleware, route, view, model and template, and the place
that decides each step.`,
		Example: `  stackgen routes
  stackgen routes examples/blog.hcl GET /posts/hello/
  stackgen routes POST /posts/new/`,
		Args: methodAndURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			file, args := splitFile(args)
			p, err := load(cmd, file)
			if err != nil {
				return err
			}
			if len(args) == 2 {
				return explain(cmd.OutOrStdout(), p.site, args[0], args[1])
			}
			if len(p.site.AllRoutes()) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "the site has no routes: its proxy answers alone")
			}
			return table(cmd.OutOrStdout(), p.site)
		},
	}
}

// methodAndURL accepts a site file, and a method with a URL behind it.
func methodAndURL(cmd *cobra.Command, args []string) error {
	if _, rest := splitFile(args); len(rest) != 0 && len(rest) != 2 {
		return wrongArguments(cmd, "a method and a URL", rest)
	}
	return nil
}

func table(w io.Writer, site *schema.Site) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range site.AllRoutes() {
		fmt.Fprintf(t, "%s\t%s\tview.%s\t%s:%d\n", r.Full, r.FullName, r.View.Name, r.DeclRange.Filename, r.DeclRange.Start.Line)
	}
	return t.Flush()
}

func explain(w io.Writer, site *schema.Site, method, url string) error {
	steps, err := generator.Explain(site, method, url)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s %s\n", strings.ToUpper(method), url)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range steps {
		fmt.Fprintf(t, "  %s\t%s", s.Tier, s.Text)
		if s.Place != "" {
			fmt.Fprintf(t, "\t%s", s.Place)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
