package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/terminal"
)

// Command is a command of the site's own.
type Command struct {
	// Name is the verb, Doc a sentence on it.
	Name, Doc string
	// Arguments stand behind the verb in this order, Flags anywhere among them.
	Arguments []Argument
	Flags     []Flag
	// Run does it.
	Run func(c *Call) error
}

// Argument is a value that stands behind the verb.
type Argument struct {
	Name string
	Kind Kind
	// Doc is half a sentence on it.
	Doc string
	// Optional lets it be left out, Many takes all that follow as well; both are for the last alone.
	Optional, Many bool
}

// Flag is a value that stands behind --NAME.
type Flag struct {
	Name string
	Kind Kind
	Doc  string
	// Default is the value without the flag; empty is the kind's zero value.
	Default string
}

// ErrUsage is a wrong command line that has been explained; the program ends with status 2.
var ErrUsage = Exit(2, nil)

// Usage is how the command is written: "prune [--dry-run] BEFORE".
func (c *Command) Usage() string {
	var b strings.Builder
	b.WriteString(c.Name)
	for _, f := range c.Flags {
		b.WriteString(" [--" + dashed(f.Name))
		if f.Kind != Boolean {
			b.WriteString(" " + strings.ToUpper(string(f.Kind)))
		}
		b.WriteByte(']')
	}
	for _, a := range c.Arguments {
		name := strings.ToUpper(a.Name)
		if a.Many {
			name += "…"
		}
		if a.Optional {
			name = "[" + name + "]"
		}
		b.WriteString(" " + name)
	}
	return b.String()
}

// Start reads the command line and runs the command. with brings the application up
// and hands it to what is to be done; it is not called for a wrong command line, or for help.
func (c Command) Start(ctx context.Context, t *terminal.Terminal, args []string, with func(do func(*web.App, *model.DB) error) error) error {
	values, err := c.parse(t.Out, args)
	if err != nil {
		return err
	}
	return with(func(app *web.App, db *model.DB) error {
		call := &Call{Out: t.Out, Terminal: t, App: app, ctx: ctx, db: db, values: values}
		return c.Run(call)
	})
}

// parse reads the arguments and flags.
func (c *Command) parse(out io.Writer, args []string) (map[string][]any, error) {
	set := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	values := map[string][]any{}
	for _, f := range c.Flags {
		standard := f.Kind.zero()
		if f.Default != "" {
			v, err := f.Kind.parse(f.Default)
			if err != nil {
				return nil, fmt.Errorf("the default of --%s: %w", dashed(f.Name), err)
			}
			standard = v
		}
		values[f.Name] = []any{standard}
		read := func(text string) error {
			v, err := f.Kind.parse(text)
			values[f.Name] = []any{v}
			return err
		}
		if f.Kind == Boolean {
			set.BoolFunc(dashed(f.Name), f.Doc, read)
		} else {
			set.Func(dashed(f.Name), f.Doc, read)
		}
	}
	var rest []string
	for {
		if err := set.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				c.help(out)
				return nil, err
			}
			return nil, c.wrong(out, "%v", err)
		}
		args = set.Args()
		if len(args) == 0 {
			break
		}
		rest, args = append(rest, args[0]), args[1:] // flags may stand behind arguments
	}
	for i, a := range c.Arguments {
		n := 1
		if a.Many {
			n = len(rest)
		}
		if len(rest) == 0 {
			if a.Optional {
				continue
			}
			return nil, c.wrong(out, "the argument %s is missing", strings.ToUpper(c.Arguments[i].Name))
		}
		for _, text := range rest[:n] {
			v, err := a.Kind.parse(text)
			if err != nil {
				return nil, c.wrong(out, "%s: %v", strings.ToUpper(a.Name), err)
			}
			values[a.Name] = append(values[a.Name], v)
		}
		rest = rest[n:]
	}
	if len(rest) > 0 {
		return nil, c.wrong(out, "unexpected argument %q", rest[0])
	}
	return values, nil
}

// wrong says what is wrong with the command line, and how it is written.
func (c *Command) wrong(out io.Writer, format string, args ...any) error {
	fmt.Fprintf(out, "%s: %s\n", c.Name, fmt.Sprintf(format, args...))
	c.help(out)
	return ErrUsage
}

func (c *Command) help(out io.Writer) {
	fmt.Fprintf(out, "%s\n%s\n", c.Usage(), c.Doc)
	for _, a := range c.Arguments {
		fmt.Fprintf(out, "  %s\n    \t%s\n", strings.ToUpper(a.Name), a.Doc)
	}
	for _, f := range c.Flags {
		text := f.Doc
		if f.Default != "" {
			text += " (default " + f.Default + ")"
		}
		kind := ""
		if f.Kind != Boolean {
			kind = " " + string(f.Kind)
		}
		fmt.Fprintf(out, "  --%s%s\n    \t%s\n", dashed(f.Name), kind, text)
	}
}

// dashed is a name as flags have it: dry-run.
func dashed(name string) string { return strings.ReplaceAll(name, "_", "-") }
