package site

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
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
	level := f.String("fail-level", "error", "end with status 1 for warnings as well: `warning` or error")
	silence := f.String("silence", "", "`ids` of checks that are settled, separated by commas")
	if err := p.parse(f, args); err != nil {
		return err
	}
	if *level != "warning" && *level != "error" {
		fmt.Fprintf(p.stderr, "check: --fail-level is warning or error, not %q\n", *level)
		return errUsage
	}
	if _, err := p.settings("", 0, p.site.DataDir); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s can be served.\n", p.site.Name)
	if !*deploy {
		return nil
	}
	silenced := strings.Split(*silence, ",")
	known := map[string]bool{"": true}
	for _, c := range deployChecks() {
		known[c.ID] = true
	}
	for _, id := range silenced {
		if !known[strings.TrimSpace(id)] {
			fmt.Fprintf(p.stderr, "check: there is no check %q\n", id)
			return errUsage
		}
	}
	shown := 0
	for _, found := range p.deployment().findings() {
		if !slices.ContainsFunc(silenced, func(id string) bool { return strings.TrimSpace(id) == found.ID }) {
			fmt.Fprintf(p.stdout, "%s: %s\n", found.ID, found.Text)
			shown++
		}
	}
	if err := p.showUnescaped(); err != nil {
		return err
	}
	if shown > 0 && *level == "warning" {
		return fmt.Errorf("check --deploy found %d thing(s) to look at", shown)
	}
	return nil
}

// deployment is the site as it would be served now.
func (p *program) deployment() *deployment {
	d := &deployment{Definition: p.site, deploy: p.site.Deploy, root: os.Geteuid() == 0}
	if key, _ := p.lookup(secretEnv); key != "" {
		d.keys = []string{key}
		if more, ok := p.lookup(fallbacksEnv); ok {
			for _, k := range strings.Split(more, ",") {
				if k = strings.TrimSpace(k); k != "" {
					d.keys = append(d.keys, k)
				}
			}
		}
	}
	debug, _ := p.lookup(debugEnv)
	d.debug = debug == "1"
	return d
}

// showUnescaped lists where values are written without escaping.
func (p *program) showUnescaped() error {
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
