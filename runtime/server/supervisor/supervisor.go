package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// supervisor is the state of Run; one goroutine owns it.
type supervisor struct {
	// messages numbers those to processes, of which tellings wait for answers.
	messages int
	tellings []*telling
	plan     Plan
	path     string  // of the program, as it is started
	binary   *binary // what processes are started from
	dir      string  // of the workers' sockets
	public   []*socket
	slots    []*slot // workers by index, then the proxy; or the one serving process
	leaving  []*process
	roll     roll
	retired  []*slot // removed by TTOU; their processes may still be leaving
	events   chan event
	running  sync.WaitGroup

	// The life line: its end tells workers that supervisor and proxies have gone.
	lifeRead, lifeWrite *os.File

	stop       stopping
	upgrade    upgrade
	paused     bool // WINCH: the processes are the new supervisor's affair
	told       []string
	seq        int // of told
	generation int // of worker addresses
	started    bool
	failure    error
	due        time.Time // when the loop has to go round again
	restarts   map[Reason]int64
	begun      time.Time

	control *controlServer
	pidfile *pidfile
	notify  *notifier
}

// slot is a place for a process: whoever dies in it is replaced.
type slot struct {
	role    Role
	index   int
	socket  *socket  // a worker's own
	current *process // nil between two
	next    *process // being started to replace current
	deaths  int      // in a row
	restart time.Time
	// wanted is why current is to be replaced, if it is; again is when to try, after
	// failures in a row.
	wanted   Reason
	again    time.Time
	failures int
	// refused says that the very first process failed to start.
	refused bool
	// links are the addresses of the latest processes. They lead to the same socket,
	// so a proxy that still goes by an old one finds the new process.
	links []string
	// past is what the slot's earlier processes counted.
	past Stats
}

// Run runs the plan until ctx ends or a signal stops it, and returns nil after
// a stop that was asked for. If a listener cannot be opened, or the site cannot
// start, it returns why.
func Run(ctx context.Context, plan Plan) (err error) {
	s := &supervisor{plan: plan.withDefaults(), events: make(chan event), restarts: map[Reason]int64{}, begun: time.Now()}
	defer func() { s.close(err) }()
	if err := s.open(); err != nil {
		return err
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGTTIN, syscall.SIGTTOU,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH)
	defer signal.Stop(signals)
	var orphans chan os.Signal // as process 1 alone
	if os.Getpid() == 1 {
		orphans = make(chan os.Signal, 1)
		signal.Notify(orphans, syscall.SIGCHLD)
		defer signal.Stop(orphans)
	}
	done := ctx.Done()
	for {
		s.catchUp(time.Now())
		s.reconcile(time.Now())
		if s.finished() {
			return s.failure
		}
		wait := s.untilNext(time.Now())
		s.due = time.Now().Add(wait)
		timer := time.NewTimer(wait)
		select {
		case <-done:
			done = nil
			s.beginStop(false)
		case sig := <-signals:
			s.signal(sig)
		case <-orphans:
			s.reap()
		case e := <-s.events:
			s.handle(e)
			if e.exited && orphans != nil {
				s.reap() // it may have been in the way of orphans
			}
		case q := <-s.control.asked():
			s.answer(q)
		case e := <-s.upgrade.events():
			s.upgraded(e)
		case <-s.upgrade.predecessor():
			s.succeed()
		case <-timer.C:
		}
		timer.Stop()
	}
}

// open opens the sockets and makes the slots.
func (s *supervisor) open() error {
	var err error
	s.notify = newNotifier()
	inherited, err := inheritSockets(&s.upgrade)
	if err != nil {
		return err
	}
	if s.plan.Env, err = withoutActivation(s.plan.Env), nil; s.plan.Starting != nil {
		if err = s.plan.Starting(); err != nil {
			return err
		}
	}
	if s.path, err = programPath(); err != nil {
		return err
	}
	if s.binary, err = runningBinary(s.path); err != nil {
		return err
	}
	if s.lifeRead, s.lifeWrite, err = os.Pipe(); err != nil {
		return fmt.Errorf("supervisor: %w", err)
	}
	if s.plan.PIDFile != "" {
		if s.pidfile, err = writePIDFile(s.plan.PIDFile, s.upgrade.beside()); err != nil {
			return err
		}
	}
	if err := s.listen(inherited); err != nil {
		return err
	}
	if s.plan.Control != "" {
		if s.control, err = serveControl(s.plan.Control, s.upgrade.beside()); err != nil {
			return err
		}
	}
	switch s.plan.Mode {
	case ModeInline:
		s.slots = []*slot{{role: RoleServe}}
		return nil
	case ModeWorkers:
		for range s.plan.Workers {
			s.addWorker()
		}
		return nil
	}
	if s.dir, err = os.MkdirTemp("", "stackgen-"); err != nil { // mode 0700
		return fmt.Errorf("supervisor: folder of the workers' sockets: %w", err)
	}
	if err := s.give(s.dir); err != nil {
		return err
	}
	for range s.plan.Workers {
		if err := s.addWorker(); err != nil {
			return err
		}
	}
	s.slots = append(s.slots, &slot{role: RoleProxy})
	return nil
}

