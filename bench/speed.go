package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"time"
)

// probeTime is how long a look at the speed of the cores takes, twice.
const probeTime = 40 * time.Millisecond

// The factors by which the speed of the cores may change and still count as one
// speed. Cores that the host puts near each other or far apart differ by four and
// more in line.
const (
	oneSpeed    = 1.15
	oneDistance = 1.6
)

// speed is how fast the cores are at a moment. A virtual machine does not have them
// for itself, and its host moves them: to a core at work, or to two that share no
// cache, between which every request has to go then.
type speed struct {
	Compute float64 `json:"compute"` // nanoseconds for 1,000 dependent steps of arithmetic
	Kernel  float64 `json:"kernel"`  // nanoseconds to write to a loopback connection and read it, on one core; 0 when it is not known
	Line    float64 `json:"line"`    // nanoseconds for a cache line to go from core to core and back; 0 when it is not known
}

func (s speed) String() string {
	return fmt.Sprintf("%.0f/%.0f/%.0f ns", s.Compute, s.Kernel, s.Line)
}

// same says whether two moments are comparable: what is not known does not
// part them.
func (s speed) same(as speed) bool {
	within := func(a, b, factor float64) bool {
		return a == 0 || b == 0 || max(a, b) <= factor*min(a, b)
	}
	return within(s.Kernel, as.Kernel, oneSpeed) && within(s.Line, as.Line, oneDistance)
}

// steady says whether the cores had one speed all the time.
func (q quiet) steady() bool { return q.before.same(q.after) }

// comparable says whether two measurements were made at the same speed.
func (q quiet) comparable(to quiet) bool {
	return q.steady() && to.steady() && q.before.same(to.before) && q.after.same(to.after)
}

// probe measures the server's core, and how far the load generator's is from it.
func (b *bench) probe(ctx context.Context) (s speed, err error) {
	server := strconv.Itoa(b.serverCPU)
	if err := b.look(ctx, &s, server, "probe"); err != nil {
		return s, err
	}
	return s, b.look(ctx, &s, server+","+strconv.Itoa(b.loadCPU), "bounce")
}

// look runs one part of the probe on these cores.
func (b *bench) look(ctx context.Context, s *speed, cores, part string) error {
	out, err := exec.CommandContext(ctx, "taskset", "-c", cores, b.bin("load"), part, "-time", probeTime.String()).Output()
	if err != nil {
		return fmt.Errorf("load %s: %w", part, err)
	}
	return json.Unmarshal(out, s)
}
