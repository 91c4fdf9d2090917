package main

import (
	"errors"
	"testing"
)

// Ensure that only disturbance has a measurement taken anew.
func TestCalmest(t *testing.T) {
	failed := errors.New("the server ended")
	for _, test := range []struct {
		name    string
		retakes int
		others  []float64 // of each take; negative fails
		want    float64
		takes   int
		err     error
	}{
		{name: "quiet at once", retakes: 3, others: []float64{0.01, 0}, want: 0.01, takes: 1},
		{name: "quiet at last", retakes: 3, others: []float64{0.5, 0.3, 0.02, 0}, want: 0.02, takes: 3},
		{name: "never quiet: the calmest", retakes: 2, others: []float64{0.5, 0.2, 0.4, 0}, want: 0.2, takes: 3},
		{name: "no retakes", retakes: 0, others: []float64{0.5, 0}, want: 0.5, takes: 1},
		{name: "a failure", retakes: 3, others: []float64{-1}, takes: 1, err: failed},
		{name: "a failure when taken anew", retakes: 3, others: []float64{0.5, -1}, takes: 2, err: failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			takes := 0
			got, err := calmest(test.retakes, func() (sample, error) {
				takes++
				if test.others[takes-1] < 0 {
					return sample{}, failed
				}
				return sample{quiet: quiet{others: test.others[takes-1]}}, nil
			})
			if err != test.err || takes != test.takes || err == nil && got.others != test.want {
				t.Errorf("%v after %d takes, %v; want %v after %d, %v", got.others, takes, err, test.want, test.takes, test.err)
			}
		})
	}
}

// Ensure that half load is the same for peers that are faster than the baseline.
func TestHalfLoad(t *testing.T) {
	for _, test := range []struct {
		name                string
		own, baseline, want float64
	}{
		{"slower than the baseline: half of its own", 1000, 3000, 500},
		{"faster than the baseline: as much as the baseline", 3000, 1000, 500},
		{"the baseline is not measured", 3000, 0, 1500},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := halfLoad(test.own, test.baseline); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// Ensure that a change of speed or distance is told from noise.
func TestSameSpeed(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after speed
		want          bool
	}{
		{"noise", speed{Kernel: 2000, Line: 90}, speed{Kernel: 2100, Line: 110}, true},
		{"slower", speed{Kernel: 2000, Line: 90}, speed{Kernel: 5000, Line: 90}, false},
		{"faster", speed{Kernel: 5000, Line: 90}, speed{Kernel: 2000, Line: 90}, false},
		{"farther apart", speed{Kernel: 2000, Line: 90}, speed{Kernel: 2000, Line: 390}, false},
		{"a distance that is not known", speed{Kernel: 2000, Line: 90}, speed{Kernel: 2000}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (quiet{before: test.before, after: test.after}).steady(); got != test.want {
				t.Errorf("steady is %t", got)
			}
		})
	}
}
