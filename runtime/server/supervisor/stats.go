package supervisor

import (
	"maps"

	"stackgen.dev/runtime/server/inflight"
)

// Stats are the figures a process reports about itself.
type Stats struct {
	// Connections is the number of open connections.
	Connections int `json:"connections"`
	// Requests counts requests since the process started.
	Requests int64 `json:"requests"`
	// Busy is the number of requests being answered now.
	Busy int64 `json:"busy"`
	// Memory is what the process holds of the machine's memory, in bytes
	// (resident set size).
	Memory int64 `json:"memory"`
	// Timeouts counts requests that overstayed workers.timeout, Slow those that
	// took longer than workers.slow_request.
	Timeouts int64 `json:"timeouts"`
	Slow     int64 `json:"slow"`
	// Duration is how long the application took, Queue how long requests had
	// waited before it began, both in seconds. Only processes that run the
	// application have them.
	Duration Histogram `json:"duration"`
	Queue    Histogram `json:"queue"`
	// Counters, Gauges and Distributions are the figures of the web server tier, as
	// exposition.Series names them. Only processes that serve the public have them.
	Counters      map[string]int64     `json:"counters,omitempty"`
	Gauges        map[string]float64   `json:"gauges,omitempty"`
	Distributions map[string]Histogram `json:"distributions,omitempty"`
}

// Bounds are the upper ends of a Histogram's buckets, in seconds.
func Bounds() []float64 {
	var bounds []float64
	for _, d := range inflight.Bounds() {
		bounds = append(bounds, d.Seconds())
	}
	return bounds
}

// Histogram counts observations by size. The zero Histogram has none.
type Histogram struct {
	// Counts are the observations in each of the buckets of [Bounds], and behind
	// them those above all; nil for none at all.
	Counts []int64 `json:"counts,omitempty"`
	// Sum is all of them together, in seconds.
	Sum float64 `json:"sum"`
}

// Count is the number of observations.
func (h Histogram) Count() int64 {
	var n int64
	for _, c := range h.Counts {
		n += c
	}
	return n
}

// Plus is both together.
func (h Histogram) Plus(other Histogram) Histogram {
	sum := Histogram{Counts: append([]int64(nil), h.Counts...), Sum: h.Sum + other.Sum}
	for i, c := range other.Counts {
		if i == len(sum.Counts) {
			sum.Counts = append(sum.Counts, 0)
		}
		sum.Counts[i] += c
	}
	return sum
}

// After is what adds up over the processes of a slot: s after earlier ones
// counted before.
func (s Stats) After(before Stats) Stats {
	s.Requests += before.Requests
	s.Timeouts += before.Timeouts
	s.Slow += before.Slow
	s.Duration = s.Duration.Plus(before.Duration)
	s.Queue = s.Queue.Plus(before.Queue)
	if len(before.Counters) > 0 {
		s.Counters = maps.Clone(s.Counters)
		if s.Counters == nil {
			s.Counters = map[string]int64{}
		}
		for name, n := range before.Counters {
			s.Counters[name] += n
		}
	}
	if len(before.Distributions) > 0 {
		s.Distributions = maps.Clone(s.Distributions)
		if s.Distributions == nil {
			s.Distributions = map[string]Histogram{}
		}
		for name, h := range before.Distributions {
			s.Distributions[name] = s.Distributions[name].Plus(h)
		}
	}
	return s
}

// past is s as the processes after it need it: counters alone.
func (s Stats) past() Stats {
	s.Connections, s.Busy, s.Memory, s.Gauges = 0, 0, 0, nil
	return s
}