// listen opens the public sockets, or takes those that were handed over.
func (s *supervisor) listen(inherited *inheritance) error {
	defer inherited.close()
	for _, spec := range s.plan.Listeners {
		so := inherited.take(spec, len(s.plan.Listeners))
		if so == nil {
			var err error
			if spec.Datagram {
				so, err = listenPackets(spec, packetAddress(spec, s.public), s.plan.Log)
			} else {
				so, err = listen(spec, s.plan.Log)
			}
			if err != nil {
				return err
			}
		}
		s.public = append(s.public, so)
		s.plan.Log.Info("listening", "listener", so.name, "address", so.address)
	}
	return inherited.unused()
}

// give has a file belong to the user that the processes run as.
func (s *supervisor) give(path string) error {
	if s.plan.Credential == nil {
		return nil
	}
	if err := os.Chown(path, int(s.plan.Credential.Uid), int(s.plan.Credential.Gid)); err != nil {
		return fmt.Errorf("supervisor: %w", err)
	}
	return nil
}

// addWorker adds a slot with the lowest free index before the proxy's.
func (s *supervisor) addWorker() error {
	workers := s.workers()
	index := 0
	for slices.ContainsFunc(append(workers, s.retired...), func(sl *slot) bool { return sl.index == index }) {
		index++
	}
	sl := &slot{role: RoleWorker, index: index}
	if s.plan.Mode == ModeProcess {
		var err error
		if sl.socket, err = workerSocket(s.dir, index, s.plan.Log); err != nil {
			return err
		}
		if err := s.give(sl.socket.path); err != nil {
			return err
		}
	}
	s.slots = slices.Insert(s.slots, len(workers), sl)
	if s.roll.binary != nil && s.roll.back == nil {
		s.roll.done = append(s.roll.done, sl) // it begins with the new binary
	}
	return nil
}

// close gives everything back; the processes have ended, or never were.
func (s *supervisor) close(err error) {
	if s.plan.Exiting != nil && s.path != "" {
		s.plan.Exiting()
	}
	s.closePublic()
	for _, sl := range append(s.workers(), s.retired...) {
		sl.socket.close()
	}
	s.control.close()
	s.pidfile.remove()
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
	s.running.Wait()
	s.upgrade.refuse(err)
}

func (s *supervisor) workers() []*slot {
	var workers []*slot
	for _, sl := range s.slots {
		if sl.role == RoleWorker {
			workers = append(workers, sl)
		}
	}
	return workers
}

// socketsOf are the listeners that a process of the slot inherits.
func (s *supervisor) socketsOf(sl *slot) []*socket {
	if sl.socket != nil {
		return []*socket{sl.socket}
	}
	return s.public
}

// addresses are those of the workers that accept connections. When none does,
// they are those of all sockets: connections wait there until one is there again.
func (s *supervisor) addresses() []string {
	var up, all []string
	for _, sl := range s.workers() {
		if sl.socket == nil {
			continue
		}
		all = append(all, sl.socket.address)
		if sl.current != nil && sl.current.state == ready {
			up = append(up, sl.current.address)
		}
	}
	if len(up) == 0 {
		return all
	}
	return up
}

// handle acts on what happened to a process.
func (s *supervisor) handle(e event) {
	p := e.process
	p.seen = time.Now()
	switch {
	case e.exited:
		s.exited(p, e.err)
	case e.report.Ready != nil && p.state == starting:
		s.becameReady(p, *e.report.Ready)
	case e.report.Failed != "":
		p.failed = e.report.Failed
	case e.report.Stats != nil:
		p.stats = *e.report.Stats
	case e.report.Replace != "":
		s.replace(p, e.report.Replace)
	case e.report.Applied > 0:
		p.applied = e.report.Applied
	case e.report.Ask:
		st := s.snapshot()
		s.tell(p, order{Status: &st})
	case e.report.Tell != nil:
		s.pass(e.report.Tell, nil)
	case e.report.Told != nil:
		s.heard(p, e.report.Told)
	}
}

// becameReady puts a process to use.
func (s *supervisor) becameReady(p *process, settings Settings) {
	p.state, p.deadline, p.served = ready, time.Time{}, time.Now()
	if settings.Graceful > 0 {
		p.graceful = settings.Graceful
	}
	sl := p.slot
	sl.refused = false
	s.plan.Log.Info("process ready", "role", string(sl.role), "index", sl.index, "pid", p.pid(), "after", time.Since(p.started).Round(time.Millisecond))
	if sl.next == p {
		old := sl.current
		sl.current, sl.next = p, nil
		why := sl.wanted
		if p.binary == s.roll.binary {
			why = ReasonReload
		}
		if why != "" {
			s.restarts[why]++
		}
		sl.wanted, sl.failures, sl.again, sl.deaths = "", 0, time.Time{}, 0
		s.tellWorkers()
		if old != nil {
			s.dismiss(old)
		}
		s.rolled(sl, settings)
	}
	s.tellWorkers()
	if !s.started && !slices.ContainsFunc(s.slots, func(sl *slot) bool {
		return (sl.role != RoleWorker || s.plan.Mode == ModeWorkers) && (sl.current == nil || sl.current.state != ready)
	}) {
		s.begin()
	}
}

