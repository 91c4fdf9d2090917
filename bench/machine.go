package main

import (
	"os"
	"runtime"
	"strings"
)

// machine is what the figures depend on beside the programs.
type machine struct {
	processor string
	cores     int
	kernel    string
	tcp       string // congestion control, which loopback has as well
	load      string // load averages before the run: others that run disturb the figures
}

// readMachine reads what /proc says; what it does not say stays empty.
func readMachine() machine {
	read := func(path string) string {
		b, _ := os.ReadFile(path)
		return strings.TrimSpace(string(b))
	}
	m := machine{cores: runtime.NumCPU(), kernel: read("/proc/sys/kernel/osrelease"), tcp: read("/proc/sys/net/ipv4/tcp_congestion_control")}
	for _, line := range strings.Split(read("/proc/cpuinfo"), "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			m.processor = strings.TrimSpace(value)
			break
		}
	}
	if f := strings.Fields(read("/proc/loadavg")); len(f) >= 3 {
		m.load = strings.Join(f[:3], " ")
	}
	return m
}
