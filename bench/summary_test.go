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

// Ensure that rounds at different speeds are left out while there are others.
func TestAlike(t *testing.T) {
	for _, test := range []struct {
		name         string
		above, below []float64
		rounds       []bool // which are comparable
		a, b         []float64
	}{
		{"all of them", []float64{1, 2}, []float64{3, 4}, []bool{true, true}, []float64{1, 2}, []float64{3, 4}},
		{"one of them", []float64{1, 2}, []float64{3, 4}, []bool{false, true}, []float64{2}, []float64{4}},
		{"none of them", []float64{1, 2}, []float64{3, 4}, []bool{false, false}, []float64{1, 2}, []float64{3, 4}},
		{"a peer that was not measured", []float64{1, 2}, nil, nil, []float64{1, 2}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := alike(test.above, test.below, func(round int) bool { return test.rounds[round] })
			if !slices.Equal(a, test.a) || !slices.Equal(b, test.b) {
				t.Errorf("%v and %v, want %v and %v", a, b, test.a, test.b)
			}
		})
	}
}
