package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// renderTime is about how long a round of the page takes, most of it compiling.
const renderTime = 15 * time.Second

// The bars of the page: how many times faster it is compiled.
const (
	timesHTMLTemplate = 20.0
	timesDjango       = 200.0
)

// render measures the page of the template compiler's own benchmark, which
// makes sure that all write the same.
func (b *bench) render(ctx context.Context, round int) (map[string]sample, error) {
	earlier, err := b.probe(ctx)
	if err != nil {
		return nil, err
	}
	cmd := pinned(b.serverCPU, command{
		argv: []string{"go", "test", "./generator/template", "-run", "^$", "-bench", "^BenchmarkPage$", "-benchtime", "1x"},
		env:  []string{"STACKGEN_DJANGO=" + debianPython},
	})
	cmd.Dir = b.layout.root
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return nil, fmt.Errorf("go test: %w\n%s%s", err, out, exit.Stderr)
		}
		return nil, err
	}
	later, err := b.probe(ctx)
	if err != nil {
		return nil, err
	}
	samples, err := parseRendering(string(out))
	for name, s := range samples {
		s.quiet.before, s.quiet.after = earlier, later
		samples[name] = s
		b.say("round %d/%d  %-17s%-10s%.2f µs a page", round+1, b.rounds, "page", name, s.cpuPerRequest())
	}
	return samples, err
}

var renderedMetric = regexp.MustCompile(`([0-9.e+]+) (compiled|html/template|django)-ns/page`)

// parseRendering reads what the benchmark reports.
func parseRendering(text string) (map[string]sample, error) {
	samples := map[string]sample{}
	names := map[string]string{"compiled": ours, "html/template": "net/http", "django": django}
	for _, m := range renderedMetric.FindAllStringSubmatch(text, -1) {
		ns, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return nil, err
		}
		samples[names[m[2]]] = sample{answered: answered{requests: 1}, cpu: time.Duration(ns), application: time.Duration(ns)}
	}
	if len(samples) != len(names) {
		return nil, fmt.Errorf("the benchmark of the page reports %d of %d figures: %s", len(samples), len(names), text)
	}
	return samples, nil
}
