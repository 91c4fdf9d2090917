package main

import "slices"

// summary is a figure over the rounds.
type summary struct {
	median, min, max float64
}

// summarise returns median and extremes; all are 0 without values.
func summarise(values []float64) summary {
	if len(values) == 0 {
		return summary{}
	}
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	s := summary{median: v[n/2], min: v[0], max: v[n-1]}
	if n%2 == 0 {
		s.median = (v[n/2-1] + v[n/2]) / 2
	}
	return s
}

// ratios divides round by round; rounds in which either is 0 are left out.
func ratios(above, below []float64) []float64 {
	var r []float64
	for i := 0; i < len(above) && i < len(below); i++ {
		if above[i] > 0 && below[i] > 0 {
			r = append(r, above[i]/below[i])
		}
	}
	return r
}

// alike leaves of two columns the rounds in which the measurements are
// comparable; where none is, all of them.
func alike(above, below []float64, comparable func(round int) bool) (a, b []float64) {
	for i := 0; i < len(above) && i < len(below); i++ {
		if comparable(i) {
			a, b = append(a, above[i]), append(b, below[i])
		}
	}
	if len(a) == 0 {
		return above, below
	}
	return a, b
}
