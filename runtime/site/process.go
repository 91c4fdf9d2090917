package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/proxyproto"
	"stackgen.dev/runtime/server/supervisor"
)

// child plays the part that the supervisor gave this process, until it is told to stop.
func (s *settings) child(ctx context.Context, vars *Variables, child *supervisor.Child) error {
	if err := s.openLogs(child.Role() != supervisor.RoleWorker && s.tier != tierApp); err != nil {
		return err
	}
	if s.ShowsStatus {
		s.recent = newRecentLog(s.log.Handler())
		s.log = slog.New(s.recent)
	}
	s.log = s.log.With("process", string(child.Role())+" "+strconv.Itoa(child.Index()))
	if netpoll.Supported {
		pollers, err := netpoll.New()
		if err != nil {
			return err
		}
		defer pollers.Close()
		s.pollers, s.Proxy.Pollers = pollers, pollers
	}
	ended, err := s.openTracer(string(child.Role()) + " " + strconv.Itoa(child.Index()))
	if err != nil {
		return err
	}
	defer ended()
	defer runtime.KeepAlive(headroom())
	switch child.Role() {
	case supervisor.RoleServe:
		s.measure()
		return s.serveAll(ctx, vars, child)
	case supervisor.RoleProxy:
		s.measure()
		return s.serveProxy(child)
	case supervisor.RoleWorker:
		return s.serveWorker(ctx, vars, child)
	}
	return fmt.Errorf("there is no role %q", child.Role())
}

// serveAll is every tier in one process: the proxy calls the application as a function.
func (s *settings) serveAll(ctx context.Context, vars *Variables, child *supervisor.Child) error {
	if s.App == nil {
		if s.tier == tierProxy {
			if err := s.useRemote(); err != nil {
				return err
			}
		}
		return s.servePublic(child, nil, func() {})
	}
	app, err := s.application(ctx, vars, child)
	if err != nil {
		return err
	}
	defer app.close()
	if s.tier == tierApp {
		return s.serveApp(child, app)
	}
	s.Proxy.App = s.followed(app)
	return s.servePublic(child, app, func() {})
}

// serveApp is the application on its own listener, for a proxy elsewhere.
func (s *settings) serveApp(child *supervisor.Child, app *application) error {
	config := s.workerEngine(app)
	config.Handler = s.followed(proxy.Trusted(app, s.Proxy.TrustedProxies...))
	engine := server.New(config)
	failed := make(chan error, 2)
	go func() { failed <- engine.Serve(child.Listener(appListener)) }()
	return s.run(child, app, engine, failed, s.serveMetrics(child, failed))
}

// serveProxy is the proxy process: the workers are an upstream like any other.
func (s *settings) serveProxy(child *supervisor.Child) error {
	workers, err := proxy.NewUpstream(proxy.UpstreamConfig{
		Name: "workers", Balance: proxy.LeastConn, Workers: true, TellLocation: s.debug, Log: s.log, Pollers: s.pollers,
		// A worker answers within its timeout, or says that it did not.
		ReadTimeout: s.Workers.Timeout + 5*time.Second,
		Keepalive:   256, DurationBounds: s.Proxy.DurationBounds,
	})
	if err != nil {
		return err
	}
	s.Proxy.App = workers
	return s.servePublic(child, nil, s.follow(workers, child.Workers(), child.Applied, child.Quit()))
}

// follow gives the upstream the first list of workers, without which it would
// refuse every request, and returns what gives it those that come later.
func (s *settings) follow(workers *proxy.Upstream, lists <-chan supervisor.WorkerList, applied func(supervisor.WorkerList), quit <-chan struct{}) (beside func()) {
	next := func() bool {
		select {
		case list := <-lists:
			var servers []proxy.Server
			for _, a := range list.Addresses {
				servers = append(servers, proxy.Server{Name: supervisor.WorkerName(a), URL: a})
			}
			if err := workers.SetServers(servers); err != nil {
				s.log.Error("the list of workers is not usable", "error", err)
			}
			applied(list)
			return true
		case <-quit:
			return false
		}
	}
	next()
	return func() {
		for next() {
		}
	}
}

// serveWorker is a worker process: the application on a unix socket, or on the
// listener that all workers of an application tier share.
func (s *settings) serveWorker(ctx context.Context, vars *Variables, child *supervisor.Child) error {
	app, err := s.application(ctx, vars, child)
	if err != nil {
		return err
	}
	defer app.close()
	if s.tier == tierApp {
		return s.serveApp(child, app)
	}
	engine := server.New(s.workerEngine(app))
	failed := make(chan error, 1)
	go func() { failed <- engine.Serve(child.WorkerListener()) }()
	return s.run(child, app, engine, failed)
}

