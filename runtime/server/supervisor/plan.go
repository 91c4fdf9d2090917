package supervisor

import (
	"log/slog"
	"os"
	"time"
)

// Mode is the topology of the processes on this machine (workers.mode).
type Mode string

// The modes.
const (
	ModeInline  Mode = "inline"
	ModeProcess Mode = "process"
)

// Role is what a process does.
type Role string

// The roles.
const (
	// RoleServe runs every tier (ModeInline).
	RoleServe Role = "serve"
	// RoleProxy runs the proxy tier and forwards to workers (ModeProcess).
	RoleProxy Role = "proxy"
	// RoleWorker runs the application on a unix socket (ModeProcess).
	RoleWorker Role = "worker"
)

// ListenSpec is one public listening socket.
type ListenSpec struct {
	// Name is what processes ask for it by: the label of the listen block.
	Name string
	// Address is host:port, or unix: and a path.
	Address string
}

// Plan is what to run.
type Plan struct {
	Listeners []ListenSpec
	// Mode is ModeInline if empty.
	Mode Mode
	// Workers is the number of worker processes in ModeProcess; at least 1 (gunicorn workers).
	Workers int
	// GracefulTimeout is how long processes may finish their requests at a
	// stop; 30 s if 0 (gunicorn graceful_timeout).
	GracefulTimeout time.Duration
	// BootTimeout is how long a process may take until it is ready; 60 s if 0.
	BootTimeout time.Duration
	// Log must not be nil.
	Log *slog.Logger

	// Status is the path of the unix socket that answers with the Status as
	// JSON; none if empty.
	Status string
	// Started is called once, when every tier has a process that is ready, with
	// the address of each listener by its name. May be nil.
	Started func(addresses map[string]string)

	// Args are the arguments of the processes, without the program's name; the
	// supervisor's own if nil.
	Args []string
	// Env is the environment of the processes; the supervisor's own if nil.
	Env []string
}

func (p Plan) withDefaults() Plan {
	if p.Mode == "" {
		p.Mode = ModeInline
	}
	p.Workers = max(p.Workers, 1)
	if p.GracefulTimeout <= 0 {
		p.GracefulTimeout = 30 * time.Second
	}
	if p.BootTimeout <= 0 {
		p.BootTimeout = 60 * time.Second
	}
	if p.Args == nil {
		p.Args = os.Args[1:]
	}
	if p.Env == nil {
		p.Env = os.Environ()
	}
	return p
}
