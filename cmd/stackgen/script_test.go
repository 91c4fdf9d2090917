package main

import (
	"errors"
	"flag"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected output in testdata/script anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"stackgen": func() { os.Exit(program(os.Args[1:])) },
	})
}

// Ensure that the command behaves as testdata/script says: one file a verb and case.
func TestScript(t *testing.T) {
	cache := goEnv(t, "GOCACHE", "GOMODCACHE", "GOPATH")
	folder := map[string]string{}
	for _, program := range []string{"stackgen", "go"} {
		path, err := exec.LookPath(program)
		if err != nil {
			t.Fatal(err)
		}
		folder[program] = filepath.Dir(path)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, cache...)
			env.Setenv("NO_COLOR", "1")
			// Paths that hold one of the two and not the other.
			env.Setenv("STACKGENDIR", folder["stackgen"])
			env.Setenv("GODIR", folder["go"])
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":  status,
			"replace": replace,
			"age":     age,
			"written": written,
			"occupy":  occupy,
		},
		RequireExplicitExec: true,
		UpdateScripts:       *update,
	})
}

// status runs a program that has to end with a status: status 3 stackgen fmt --check.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// replace changes a text in a file: replace FILE OLD NEW, with \n for line ends.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	old, new := strings.ReplaceAll(args[1], `\n`, "\n"), strings.ReplaceAll(args[2], `\n`, "\n")
	if !strings.Contains(text, old) {
		ts.Fatalf("%s does not contain %q", args[0], old)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, old, new, 1)), 0o666))
}

// longAgo is a time that no file has which a test has written.
var longAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// age makes every file below the folders look as if it was written long ago.
func age(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: age FOLDER...")
	}
	for _, dir := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return os.Chtimes(path, longAgo, longAgo)
		}))
	}
}

// written fails unless exactly the named files were written since age: written
// FOLDER [FILE...].
func written(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: written FOLDER [FILE...]")
	}
	want := map[string]bool{}
	for _, name := range args[1:] {
		want[name] = true
	}
	root := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if err == nil && !info.ModTime().Equal(longAgo) && !want[rel] {
			ts.Fatalf("%s was written", rel)
		}
		if err == nil && info.ModTime().Equal(longAgo) && want[rel] {
			ts.Fatalf("%s was not written", rel)
		}
		delete(want, rel)
		return err
	}))
	for name := range want {
		ts.Fatalf("%s is not there", name)
	}
}

// occupy listens on a port until the script ends, and puts its address into
// a variable: occupy ADDRESS.
func occupy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: occupy VARIABLE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

// goEnv asks the go command where its caches are, since scripts have no home.
func goEnv(t *testing.T, names ...string) []string {
	t.Helper()
	var vars []string
	for _, name := range names {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		vars = append(vars, name+"="+strings.TrimSpace(string(out)))
	}
	return vars
}
