package supervisor

import "time"

// stopping is how far a stop has come.
type stopping struct {
	begun bool
	quick bool
	// workers says that the workers have been told as well: a proxy needs them
	// to finish its requests.
	workers  bool
	deadline time.Time
	// limit is when the workers end what a proxy still waits for, so that streams
	// end as their handlers want it.
	limit time.Time
}

// quickTime is how long processes may take to stop quickly before they are killed.
const quickTime = 2 * time.Second

// beginStop begins to stop, or makes a stop that has begun a quick one.
func (s *supervisor) beginStop(quick bool) {
	now := time.Now()
	if !s.stop.begun {
		limit := now.Add(s.plan.GracefulTimeout)
		s.stop = stopping{begun: true, limit: limit, deadline: limit.Add(leaveTime)}
		if s.upgrade.running() && s.upgrade.serves {
			s.notify.handOver(s.upgrade.successor.Process.Pid)
		} else {
			s.notify.stopping()
		}
		for _, done := range append(s.roll.asked, s.roll.later...) {
			answerTo(done, errStopping)
		}
		s.roll.asked, s.roll.later = nil, nil
		// The processes serve what waits in the sockets and close them. As long as
		// we held them too, clients would queue for nobody.
		s.closePublic()
		s.stopPublicWorkers(quick)
		for _, sl := range s.slots {
			if sl.next != nil {
				s.leave(sl.next, quick)
				sl.next = nil
			}
			if sl.role != RoleWorker && sl.current != nil {
				s.leave(sl.current, quick)
				sl.current = nil
			}
		}
	}
	if quick && !s.stop.quick {
		s.stop.quick = true
		s.stop.deadline = now.Add(quickTime)
		for _, p := range s.processes() {
			s.tell(p, order{Quit: true})
			p.deadline = s.stop.deadline
		}
	}
}

// closePublic gives the public sockets up. Those that another supervisor has as
// well stay where clients look for them.
func (s *supervisor) closePublic() {
	for _, so := range s.public {
		if s.upgrade.running() || s.upgrade.beside() && so.inherited {
			so.path = ""
		}
		so.close()
	}
	s.public = nil
}

// stopPublicWorkers tells workers that share the public listeners to go: no
// proxy needs them.
func (s *supervisor) stopPublicWorkers(quick bool) {
	if s.plan.Mode != ModeWorkers {
		return
	}
	for _, sl := range s.slots {
		if sl.current != nil {
			s.leave(sl.current, quick)
			sl.current = nil
		}
	}
}

// leave tells a process to go; unlike dismiss it keeps to the stop's deadline.
func (s *supervisor) leave(p *process, quick bool) {
	p.state, p.deadline = draining, s.stop.deadline
	s.leaving = append(s.leaving, p)
	s.tell(p, order{Drain: !quick, Quit: quick})
}

// continueStop tells the workers to go when no proxy needs them any more, or
// when what it needs them for has to end.
func (s *supervisor) continueStop(now time.Time) {
	if s.stop.workers {
		return
	}
	over := s.stop.quick || !now.Before(s.stop.limit)
	if !over {
		for _, p := range s.leaving {
			if p.slot.role == RoleProxy {
				return
			}
		}
	}
	s.stop.workers = true
	for _, sl := range s.workers() {
		if sl.current != nil {
			s.leave(sl.current, over)
			sl.current = nil
		}
	}
	for _, p := range s.leaving {
		if p.parting {
			p.parting = false
			s.tell(p, order{Drain: true})
			p.state, p.deadline = draining, s.stop.deadline
		}
	}
}

// finished reports whether a stop is complete.
func (s *supervisor) finished() bool {
	return s.stop.begun && s.stop.workers && len(s.processes()) == 0
}
