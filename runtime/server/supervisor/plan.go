package supervisor

import (
	"io/fs"
	"log/slog"
	"os"
	"syscall"
	"time"
)

// Mode is the topology of the processes on this machine (workers.mode).
type Mode string

// The modes.
const (
	ModeInline  Mode = "inline"
	ModeProcess Mode = "process"
	// ModeWorkers is worker processes without a proxy before them: they share the
	// public listeners (serve --tier app).
	ModeWorkers Mode = "workers"
)

// Role is what a process does.
type Role string

// The roles.
const (
	// RoleServe runs every tier (ModeInline).
	RoleServe Role = "serve"
	// RoleProxy runs the proxy tier and forwards to workers (ModeProcess).
	RoleProxy Role = "proxy"
	// RoleWorker runs the application on a unix socket (ModeProcess), or on the
	// public listeners (ModeWorkers).
	RoleWorker Role = "worker"
)

// ListenSpec is one public listening socket.
type ListenSpec struct {
	// Name is what processes ask for it by: the label of the listen block.
	Name string
	// Address is host:port, or unix: and a path.
	Address string
	// Datagram says that the socket is one of UDP, which processes take with [Child.Packets]. Where the port
	// is 0 it is that of the listener before it with the same address.
	Datagram bool
	// Backlog is how many connections may wait in its queue; 0 is what the system
	// allows (gunicorn backlog).
	Backlog int
	// Mode is the file mode of a unix socket; 0 leaves what the umask makes of it.
	Mode fs.FileMode
	// Owner is who a unix socket belongs to; nil leaves it with the supervisor's user.
	Owner *syscall.Credential
}

// Plan is what to run.
type Plan struct {
	Listeners []ListenSpec
	// Mode is ModeInline if empty.
	Mode Mode
	// Workers is the number of worker processes; at least 1 (gunicorn workers).
	Workers int
	// GracefulTimeout is how long processes may finish their requests at a
	// stop; 30 s if 0 (gunicorn graceful_timeout).
	GracefulTimeout time.Duration
	// BootTimeout is how long a process may take until it is ready; 60 s if 0.
	BootTimeout time.Duration
	// Silence is how long a process may report nothing before another takes its
	// place and it is killed; 30 s if 0.
	Silence time.Duration
	// Fixed are the settings that only another supervisor can change, by their names
	// in the site file: a reload that brings others says so.
	Fixed map[string]string
	// Log must not be nil.
	Log *slog.Logger

	// Control is the path of the unix socket that answers [Ask]; none if empty.
	Control string
	// PIDFile is where the supervisor leaves its process id; none if empty
	// (gunicorn pidfile).
	PIDFile string
	// Credential is the user that the processes run as; nil for the
	// supervisor's own (gunicorn user, group).
	Credential *syscall.Credential

	// Starting is called before anything is done, Started once, when every tier
	// has a process that is ready, with the address of each listener by its
	// name; Exiting at the end. Each may be nil.
	Starting func() error
	Started  func(addresses map[string]string)
	Exiting  func()
	// Reopening is called at USR1, before the processes are told to open their log files anew; it
	// may be nil.
	Reopening func() error

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
	if p.Silence <= 0 {
		p.Silence = 30 * time.Second
	}
	if p.Args == nil {
		p.Args = os.Args[1:]
	}
	if p.Env == nil {
		p.Env = os.Environ()
	}
	return p
}
