package hooks

import (
	"errors"
	"os"

	"stackgen.dev/runtime/site"
)

// OnStarting keeps the site down for as long as somebody wants it to be.
func OnStarting(p *site.Process) error {
	if _, err := os.Stat("maintenance"); err == nil {
		return errors.New("the file maintenance is there: remove it to start the site")
	}
	return nil
}

// WhenReady is the moment to tell others that the site is there.
func WhenReady(p *site.Process) error {
	p.Log.Info("ready for visitors", "site", p.Site, "pid", p.PID)
	return nil
}

// PostWorkerInit warms a worker up before its first request.
func PostWorkerInit(p *site.Process) error {
	p.Log.Info("worker warmed up", "index", p.Index)
	return nil
}

// WorkerExit gives back what the worker has taken.
func WorkerExit(p *site.Process) error {
	p.Log.Info("worker finished", "index", p.Index)
	return nil
}
