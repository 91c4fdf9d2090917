package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"
)

// supervisor is the state of Run; one goroutine owns it.
type supervisor struct {
	plan    Plan
	binary  string
	dir     string // of the workers' sockets
	public  []*socket
	slots   []*slot // workers by index, then the proxy; or the one serving process
	leaving []*process
	rolling []*slot // to be replaced, the first one now
	retired []*slot // removed by TTOU; their processes may still be leaving
	events  chan event
	running sync.WaitGroup

	stop    stopping
	told    []string // the workers that the proxy knows
	started bool
	failure error
	status  *statusServer
}

// slot is a place for a process: whoever dies in it is replaced.
type slot struct {
	role    Role
	index   int
	socket  *socket  // a worker's
	current *process // nil between two
	next    *process // being started to replace current
	deaths  int      // in a row
	restart time.Time
	// refused says that the very first process failed to start.
	refused bool
}

// Run runs the plan until ctx ends or a signal stops it, and returns nil after
// a stop that was asked for. If a listener cannot be opened, or the site cannot
// start, it returns why.
func Run(ctx context.Context, plan Plan) error {
	s := &supervisor{plan: plan.withDefaults(), events: make(chan event)}
	defer s.close()
	if err := s.open(); err != nil {
		return err
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGTTIN, syscall.SIGTTOU)
	defer signal.Stop(signals)
	done := ctx.Done()
	for {
		s.reconcile(time.Now())
		if s.finished() {
			return s.failure
		}
		timer := time.NewTimer(s.untilNext(time.Now()))
		select {
		case <-done:
			done = nil
			s.beginStop(false)
		case sig := <-signals:
			s.signal(sig)
		case e := <-s.events:
			s.handle(e)
		case answer := <-s.status.asked():
			answer <- s.snapshot()
		case <-timer.C:
		}
		timer.Stop()
	}
}

// open opens the sockets and makes the slots.
func (s *supervisor) open() error {
	var err error
	if s.binary, err = ownBinary(); err != nil {
		return err
	}
	for _, spec := range s.plan.Listeners {
		so, err := listen(spec)
		if err != nil {
			return err
		}
		s.public = append(s.public, so)
		s.plan.Log.Info("listening", "listener", so.name, "address", so.address)
	}
	if s.plan.Status != "" {
		if s.status, err = serveStatus(s.plan.Status); err != nil {
			return err
		}
	}
	if s.plan.Mode == ModeInline {
		s.slots = []*slot{{role: RoleServe}}
		return nil
	}
	if s.dir, err = os.MkdirTemp("", "stackgen-"); err != nil { // mode 0700
		return fmt.Errorf("supervisor: folder of the workers' sockets: %w", err)
	}
	for range s.plan.Workers {
		if err := s.addWorker(); err != nil {
			return err
		}
	}
	s.slots = append(s.slots, &slot{role: RoleProxy})
	return nil
}

// addWorker adds a slot with the lowest free index before the proxy's.
func (s *supervisor) addWorker() error {
	workers := s.workers()
	index := 0
	for slices.ContainsFunc(append(workers, s.retired...), func(sl *slot) bool { return sl.index == index }) {
		index++
	}
	so, err := workerSocket(s.dir, index)
	if err != nil {
		return err
	}
	s.slots = slices.Insert(s.slots, len(workers), &slot{role: RoleWorker, index: index, socket: so})
	return nil
}

// close gives everything back; the processes have ended, or never were.
func (s *supervisor) close() {
	for _, so := range s.public {
		so.close()
	}
	for _, sl := range append(s.workers(), s.retired...) {
		sl.socket.close()
	}
	s.status.close()
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
	s.running.Wait()
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
	if sl.role == RoleWorker {
		return []*socket{sl.socket}
	}
	return s.public
}

// addresses are those of the workers that accept connections. When none does,
// they are those of all: connections wait in the sockets until one is there again.
func (s *supervisor) addresses() []string {
	var up, all []string
	for _, sl := range s.workers() {
		all = append(all, sl.socket.address)
		if sl.current != nil && sl.current.state == ready {
			up = append(up, sl.socket.address)
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
	switch {
	case e.exited:
		s.exited(p, e.err)
	case e.report.Ready && p.state == starting:
		s.becameReady(p)
	case e.report.Failed != "":
		p.failed = e.report.Failed
	case e.report.Stats != nil:
		p.stats = *e.report.Stats
	}
}

// becameReady puts a process to use.
func (s *supervisor) becameReady(p *process) {
	p.state, p.deadline = ready, time.Time{}
	sl := p.slot
	s.plan.Log.Info("process ready", "role", string(sl.role), "index", sl.index, "pid", p.pid(), "after", time.Since(p.started).Round(time.Millisecond))
	if sl.next == p {
		old := sl.current
		sl.current, sl.next = p, nil
		s.rolled(sl)
		if old != nil {
			s.dismiss(old)
		}
	}
	s.tellWorkers()
	if !s.started && !slices.ContainsFunc(s.slots, func(sl *slot) bool {
		return sl.role != RoleWorker && (sl.current == nil || sl.current.state != ready)
	}) {
		s.started = true
		if s.plan.Started != nil {
			addresses := map[string]string{}
			for _, so := range s.public {
				addresses[so.name] = so.address
			}
			s.plan.Started(addresses)
		}
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
	for _, sl := range s.slots {
		if sl.role == RoleProxy {
			for _, p := range []*process{sl.current, sl.next} {
				if p != nil && p.state != gone {
					s.tell(p, order{Workers: now})
				}
			}
		}
	}
}

// exited acts on the end of a process.
func (s *supervisor) exited(p *process, err error) {
	sl, before := p.slot, p.state
	p.state = gone
	p.control.Close()
	cause := p.cause(err)
	if i := slices.Index(s.leaving, p); i >= 0 {
		s.leaving = slices.Delete(s.leaving, i, i+1)
		s.plan.Log.Info("process left", "role", string(sl.role), "index", sl.index, "pid", p.pid())
		s.release(sl)
		return
	}
	if before == starting {
		s.plan.Log.Error("process failed to start", "role", string(sl.role), "index", sl.index, "pid", p.pid(), "cause", cause)
	} else {
		s.plan.Log.Error("process died", "role", string(sl.role), "index", sl.index, "pid", p.pid(), "cause", cause,
			"requests", p.stats.Requests)
	}
	if sl.next == p {
		sl.next = nil
		s.rolling = nil
		s.plan.Log.Error("replacement failed, the old process keeps serving", "role", string(sl.role), "index", sl.index)
		return
	}
	sl.current = nil
	if time.Since(p.started) > stable {
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
