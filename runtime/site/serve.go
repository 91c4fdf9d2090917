package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"stackgen.dev/runtime/netpoll"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server/supervisor"
)

// debugEnv switches the debug pages on; `stackgen run` sets it. It counts only
// for a site that nobody but this machine can reach.
const debugEnv = "STACKGEN_DEBUG"

// settings is what serve works from: the definition, changed by the flags.
type settings struct {
	Definition
	data     string
	loopback bool
	keys     []string
	debug    bool
	tier     string // tierProxy, tierApp, or "" for all
	log      *slog.Logger
	// pollers drive the process's plain connections, to clients and upstreams; nil
	// where the system has none.
	pollers *netpoll.Group
	// endTunnels has the proxy tier end the WebSockets that it passes on.
	endTunnels func()
	// figures adds what the proxy tier has counted; nil where nobody asks for it.
	figures func(*supervisor.Stats)
	// recent remembers the last lines of the log; nil where nobody asks for them.
	recent *recentLog
	// files are the open log files of the process.
	files  logFiles
	stderr io.Writer
}

// serve runs the site: the supervisor, or one of the processes that it starts.
func (p *program) serve(ctx context.Context, args []string) error {
	f := p.flags("serve")
	listen := f.String("listen", "", "serve plain HTTP on this `address` alone, in place of the site's listeners")
	workers := f.Int("workers", 0, "run this many worker processes (workers.mode = \"process\")")
	data := f.String("data", p.site.DataDir, "the `folder` for what the site keeps itself")
	tier := f.String("tier", "", "run one `tier` alone: proxy, or app")
	bind := f.String("bind", "", "the `address` where --tier app listens for the proxy: host:port, or unix:/path")
	pidfile := f.String("pidfile", p.site.Workers.PIDFile, "leave the supervisor's process id in this `file`")
	if err := p.parse(f, args); err != nil {
		return err
	}
	surviveBrokenPipes()
	child, inherited := supervisor.Inherited()
	s, err := p.settings(*listen, *workers, *data)
	if err == nil {
		s.Workers.PIDFile = *pidfile
		err = s.choose(*tier, *bind)
	}
	if err == nil {
		err = s.secure(p.lookup)
	}
	if err != nil {
		if inherited {
			child.Failed(err)
		} else {
			supervisor.Refuse(err)
		}
		return err
	}
	if inherited {
		if err := s.child(ctx, p.vars, child); err != nil {
			child.Failed(err)
			return err
		}
		return nil
	}
	return s.supervise(ctx)
}

// surviveBrokenPipes has writing to a log that nobody reads any more fail, and
// not end the process: Go programs die of it where it is standard output.
// The signal is caught and not ignored, which programs that views start would inherit.
func surviveBrokenPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// settings applies the flags and checks what can only be checked here.
func (p *program) settings(listen string, workers int, data string) (*settings, error) {
	if err := p.vars.Err(); err != nil {
		return nil, err
	}
	s := &settings{Definition: p.site, data: data, stderr: p.stderr, log: slog.New(slog.NewTextHandler(p.stderr, nil))}
	if listen != "" {
		if !strings.HasPrefix(listen, "unix:") {
			if _, _, err := net.SplitHostPort(listen); err != nil {
				return nil, fmt.Errorf("--listen %s: give host and port, for example 127.0.0.1:8000", listen)
			}
		}
		s.Listeners = []Listener{{Name: "listen", Address: listen}}
	}
	if workers < 0 {
		return nil, fmt.Errorf("--workers %d: give the number of worker processes, at least 1", workers)
	}
	if workers > 0 && s.Workers.Mode != string(supervisor.ModeProcess) {
		return nil, fmt.Errorf("--workers %d: the site runs inline; worker processes need workers { mode = \"process\" }", workers)
	}
	if workers > 0 {
		s.Workers.Count = workers
	}
	if s.Workers.Count == AutoCount {
		s.Workers.Count = runtime.GOMAXPROCS(0)
	}
	s.Proxy.Local = listen != ""
	return s, s.check()
}

