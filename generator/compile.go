package generator

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"stackgen.dev/schema"
)

// CompileOptions says what to compile.
type CompileOptions struct {
	// Dir is the project's folder.
	Dir string
	// Output is the binary's path.
	Output string
	// Progress is called with each package as it is compiled; nil is fine.
	Progress func(pkg string)
}

// CompileError is a refusal of the Go compiler, turned to the site file where
// the generated code names a function of the user's.
type CompileError struct {
	// Diagnostics point at the site file.
	Diagnostics schema.Diagnostics
	// Output is what the compiler said about the user's own files, and what
	// could not be turned.
	Output string
}

func (e *CompileError) Error() string {
	return "the project's Go does not compile"
}

// ErrNoToolchain says that there is no go command to compile with.
var ErrNoToolchain = errors.New("the go command was not found: install Go (https://go.dev/dl/) so that `go version` works, then try again")

// compileFlags are the same for build and run: other flags would fill the
// build cache a second time.
var compileFlags = []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-v"}

// Compile builds the project in opts.Dir into one binary. It needs no
// network as long as Go's module cache is warm. The binary is replaced in one
// step, also while the old one runs.
func Compile(ctx context.Context, site *schema.Site, opts CompileOptions) error {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		return ErrNoToolchain
	}
	output, err := filepath.Abs(opts.Output)
	if err != nil {
		return err
	}
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		return fmt.Errorf("write the binary %s: it is a folder; name a file with -o", opts.Output)
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o777); err != nil {
		return fmt.Errorf("write the binary: %w", err)
	}
	// The compiler writes beside the binary, so that the rename stays on one disk.
	tmp, err := os.CreateTemp(filepath.Dir(output), tempPrefix+"*")
	if err != nil {
		return fmt.Errorf("write the binary: %w", err)
	}
	tmp.Close()
	defer os.Remove(tmp.Name())

	cmd := exec.CommandContext(ctx, goCommand, append(append([]string{}, compileFlags...), "-o", tmp.Name(), "./gen")...)
	cmd.Dir = opts.Dir
	cmd.Env = compileEnv(os.Environ())
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run the go command: %w", err)
	}
	said := readCompiler(stderr, opts.Progress)
	if err := cmd.Wait(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return explain(site, opts.Dir, said)
	}
	if err := os.Chmod(tmp.Name(), 0o755); err != nil {
		return fmt.Errorf("write the binary: %w", err)
	}
	if err := os.Rename(tmp.Name(), output); err != nil {
		return fmt.Errorf("write the binary: %w", err)
	}
	return nil
}

// compileEnv keeps the user's environment, less what would make the result
// depend on it: a workspace above the project, flags, another toolchain, cgo.
func compileEnv(environ []string) []string {
	fixed := []string{"CGO_ENABLED=0", "GOWORK=off", "GOTOOLCHAIN=local", "GOFLAGS=-mod=readonly"}
	env := make([]string, 0, len(environ)+len(fixed))
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "CGO_ENABLED", "GOWORK", "GOTOOLCHAIN", "GOFLAGS":
		default:
			env = append(env, kv)
		}
	}
	return append(env, fixed...)
}

// packageLine is what -v prints: an import path alone on a line.
var packageLine = regexp.MustCompile(`^[A-Za-z0-9_.~/-]+$`)

func readCompiler(r io.Reader, progress func(string)) []byte {
	var said bytes.Buffer
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if packageLine.MatchString(line) {
			if progress != nil {
				progress(line)
			}
			continue
		}
		said.WriteString(line + "\n")
	}
	return said.Bytes()
}

// errorLine is one error as the compiler prints it.
var errorLine = regexp.MustCompile(`^(?:\./)?([^:]+\.go):(\d+):(\d+): (.*)$`)

// reference finds pkg.Name in a compiler's message.
var reference = regexp.MustCompile(`\b([a-z][a-z0-9_]*)\.([A-Z]\w*)\b`)

// explain turns the compiler's words into a CompileError.
func explain(site *schema.Site, dir string, said []byte) error {
	e := &CompileError{}
	var rest strings.Builder
	for _, line := range strings.Split(strings.TrimRight(string(said), "\n"), "\n") {
		m := errorLine.FindStringSubmatch(line)
		if m != nil && strings.HasPrefix(m[1], "gen/") {
			if d, ok := diagnose(site, m[4]); ok {
				e.Diagnostics = append(e.Diagnostics, d)
				continue
			}
		}
		if strings.HasPrefix(line, "# ") && len(said) > len(line) {
			continue // the package's name, said again by every line below
		}
		rest.WriteString(line + "\n")
	}
	e.Output = strings.TrimLeft(rest.String(), "\n")
	return e
}

// diagnose finds the place in the site file that made generated code name a
// function the compiler complains of.
func diagnose(site *schema.Site, message string) (schema.Diagnostic, bool) {
	for _, m := range reference.FindAllStringSubmatch(message, -1) {
		for _, ref := range goRefs(site) {
			if ref.Name == m[2] && filepath.Base(ref.Package) == m[1] {
				return schema.Diagnostic{
					Severity: schema.Error,
					Summary:  fmt.Sprintf("go.%s.%s does not fit", strings.ReplaceAll(ref.Package, "/", "."), ref.Name),
					Detail:   "The compiler says: " + message + ".",
					Subject:  ref.Range,
				}, true
			}
		}
	}
	return schema.Diagnostic{}, false
}

// goRefs lists the user's functions that the site names.
func goRefs(site *schema.Site) []schema.GoRef {
	var refs []schema.GoRef
	for _, m := range site.Middleware {
		if m.Go.Set() {
			refs = append(refs, m.Go)
		}
	}
	for _, v := range site.Views {
		if v.Handler.Set() {
			refs = append(refs, v.Handler)
		}
	}
	return refs
}
