package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// disturbed is the share of a core that others may take before a
// measurement counts as disturbed: the caches are then theirs as well.
const disturbed = 0.05

// parseCores reads from /proc/stat how long these cores were busy, together.
// Time that the hypervisor took (steal) counts: it disturbs like a program.
func parseCores(text string, cores ...int) (time.Duration, error) {
	var busy time.Duration
	for _, core := range cores {
		line := ""
		for _, l := range strings.Split(text, "\n") {
			if strings.HasPrefix(l, fmt.Sprintf("cpu%d ", core)) {
				line = l
			}
		}
		f := strings.Fields(line)
		if len(f) < 9 {
			return 0, fmt.Errorf("/proc/stat: says nothing of core %d", core)
		}
		for _, i := range []int{1, 2, 3, 6, 7, 8} { // user, nice, system, irq, softirq, steal
			n, err := strconv.ParseInt(f[i], 10, 64)
			if err != nil {
				return 0, fmt.Errorf("/proc/stat: core %d: %w", core, err)
			}
			busy += time.Duration(n) * tick
		}
	}
	return busy, nil
}

// busy is how long the two cores of the run have been busy.
func (b *bench) busy() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	return parseCores(string(text), b.serverCPU, b.loadCPU)
}

// otherShare is the share of so many cores that went to others: what was busy
// and was none of ours. Ticks are coarse, so that it may come out below zero: 0.
func otherShare(busy, ours, wall time.Duration, cores int) float64 {
	if wall <= 0 || busy <= ours {
		return 0
	}
	return float64(busy-ours) / float64(wall) / float64(cores)
}
