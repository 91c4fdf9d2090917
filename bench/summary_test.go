package main

import (
	"slices"
	"testing"
)

// Ensure that a figure over the rounds is its median with its extremes.
func TestSummarise(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   summary
	}{
		{"nothing", nil, summary{}},
		{"one round", []float64{3}, summary{3, 3, 3}},
		{"an odd number of rounds", []float64{9, 1, 4}, summary{4, 1, 9}},
		{"an even number of rounds", []float64{4, 1, 9, 2}, summary{3, 1, 9}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := slices.Clone(test.values)
			if got := summarise(test.values); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if !slices.Equal(before, test.values) {
				t.Errorf("the order of the rounds was changed to %v", test.values)
			}
		})
	}
}

// Ensure that ratios are of the same round.
func TestRatios(t *testing.T) {
	for _, test := range []struct {
		name         string
		above, below []float64
		want         []float64
	}{
		{"round by round", []float64{2, 9}, []float64{1, 3}, []float64{2, 3}},
		{"a peer that was not measured", []float64{2, 9}, nil, nil},
		{"nothing to divide by", []float64{2, 9}, []float64{0, 3}, []float64{3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := ratios(test.above, test.below); !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
