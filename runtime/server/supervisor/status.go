package supervisor

import (
	"maps"
	"os"
	"time"
)

// Status describes a running site.
type Status struct {
	PID       int               `json:"pid"`
	Mode      Mode              `json:"mode"`
	Started   time.Time         `json:"started"`
	Binary    string            `json:"binary"`
	Listeners map[string]string `json:"listeners"`
	// State is starting, serving, reloading, upgrading (a new binary serves beside
	// this one), paused or stopping.
	State string `json:"state"`
	// Upgrade is the process id of the supervisor that serves beside this one, 0 for none.
	Upgrade   int             `json:"upgrade,omitempty"`
	Processes []ProcessStatus `json:"processes"`
	// Restarts counts the processes that took another's place, by why they did.
	Restarts map[Reason]int64 `json:"restarts"`
}

// ProcessStatus describes one process.
type ProcessStatus struct {
	Role  Role `json:"role"`
	Index int  `json:"index"`
	PID   int  `json:"pid"`
	// State is starting, ready or draining.
	State   string    `json:"state"`
	Started time.Time `json:"started"`
	// Deaths counts the processes that died in a row in this one's place.
	Deaths int `json:"deaths"`
	// Replace is why another is to take its place; empty if none is.
	Replace Reason `json:"replace,omitempty"`
	// Stats are the process's own figures.
	Stats
	// Total is what it and those before it in its place have counted together.
	Total Stats `json:"total"`
}

// snapshot is the present Status.
func (s *supervisor) snapshot() Status {
	st := Status{PID: os.Getpid(), Mode: s.plan.Mode, Started: s.begun, Binary: s.path, State: s.state(),
		Listeners: map[string]string{}, Restarts: maps.Clone(s.restarts)}
	for _, so := range s.public {
		st.Listeners[so.name] = so.address
	}
	if s.upgrade.running() {
		st.Upgrade = s.upgrade.successor.Process.Pid
	}
	for _, p := range s.processes() {
		ps := ProcessStatus{
			Role: p.slot.role, Index: p.slot.index, PID: p.pid(), State: p.state.String(),
			Started: p.started, Deaths: p.slot.deaths, Stats: p.stats, Total: p.stats.After(p.slot.past),
		}
		if p.slot.current == p {
			ps.Replace = p.slot.wanted
		}
		st.Processes = append(st.Processes, ps)
	}
	return st
}

// state is what the site as a whole is doing.
func (s *supervisor) state() string {
	switch {
	case s.stop.begun:
		return "stopping"
	case s.paused:
		return "paused"
	case !s.started:
		return "starting"
	case s.upgrade.running():
		return "upgrading"
	case s.roll.binary != nil:
		return "reloading"
	}
	return "serving"
}
