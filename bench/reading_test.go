package main

import (
	"strings"
	"testing"
	"time"
)

// Ensure that what bench/read says becomes a table, and a verdict that others can
// make undecided.
func TestReading(t *testing.T) {
	text := `{"generated":{"reads":1000,"cpu":2000000,"wall":4000000},"bare":{"reads":500,"cpu":2000000,"wall":2000000}}`
	row := result{row: row{name: "read", about: "one row", kind: reading, database: "sqlite"}, samples: map[string][]sample{}}
	take := func(text string, q quiet) error {
		samples, err := parseReading([]byte(text), q)
		for name, s := range samples {
			row.samples[name] = append(row.samples[name], s)
		}
		return err
	}
	if err := take(text, quiet{}); err != nil {
		t.Fatal(err)
	}
	if s := row.samples[ours][0]; s.cpuPerRequest() != 2 || s.wallPerRequest() != 4 {
		t.Errorf("%v µs of CPU and %v in all, want 2 and 4", s.cpuPerRequest(), s.wallPerRequest())
	}
	var b strings.Builder
	report{}.section(&b, row)
	for _, want := range []string{
		"| generated query |         2.00 |          0.50 |     4.00 |          1.00 |",
		"| bare driver     |         4.00 |             – |     4.00 |             – |",
		"- CPU per row, × the bare driver's: 0.50, at most 1.15: held",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &b)
		}
	}
	if err := take(text, quiet{others: 0.5}); err != nil {
		t.Fatal(err)
	}
	if got := words(judge(row)); got != "undecided" {
		t.Errorf("of a disturbed run the verdict is %s", got)
	}
	for _, bad := range []string{"", `{"generated":{"reads":1,"cpu":1,"wall":1}}`} {
		if err := take(bad, quiet{}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// Ensure that the seconds of a hundred models are read and held against their bars.
func TestHundred(t *testing.T) {
	samples, err := parseHundred("BenchmarkHundred/generate-2  \t       2\t 512000000 ns/op\nBenchmarkHundred/compile-2 \t 2\t11000000000 ns/op\n")
	if err != nil || samples[generateStep].cpu != 512*time.Millisecond {
		t.Fatalf("%v, %v", samples, err)
	}
	row := result{row: row{name: "hundred", about: "models", kind: hundred}, samples: map[string][]sample{}}
	for name, s := range samples {
		row.samples[name] = []sample{s}
	}
	var b strings.Builder
	report{}.section(&b, row)
	for _, want := range []string{"| generate |    0.51 |", "seconds to generate: 0.51, at most 1.00: held", "seconds to compile: 11.00, at most 10.00: **missed**"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &b)
		}
	}
	if _, err := parseHundred("BenchmarkHundred/generate-2  \t       2\t 512000000 ns/op\n"); err == nil {
		t.Error("half of it is taken")
	}
}
