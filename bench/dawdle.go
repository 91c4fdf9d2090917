package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"syscall"
)

// dawdlers are slow clients that run beside a measurement.
type dawdlers struct {
	bench *bench
	out   io.Reader
}

// dawdle starts slow clients and returns when all are connected. Stop them.
func (b *bench) dawdle(s *server) (*dawdlers, error) {
	p := &process{command: command{name: "slow clients"}, output: &strings.Builder{}, ended: make(chan struct{})}
	p.cmd = pinned(b.loadCPU, command{argv: []string{b.bin("load"), "slow", "-address", s.address, "-path", "/plaintext", "-slow-path", "/static/100k.txt", "-connections", strconv.Itoa(b.slow)}})
	p.cmd.Stderr = p.output
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		err := errors.Join(p.cmd.Wait(), err)
		return nil, fmt.Errorf("%s: %w: %s%s", p.name, err, line, p.output)
	}
	b.dawdlers = p
	return &dawdlers{bench: b, out: lines}, nil
}

// stop ends the slow clients and returns how many were held until then.
func (d *dawdlers) stop() (held int, err error) {
	p := d.bench.dawdlers
	d.bench.dawdlers = nil
	p.cmd.Process.Signal(syscall.SIGTERM)
	var said struct {
		Held int `json:"held"`
	}
	err = json.NewDecoder(d.out).Decode(&said)
	if err := errors.Join(err, p.cmd.Wait()); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", p.name, err, p.output)
	}
	return said.Held, nil
}