// begin says that the site serves.
func (s *supervisor) begin() {
	s.started = true
	s.notify.ready(s)
	s.upgrade.ready()
	if s.plan.Started != nil {
		addresses := map[string]string{}
		for _, so := range s.public {
			addresses[so.name] = so.address
		}
		s.plan.Started(addresses)
	}
}

// tellWorkers tells the proxy which workers there are, if that has changed.
func (s *supervisor) tellWorkers() {
	if s.plan.Mode != ModeProcess {
		return
	}
	now := s.addresses()
	if slices.Equal(now, s.told) {
		return
	}
	s.told = now
	s.seq++
	s.inform(time.Now())
}

// inform gives the list of workers to the proxies that serve and do not have it. One
// that is starting gets it when it is ready: many lists at once would fill its pipe.
func (s *supervisor) inform(now time.Time) {
	for _, p := range s.proxies() {
		if p.state == starting || p.informed == s.seq || now.Before(p.deaf) {
			continue
		}
		if s.tell(p, order{Workers: s.told, Seq: s.seq}) {
			p.informed = s.seq
		} else {
			p.deaf = now.Add(deafTime)
		}
	}
}

// deafTime is after how long a process that could not take an order is told again.
const deafTime = 5 * time.Second

// proxies are the proxy processes that take orders.
func (s *supervisor) proxies() []*process {
	var found []*process
	for _, p := range s.processes() {
		if p.slot.role == RoleProxy && p.state != gone {
			found = append(found, p)
		}
	}
	return found
}

// exited acts on the end of a process.
func (s *supervisor) exited(p *process, err error) {
	sl, before := p.slot, p.state
	p.state = gone
	p.control.Close()
	s.heard(p, nil)
	sl.past = p.stats.After(sl.past).past()
	cause := p.cause(err)
	if i := slices.Index(s.leaving, p); i >= 0 {
		s.leaving = slices.Delete(s.leaving, i, i+1)
		if err != nil {
			s.plan.Log.Warn("process died while it was leaving", "role", string(sl.role), "index", sl.index, "pid", p.pid(), "cause", cause)
		} else {
			s.plan.Log.Info("process left", "role", string(sl.role), "index", sl.index, "pid", p.pid())
		}
		s.release(sl)
		return
	}
	if before == starting {
		s.restarts[ReasonBoot]++
		s.plan.Log.Error("process failed to start", "role", string(sl.role), "index", sl.index, "pid", p.pid(), "cause", cause)
	} else {
		s.restarts[ReasonDeath]++
		s.plan.Log.Error("process died", "role", string(sl.role), "index", sl.index, "pid", p.pid(), "cause", cause,
			"requests", p.stats.Requests, "busy", p.stats.Busy)
	}
	if sl.next == p {
		s.replacementFailed(sl, p, errors.New(cause))
		return
	}
	sl.current, sl.wanted = nil, ""
	if before != starting && time.Since(p.served) > stable {
		sl.deaths = 0
	}
	sl.deaths++
	wait := pause(sl.deaths)
	sl.restart = time.Now().Add(wait)
	s.tellWorkers()
	if before == starting {
		s.refused(sl, cause)
	}
	if wait > patience && sl.socket != nil && sl.next == nil && s.failure == nil {
		sl.socket.flush()
	}
}

// refused decides whether a site that has not begun to serve can ever do so:
// not if its proxy, or every one of its workers, fails to start.
func (s *supervisor) refused(sl *slot, cause string) {
	if s.started || s.stop.begun {
		return
	}
	sl.refused = true
	for _, other := range s.slots {
		if other.role == sl.role && !other.refused {
			return
		}
	}
	s.failure = fmt.Errorf("supervisor: the %s process failed to start: %w", sl.role, errors.New(cause))
	if len(s.workers()) > 1 && sl.role == RoleWorker {
		s.failure = fmt.Errorf("supervisor: every worker failed to start: %w", errors.New(cause))
	}
	s.beginStop(true)
}

// workerSocket opens the socket of a worker in the private folder.
func workerSocket(dir string, index int, log *slog.Logger) (*socket, error) {
	path := filepath.Join(dir, fmt.Sprintf("worker-%d.sock", index))
	return listen(ListenSpec{Name: workerListener, Address: "unix:" + path}, log)
}

// WorkerName is what a worker is called that has this address: its place, which
// it has from the process before it, as in "worker 0".
func WorkerName(address string) string {
	name, _, _ := strings.Cut(filepath.Base(address), ".")
	return strings.Replace(name, "-", " ", 1)
}

// workerListener is the name of a worker's only listener.
const workerListener = "worker"
