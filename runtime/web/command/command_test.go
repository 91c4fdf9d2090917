package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/terminal"
)

// Ensure that a command line is read as it was declared, wherever flags stand,
// and that a wrong one is explained before the application comes up.
func TestStart(t *testing.T) {
	c := Command{
		Name: "prune", Doc: "Delete old entries.",
		Arguments: []Argument{{Name: "before", Kind: Date, Doc: "the day"}, {Name: "tags", Kind: String, Doc: "of these", Optional: true, Many: true}},
		Flags:     []Flag{{Name: "dry_run", Kind: Boolean, Doc: "delete nothing"}, {Name: "limit", Kind: Integer, Doc: "at most", Default: "10"}, {Name: "wait", Kind: Duration, Doc: "between"}},
	}
	c.Run = func(call *Call) error {
		fmt.Fprint(call.Out, call.Date("before"), call.Strings("tags"), call.Has("tags"), call.Bool("dry_run"), call.Int("limit"), call.Duration("wait"))
		return nil
	}
	if got, want := c.Usage(), "prune [--dry-run] [--limit INTEGER] [--wait DURATION] BEFORE [TAGS…]"; got != want {
		t.Errorf("usage %q, not %q", got, want)
	}
	for _, tt := range []struct {
		args, want string
		err        error
	}{
		{"2026-01-31", "2026-01-31 [] false false 10 0s", nil},
		{"--limit 3 2026-01-31 a --dry-run b --wait=90s", "2026-01-31 [a b] true true 3 1m30s", nil},
		{"--dry-run=false 2026-01-31", "2026-01-31 [] false false 10 0s", nil},
		{"", "prune: the argument BEFORE is missing\nprune [--dry-run]", ErrUsage},
		{"soon", "prune: BEFORE: \"soon\" is not a day, as in 2026-01-31\n", ErrUsage},
		{"2026-01-31 --limit x", "is not a whole number", ErrUsage},
		{"2026-01-31 --nothing", "flag provided but not defined: -nothing", ErrUsage},
		{"--help", "prune [--dry-run] [--limit INTEGER] [--wait DURATION] BEFORE [TAGS…]\nDelete old entries.\n  BEFORE\n    \tthe day\n", flag.ErrHelp},
	} {
		var out strings.Builder
		up := false
		err := c.Start(context.Background(), terminal.New(strings.NewReader(""), &out, nil), strings.Fields(tt.args), func(do func(*web.App, *model.DB) error) error {
			up = true
			return do(nil, nil)
		})
		if !errors.Is(err, tt.err) || err == nil && tt.err != nil || !strings.Contains(out.String(), tt.want) || up != (tt.err == nil) {
			t.Errorf("%q: %v, application up: %t\n%s", tt.args, err, up, out.String())
		}
	}
	two := Command{Name: "one", Arguments: []Argument{{Name: "n", Kind: Integer}}, Run: func(*Call) error { return Exit(7, errors.New("seven")) }}
	err := two.Start(context.Background(), terminal.New(strings.NewReader(""), new(strings.Builder), nil), []string{"1", "2"}, nil)
	if !errors.Is(err, ErrUsage) {
		t.Errorf("an argument too many: %v", err)
	}
}