// workerEngine is the application behind the proxy process. What clients may
// send and how slowly was the proxy's to bound. Whatever head that let pass gets
// through here, with the fields that it adds and every byte of the target encoded.
func (s *settings) workerEngine(app gateway.Handler) server.Config {
	return server.Config{
		Handler: s.followed(proxy.Trusted(app)), Log: s.log, Timeout: s.Workers.Timeout,
		Limits:  http1.Limits{Head: 4 * http1.DefaultHead, Fields: 2 * http1.DefaultFields},
		MaxBody: -1, MinRate: -1, KeepAlive: 5 * time.Minute, Pollers: s.pollers,
	}
}

// servePublic serves the proxy tier on the public listeners; app is nil where the
// application runs elsewhere, and beside runs along.
func (s *settings) servePublic(child *supervisor.Child, app *application, beside func()) error {
	s.Proxy.Log, s.Proxy.Data = s.log, s.data
	closing := make(chan struct{})
	s.Proxy.Closing, s.endTunnels = closing, sync.OnceFunc(func() { close(closing) })
	switch s.AccessLog {
	case "off":
	default:
		s.Proxy.AccessLog, s.Proxy.AccessLogFormat = os.Stdout, proxy.LogFormat(s.AccessLog)
		if s.files.access != nil {
			s.Proxy.AccessLog = s.files.access
		}
	}
	if s.Limits.MaxBody > 0 {
		s.Proxy.MaxBody = s.Limits.MaxBody
	}
	if s.debug {
		s.Proxy.Locations = withoutFileCache(s.Proxy.Locations)
	}
	certificates := new(shown)
	if s.ShowsStatus {
		s.Proxy.Status = func(ctx context.Context) proxy.SiteStatus {
			return siteStatus(ctx, s.Name, child.Status, certificates.list(time.Now()), s.recent)
		}
	}
	front, err := proxy.New(s.Proxy)
	if err != nil {
		return err
	}
	defer front.Close()
	checked := make(chan struct{})
	defer close(checked)
	front.Check(checked)
	child.Hear(front.Operate)
	if app != nil {
		here := func(tag string) { front.Operate([]string{"purge-tag", tag}) }
		app.purges.here.Store(&here)
	}
	go beside()

	secure, err := s.openTLS(child)
	if err != nil {
		return err
	}
	defer secure.close()
	certificates.of(secure, s.certificateNames())

	engine := server.New(s.engine(s.behindDevelopment(secure.challenges(front))))
	var redirecting *server.Server
	failed := make(chan error, len(s.Listeners)+1)
	for _, l := range s.Listeners {
		socket := child.Listener(l.Name)
		if socket == nil {
			return fmt.Errorf("listener %s was not handed over: the supervisor is of a version without it, and an upgrade (USR2) opens it", l.Name)
		}
		if len(l.ProxyProtocol) > 0 {
			socket = proxyproto.Listen(socket, l.ProxyProtocol, strings.HasPrefix(l.Address, "unix:"), s.Limits.HeaderTimeout, s.log)
		}
		switch {
		case l.TLS != nil:
			go func() { failed <- engine.ServeAdvertising(socket, secure.configs[l.Name], l.altSvc(child)) }()
		case l.RedirectToHTTPS:
			if redirecting == nil {
				redirecting = server.New(s.engine(secure.challenges(front.ToHTTPS(s.httpsPort(child)))))
			}
			go func() { failed <- redirecting.Serve(socket) }()
		default:
			go func() { failed <- engine.Serve(socket) }()
		}
	}
	if err := s.serveHTTP3(child, engine, secure); err != nil {
		return err
	}
	if s.measured() {
		engines := []*server.Server{engine}
		if redirecting != nil {
			engines = append(engines, redirecting)
		}
		s.figures = func(st *supervisor.Stats) {
			proxyFigures{st}.add(front.Figures(), engines, certificates.list(time.Now()))
		}
	}
	return s.run(child, app, engine, failed, redirecting, s.serveMetrics(child, failed))
}

// drainIdle is how long clients of a process that leaves may rest before their
// connections are closed: they may be about to send, on a busy machine or far away.
const drainIdle = time.Second

// withoutFileCache has every request look at the disk: whoever changes a file
// wants to see it.
func withoutFileCache(locations []proxy.Location) []proxy.Location {
	locations = slices.Clone(locations)
	for i, l := range locations {
		if files, ok := l.Action.(proxy.Files); ok {
			files.OpenFileCache = -1
			locations[i].Action = files
		}
	}
	return locations
}

