package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	_ "embed"
)

//go:embed report.lua
var reportLua []byte

// bench is a run: what is built, and the backend that peers forward to.
type bench struct {
	options
	layout
	progress io.Writer
	backend  *process
}

// prepare checks the machine, builds what is common to all peers and starts the
// backend. Close it.
func prepare(ctx context.Context, o options, progress io.Writer) (*bench, error) {
	for _, name := range []string{"nginx", "wrk", "taskset"} {
		if _, err := lookup(name); err != nil {
			return nil, fmt.Errorf("%w; bench/setup installs it", err)
		}
	}
	l, err := newLayout(o.root)
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, layout: l, progress: progress}
	if err := os.WriteFile(l.run("report.lua"), reportLua, 0o644); err != nil {
		return nil, err
	}
	b.say("building the backend")
	if err := l.goTool(ctx, nil, "build", "-o", l.bin("backend"), "./bench/peers/backend"); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	b.backend, err = start(ctx, "backend", o.loadCPU, address, command{argv: []string{l.bin("backend"), address}})
	if err != nil {
		return nil, err
	}
	return b, nil
}

func (b *bench) close() {
	if err := b.backend.stop(); err != nil {
		b.say("%s", err)
	}
}

// say reports progress.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// loadVersion is the load generator's version.
func (b *bench) loadVersion(ctx context.Context) string {
	out, _ := exec.CommandContext(ctx, "wrk", "-v").CombinedOutput() // it exits with 1
	first, _, _ := strings.Cut(string(out), " [")
	return strings.TrimSpace(first)
}

// wrk loads a server for so long and returns what was measured, and the CPU
// time that wrk itself took.
func (b *bench) wrk(ctx context.Context, url string, d time.Duration) (load, time.Duration, error) {
	cmd := exec.CommandContext(ctx, "taskset", "-c", strconv.Itoa(b.loadCPU),
		"wrk", "--latency", "-t", "1", "-c", strconv.Itoa(b.connections), "-d", fmt.Sprintf("%ds", d/time.Second),
		"-s", b.run("report.lua"), url)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return load{}, 0, fmt.Errorf("wrk: %w: %s", err, errs.Bytes())
	}
	l, err := parseWrk(out.String())
	return l, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err
}

// verify makes sure that a server answers as the row expects: figures of
// answers that differ would say nothing.
func (b *bench) verify(ctx context.Context, p *process, r row) error {
	want, err := b.expected(r.body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+p.address+r.path, nil)
	if err != nil {
		return err
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	// A line break behind an answer is a matter of taste: json.Encoder writes one.
	if res.StatusCode != 200 || !bytes.Equal(bytes.TrimRight(got, "\n"), bytes.TrimRight(want, "\n")) {
		return fmt.Errorf("%s answers %s with %s and %d bytes that are not the %d expected: %.80q", p.name, r.path, res.Status, len(got), len(want), got)
	}
	return nil
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
