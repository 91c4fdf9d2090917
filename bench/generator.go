package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// answered is what a load generator reports.
type answered struct {
	requests  int64
	perSecond float64
	errors    int64 // failed connects, reads and writes, time-outs, answers that are not 200
	p50, p99  time.Duration
	p999      time.Duration
}

// generate runs a load generator on its core and returns what it says and the
// CPU time that it took.
func (b *bench) generate(ctx context.Context, name string, args ...string) (string, time.Duration, error) {
	cmd := pinned(b.loadCPU, command{argv: append([]string{name}, args...)})
	stop := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	defer stop()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", 0, fmt.Errorf("%s: %w: %s%s", name, err, errs.Bytes(), out.Bytes())
	}
	return out.String(), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// saturate asks for a row as fast as the server answers.
func (b *bench) saturate(ctx context.Context, s *server, r row, d time.Duration) (answered, time.Duration, error) {
	switch {
	case r.kind == handshakes:
		return b.load(ctx, "connect", "-address", s.address, "-path", r.path, "-time", d.String(), "-connections", strconv.Itoa(r.concurrency(b.connections)))
	case r.protocol == http2:
		return b.h2load(ctx, s, r, d, 0)
	}
	return b.wrk(ctx, s, r, d)
}

// pace asks for a row so many times a second, whether answers come or not.
func (b *bench) pace(ctx context.Context, s *server, r row, rate float64, d time.Duration) (answered, time.Duration, error) {
	if r.protocol.secure() {
		return b.h2load(ctx, s, r, d, rate)
	}
	args := []string{"-address", s.address, "-path", r.path, "-time", d.String(), "-connections", strconv.Itoa(r.concurrency(b.connections)), "-rate", fmt.Sprintf("%.0f", rate)}
	if r.fields != "" {
		args = append(args, "-field", r.fields)
	}
	if !r.upstream {
		args = append(args, "-spin") // nobody else needs the core
	}
	return b.load(ctx, "pace", args...)
}

// wrk loads a server over HTTP/1.1.
func (b *bench) wrk(ctx context.Context, s *server, r row, d time.Duration) (answered, time.Duration, error) {
	args := []string{"--latency", "-t", "1", "-c", strconv.Itoa(r.concurrency(b.connections)), "-d", fmt.Sprintf("%ds", d/time.Second), "-s", b.run("report.lua")}
	if r.kind == connections {
		args = append(args, "-H", "Connection: close")
	}
	if r.fields != "" {
		args = append(args, "-H", r.fields)
	}
	out, cpu, err := b.generate(ctx, "wrk", append(args, r.url(s.address))...)
	if err != nil {
		return answered{}, 0, err
	}
	a, err := parseWrk(out)
	return a, cpu, err
}

// load runs the bench's own generator.
func (b *bench) load(ctx context.Context, kind string, args ...string) (answered, time.Duration, error) {
	out, cpu, err := b.generate(ctx, b.bin("load"), append([]string{kind}, args...)...)
	if err != nil {
		return answered{}, 0, err
	}
	a, why, err := parseLoad(out)
	if why != "" {
		b.say("load %s: %d errors, the first: %s", kind, a.errors, why)
	}
	return a, cpu, err
}

// parseLoad reads the report of the bench's own generator, and what the first
// error was.
func parseLoad(text string) (a answered, firstFail string, err error) {
	var r struct {
		Requests  int64         `json:"requests"`
		Errors    int64         `json:"errors"`
		FirstFail string        `json:"first_fail"`
		PerSecond float64       `json:"per_second"`
		P50       time.Duration `json:"p50"`
		P99       time.Duration `json:"p99"`
		P999      time.Duration `json:"p999"`
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return answered{}, "", fmt.Errorf("load: %w: %q", err, text)
	}
	return answered{requests: r.Requests, perSecond: r.PerSecond, errors: r.Errors, p50: r.P50, p99: r.P99, p999: r.P999}, r.FirstFail, nil
}
