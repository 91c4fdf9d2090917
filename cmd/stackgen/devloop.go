package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"stackgen.dev/generator/devserver"
)

// devLoop is the state between two builds of `stackgen run`.
type devLoop struct {
	w      io.Writer
	file   string
	front  *devserver.Front
	folder string // for what every build needs on its own
	url    string

	project *project
	module  [2][]byte // go.mod and go.sum as the last build left them
	serving []byte    // the binary that child runs
	child   *devserver.Child
	builds  int
	failed  bool           // the last build
	retired sync.WaitGroup // children that finish their last requests
}

// sources lists the files that describe the site, which may lie outside its folder.
func (l *devLoop) sources() []string {
	files := []string{l.file}
	if l.project != nil {
		files = append(files, l.project.sources.Names()...)
	}
	return files
}

// changed acts on files that have changed: it builds again, or has pages show
// what the site takes from the disk.
func (l *devLoop) changed(ctx context.Context, paths []string) {
	served := 0
	var sources []string
	for _, path := range paths {
		switch {
		case l.wroteModule(path):
		case !l.failed && l.servesFrom(path):
			served++
		default:
			sources = append(sources, path)
		}
	}
	switch {
	case len(sources) == 1:
		fmt.Fprintf(l.w, "changed: %s\n", sources[0])
	case len(sources) > 1:
		fmt.Fprintf(l.w, "changed: %s and %d more\n", sources[0], len(sources)-1)
	case served > 0:
		l.front.Reload()
		return
	default:
		return
	}
	l.rebuild(ctx)
}

// wroteModule reports whether a path is go.mod or go.sum as the build left it.
func (l *devLoop) wroteModule(path string) bool {
	for i, name := range moduleFiles {
		if l.project != nil && path == filepath.Join(l.project.site.Dir, name) {
			now, _ := os.ReadFile(path)
			return bytes.Equal(now, l.module[i])
		}
	}
	return false
}

var moduleFiles = [2]string{"go.mod", "go.sum"}

// servesFrom reports whether a path lies in a folder that the site serves from
// the disk, so that nothing has to be built for it.
func (l *devLoop) servesFrom(path string) bool {
	if l.project == nil {
		return false
	}
	site := l.project.site
	for _, location := range site.Proxy.Locations {
		if location.Files == nil {
			continue
		}
		root := filepath.FromSlash(location.Files.Root.V)
		if !filepath.IsAbs(root) {
			root = filepath.Join(site.Dir, root)
		}
		if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) && rel != "." {
			return true
		}
	}
	return false
}

// rebuild takes the site from file to socket. Whatever goes wrong is shown, in
// the terminal and in place of the site.
func (l *devLoop) rebuild(ctx context.Context) {
	var page bytes.Buffer
	both := func(show func(io.Writer)) { show(l.w); show(&page) }
	err := l.build(ctx, both)
	l.failed = err != nil
	if err == nil || ctx.Err() != nil {
		return
	}
	var code exitCode
	var start *devserver.StartError
	if errors.As(err, &start) {
		page.WriteString(start.Said) // the terminal has it from the site itself
	}
	if !errors.As(err, &code) {
		both(func(w io.Writer) { fmt.Fprintln(w, err) })
	}
	l.front.Fail(page.String())
	fmt.Fprintf(l.w, "waiting for a change; %s says the same\n", l.url)
}

// build brings the project up to date and serves it. both prints for the
// terminal and the browser.
func (l *devLoop) build(ctx context.Context, both func(func(io.Writer))) error {
	p, diags := generate(l.file)
	if p.site != nil {
		l.project = p
	}
	both(func(w io.Writer) { printDiagnostics(w, diags, p.sources) })
	if diags.HasErrors() {
		return exitCode(1)
	}
	err := p.write(l.w, false)
	for i, name := range moduleFiles {
		l.module[i], _ = os.ReadFile(filepath.Join(p.site.Dir, name)) // a change of the user's is one, also after an error
	}
	if err != nil {
		return err
	}
	binary := p.binary("")
	if err := p.compile(ctx, l.w, binary); err != nil {
		both(func(w io.Writer) { p.showRefusal(w, err) })
		return err
	}
	p.warnOfMigration(l.w)
	compiled, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	if l.child != nil && bytes.Equal(compiled, l.serving) {
		l.front.Recover()
		fmt.Fprintf(l.w, "the site is the same as before: %s\n", l.url)
		return nil
	}
	if p.site.Database != nil {
		if err := l.migrate(ctx, p, binary, both); err != nil {
			return err
		}
	}
	return l.swap(ctx, p, binary, compiled)
}

// migrateTime is how long a migration may take to be taken back after Ctrl-C.
const migrateTime = 10 * time.Second

// migrate has the new binary bring the database up to date.
func (l *devLoop) migrate(ctx context.Context, p *project, binary string, both func(func(io.Writer))) error {
	cmd := exec.CommandContext(ctx, absolute(binary), "migrate")
	cmd.Dir = p.site.Dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = migrateTime
	said, err := cmd.CombinedOutput()
	text := strings.TrimPrefix(string(said), "the database is up to date\n")
	both(func(w io.Writer) { io.WriteString(w, text) })
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return errors.New("the migrations were not applied")
	}
	return err
}

// swap starts the new site and, once it serves, sends requests there; the old
// one finishes those that it has.
func (l *devLoop) swap(ctx context.Context, p *project, binary string, compiled []byte) error {
	l.builds++
	folder := filepath.Join(l.folder, strconv.Itoa(l.builds))
	child, err := devserver.Start(ctx, absolute(binary), p.site.Dir, folder, l.w)
	if err != nil {
		return err
	}
	old := l.child
	l.child, l.serving = child, compiled
	l.front.Switch(child.Socket)
	if old != nil {
		l.retired.Go(old.Stop)
	}
	fmt.Fprintf(l.w, "serving %s on %s\n", p.site.Name, l.url)
	return nil
}

// childDone is closed when the site has ended by itself; nil while there is none.
func (l *devLoop) childDone() <-chan struct{} {
	if l.child == nil {
		return nil
	}
	return l.child.Done()
}

// crashed says that the site has ended. The next change starts it again.
func (l *devLoop) crashed() {
	l.front.Fail("The site has stopped. Its last words:\n\n" + l.child.Said())
	fmt.Fprintln(l.w, "the site has stopped; the next change starts it again")
	l.child = nil
}

// stop ends the site, and waits for those before it.
func (l *devLoop) stop() {
	if l.child != nil {
		l.child.Stop()
	}
	l.retired.Wait()
}

// absolute is a program's path for running it in another folder.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