// secure finds the keys, and what being reachable by this machine alone allows.
func (s *settings) secure(lookup func(string) (string, bool)) error {
	s.loopback = true
	for _, l := range s.Listeners {
		s.loopback = s.loopback && isLoopback(l.Address)
	}
	s.Proxy.Local = s.Proxy.Local || s.loopback
	debug, _ := lookup(debugEnv)
	s.debug = debug == "1" && s.loopback
	if s.App == nil {
		return nil
	}
	keys, err := secretKeys(s.data, s.loopback, lookup)
	s.keys = keys
	return err
}

// check does again what stackgen check did with the defaults of variables: now
// with the values that the environment gave.
func (s *settings) check() error {
	var errs []error
	if s.Workers.Count < 1 {
		errs = append(errs, fmt.Errorf("workers.count is %d: at least 1 is needed", s.Workers.Count))
	}
	if w := s.Workers; w.MaxRequests < 0 || w.MaxRequestsJitter < 0 || w.MaxLifetime < 0 || w.MaxLifetimeJitter < 0 || w.MemoryLimit < 0 || w.SlowRequest < 0 || w.KillAfter < 0 || w.Backlog < 0 {
		errs = append(errs, errors.New("a limit of workers is negative"))
	}
	if s.Workers.Timeout <= 0 {
		errs = append(errs, fmt.Errorf("workers.timeout is %s: it has to be more than nothing", s.Workers.Timeout))
	}
	if s.Workers.GracefulTimeout <= 0 {
		errs = append(errs, fmt.Errorf("workers.graceful_timeout is %s: it has to be more than nothing", s.Workers.GracefulTimeout))
	}
	if s.Database != nil {
		errs = append(errs, s.Database.check())
	}
	for _, l := range s.Proxy.Locations {
		f, ok := l.Action.(proxy.Forward)
		if ok && f.App && f.ReadTimeout > 0 && f.ReadTimeout < s.Workers.Timeout {
			errs = append(errs, fmt.Errorf("location %s waits %s for the application, which may take %s (workers.timeout): it would give up on answers that are on their way", l.Path, f.ReadTimeout, s.Workers.Timeout))
		}
	}
	names := map[string]bool{}
	for _, l := range s.Listeners {
		if l.Address == "" {
			errs = append(errs, fmt.Errorf("listener %s has no address", l.Name))
		}
		if l.HTTP3 != nil && strings.HasPrefix(l.Address, "unix:") {
			errs = append(errs, fmt.Errorf("listener %s: HTTP/3 goes over UDP, and the address is that of a unix socket", l.Name))
		}
		if names[l.Address] && !strings.HasSuffix(l.Address, ":0") {
			errs = append(errs, fmt.Errorf("two listeners have the address %s", l.Address))
		}
		names[l.Address] = true
	}
	return errors.Join(errs...)
}

// supervise owns the sockets and starts the processes.
func (s *settings) supervise(ctx context.Context) error {
	if err := setUmask(s.Workers.Umask); err != nil {
		return err
	}
	runAs, err := credential(s.Workers.User, s.Workers.Group)
	if err != nil {
		return err
	}
	if err := s.openLogs(true); err != nil {
		return err
	}
	if err := s.files.give(runAs); err != nil {
		return err
	}
	hooks, self := s.Workers.Hooks, s.process("supervisor", 0)
	plan := supervisor.Plan{
		Mode:            s.mode(),
		Workers:         s.Workers.Count,
		GracefulTimeout: s.Workers.GracefulTimeout,
		BootTimeout:     s.Workers.BootTimeout,
		Fixed:           s.fixed(),
		Log:             s.log,
		Control:         controlSocket(s.data),
		PIDFile:         s.Workers.PIDFile,
		Credential:      runAs,
		Starting:        func() error { return call("on_starting", hooks.OnStarting, self) },
		Reopening: func() error {
			if err := s.files.reopen(); err != nil {
				return err
			}
			return s.files.give(runAs)
		},
		Exiting: func() { tell("on_exit", hooks.OnExit, self) },
		Started: func(addresses map[string]string) {
			for _, l := range s.Listeners {
				s.log.Info("serving", "site", s.Name, "listener", l.Name, "url", l.url(addresses[l.Name]))
			}
			if a := addresses[metricsListener]; a != "" {
				s.log.Info("metrics", "url", "http://"+a+"/metrics")
			}
			tell("when_ready", hooks.WhenReady, self)
		},
	}
	for _, l := range s.Listeners {
		spec, err := s.spec(l)
		if err != nil {
			return fmt.Errorf("listener %s: %w", l.Name, err)
		}
		plan.Listeners = append(plan.Listeners, spec)
		if l.HTTP3 != nil {
			plan.Listeners = append(plan.Listeners, supervisor.ListenSpec{Name: supervisor.PacketsName(l.Name), Address: l.Address, Datagram: true})
		}
	}
	if s.Workers.Metrics != "" {
		plan.Listeners = append(plan.Listeners, supervisor.ListenSpec{Name: metricsListener, Address: s.Workers.Metrics})
	}
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := s.giveData(runAs); err != nil {
		return err
	}
	if err := s.warnOfPending(ctx); err != nil {
		return err
	}
	return supervisor.Run(ctx, plan)
}

