package supervisor

import (
	"os"
	"slices"
	"syscall"
	"time"
)

// reconcile brings the processes nearer to what they should be: starts those
// that are missing, kills those that are overdue, goes on with what takes steps.
func (s *supervisor) reconcile(now time.Time) {
	for _, p := range s.processes() {
		if !p.deadline.IsZero() && !now.Before(p.deadline) {
			s.overdue(p)
		}
	}
	if s.stop.begun {
		s.continueStop(now)
		return
	}
	for _, sl := range s.slots {
		if sl.current == nil && !now.Before(sl.restart) && s.mayStart(sl) {
			s.fill(sl)
		}
	}
	s.roll()
}

// mayStart holds the proxy back until there is a worker to forward to; its
// connections wait in the socket.
func (s *supervisor) mayStart(sl *slot) bool {
	return sl.role != RoleProxy || s.started ||
		slices.ContainsFunc(s.workers(), func(w *slot) bool { return w.current != nil && w.current.state == ready })
}

// fill starts a process in an empty slot.
func (s *supervisor) fill(sl *slot) {
	p, err := s.spawn(sl)
	if err == nil {
		sl.current = p
		return
	}
	s.plan.Log.Error("starting a process failed", "role", string(sl.role), "index", sl.index, "error", err)
	sl.deaths++
	sl.restart = time.Now().Add(max(pause(sl.deaths), firstPause))
	s.refused(sl, err.Error())
}

// overdue kills a process whose time to start or to leave is over.
func (s *supervisor) overdue(p *process) {
	p.deadline = time.Time{}
	if p.state == starting {
		p.failed = "it was not ready after " + s.plan.BootTimeout.String()
	}
	s.plan.Log.Warn("process killed: it took too long", "role", string(p.slot.role), "index", p.slot.index, "pid", p.pid(), "state", p.state.String())
	p.cmd.Process.Kill()
}

// dismiss lets a process finish its requests and go.
func (s *supervisor) dismiss(p *process) {
	p.state = draining
	p.deadline = time.Now().Add(s.plan.GracefulTimeout + leaveTime)
	s.leaving = append(s.leaving, p)
	s.tell(p, order{Drain: true})
}

// leaveTime is what a process gets beyond GracefulTimeout before it is killed:
// it gives up by itself first.
const leaveTime = time.Second

// roll replaces the processes in s.rolling one after the other.
func (s *supervisor) roll() {
	if len(s.rolling) == 0 || s.rolling[0].next != nil {
		return
	}
	sl := s.rolling[0]
	if sl.current == nil { // it is being started anyway
		s.rolling = s.rolling[1:]
		return
	}
	p, err := s.spawn(sl)
	if err != nil {
		s.plan.Log.Error("replacing a process failed, the old one keeps serving", "role", string(sl.role), "error", err)
		s.rolling = nil
		return
	}
	sl.next = p
}

// rolled goes on to the next slot to be replaced.
func (s *supervisor) rolled(sl *slot) {
	if len(s.rolling) > 0 && s.rolling[0] == sl {
		s.rolling = s.rolling[1:]
	}
}

// signal acts on a signal to the supervisor.
func (s *supervisor) signal(sig os.Signal) {
	s.plan.Log.Info("signal", "signal", sig.String())
	switch sig {
	case syscall.SIGTERM:
		s.beginStop(s.stop.begun)
	case syscall.SIGINT, syscall.SIGQUIT:
		s.beginStop(true)
	case syscall.SIGHUP:
		if !s.stop.begun && len(s.rolling) == 0 {
			s.rolling = slices.Clone(s.slots)
		}
	case syscall.SIGTTIN:
		s.scale(1)
	case syscall.SIGTTOU:
		s.scale(-1)
	}
}

// scale changes the number of workers by one; one always stays.
func (s *supervisor) scale(by int) {
	workers := s.workers()
	if s.plan.Mode != ModeProcess || s.stop.begun || len(workers)+by < 1 {
		return
	}
	if by > 0 {
		if err := s.addWorker(); err != nil {
			s.plan.Log.Error("adding a worker failed", "error", err)
		}
		return
	}
	sl := workers[len(workers)-1]
	s.slots = slices.DeleteFunc(s.slots, func(other *slot) bool { return other == sl })
	s.rolling = slices.DeleteFunc(s.rolling, func(other *slot) bool { return other == sl })
	s.retired = append(s.retired, sl)
	s.tellWorkers() // before it stops accepting
	for _, p := range []*process{sl.current, sl.next} {
		if p != nil {
			s.dismiss(p)
		}
	}
	sl.current, sl.next = nil, nil
	s.release(sl)
}

// release gives up the socket of a slot that was removed, once it is empty.
func (s *supervisor) release(sl *slot) {
	i := slices.Index(s.retired, sl)
	if i < 0 || slices.ContainsFunc(s.leaving, func(p *process) bool { return p.slot == sl }) {
		return
	}
	s.retired = slices.Delete(s.retired, i, i+1)
	sl.socket.close()
}

// processes are all that run.
func (s *supervisor) processes() []*process {
	all := slices.Clone(s.leaving)
	for _, sl := range s.slots {
		for _, p := range []*process{sl.current, sl.next} {
			if p != nil {
				all = append(all, p)
			}
		}
	}
	return all
}

// untilNext is how long nothing has to be done.
func (s *supervisor) untilNext(now time.Time) time.Duration {
	next := now.Add(time.Hour)
	sooner := func(t time.Time) {
		if !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	for _, p := range s.processes() {
		sooner(p.deadline)
	}
	if !s.stop.begun {
		for _, sl := range s.slots {
			if sl.current == nil && s.mayStart(sl) {
				sooner(sl.restart)
			}
		}
	}
	return max(next.Sub(now), 0)
}
