package main

import (
	"testing"
	"time"
)

// Ensure that a bar is judged by its direction, and not at all when others disturbed.
func TestVerdict(t *testing.T) {
	for _, test := range []struct {
		name    string
		verdict verdict
		want    string
	}{
		{"exactly the bar", verdict{about: "x", value: 1, limit: 1}, "x: 1.00, at most 1.00: held"},
		{"above a highest value", verdict{about: "x", value: 1.01, limit: 1}, "x: 1.01, at most 1.00: **missed**"},
		{"above a lowest value", verdict{about: "x", value: 5, limit: 4, atLeast: true}, "x: 5.00, at least 4.00: held"},
		{"below a lowest value", verdict{about: "x", value: 3, limit: 4, atLeast: true}, "x: 3.00, at least 4.00: **missed**"},
		{"disturbed", verdict{about: "x", value: 3, limit: 1, disturbed: true}, "x: 3.00, at most 1.00: undecided"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.verdict.String(); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// Ensure that only bars whose peers were measured are judged.
func TestJudge(t *testing.T) {
	taken := func(cpu time.Duration) []sample { return []sample{{answered: answered{requests: 1}, cpu: cpu}} }
	bar := row{name: "app", bar: 1.15}
	for _, test := range []struct {
		name string
		row  result
		want int
	}{
		{"a row without a bar", result{samples: map[string][]sample{ours: taken(1), baseline: taken(1), caddy: taken(1)}}, 0},
		{"nobody else", result{row: bar, samples: map[string][]sample{ours: taken(1)}}, 0},
		{"nginx", result{row: bar, samples: map[string][]sample{ours: taken(1), baseline: taken(1)}}, 1},
		{"fewer idle connections than the bar is about", result{row: row{kind: idle}, samples: map[string][]sample{ours: {{resident: 1, held: 100}}}}, 0},
		{"as many", result{row: row{kind: idle}, samples: map[string][]sample{ours: {{resident: 1, held: 10_000}}}}, 1},
		{"nginx and Caddy", result{row: bar, samples: map[string][]sample{ours: taken(1), baseline: taken(1), caddy: taken(4)}}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := judge(test.row); len(got) != test.want {
				t.Errorf("%v, want %d", got, test.want)
			}
		})
	}
}
