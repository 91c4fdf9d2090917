package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bareDriver is the peer of the rows that read without a server.
const bareDriver = "bare driver"

// bareDriverBar is how much more a row may take through the generated query.
const bareDriverBar = 1.15

// read measures single rows through the generated query and the bare driver, in
// turns, with bench/read on the server's core. PostgreSQL is on the other.
func (b *bench) read(ctx context.Context, round int, r row) (map[string]sample, error) {
	folder, err := os.MkdirTemp(b.run(""), "read")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	earlier, err := b.probe(ctx)
	if err != nil {
		return nil, err
	}
	before, err := b.readAccount()
	if err != nil {
		return nil, err
	}
	cmd := pinned(b.serverCPU, command{argv: []string{
		b.bin("read"), "-time", b.duration.String(), "-database", b.databaseURL(folder, r.database),
		"-table", filepath.Join(b.layout.root, "examples", "bench", "migrations", r.database, "0002_world.sql"),
	}})
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return nil, fmt.Errorf("read: %w\n%s", err, exit.Stderr)
		}
		return nil, err
	}
	after, err := b.readAccount()
	if err != nil {
		return nil, err
	}
	later, err := b.probe(ctx)
	if err != nil {
		return nil, err
	}
	mine := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime() + after.beside.cpu - before.beside.cpu
	q := quiet{others: otherShare(after.busy-before.busy, mine, after.at.Sub(before.at), 2), before: earlier, after: later}
	samples, err := parseReading(out, q)
	for _, name := range []string{ours, bareDriver} {
		s := samples[name]
		b.say("round %d/%d  %-17s%-12s%.2f µs CPU a row, %.2f µs in all, %.0f %% of the cores to others", round+1, b.rounds, r.name, name, s.cpuPerRequest(), s.wallPerRequest(), 100*s.others)
	}
	return samples, err
}

// readAccount is what has been taken beside bench/read up to a moment.
func (b *bench) readAccount() (a account, err error) {
	a.at = time.Now()
	if a.busy, err = b.busy(); err != nil {
		return a, err
	}
	for _, p := range []*process{b.backend, b.postgres} {
		if p == nil {
			continue
		}
		u, err := p.usage()
		if err != nil {
			return a, err
		}
		a.beside = a.beside.add(u)
	}
	return a, nil
}

// parseReading reads what bench/read reports.
func parseReading(text []byte, q quiet) (map[string]sample, error) {
	type side struct {
		Reads     int64
		CPU, Wall time.Duration
	}
	var r struct{ Generated, Bare side }
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read: %w: %s", err, strings.TrimSpace(string(text)))
	}
	samples := map[string]sample{}
	for name, s := range map[string]side{ours: r.Generated, bareDriver: r.Bare} {
		if s.Reads == 0 || s.Wall == 0 {
			return nil, fmt.Errorf("read: %s read nothing: %s", name, strings.TrimSpace(string(text)))
		}
		samples[name] = sample{
			answered: answered{requests: s.Reads, perSecond: float64(s.Reads) / s.Wall.Seconds()},
			cpu:      s.CPU, quiet: q,
		}
	}
	return samples, nil
}

// wallPerRequest is in microseconds, where one request follows the other.
func (s sample) wallPerRequest() float64 {
	if s.perSecond == 0 {
		return 0
	}
	return 1e6 / s.perSecond
}

// readingTable writes a row of single rows.
func (r report) readingTable(b *strings.Builder, row result) {
	t := table{{"", "CPU µs a row", "× bare driver", "µs a row", "× bare driver"}}
	bare := row.samples[bareDriver]
	for _, p := range []struct{ name, shown string }{{ours, "generated query"}, {bareDriver, bareDriver}} {
		s := row.samples[p.name]
		if len(s) == 0 {
			continue
		}
		cpu, wall := "–", "–"
		if p.name == ours {
			cpu = spread(summarise(cpuRatios(s, bare)), "%.2f")
			wall = spread(summarise(figureRatios(s, bare, sample.wallPerRequest)), "%.2f")
		}
		t = append(t, []string{
			p.shown, spread(summarise(column(s, sample.cpuPerRequest)), "%.2f"), cpu,
			spread(summarise(column(s, sample.wallPerRequest)), "%.2f"), wall,
		})
	}
	t.write(b)
}
