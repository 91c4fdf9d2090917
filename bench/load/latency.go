package main

import (
	"slices"
	"time"
)

// latencies are how long requests took, in nanoseconds. One takes at most four
// seconds: what is longer counts as that.
type latencies []uint32

// add records one; it allocates nothing while there is room.
func (l *latencies) add(d time.Duration) {
	*l = append(*l, uint32(min(max(d, 0), 1<<32-1)))
}

// into puts the percentiles into a report. It sorts.
func (l latencies) into(r *report) {
	slices.Sort(l)
	r.P50, r.P99, r.P999 = l.percentile(500), l.percentile(990), l.percentile(999)
}

// percentile is the latency that so many of a thousand do not exceed (nearest
// rank); 0 of none. The latencies are sorted.
func (l latencies) percentile(thousandths int) time.Duration {
	if len(l) == 0 {
		return 0
	}
	rank := (len(l)*thousandths + 999) / 1000
	return time.Duration(l[max(rank, 1)-1])
}
