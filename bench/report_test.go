package main

import (
	"strings"
	"testing"
	"time"
)

// testReport is a run of two rounds with every kind of row.
func testReport() report {
	rounds := func(cpu ...time.Duration) []sample {
		var s []sample
		for _, c := range cpu {
			s = append(s, sample{answered: answered{requests: 1000, perSecond: 500, p50: 250 * time.Microsecond, p99: 1500 * time.Microsecond, p999: 3 * time.Millisecond}, cpu: c, resident: 20 << 20})
		}
		return s
	}
	return report{
		Machine: machine{processor: "Example 1", cores: 2, kernel: "6.0", load: "0.00 0.01 0.02"},
		Options: options{rounds: 2, duration: 3 * time.Second, warmup: time.Second, connections: 64, idle: 100, date: "2026-01-02"},
		Load:    []string{"wrk 4.1.0", "bench/load"},
		Peers:   []peer{{name: "stackgen", version: "abc"}, {name: "nginx", version: "1.22.1"}},
		Left:    map[string]string{"caddy": "there is no network"},
		Rows: []result{
			{row: row{name: "app", about: "small answer", bar: 1.15}, samples: map[string][]sample{
				"stackgen": rounds(10*time.Millisecond, 12*time.Millisecond), "nginx": rounds(10*time.Millisecond, 10*time.Millisecond),
			}},
			{row: row{name: "static", about: "a file", bar: 1.0}, samples: map[string][]sample{
				"stackgen": rounds(20*time.Millisecond, 20*time.Millisecond), "nginx": rounds(10*time.Millisecond, 8*time.Millisecond),
			}},
			{row: row{name: "free", about: "no bar"}, samples: map[string][]sample{"stackgen": rounds(time.Millisecond, time.Millisecond)}},
			{row: row{name: "idle", about: "memory", kind: idle}, samples: map[string][]sample{
				"stackgen": {{before: 10 << 20, resident: 11 << 20, held: 100}, {before: 10 << 20, resident: 11 << 20, held: 100}},
			}},
			{row: row{name: "many", about: "too many", kind: idle}, skipped: "the machine allows 10 files"},
		},
		Notes: "## Notes\n\nWritten by hand.",
	}
}

const testMarkdown = `<!-- Written by go run ./bench; the notes at the end come from bench/notes.md. -->

# Side by side

Medians of 2 rounds of 3s after 1s of warming up, 64 kept-alive connections; in brackets the smallest and the largest.
CPU is user and system time of all processes of a server, per request. A ratio is to nginx in the same round; at best is the
smallest of all rounds to nginx's smallest, for machines whose speed changes from round to round. Latency is under full
load: it says how long the queue is. Every server has one core, load generator and backend another. No access log.

- Date: 2026-01-02
- Machine: Example 1, 2 cores, Linux 6.0, load before the run 0.00 0.01 0.02
- Load: wrk 4.1.0, bench/load
- Quiet: in none of 10 measurements other programs took more than 5 % of the two cores
- stackgen: abc
- nginx: 1.22.1
- caddy: left out, there is no network

## app

Small answer.

|          |           CPU µs |          × nginx | at best | requests/s |    p50 |     p99 |   p99.9 | MB resident |
|----------|-----------------:|-----------------:|--------:|-----------:|-------:|--------:|--------:|------------:|
| stackgen | 11.0 (10.0–12.0) | 1.10 (1.00–1.20) |    1.00 |        500 | 250 µs | 1.50 ms | 3.00 ms |        20.0 |
| nginx    |             10.0 |                – |       – |        500 | 250 µs | 1.50 ms | 3.00 ms |        20.0 |

Bar for stackgen: 1.15 × nginx. Held.

## static

A file.

|          |         CPU µs |          × nginx | at best | requests/s |    p50 |     p99 |   p99.9 | MB resident |
|----------|---------------:|-----------------:|--------:|-----------:|-------:|--------:|--------:|------------:|
| stackgen |           20.0 | 2.25 (2.00–2.50) |    2.50 |        500 | 250 µs | 1.50 ms | 3.00 ms |        20.0 |
| nginx    | 9.0 (8.0–10.0) |                – |       – |        500 | 250 µs | 1.50 ms | 3.00 ms |        20.0 |

Bar for stackgen: 1.00 × nginx. **Missed.**

## free

No bar.

|          | CPU µs | × nginx | at best | requests/s |    p50 |     p99 |   p99.9 | MB resident |
|----------|-------:|--------:|--------:|-----------:|-------:|--------:|--------:|------------:|
| stackgen |    1.0 |       – |       – |        500 | 250 µs | 1.50 ms | 3.00 ms |        20.0 |
| nginx    |      – |       – |       – |          – |      – |       – |       – |           – |

## idle

Memory.

|          | connections held | MB resident | MB before | KB per connection |
|----------|-----------------:|------------:|----------:|------------------:|
| stackgen |              100 |        11.0 |      10.0 |             10.24 |
| nginx    |                – |           – |         – |                 – |

## many

Too many.

Left out: the machine allows 10 files.

## Notes

Written by hand.
`

// Ensure that the results are written as they are read.
func TestMarkdown(t *testing.T) {
	got := strings.Split(testReport().markdown(), "\n")
	want := strings.Split(testMarkdown, "\n")
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
	r.Rows[0].samples["nginx"][1].errors = 7
	r.Rows[0].samples["nginx"][0].others = 0.3
	r.Rows[3].samples["stackgen"][0].held = 99
	if r.failures() == nil {
		t.Error("the run did not fail")
	}
	text := r.markdown()
	for _, want := range []string{
		"## Failures",
		"- row app, nginx, round 2: 7 of 1000 requests failed",
		"- row idle, stackgen, round 1: 99 of 100 connections were held",
		"**Disturbed**: in 1 of 10 measurements",
		"Bar for stackgen: 1.15 × nginx. Undecided: other programs disturbed.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
}
