package site

import (
	"context"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server/inflight"
	"stackgen.dev/runtime/server/supervisor"
)

// application is the site's application in a process that runs it: watched,
// measured and with its deadline.
type application struct {
	tracker *inflight.Tracker
	purges  *purges
	close   func()
}

// Serve implements [gateway.Handler].
func (a *application) Serve(x *gateway.Exchange) { a.tracker.Serve(x) }

// Cooperates implements [gateway.Cooperative].
func (a *application) Cooperates() bool { return a.tracker.Cooperates() }

// application makes the application, with its database.
func (s *settings) application(ctx context.Context, vars *Variables, child *supervisor.Child) (*application, error) {
	env := &Env{
		Log: s.log, Variables: vars, SecretKeys: s.keys, Debug: s.debug, Local: s.Proxy.Local, Data: s.data,
	}
	env.purges = &purges{tell: func(tag string) {
		if err := child.Tell("purge-tag", tag); err != nil {
			s.log.Error("caches are not told what to let go of", "tag", tag, "error", err)
		}
	}}
	release := func() {}
	if s.Database != nil {
		db, err := s.Database.open(ctx, s.log)
		if err != nil {
			return nil, err
		}
		if env.DB = db; s.Proxy.Tracer != nil {
			env.DB = db.Watched(followStatements(s.Proxy.Tracer, s.Database.system()))
		}
		release = func() {
			if err := db.Close(); err != nil {
				s.log.Error("closing the database failed", "error", err)
			}
		}
	}
	app, err := s.App(env)
	hooks, self := s.Workers.Hooks, s.process(string(child.Role()), child.Index())
	if err == nil {
		err = call("post_worker_init", hooks.PostWorkerInit, self)
	}
	if err != nil {
		release()
		return nil, err
	}
	return &application{
		purges: env.purges,
		tracker: inflight.New(inflight.Config{
			Handler: app, Timeout: s.Workers.Timeout, Grace: s.killAfter(), Slow: s.Workers.SlowRequest, Log: s.log,
			Stuck:  func() { child.Replace(supervisor.ReasonTimeout) },
			Before: around(hooks.PreRequest), After: around(hooks.PostRequest),
		}),
		close: func() {
			tell("worker_exit", hooks.WorkerExit, self)
			release()
		},
	}, nil
}

// standardKillAfter is how long a handler may go on beyond its deadline unless
// the site says otherwise.
const standardKillAfter = 10 * time.Second

func (s *settings) killAfter() time.Duration {
	if s.Workers.KillAfter > 0 {
		return s.Workers.KillAfter
	}
	return standardKillAfter
}

var _ gateway.Cooperative = (*application)(nil)
