package main

import (
	"testing"
	"time"
)

// Ensure that percentiles are latencies that occurred (nearest rank).
func TestPercentile(t *testing.T) {
	thousand := make(latencies, 0, 1000)
	for i := range 1000 {
		thousand.add(time.Duration(1000 - i))
	}
	for _, test := range []struct {
		name           string
		latencies      latencies
		p50, p99, p999 time.Duration
	}{
		{"none", nil, 0, 0, 0},
		{"one", latencies{7}, 7, 7, 7},
		{"two", latencies{9, 1}, 1, 9, 9},
		{"a thousand", thousand, 500, 990, 999},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r report
			test.latencies.into(&r)
			if r.P50 != test.p50 || r.P99 != test.p99 || r.P999 != test.p999 {
				t.Errorf("%d, %d, %d; want %d, %d, %d", r.P50, r.P99, r.P999, test.p50, test.p99, test.p999)
			}
		})
	}
}

// Ensure that no latency wraps around.
func TestAddBounds(t *testing.T) {
	var l latencies
	l.add(-time.Second)
	l.add(time.Hour)
	if l[0] != 0 || l[1] != 1<<32-1 {
		t.Errorf("%v", l)
	}
}
