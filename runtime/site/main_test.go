package site

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// called runs a command line of a site with an environment.
func called(declared []Variable, define func(*Variables) Definition, env map[string]string, args string) (status int, stdout, stderr string) {
	var out, errs strings.Builder
	p := &program{
		declared: declared, define: define, stdout: &out, stderr: &errs,
		lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	}
	status = p.run(context.Background(), strings.Fields(args))
	return status, out.String(), errs.String()
}

// What a command line answers, where, and with which status.
func TestCommandLine(t *testing.T) {
	define := func(*Variables) Definition {
		d := plain()
		d.Routes = []Route{{"/", "home", "view.home"}, {"/posts/<slug:slug>/", "post", "view.post"}}
		return d
	}
	declared := []Variable{
		{Name: "host", Env: "HOST", Default: "a.example"},
		{Name: "key", Env: "KEY", Default: "hunter2", Sensitive: true},
		{Name: "region", Env: "REGION", Required: true},
	}
	tests := []struct {
		args   string
		status int
		stdout []string // what is among the output
		stderr []string
	}{
		{"", 2, []string{"test is a site made by stackgen.", "serve [--listen ADDR]", "default a.example", "has a default", "required"}, nil},
		{"help", 0, []string{"serve [--listen ADDR]"}, nil},
		{"--help", 0, []string{"serve [--listen ADDR]"}, nil},
		{"sevre", 2, nil, []string{`test: there is no command "sevre"`, "serve [--listen ADDR]"}},
		{"routes", 0, []string{"/                    home  view.home\n/posts/<slug:slug>/  post  view.post\n"}, nil},
		{"routes all", 2, nil, []string{`unexpected argument "all"`, "test routes"}},
		{"check", 1, nil, []string{"REGION is not set"}},
		{"version", 0, []string{"test, built with go"}, nil},
		{"serve --bogus", 2, nil, []string{"-bogus", "test serve [--listen ADDR]", "-listen address"}},
		{"serve --help", 0, nil, []string{"test serve [--listen ADDR]", "-data folder"}},
		{"migrate", 1, nil, []string{"REGION is not set"}},
		{"status --data /nowhere", 1, nil, []string{"test: ", "/nowhere"}},
		{"reload --data /nowhere", 1, nil, []string{"test: reload: ", "no site answers at /nowhere"}},
		{"scale", 2, nil, []string{"give the number of workers", "test scale [--data DIR] N"}},
		{"scale few", 2, nil, []string{"give the number of workers"}},
		{"drain 1 2", 2, nil, []string{"give a worker's number, or a process id"}},
		{"stop now", 2, nil, []string{"unexpected argument \"now\""}},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			status, stdout, stderr := called(declared, define, nil, tt.args)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			for _, side := range []struct {
				name, got string
				want      []string
			}{{"stdout", stdout, tt.stdout}, {"stderr", stderr, tt.stderr}} {
				if len(side.want) == 0 && side.got != "" {
					t.Errorf("%s is not empty: %s", side.name, side.got)
				}
				for _, want := range side.want {
					if !strings.Contains(side.got, want) {
						t.Errorf("%s lacks %q:\n%s", side.name, want, side.got)
					}
				}
			}
			if strings.Contains(stdout+stderr, "hunter2") {
				t.Error("a sensitive default was printed")
			}
		})
	}
}

// A site without a database has no migrate command to show, and says why it does not migrate.
func TestMigrateWithoutDatabase(t *testing.T) {
	define := func(*Variables) Definition { return plain() }
	if _, stdout, _ := called(nil, define, nil, "help"); strings.Contains(stdout, "migrate") {
		t.Errorf("help speaks of migrate:\n%s", stdout)
	}
	if status, _, stderr := called(nil, define, nil, "migrate"); status != 1 || stderr != "test: the site has no database\n" {
		t.Errorf("got %d, %q", status, stderr)
	}
}

// Every variable that is missing or wrong is said, all at once, and before anything is done.
func TestVariablesAllAtOnce(t *testing.T) {
	declared := []Variable{
		{Name: "region", Env: "REGION", Required: true},
		{Name: "workers", Env: "WORKERS", Default: "4"},
		{Name: "debug", Env: "DEBUG", Default: "false"},
		{Name: "net", Env: "NET", Default: "10.0.0.0/8"},
	}
	define := func(v *Variables) Definition {
		d := plain()
		d.Workers.Count = v.Int("$workers")
		v.Bool("$debug")
		v.Prefix("$net")
		return d
	}
	status, _, stderr := called(declared, define, map[string]string{"WORKERS": "many", "DEBUG": "perhaps", "NET": "10.0.0.0/99"}, "serve")
	want := `test: the environment variable REGION is not set: variable "region" of the site has no default
WORKERS: "many" is not a whole number such as 4
DEBUG: "perhaps" is not true or false
NET: "10.0.0.0/99" is not a network such as "10.0.0.0/8"
`
	if status != 1 || stderr != want {
		t.Errorf("got %d and\n%swant\n%s", status, stderr, want)
	}
}

// The values of variables in every type that a site asks for.
func TestVariablesTypes(t *testing.T) {
	tests := []struct {
		text string
		read func(v *Variables) any
		want string // "" is refused
	}{
		{"7", func(v *Variables) any { return v.Int("$x") }, "7"},
		{"-7", func(v *Variables) any { return v.Int("$x") }, "-7"},
		{"7.5", func(v *Variables) any { return v.Int("$x") }, ""},
		{"", func(v *Variables) any { return v.Int("$x") }, ""},
		{"true", func(v *Variables) any { return v.Bool("$x") }, "true"},
		{"0", func(v *Variables) any { return v.Bool("$x") }, "false"},
		{"yes", func(v *Variables) any { return v.Bool("$x") }, ""},
		{"a.example, b.example,", func(v *Variables) any { return v.Strings("$x") }, "[a.example b.example]"},
		{"", func(v *Variables) any { return v.Strings("$x") }, "[]"},
		{"10.0.0.0/8", func(v *Variables) any { return v.Prefix("$x") }, "10.0.0.0/8"},
		{"10.1.2.3", func(v *Variables) any { return v.Prefix("$x") }, "10.1.2.3/32"},
		{"::1", func(v *Variables) any { return v.Prefix("$x") }, "::1/128"},
		{"::ffff:10.0.0.0/104", func(v *Variables) any { return v.Prefix("$x") }, "10.0.0.0/8"},
		{"ten", func(v *Variables) any { return v.Prefix("$x") }, ""},
	}
	for _, tt := range tests {
		v := readVariables([]Variable{{Name: "x", Env: "X"}}, func(string) (string, bool) { return tt.text, true })
		got := fmt.Sprint(tt.read(v))
		switch err := v.Err(); {
		case tt.want == "" && err == nil:
			t.Errorf("%q is accepted as %s", tt.text, got)
		case tt.want != "" && (err != nil || got != tt.want):
			t.Errorf("%q: got %s and %v, want %s", tt.text, got, err, tt.want)
		}
	}
}
