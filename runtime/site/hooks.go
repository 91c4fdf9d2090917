package site

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Hooks are the functions of the project that a site's processes call (gunicorn
// server hooks). Each may be nil.
type Hooks struct {
	// OnStarting is called in the supervisor before it opens a socket; its error
	// keeps the site from starting (gunicorn on_starting).
	OnStarting func(*Process) error
	// WhenReady is called in the supervisor when the site serves (gunicorn when_ready).
	WhenReady func(*Process) error
	// PostWorkerInit is called in every process that runs the application, before
	// its first request; its error is a failed start (gunicorn post_worker_init).
	PostWorkerInit func(*Process) error
	// WorkerExit is called in such a process when it has answered its last request
	// (gunicorn worker_exit).
	WorkerExit func(*Process) error
	// OnExit is called in the supervisor at the end (gunicorn on_exit).
	OnExit func(*Process) error
	// PreRequest and PostRequest are called around every request in the
	// application, on the goroutine that serves it (gunicorn pre_request, post_request).
	PreRequest, PostRequest func(*Request)
}

// Process is what a hook is told about the process that it runs in.
type Process struct {
	// Site is the site's name.
	Site string
	// Role is "supervisor", "serve" (every tier in one process) or "worker".
	Role string
	// Index numbers workers from 0.
	Index int
	// PID is the process id.
	PID int
	// Log is the process's log.
	Log *slog.Logger
}

// Request is what a hook is told about a request. Its strings stay valid.
type Request struct {
	Method, Path, ID string
	// Client is the browser's address, as far as trusted proxies tell.
	Client netip.Addr
	// Status and Duration are those of the answer; 0 in PreRequest.
	Status   int
	Duration time.Duration
}

// call runs a hook that may be nil.
func call(name string, hook func(*Process) error, p *Process) error {
	if hook == nil {
		return nil
	}
	if err := hook(p); err != nil {
		return fmt.Errorf("hook %s: %w", name, err)
	}
	return nil
}

// tell runs a hook whose error can change nothing any more.
func tell(name string, hook func(*Process) error, p *Process) {
	if err := call(name, hook, p); err != nil {
		p.Log.Error("a hook failed", "hook", name, "error", err)
	}
}

// process describes this process to hooks.
func (s *settings) process(role string, index int) *Process {
	return &Process{Site: s.Name, Role: role, Index: index, PID: os.Getpid(), Log: s.log}
}

// around is a request hook as the tracker calls it; nil for none.
func around(hook func(*Request)) func(*gateway.Exchange, time.Duration) {
	if hook == nil {
		return nil
	}
	return func(x *gateway.Exchange, took time.Duration) {
		r := &Request{Method: x.Request.Method, Path: string(x.Request.Path), ID: x.Request.ID,
			Client: x.Request.Client.Addr(), Duration: took}
		if took > 0 {
			r.Status = x.Response.Status
			if r.Status == 0 {
				r.Status = 200
			}
		}
		hook(r)
	}
}
