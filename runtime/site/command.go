package site

import (
	"context"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/terminal"
)

// Command is a command that the site has beside those of every site.
type Command struct {
	// Name is the verb, Usage how it is written, Doc a sentence on it.
	Name, Usage, Doc string
	// Run does it. args are what stands behind the verb.
	Run func(ctx context.Context, db *model.DB, t *terminal.Terminal, args []string) error
}

// own are the site's own commands.
func (p *program) own() []command {
	var list []command
	for _, c := range p.site.Commands {
		list = append(list, command{c.Name, c.Usage, c.Doc, func(p *program, ctx context.Context, args []string) error {
			return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
				return c.Run(ctx, db, terminal.New(p.stdin, p.stdout, p.lookup), args)
			})
		}})
	}
	return list
}
