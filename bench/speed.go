package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"time"
)

// probeTime is how long a look at the speed of a core takes.
const probeTime = 40 * time.Millisecond

// oneSpeed is the factor by which the speed of a core may change and still count
// as one speed.
const oneSpeed = 1.15

// speed is how fast a core is at a moment. A virtual machine does not have
// its core alone: the same work takes a multiple of the time in some minutes.
type speed struct {
	Compute float64 `json:"compute"` // nanoseconds for 1,000 dependent steps of arithmetic
	Kernel  float64 `json:"kernel"`  // nanoseconds to write to a loopback connection and read it
}

func (s speed) String() string { return fmt.Sprintf("%.0f/%.0f ns", s.Compute, s.Kernel) }

// order returns the faster one first, by what a server does most: speak to
// the kernel.
func order(a, b speed) (faster, slower speed) {
	if a.Kernel > b.Kernel {
		a, b = b, a
	}
	return a, b
}

// steady says whether the core had one speed all the time.
func (q quiet) steady() bool { return q.slower.Kernel <= oneSpeed*q.faster.Kernel }

// probe measures the server's core.
func (b *bench) probe(ctx context.Context) (s speed, err error) {
	cmd := pinned(b.serverCPU, command{argv: []string{b.bin("load"), "probe", "-time", probeTime.String()}})
	out, err := outputOf(ctx, cmd)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(out, &s)
}

// outputOf runs a command until the context ends and returns what it wrote to
// standard output.
func outputOf(ctx context.Context, cmd *exec.Cmd) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	defer stop()
	return cmd.Output()
}