func (s *settings) engine(h gateway.Handler) server.Config {
	rest := drainIdle
	if s.debug {
		rest = 0 // whoever changes the site waits for it
	}
	return server.Config{
		DrainIdle: rest,
		Handler:   h, Log: s.log, MaxBody: s.Limits.MaxBody,
		HeaderTimeout: s.Limits.HeaderTimeout, BodyIdle: s.Limits.BodyTimeout,
		WriteIdle: s.Limits.SendTimeout, KeepAlive: s.Limits.KeepaliveTimeout, Pollers: s.pollers,
	}
}

// httpsPort is the port of the first listener that speaks TLS, 0 for none.
func (s *settings) httpsPort(child *supervisor.Child) int {
	for _, l := range s.Listeners {
		if l.TLS == nil {
			continue
		}
		if a, ok := child.Listener(l.Name).Addr().(*net.TCPAddr); ok {
			return a.Port
		}
	}
	return 0
}

// run says that the process is ready, waits until it is to stop or a listener
// fails, and finishes what is in flight. app is nil where there is none.
func (s *settings) run(child *supervisor.Child, app *application, engine *server.Server, failed <-chan error, others ...*server.Server) error {
	if s.endTunnels == nil {
		s.endTunnels = func() {} // a process without a proxy has none
	}
	if app != nil {
		stop := make(chan struct{})
		defer close(stop)
		go app.tracker.Watch(stop)
		go newRecycler(s, child, app.tracker).run(child.Draining())
	}
	go func() {
		for range child.Reopen() {
			switch err := s.files.reopen(); {
			case err != nil:
				s.log.Error("USR1: a log file cannot be opened anew; the old one stays", "error", err)
			case s.files.any():
				s.log.Info("USR1: log files are opened anew")
			default:
				s.log.Info("USR1: the site logs to standard output and standard error; whoever reads those turns the files over")
			}
		}
	}()
	last := child.Report(func() supervisor.Stats {
		s.pollers.Round() // the heartbeat is that of the loops that serve
		st := stats(engine, app)
		if s.figures != nil {
			s.figures(&st)
		}
		return st
	})
	if err := child.Ready(s.reloadable()); err != nil {
		return err
	}
	stopped := make(chan error, 1)
	go func() {
		stopped <- child.Wait(func(ctx context.Context) error {
			go func() {
				<-ctx.Done()
				s.endTunnels()
			}()
			err := engine.Shutdown(ctx)
			for _, other := range others {
				if other != nil {
					err = errors.Join(err, other.Shutdown(ctx))
				}
			}
			return err
		})
	}()
	for {
		select {
		case err := <-stopped:
			last()
			if errors.Is(err, context.DeadlineExceeded) {
				return fmt.Errorf("requests were still running when the graceful timeout ended: %w", err)
			}
			return nil
		case err := <-failed:
			if !errors.Is(err, server.ErrClosed) {
				return err
			}
		}
	}
}

// reloadable is what a supervisor of an older binary takes over from this one,
// or has to know that it does not.
func (s *settings) reloadable() supervisor.Settings {
	return supervisor.Settings{Workers: s.Workers.Count, Graceful: s.Workers.GracefulTimeout, Boot: s.Workers.BootTimeout, Fixed: s.fixed()}
}

// fixed are the settings that belong to the supervisor.
func (s *settings) fixed() map[string]string {
	w := s.Workers
	fixed := map[string]string{"workers.mode": w.Mode, "workers.user": w.User, "workers.group": w.Group, "workers.umask": w.Umask,
		"workers.pidfile": w.PIDFile, "workers.metrics": w.Metrics, "workers.backlog": strconv.Itoa(w.Backlog)}
	for _, l := range s.Listeners {
		fixed["listen "+strconv.Quote(l.Name)] = l.Address
		if l.HTTP3 != nil {
			fixed["http3 of listen "+strconv.Quote(l.Name)] = "true"
		}
	}
	return fixed
}

// stats are the process's figures.
func stats(engine *server.Server, app *application) supervisor.Stats {
	st := engine.Stats()
	out := supervisor.Stats{Requests: st.Requests, Busy: st.Busy, Connections: st.Connections, Memory: memory()}
	if app != nil {
		f := app.tracker.Figures()
		out.Timeouts, out.Slow = f.Timeouts, f.Slow
		out.Duration = supervisor.Histogram{Counts: f.Durations, Sum: f.DurationsSum}
		out.Queue = supervisor.Histogram{Counts: f.Queues, Sum: f.QueuesSum}
	}
	return out
}
