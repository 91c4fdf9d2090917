package main

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata anew")

// testReport is a run of two rounds with every kind of row.
func testReport() report {
	calm := quiet{others: 0.01, before: speed{Compute: 1400, Kernel: 2000, Line: 92}, after: speed{Compute: 1400, Kernel: 2100}}
	at := func(p99 time.Duration) answered {
		return answered{requests: 1000, perSecond: 500, p50: 250 * time.Microsecond, p99: p99, p999: 2 * p99}
	}
	rounds := func(cpu ...time.Duration) []sample {
		var s []sample
		for _, c := range cpu {
			s = append(s, sample{answered: at(1500 * time.Microsecond), cpu: c, resident: 20 << 20, quiet: calm})
		}
		return s
	}
	// halves adds what was measured at half load, with a p99 of its own in each round.
	halves := func(s []sample, p99 ...time.Duration) []sample {
		for i := range s {
			s[i].half = &paced{answered: at(p99[i]), rate: 250, busy: 0.55, quiet: calm}
		}
		return s
	}
	slowly := func(alone, beside time.Duration) []sample {
		s := halves(rounds(10*time.Millisecond, 10*time.Millisecond), alone, alone)
		for i := range s {
			s[i].beside = &paced{answered: at(beside), rate: 250, busy: 0.6, held: 1000, quiet: calm}
		}
		return s
	}
	views := func(s []sample) []sample {
		for i := range s {
			s[i].application = s[i].cpu / 2
		}
		return s
	}
	return report{
		Machine: machine{processor: "Example 1", cores: 2, kernel: "6.0", tcp: "cubic", load: "0.00 0.01 0.02"},
		Options: options{rounds: 2, duration: 3 * time.Second, warmup: time.Second, connections: 64, idle: 100, date: "2026-01-02"},
		Load:    []string{"wrk 4.1.0", "bench/load"},
		Peers:   []peer{{name: ours, version: "abc"}, {name: baseline, version: "1.22.1"}, {name: caddy, version: "v2"}, {name: django, version: "3.2"}},
		Left:    map[string]string{"net/http": "there is no network"},
		Rows: []result{
			{row: row{name: "app", about: "small answer", bar: 1.15, django: true}, samples: map[string][]sample{
				ours:     views(halves(rounds(10*time.Millisecond, 12*time.Millisecond), time.Millisecond, 2*time.Millisecond)),
				baseline: halves(rounds(10*time.Millisecond, 10*time.Millisecond), time.Millisecond, time.Millisecond),
				caddy:    rounds(50*time.Millisecond, 50*time.Millisecond),
				django:   views(rounds(500*time.Millisecond, 500*time.Millisecond)),
			}},
			{row: row{name: "static", about: "a file", bar: 1.0}, samples: map[string][]sample{
				ours: rounds(20*time.Millisecond, 20*time.Millisecond), baseline: rounds(10*time.Millisecond, 8*time.Millisecond),
			}},
			{row: row{name: "free", about: "no bar"}, samples: map[string][]sample{ours: rounds(time.Millisecond, time.Millisecond)}},
			{row: row{name: "idle", about: "memory", kind: idle}, samples: map[string][]sample{
				ours: {{before: 10 << 20, resident: 11 << 20, opened: 100, held: 100}, {before: 10 << 20, resident: 11 << 20, opened: 100, held: 100}},
			}},
			{row: row{name: "many", about: "too many", kind: idle}, skipped: "the machine allows 10 files"},
			{row: row{name: "slow", about: "dawdlers", kind: slow}, samples: map[string][]sample{
				ours: slowly(time.Millisecond, time.Millisecond), baseline: slowly(time.Millisecond, 3*time.Millisecond),
			}},
		},
		Notes: "## Notes\n\nWritten by hand.",
	}
}

// Ensure that the results are written as they are read.
func TestMarkdown(t *testing.T) {
	path := filepath.Join("testdata", "report.md")
	text := testReport().markdown()
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, want := strings.Split(text, "\n"), strings.Split(string(golden), "\n")
	for i := range max(len(got), len(want)) {
		var g, w string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("line %d:\ngot  %s\nwant %s", i+1, g, w)
		}
	}
}

// Ensure that figures of failing or disturbed runs are never shown as others are.
func TestMarkdownOfBadRun(t *testing.T) {
	r := testReport()
	app := r.Rows[0].samples
	app[baseline][1].errors = 7
	app[ours][0].half.errors = 3
	app[baseline][0].others = 0.3
	app[ours][1].after.Kernel = 9000
	r.Rows[3].samples[ours][0].held = 99
	r.Rows[5].samples[ours][0].beside.errors = 2
	r.Rows[2].failed = errors.New("row free, round 2: the server ended")
	if r.failures() == nil {
		t.Error("the run did not fail")
	}
	text := r.markdown()
	for _, want := range []string{
		"## Failures",
		"- row free, round 2: the server ended",
		"- row app, nginx, round 2: 7 of 1000 requests failed",
		"- row app, stackgen, round 1: 3 of 1000 requests at half load failed",
		"- row slow, stackgen, round 1: 2 of 1000 requests beside slow clients failed",
		"- row idle, stackgen, round 1: 99 of 100 connections were held",
		"**Disturbed**: in 1 of 30 measurements",
		"- Speed or distance changed during 1 of 30 measurements; of 6 comparisons of stackgen with nginx at full load 1 are of different ones",
		"- CPU per request, × nginx: 1.00, at most 1.15: undecided",
		"- CPU per request, times less than Caddy: 5.00, at least 4.00: held",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
}
