package sqlshell

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Start runs a script, or where there is none what in says, with the streams of a
// process: on a terminal its signals too. Options are those fields of s that are set.
func Start(ctx context.Context, s Shell, script []string, in io.Reader, out, problems io.Writer) error {
	s.In, s.Out, s.Err = in, out, problems
	s.Width, _ = Terminal(out)
	if len(script) > 0 {
		s.In = strings.NewReader(script[0])
		return s.Run(ctx)
	}
	if _, s.Terminal = Terminal(in); s.Terminal {
		interrupt := make(chan os.Signal, 1)
		signal.Notify(interrupt, syscall.SIGINT)
		defer signal.Stop(interrupt)
		s.Interrupt = interrupt
	}
	return s.Run(ctx)
}

// Found refuses a URL of a SQLite file that is not there: opening it would make it.
func Found(url string) error {
	path, ok := strings.CutPrefix(url, "sqlite:")
	if !ok || path == ":memory:" {
		return nil
	}
	_, err := os.Stat(path)
	return err
}

// Options are the fields of a Shell that a command line sets, by the text of its flags.
type Options interface {
	StringVar(p *string, name, value, usage string)
	BoolVar(p *bool, name string, value bool, usage string)
}

// Flags declares them, with the database's URL.
func (s *Shell) Flags(f Options, database *string) {
	f.StringVar(database, "database", "", "the `URL` of another database than the site's")
	f.BoolVar(&s.Expanded, "expanded", false, "print rows column by column, as \\x does")
	f.StringVar(&s.Null, "null", "NULL", "the `text` that stands for null")
}
