package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startTime = 20 * time.Second // how long a program may take until it accepts
	stopTime  = 10 * time.Second // how long it may take to end
)

// command is how a program is started.
type command struct {
	name   string
	argv   []string
	env    []string // beside the bench's own
	listen string   // where it accepts when it is ready: host:port, or unix: and a path
	// application says that views run in it, and nowhere else.
	application bool
}

// process is a program that runs on one core.
type process struct {
	command
	cmd    *exec.Cmd
	output *strings.Builder // what it said, for errors
	ended  chan struct{}    // closed when it has ended and output is complete
}

// start runs a program on a core and returns when it accepts connections.
func start(ctx context.Context, cpu int, c command) (*process, error) {
	p := &process{command: c, output: &strings.Builder{}, ended: make(chan struct{})}
	p.cmd = pinned(cpu, c)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	go func() {
		p.cmd.Wait()
		close(p.ended)
	}()
	if err := p.ready(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// pinned is a program on a core. taskset becomes the program, so that its
// process id is the program's, and every child of it inherits the core.
func pinned(cpu int, c command) *exec.Cmd {
	cmd := exec.Command("taskset", append([]string{"-c", strconv.Itoa(cpu)}, c.argv...)...)
	cmd.Env = append(os.Environ(), c.env...)
	return cmd
}

// ready waits until the program accepts connections.
func (p *process) ready(ctx context.Context) error {
	network, address := "tcp", p.listen
	if path, ok := strings.CutPrefix(p.listen, "unix:"); ok {
		network, address = "unix", path
	}
	deadline := time.After(startTime)
	for {
		c, err := net.Dial(network, address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended at once: %s", p.name, p.output)
		case <-deadline:
			return fmt.Errorf("%s: accepts no connection within %s: %w", p.name, startTime, err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// usage is what the program and its children have taken so far.
func (p *process) usage() (usage, error) {
	select {
	case <-p.ended:
		return usage{}, fmt.Errorf("%s ended: %s", p.name, p.output)
	default:
	}
	u, err := usageOf(p.cmd.Process.Pid)
	if err != nil {
		return u, fmt.Errorf("%s: %w", p.name, err)
	}
	return u, nil
}

// stop ends the program, by force those of its processes that do not end in time.
func (p *process) stop() error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	all, err := readStats()
	if err != nil {
		return err
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopTime):
	}
	for _, s := range tree(all, p.cmd.Process.Pid) {
		syscall.Kill(s.pid, syscall.SIGKILL)
	}
	<-p.ended
	return fmt.Errorf("%s did not end within %s of SIGTERM", p.name, stopTime)
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
