package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	_ "embed"
)

//go:embed report.lua
var reportLua []byte

// bench is a run: what is built, and the backend that peers forward to.
type bench struct {
	options
	layout
	chosen   []row
	progress io.Writer
	unlock   func() error
	sockets  string // a folder with a short path
	backend  *process
	dawdlers *process // slow clients, while there are any
	postgres *process // for the rows that read from it, with its socket in sockets
}

// prepare checks the machine, builds what is common to all peers and starts the
// backend. Close it.
func prepare(ctx context.Context, o options, rows []row, progress io.Writer) (*bench, error) {
	for _, name := range []string{"nginx", "wrk", "h2load", "taskset"} {
		if _, err := lookup(name); err != nil {
			return nil, fmt.Errorf("%w; bench/setup installs it", err)
		}
	}
	l, err := newLayout(o.root)
	if err != nil {
		return nil, err
	}
	unlock, err := l.lock()
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, layout: l, chosen: rows, progress: progress, unlock: unlock}
	if err := errors.Join(l.fill(), l.writeCertificate(), os.WriteFile(l.run("report.lua"), reportLua, 0o644)); err != nil {
		return nil, errors.Join(err, unlock())
	}
	if err := b.start(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// start builds what is common to all peers and starts the backend.
func (b *bench) start(ctx context.Context) error {
	b.say("building load generator and backend")
	for name, pkg := range map[string]string{"load": "./bench/load", "read": "./bench/read", "backend": "./bench/peers/backend"} {
		if err := b.goTool(ctx, nil, "build", "-o", b.bin(name), pkg); err != nil {
			return err
		}
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	if b.sockets, err = os.MkdirTemp("", "bench"); err != nil {
		return err
	}
	// nginx's worker is another user than whoever runs the bench as root.
	if err := os.Chmod(b.sockets, 0o755); err != nil {
		return err
	}
	large := filepath.Join(b.files, "100k.txt")
	// Nothing of a database is measured but what its clients take.
	if slices.ContainsFunc(b.chosen, func(r row) bool { return r.database == "postgres" }) {
		if err := b.startPostgres(ctx); err != nil {
			return err
		}
	}
	b.backend, err = start(ctx, b.loadCPU, command{name: "backend", argv: []string{b.bin("backend"), address, large}, listen: address})
	return err
}

// close ends what start began, and lets another run begin.
func (b *bench) close() error {
	var errs []error
	if b.backend != nil {
		errs = append(errs, b.backend.stop())
	}
	if b.postgres != nil {
		errs = append(errs, b.postgres.stop())
	}
	if b.sockets != "" {
		errs = append(errs, os.RemoveAll(b.sockets))
	}
	return errors.Join(append(errs, b.unlock())...)
}

// say reports progress.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// generators are the versions of the load generators.
func generators(ctx context.Context) []string {
	wrk, _ := exec.CommandContext(ctx, "wrk", "-v").CombinedOutput() // it exits with 1
	first, _, _ := strings.Cut(string(wrk), " [")
	h2load, _ := output(exec.CommandContext(ctx, "h2load", "--version"))
	return []string{strings.TrimSpace(first), h2load, "bench/load"}
}

// lookup finds a program, in the folders of system daemons as well.
func lookup(name string) (string, error) {
	path, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrNotFound) {
		for _, dir := range []string{"/usr/sbin/", "/usr/local/sbin/"} {
			if path, err := exec.LookPath(dir + name); err == nil {
				return path, nil
			}
		}
	}
	return path, err
}
