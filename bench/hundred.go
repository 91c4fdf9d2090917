package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// hundredTime is about how long a round of the hundred models takes.
const hundredTime = 30 * time.Second

// The bars of a hundred models with twenty fields each, in seconds.
const (
	generateBar = 1.0
	compileBar  = 10.0
)

// The two steps of a build, as peers of their row.
const (
	generateStep = "generate"
	compileStep  = "compile"
)

// hundred measures how long a hundred models take, with the benchmark of package
// generator/models on both cores, as a build has them.
func (b *bench) hundred(ctx context.Context, round int) (map[string]sample, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "./generator/models", "-run", "^$", "-bench", "^BenchmarkHundred$", "-benchtime", "2x")
	cmd.Dir = b.layout.root
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return nil, fmt.Errorf("go test: %w\n%s%s", err, out, exit.Stderr)
		}
		return nil, err
	}
	samples, err := parseHundred(string(out))
	for _, name := range []string{generateStep, compileStep} {
		b.say("round %d/%d  %-17s%-10s%.2f s", round+1, b.rounds, "hundred", name, samples[name].cpu.Seconds())
	}
	return samples, err
}

var hundredMetric = regexp.MustCompile(`BenchmarkHundred/(generate|compile)\S*\s+\d+\s+([0-9.e+]+) ns/op`)

// parseHundred reads what the benchmark reports.
func parseHundred(text string) (map[string]sample, error) {
	samples := map[string]sample{}
	for _, m := range hundredMetric.FindAllStringSubmatch(text, -1) {
		ns, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return nil, err
		}
		samples[m[1]] = sample{answered: answered{requests: 1}, cpu: time.Duration(ns)}
	}
	if len(samples) != 2 {
		return nil, fmt.Errorf("the benchmark of a hundred models reports %d of 2 figures: %s", len(samples), text)
	}
	return samples, nil
}

// stepSeconds are what a step took, of all rounds.
func stepSeconds(samples []sample) []float64 {
	return column(samples, func(s sample) float64 { return s.cpu.Seconds() })
}

// hundredTable writes the row of the hundred models.
func (r report) hundredTable(b *strings.Builder, row result) {
	t := table{{"", "seconds"}}
	for _, step := range []string{generateStep, compileStep} {
		if s := row.samples[step]; len(s) > 0 {
			t = append(t, []string{step, spread(summarise(stepSeconds(s)), "%.2f")})
		}
	}
	t.write(b)
}
