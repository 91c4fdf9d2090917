package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Ensure that --help of every verb says what it does and shows how it is called.
func TestHelp(t *testing.T) {
	root := rootCommand()
	verbs := 0
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		verbs++
		path := cmd.CommandPath()
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: the one-line help is %q", path, cmd.Short)
		}
		if cmd != root && cmd.Name() != "version" && len(cmd.Long) < len(cmd.Short) {
			t.Errorf("%s has no text", path)
		}
		if !strings.Contains(cmd.Example, path) && cmd != root {
			t.Errorf("%s has no example that calls it: %q", path, cmd.Example)
		}
		for _, line := range strings.Split(cmd.Long, "\n") {
			if len(line) > 90 {
				t.Errorf("%s: a line of the text is %d characters wide: %s", path, len(line), line)
			}
		}
		usage := &strings.Builder{}
		cmd.SetOut(usage)
		if err := cmd.Help(); err != nil || !strings.Contains(usage.String(), cmd.Example) {
			t.Errorf("%s --help does not show the example (%v)", path, err)
		}
		for _, sub := range cmd.Commands() {
			if sub.Name() != "help" && sub.Name() != "completion" {
				visit(sub)
			}
		}
	}
	visit(root)
	if verbs < 14 {
		t.Errorf("only %d commands were looked at", verbs)
	}
}

// Ensure that the first argument is the site file exactly when it is named like one.
func TestSplitFile(t *testing.T) {
	for _, tt := range []struct {
		args, file, rest string
	}{
		{"", "site.hcl", ""},
		{"blog.hcl", "blog.hcl", ""},
		{"shop/site.hcl.json", "shop/site.hcl.json", ""},
		{"GET /", "site.hcl", "GET /"},
		{"blog.hcl GET /x.hcl", "blog.hcl", "GET /x.hcl"},
		{"add_subtitle", "site.hcl", "add_subtitle"},
	} {
		file, rest := splitFile(strings.Fields(tt.args))
		if file != tt.file || strings.Join(rest, " ") != tt.rest {
			t.Errorf("%q: got %q and %q", tt.args, file, rest)
		}
	}
}
