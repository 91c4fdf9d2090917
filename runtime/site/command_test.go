package site

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/terminal"
)

// Ensure that help explains one command, the site's own as well as those of every site, and that
// a command that Ctrl-C ends says so with the status that shells know.
func TestOwnCommands(t *testing.T) {
	ran := ""
	define := func(*Variables) Definition {
		d := plain()
		d.Name, d.DataDir = "test", t.TempDir()
		d.Commands = []Command{
			{Name: "count", Usage: "count [--all]", Doc: "Count things.", Run: func(context.Context, *model.DB, *terminal.Terminal, []string) error {
				ran += "count "
				return nil
			}},
			{Name: "own", Usage: "own WHAT", Doc: "Do a thing.", Own: func(ctx context.Context, c *terminal.Terminal, args []string, with func(func(*Env) error) error) error {
				if strings.Join(args, " ") == "--help" {
					fmt.Fprintln(c.Out, "own is explained")
					return nil
				}
				return with(func(*Env) error {
					ran += "own "
					if len(args) > 0 {
						return errors.New("it fails")
					}
					if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
						return err
					}
					<-ctx.Done()
					return fmt.Errorf("a query: %w", ctx.Err())
				})
			}},
		}
		return d
	}
	for _, tt := range []struct {
		args           string
		status         int
		stdout, stderr string
	}{
		{"help count", 0, "test count [--all]\nCount things.\n", ""},
		{"count --help", 0, "test count [--all]\nCount things.\n", ""},
		{"help own", 0, "own is explained\n", ""},
		{"help nothing", 2, "", `there is no command "nothing"`},
		{"own x", 1, "", "test: it fails\n"},
		{"own", 130, "", "test: interrupted\n"},
	} {
		status, stdout, stderr := called(nil, define, nil, tt.args)
		if status != tt.status || stdout != tt.stdout || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%s: %d %q %q", tt.args, status, stdout, stderr)
		}
	}
	if ran != "own own " {
		t.Errorf("what ran: %s", ran)
	}
}
