package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// profileLimit is the share of samples, in percent, below which a symbol is not
// listed.
const profileLimit = "1"

// profile loads a server once more under perf and says which functions, of
// kernel and program, its CPU time went to. It is no measurement: perf takes time
// itself.
func (b *bench) profile(ctx context.Context, s *server, r row) error {
	perf, err := lookup("perf")
	if err != nil {
		return fmt.Errorf("%w; Debian's package linux-perf has it", err)
	}
	pids, err := s.pids()
	if err != nil {
		return err
	}
	data := b.run("perf.data")
	record := exec.CommandContext(ctx, perf, "record", "-q", "-F", "997", "-o", data, "-p", strings.Join(pids, ","),
		"--", "sleep", strconv.FormatFloat(b.duration.Seconds(), 'f', 1, 64))
	loaded := make(chan error, 1)
	go func() {
		_, _, err := b.saturate(ctx, s, r, b.duration+time.Second)
		loaded <- err
	}()
	err = runQuietly(record)
	if saturated := <-loaded; err == nil {
		err = saturated
	}
	if err != nil {
		return err
	}
	report, err := exec.CommandContext(ctx, perf, "report", "-i", data, "--stdio", "--no-children", "--sort", "dso,symbol", "--percent-limit", profileLimit).Output()
	if err != nil {
		return fmt.Errorf("perf report: %w", err)
	}
	b.say("profile of %s on %s:\n%s", s.name, r.name, symbols(string(report)))
	return nil
}

// symbols are the lines of perf's report that name one.
func symbols(report string) string {
	var lines []string
	for _, line := range strings.Split(report, "\n") {
		if line = strings.TrimRight(line, " -"); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// pids are the processes of all programs and those that descend from them.
func (s *server) pids() ([]string, error) {
	all, err := readStats()
	if err != nil {
		return nil, err
	}
	var pids []string
	for _, p := range s.programs {
		for _, s := range tree(all, p.cmd.Process.Pid) {
			pids = append(pids, strconv.Itoa(s.pid))
		}
	}
	return pids, nil
}
