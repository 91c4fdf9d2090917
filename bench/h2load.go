package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// streams is how many requests share a connection of HTTP/2: there are fewer
// connections then, and as many requests at a time as over HTTP/1.1.
const streams = 8

// h2load loads a server over TLS, at a rate when it is not 0. Percentiles are
// from the log of every request, because its report has none.
func (b *bench) h2load(ctx context.Context, s *server, r row, d time.Duration, rate float64) (answered, time.Duration, error) {
	log := b.run("h2load.log")
	if err := os.Remove(log); err != nil && !os.IsNotExist(err) {
		return answered{}, 0, err
	}
	atOnce := r.concurrency(b.connections)
	clients, each := max(atOnce/streams, 1), streams
	args := []string{"-t", "1", "-D", fmt.Sprintf("%ds", d/time.Second), "--log-file=" + log}
	if r.protocol == https {
		clients, each = atOnce, 1
		args = append(args, "--h1")
	}
	if rate > 0 {
		args = append(args, "--rps="+strconv.FormatFloat(rate/float64(clients), 'f', 3, 64))
	}
	args = append(args, "-c", strconv.Itoa(clients), "-m", strconv.Itoa(each), r.url(s.address))
	out, cpu, err := b.generate(ctx, "h2load", args...)
	if err != nil {
		return answered{}, 0, err
	}
	a, err := parseH2load(out)
	if err != nil {
		return a, cpu, err
	}
	f, err := os.Open(log)
	if err != nil {
		return a, cpu, err
	}
	defer f.Close()
	a.p50, a.p99, a.p999, err = parseH2loadLog(f)
	return a, cpu, err
}

// parseH2load reads h2load's report, without latencies.
func parseH2load(text string) (answered, error) {
	a := answered{requests: -1, perSecond: -1}
	for _, line := range strings.Split(text, "\n") {
		var err error
		switch {
		case strings.HasPrefix(line, "finished in "):
			f := strings.Fields(line)
			if len(f) < 5 || f[4] != "req/s," {
				return a, fmt.Errorf("h2load: line %q", line)
			}
			a.perSecond, err = strconv.ParseFloat(f[3], 64)
		case strings.HasPrefix(line, "requests: "):
			var total, started, done, succeeded, failed, errored, timeout int64
			_, err = fmt.Sscanf(line, "requests: %d total, %d started, %d done, %d succeeded, %d failed, %d errored, %d timeout",
				&total, &started, &done, &succeeded, &failed, &errored, &timeout)
			// failed holds errored and timeout, and what was answered with 4xx or 5xx.
			a.requests, a.errors = succeeded, failed
		}
		if err != nil {
			return a, fmt.Errorf("h2load: line %q: %w", line, err)
		}
	}
	if a.requests < 0 || a.perSecond < 0 {
		return a, fmt.Errorf("h2load: its report does not say how many requests there were:\n%s", text)
	}
	return a, nil
}

// parseH2loadLog reads the log of h2load for percentiles: lines of start in
// microseconds, status and duration in microseconds. Other answers than 200 are
// left out; the report counts them.
func parseH2loadLog(r io.Reader) (p50, p99, p999 time.Duration, err error) {
	var all []time.Duration
	for lines := bufio.NewScanner(r); ; {
		if !lines.Scan() {
			err = lines.Err()
			break
		}
		f := strings.Split(lines.Text(), "\t")
		if len(f) < 3 {
			return 0, 0, 0, fmt.Errorf("h2load: line %q of the log", lines.Text())
		}
		if f[1] != "200" {
			continue
		}
		n, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil || n < 0 {
			return 0, 0, 0, fmt.Errorf("h2load: line %q of the log", lines.Text())
		}
		all = append(all, time.Duration(n)*time.Microsecond)
	}
	if err != nil || len(all) == 0 {
		return 0, 0, 0, err
	}
	slices.Sort(all)
	rank := func(thousandths int) time.Duration { return all[max((len(all)*thousandths+999)/1000, 1)-1] }
	return rank(500), rank(990), rank(999), nil
}
