package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"
)

// Status describes the processes of a running site.
type Status struct {
	PID       int               `json:"pid"`
	Mode      Mode              `json:"mode"`
	Listeners map[string]string `json:"listeners"`
	Processes []ProcessStatus   `json:"processes"`
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
	Stats
}

// ReadStatus asks the supervisor whose status socket is at path.
func ReadStatus(path string) (*Status, error) {
	short, done, err := shortPath(path)
	if err != nil {
		return nil, fmt.Errorf("supervisor: no site answers at %s: %w", path, err)
	}
	defer done()
	nc, err := net.DialTimeout("unix", short, 5*time.Second)
	if err != nil {
		return nil, fmt.Errorf("supervisor: no site answers at %s: %w", path, err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(5 * time.Second))
	var s Status
	if err := json.NewDecoder(nc).Decode(&s); err != nil {
		return nil, fmt.Errorf("supervisor: status of %s: %w", path, err)
	}
	return &s, nil
}

// statusServer answers on the status socket. A nil one is never asked.
type statusServer struct {
	listener net.Listener
	path     string
	requests chan chan Status
	done     chan struct{}
}

// serveStatus opens the socket, for the owner only.
func serveStatus(path string) (*statusServer, error) {
	short, done, err := shortPath(path)
	if err != nil {
		return nil, fmt.Errorf("supervisor: status socket: %w", err)
	}
	defer done()
	removeStale(short)
	l, err := net.Listen("unix", short)
	if errors.Is(err, syscall.EADDRINUSE) {
		if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket == 0 {
			return nil, fmt.Errorf("supervisor: status socket: %s is there and is no socket", path)
		}
		return nil, fmt.Errorf("supervisor: status socket: another site answers at %s, so the folder is taken", path)
	}
	if err != nil {
		return nil, fmt.Errorf("supervisor: status socket: %w", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // it knows the short path only
	if err := os.Chmod(short, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("supervisor: status socket: %w", err)
	}
	s := &statusServer{listener: l, path: path, requests: make(chan chan Status), done: make(chan struct{})}
	go s.serve()
	return s, nil
}

func (s *statusServer) serve() {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		answer := make(chan Status, 1)
		select {
		case s.requests <- answer:
			nc.SetDeadline(time.Now().Add(5 * time.Second))
			json.NewEncoder(nc).Encode(<-answer)
		case <-s.done:
		}
		nc.Close()
	}
}

// asked yields the questions.
func (s *statusServer) asked() <-chan chan Status {
	if s == nil {
		return nil
	}
	return s.requests
}

func (s *statusServer) close() {
	if s != nil {
		close(s.done)
		s.listener.Close()
		os.Remove(s.path)
	}
}

// snapshot is the present Status.
func (s *supervisor) snapshot() Status {
	st := Status{PID: os.Getpid(), Mode: s.plan.Mode, Listeners: map[string]string{}}
	for _, so := range s.public {
		st.Listeners[so.name] = so.address
	}
	for _, p := range s.processes() {
		st.Processes = append(st.Processes, ProcessStatus{
			Role: p.slot.role, Index: p.slot.index, PID: p.pid(), State: p.state.String(),
			Started: p.started, Deaths: p.slot.deaths, Stats: p.stats,
		})
	}
	return st
}
