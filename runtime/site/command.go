package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"syscall"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/terminal"
)

// Command is a command that the site has beside those of every site.
type Command struct {
	// Name is the verb, Usage how it is written, Doc a sentence on it.
	Name, Usage, Doc string
	// Run does it. args are what stands behind the verb.
	Run func(ctx context.Context, db *model.DB, t *terminal.Terminal, args []string) error
	// Own does it instead, for a command of the project's: with brings up what
	// the application stands on and hands it to what is to be done.
	Own OwnCommand
}

// OwnCommand is how a command of the project's begins.
type OwnCommand func(ctx context.Context, t *terminal.Terminal, args []string, with func(do func(*Env) error) error) error

// own are the site's own commands.
func (p *program) own() []command {
	var list []command
	for _, c := range p.site.Commands {
		list = append(list, command{c.Name, c.Usage, c.Doc, func(p *program, ctx context.Context, args []string) error {
			if c.Own == nil && len(args) > 0 && (args[0] == "--help" || args[0] == "-help" || args[0] == "-h") {
				fmt.Fprintf(p.stdout, "%s %s\n%s\n", p.site.Name, c.Usage, c.Doc)
				return nil
			}
			t := terminal.New(p.stdin, p.stdout, p.lookup)
			if c.Own != nil {
				return p.runOwn(ctx, c.Own, t, args)
			}
			return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error { return c.Run(ctx, db, t, args) })
		}})
	}
	return list
}

// interrupted is a command that Ctrl-C has ended, which shells know by its status.
type interrupted struct{}

func (interrupted) Error() string { return "interrupted" }

// ExitStatus is the status that the program ends with.
func (interrupted) ExitStatus() int { return 128 + int(syscall.SIGINT) }

// runOwn runs a command of the project's. Ctrl-C ends its queries, and TERM does.
func (p *program) runOwn(ctx context.Context, run OwnCommand, t *terminal.Terminal, args []string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := run(ctx, t, args, func(do func(*Env) error) error {
		s, err := p.settings("", 0, p.site.DataDir)
		if err != nil {
			return err
		}
		if err := s.secure(p.lookup); err != nil {
			return err
		}
		env := &Env{
			Log: slog.New(slog.NewTextHandler(p.stderr, nil)), Variables: p.vars, SecretKeys: s.keys, Local: s.Proxy.Local, Data: s.data,
		}
		if s.Database == nil {
			return do(env)
		}
		return p.withDatabase(ctx, func(_ context.Context, db *model.DB) error {
			env.DB = db
			return do(env)
		})
	})
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return interrupted{}
	}
	return err
}
