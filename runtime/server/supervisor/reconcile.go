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
	s.notify.beat(now)
	s.inform(now)
	s.overdueTellings(now)
	for _, p := range s.processes() {
		if !p.deadline.IsZero() && !now.Before(p.deadline) {
			s.overdue(p)
		}
		if p.parting && s.mayPart(p, now) {
			s.part(p)
		}
		if p.state == ready && !p.parting && now.Sub(p.seen) >= s.plan.Silence {
			s.silent(p)
		}
	}
	if s.stop.begun {
		s.continueStop(now)
		return
	}
	if s.paused {
		s.continuePause()
		return
	}
	for _, sl := range s.slots {
		if sl.current == nil && sl.next == nil && !now.Before(sl.restart) && s.mayStart(sl) {
			s.fill(sl)
		}
	}
	s.continueRoll()
	s.recycle(now)
}

// catchUp gives every process its time again when the supervisor itself was held
// up, by a stop, a frozen container or a busy machine: what they said meanwhile has not been
// heard yet.
func (s *supervisor) catchUp(now time.Time) {
	late := now.Sub(s.due)
	if s.due.IsZero() || late < heldUp {
		return
	}
	s.plan.Log.Warn("the supervisor was held up", "for", late.Round(time.Millisecond))
	for _, p := range s.processes() {
		p.seen = now
		if !p.deadline.IsZero() {
			p.deadline = p.deadline.Add(late + heldUp)
		}
	}
}

// heldUp is how late the supervisor has to be for the times of others not to count.
const heldUp = time.Second

// mayStart holds the proxy back until there is a worker to forward to; its
// connections wait in the socket.
func (s *supervisor) mayStart(sl *slot) bool {
	return sl.role != RoleProxy || s.started ||
		slices.ContainsFunc(s.workers(), func(w *slot) bool { return w.current != nil && w.current.state == ready })
}

// fill starts a process in an empty slot.
func (s *supervisor) fill(sl *slot) {
	p, err := s.spawn(sl, s.binaryOf(sl))
	if err == nil {
		sl.current = p
		return
	}
	s.plan.Log.Error("starting a process failed", "role", string(sl.role), "index", sl.index, "error", err)
	sl.deaths++
	sl.restart = time.Now().Add(max(pause(sl.deaths), firstPause))
	s.refused(sl, err.Error())
}

// silent has another process take the place of one that reports nothing: it is
// stopped, or starved, or has lost its mind, and cannot be asked to leave.
func (s *supervisor) silent(p *process) {
	s.plan.Log.Error("process killed: it has reported nothing", "role", string(p.slot.role), "index", p.slot.index, "pid", p.pid(), "for", s.plan.Silence)
	s.restarts[ReasonSilent]++
	p.failed = "it reported nothing for " + s.plan.Silence.String()
	p.seen = time.Now() // once
	p.cmd.Process.Kill()
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

// dismiss lets a process finish its requests and go, as soon as no proxy sends
// it more.
func (s *supervisor) dismiss(p *process) {
	s.leaving = append(s.leaving, p)
	p.parting, p.partingSeq, p.partingUntil = true, s.seq, time.Now().Add(partingTime)
	p.deadline = time.Time{}
	if p.slot.socket == nil || s.mayPart(p, time.Now()) {
		s.part(p)
	}
}

// partingTime is how long a proxy may take to go by a new list of workers.
const partingTime = time.Second

// mayPart reports whether every proxy goes by a list without this process.
func (s *supervisor) mayPart(p *process, now time.Time) bool {
	if !now.Before(p.partingUntil) {
		return true
	}
	for _, proxy := range s.proxies() {
		if proxy.state != starting && proxy.applied < p.partingSeq {
			return false
		}
	}
	return true
}

// part tells a process to finish.
func (s *supervisor) part(p *process) {
	p.parting = false
	p.state = draining
	p.deadline = time.Now().Add(p.graceful + leaveTime)
	s.tell(p, order{Drain: true})
}

// leaveTime is what a process gets beyond GracefulTimeout before it is killed:
// it gives up by itself first.
const leaveTime = 2 * time.Second

// signal acts on a signal to the supervisor.
func (s *supervisor) signal(sig os.Signal) {
	s.plan.Log.Info("signal", "signal", sig.String())
	switch sig {
	case syscall.SIGTERM:
		s.beginStop(s.stop.begun)
	case syscall.SIGINT, syscall.SIGQUIT:
		s.beginStop(true)
	case syscall.SIGHUP:
		s.beginRoll(nil)
	case syscall.SIGTTIN:
		s.scaleBy(1)
	case syscall.SIGTTOU:
		s.scaleBy(-1)
	case syscall.SIGUSR1:
		if s.plan.Reopening != nil {
			if err := s.plan.Reopening(); err != nil {
				s.plan.Log.Error("opening the log files anew failed; the old ones stay", "error", err)
				return
			}
		}
		for _, p := range s.processes() {
			s.tell(p, order{Reopen: true})
		}
	case syscall.SIGUSR2:
		s.beginUpgrade(nil)
	case syscall.SIGWINCH:
		s.pause()
	}
}

// scaleBy has so many workers more, for somebody who may ask for what there is not.
func (s *supervisor) scaleBy(n int) {
	if s.plan.Mode == ModeInline {
		s.plan.Log.Warn("TTIN and TTOU are ignored: the site runs inline, without workers")
		return
	}
	s.roll.scaled = true
	s.scaleTo(len(s.workers()) + n)
}

// scaleTo changes the number of workers; one always stays, and there are never
// more than maxWorkers.
func (s *supervisor) scaleTo(n int) {
	if s.plan.Mode == ModeInline || s.stop.begun || n < 1 || n > maxWorkers {
		return
	}
	for len(s.workers()) < n {
		if err := s.addWorker(); err != nil {
			s.plan.Log.Error("adding a worker failed", "error", err)
			return
		}
	}
	for len(s.workers()) > n {
		s.retire(s.workers()[len(s.workers())-1])
	}
}

// retire removes a slot.
func (s *supervisor) retire(sl *slot) {
	s.slots = slices.DeleteFunc(s.slots, func(other *slot) bool { return other == sl })
	s.roll.waiting = slices.DeleteFunc(s.roll.waiting, func(other *slot) bool { return other == sl })
	s.roll.done = slices.DeleteFunc(s.roll.done, func(other *slot) bool { return other == sl })
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
	for _, link := range sl.links {
		os.Remove(link)
	}
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
		if p.parting {
			sooner(p.partingUntil)
		}
		if p.state == ready {
			sooner(p.seen.Add(s.plan.Silence))
		}
	}
	for _, t := range s.tellings {
		sooner(t.until)
	}
	sooner(s.notify.next)
	if s.stop.begun && !s.stop.workers {
		sooner(s.stop.limit)
	}
	if !s.stop.begun && !s.paused {
		for _, sl := range s.slots {
			if sl.current == nil && sl.next == nil && s.mayStart(sl) {
				sooner(sl.restart)
			}
			if sl.wanted != "" && sl.current != nil && sl.next == nil {
				sooner(sl.again)
			}
		}
	}
	return max(next.Sub(now), 0)
}
