package site

import (
	"context"
	"fmt"
	"text/tabwriter"
)

// Unescaped is a place of the project's own source that says that a text is
// safe (mark_safe): whoever can write that text can write scripts.
type Unescaped struct {
	// Place is where: "templates/post.html:12:7", "views/home.go:30:9".
	Place string
	// What says so: "the filter safe", "autoescape off", "tmpl.Safe".
	What string
}

// check says what keeps the site from being served, and with --deploy what
// somebody should have looked at before.
func (p *program) check(_ context.Context, args []string) error {
	f := p.flags("check")
	deploy := f.Bool("deploy", false, "list what to look at before the site is public")
	if err := p.parse(f, args); err != nil {
		return err
	}
	if _, err := p.settings("", 0, p.site.DataDir); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s can be served.\n", p.site.Name)
	if !*deploy {
		return nil
	}
	if len(p.site.Unescaped) == 0 {
		fmt.Fprintln(p.stdout, "Every value in its pages is escaped.")
		return nil
	}
	fmt.Fprintln(p.stdout, "Written without escaping, which is right only where nobody else can change the text:")
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, u := range p.site.Unescaped {
		fmt.Fprintf(t, "  %s\t%s\n", u.Place, u.What)
	}
	return t.Flush()
}