// giveData makes the folders in the data folder, and has all belong to who the processes run as.
func (s *settings) giveData(runAs *syscall.Credential) error {
	data, err := os.OpenRoot(s.data)
	if err != nil {
		return fmt.Errorf("open the data folder: %w", err)
	}
	defer data.Close()
	for _, folder := range s.Folders {
		if err := os.MkdirAll(filepath.Join(s.data, folder), 0o755); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		if err := give(data, folder, runAs); err != nil {
			return fmt.Errorf("give the folder %s to the user of the site: %w", filepath.Join(s.data, folder), err)
		}
	}
	if err := give(data, ".", runAs); err != nil {
		return fmt.Errorf("give the data folder to the user of the site: %w", err)
	}
	return nil
}

// openLogs opens the files that the process logs to.
func (s *settings) openLogs(access bool) (err error) {
	if s.files, err = s.Logs.open(access); err != nil {
		return err
	}
	if s.files.errors != nil {
		s.log = slog.New(slog.NewTextHandler(beside{s.stderr, s.files.errors}, nil))
	}
	return nil
}

// mode is the topology of the processes on this machine.
func (s *settings) mode() supervisor.Mode {
	switch {
	case s.App == nil:
		return supervisor.ModeInline // a proxy alone has nothing to hand to workers
	case s.tier == tierApp && s.Workers.Mode == string(supervisor.ModeProcess):
		return supervisor.ModeWorkers
	}
	return supervisor.Mode(s.Workers.Mode)
}

// spec is a listener as the supervisor opens it.
func (s *settings) spec(l Listener) (supervisor.ListenSpec, error) {
	spec := supervisor.ListenSpec{Name: l.Name, Address: l.Address, Backlog: s.Workers.Backlog}
	if l.TLS != nil {
		// The processes load it themselves; a wrong file is better told before they start.
		if err := l.TLS.check(); err != nil {
			return spec, err
		}
	}
	if l.Mode != "" {
		mode, err := strconv.ParseUint(l.Mode, 8, 12)
		if err != nil || mode == 0 || mode > 0o777 {
			return spec, fmt.Errorf("mode %q is no file mode such as \"0660\"", l.Mode)
		}
		spec.Mode = os.FileMode(mode)
	}
	if l.Owner != "" {
		user, group, _ := strings.Cut(l.Owner, ":")
		owner, err := credential(user, group)
		if err != nil {
			return spec, fmt.Errorf("owner %s: %w", l.Owner, err)
		}
		spec.Owner = owner
	}
	return spec, nil
}

// url is the address of a listener as people open it.
func (l Listener) url(address string) string {
	scheme := "http://"
	if l.TLS != nil {
		scheme = "https://"
	}
	if strings.HasPrefix(address, "unix:") {
		return address
	}
	return scheme + address + "/"
}

// controlSocket is where the site that runs with a data folder takes commands.
func controlSocket(data string) string { return filepath.Join(data, "control.sock") }

// warnOfPending says that the database is behind the binary. The site serves
// all the same: pages that need the new tables fail, the others do not.
func (s *settings) warnOfPending(ctx context.Context) error {
	if s.Database == nil {
		return nil
	}
	db, err := s.Database.open(ctx, s.log)
	if err != nil {
		return err
	}
	defer db.Close()
	m, err := s.Database.migrator(db)
	if err != nil {
		return err
	}
	pending, err := m.Pending(ctx)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		s.log.Warn(fmt.Sprintf("the database lacks %d migrations of this binary; apply them with: %s migrate", len(pending), os.Args[0]))
	}
	return nil
}
