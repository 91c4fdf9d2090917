package site

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Main is the whole program of a generated site; it does not return.
func Main(declared []Variable, define func(*Variables) Definition) {
	p := &program{
		declared: declared, define: define,
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, lookup: environment,
	}
	os.Exit(p.run(context.Background(), os.Args[1:]))
}

// program is one run of a site's binary.
type program struct {
	declared       []Variable
	define         func(*Variables) Definition
	stdin          io.Reader
	stdout, stderr io.Writer
	lookup         func(string) (string, bool)

	vars *Variables
	site Definition
}

// command is a verb of the site's command line.
type command struct {
	name, usage, doc string
	run              func(p *program, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "serve [--listen ADDR] [--workers N] [--data DIR] [--pidfile FILE] [--tier proxy|app --bind ADDR]", "Serve the site until TERM or Ctrl-C.", (*program).serve},
		{"migrate", "migrate [status|sql|fake|down]", "Bring the database up to date with the migrations in this binary.", (*program).migrate},
		{"sql", "sql [STATEMENT]", "Run SQL on the database and print the rows; without a statement, what is typed or comes from standard input.", (*program).sql},
		{"dump", "dump [MODEL…]", "Write the rows of the models as JSON (dumpdata).", (*program).dump},
		{"load", "load FILE…", "Store the rows of JSON files, all or none (loaddata).", (*program).load},
		{"backup", "backup FILE", "Copy the SQLite database while the site runs.", (*program).backup},
		{"check", "check [--database] [--deploy [--fail-level warning] [--silence IDS]]", "Check what serve would refuse; with --deploy, list also what to look at before the site is public.", (*program).check},
		{"routes", "routes", "Print the route table.", (*program).routes},
		{"status", "status [--data DIR] [--json]", "Show the processes of the site that runs with this data folder.", (*program).status},
		{"reload", "reload [--data DIR]", "Replace its processes by those of the binary now on disk, one after the other (HUP).", (*program).reload},
		{"upgrade", "upgrade [--data DIR]", "Start the binary now on disk beside it, and stop the old when the new serves (USR2, TERM).", (*program).upgrade},
		{"scale", "scale [--data DIR] N", "Have it run N worker processes.", (*program).scale},
		{"drain", "drain [--data DIR] WORKER|PID", "Have a fresh process take the place of one, which finishes its requests.", (*program).drain},
		{"upstream", "upstream [--data DIR] [drain|restore UPSTREAM SERVER]", "Show the servers of its upstreams, or have one get no new clients until it is restored.", (*program).upstream},
		{"purge", "purge [--data DIR] [--tag] URL|TAG…", "Have its caches let go of addresses (/a, /a/*, https://example.com/a), or of what is tagged.", (*program).purge},
		{"stop", "stop [--data DIR] [--quick]", "Stop it when its requests are answered (TERM).", (*program).stop},
		{"trust", "trust [--data DIR]", "Say how browsers come to believe the site's local authority.", (*program).trust},
		{"version", "version", "Print the site's name and what it was built with.", (*program).version},
	}
}

// needsDatabase are the commands that a site without a database does not show.
var needsDatabase = map[string]bool{"migrate": true, "sql": true, "dump": true, "load": true, "backup": true}

// errUsage is a wrong command line that has been explained already.
var errUsage = errors.New("usage")

func (p *program) run(ctx context.Context, args []string) int {
	p.vars = readVariables(p.declared, p.lookup)
	p.site = p.define(p.vars)
	if len(args) > 1 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		p.help(p.stdout)
		if len(args) == 0 {
			return 2
		}
		return 0
	}
	for _, c := range append(commands(), p.own()...) {
		if c.name != args[0] {
			continue
		}
		err := c.run(p, ctx, args[1:])
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return 0
		case errors.Is(err, errUsage):
			return 2
		}
		var status interface{ ExitStatus() int }
		if errors.As(err, &status) {
			if err.Error() != "" {
				fmt.Fprintf(p.stderr, "%s: %v\n", p.site.Name, err)
			}
			return status.ExitStatus()
		}
		fmt.Fprintf(p.stderr, "%s: %v\n", p.site.Name, err)
		return 1
	}
	fmt.Fprintf(p.stderr, "%s: there is no command %q\n\n", p.site.Name, args[0])
	p.help(p.stderr)
	return 2
}

func (p *program) help(w io.Writer) {
	fmt.Fprintf(w, "%s is a site made by stackgen.\n\n", p.site.Name)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	for _, c := range append(commands(), p.own()...) {
		if p.site.Database == nil && needsDatabase[c.name] || c.name == "trust" && p.authority() == nil {
			continue
		}
		fmt.Fprintf(t, "  %s\t%s\n", c.usage, c.doc)
	}
	t.Flush()
	if len(p.declared) > 0 {
		fmt.Fprintf(w, "\nRead from the environment:\n")
		t = tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
		for _, v := range p.declared {
			standard := "default " + v.Default
			switch {
			case v.Required:
				standard = "required"
			case v.Sensitive:
				standard = "has a default"
			}
			fmt.Fprintf(t, "  %s\t%s\n", v.Env, standard)
		}
		t.Flush()
	}
}

// flags makes the flag set of a command.
func (p *program) flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(p.site.Name+" "+name, flag.ContinueOnError)
	f.SetOutput(p.stderr)
	f.Usage = func() {
		for _, c := range commands() {
			if c.name == name {
				fmt.Fprintf(p.stderr, "%s %s\n%s\n", p.site.Name, c.usage, c.doc)
			}
		}
		f.PrintDefaults()
	}
	return f
}

// parse reads a command's arguments; what is left over is an error.
func (p *program) parse(f *flag.FlagSet, args []string) error { return p.parseSome(f, args, 0, 0) }

// parseSome reads a command's flags and between min and max arguments, which are
// then f.Args; a negative max is any number.
func (p *program) parseSome(f *flag.FlagSet, args []string, min, max int) error {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	switch {
	case max >= 0 && f.NArg() > max:
		fmt.Fprintf(p.stderr, "%s: unexpected argument %q\n", f.Name(), f.Arg(max))
	case f.NArg() < min:
		fmt.Fprintf(p.stderr, "%s: an argument is missing\n", f.Name())
	default:
		return nil
	}
	f.Usage()
	return errUsage
}

// parseNumber reads a command's flags and the one number behind them.
func (p *program) parseNumber(f *flag.FlagSet, args []string, what string, into *int) error {
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	n, err := strconv.Atoi(f.Arg(0))
	if f.NArg() != 1 || err != nil || n < 0 {
		fmt.Fprintf(p.stderr, "%s: give %s\n", f.Name(), what)
		f.Usage()
		return errUsage
	}
	*into = n
	return nil
}

func (p *program) routes(_ context.Context, args []string) error {
	if err := p.parse(p.flags("routes"), args); err != nil {
		return err
	}
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, r := range p.site.Routes {
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.Pattern, r.Name, r.View)
	}
	return t.Flush()
}

func (p *program) version(_ context.Context, args []string) error {
	if err := p.parse(p.flags("version"), args); err != nil {
		return err
	}
	goVersion := "unknown"
	var with []string
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
		for _, d := range info.Deps {
			if d.Path != "stackgen.dev" {
				with = append(with, d.Path+" "+d.Version)
			}
		}
	}
	fmt.Fprintf(p.stdout, "%s, built with %s\n", p.site.Name, goVersion)
	if len(with) > 0 {
		fmt.Fprintf(p.stdout, "  %s\n", strings.Join(with, "\n  "))
	}
	return nil
}
