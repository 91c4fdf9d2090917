package supervisor

import (
	"errors"
	"maps"
	"slices"
	"time"
)

// roll is a HUP on its way: the processes are replaced one after the other by
// those of the binary that lies on disk now.
type roll struct {
	// binary is the new one; nil when nothing is being rolled.
	binary *binary
	// waiting are the slots to be replaced, the first one now; done those that were.
	waiting, done []*slot
	settings      Settings
	// back says that a new binary has failed and this is the way back to the old.
	back error
	// scaled says that the number of workers was changed since, which counts.
	scaled bool
	// asked are told the end; later came meanwhile, and want another roll.
	asked, later []chan<- reply
}

// errStopping is the answer to who wants something of a site that stops.
var errStopping = errors.New("the site is stopping")

// beginRoll begins to replace all processes; done hears how that went.
func (s *supervisor) beginRoll(done chan<- reply) {
	if s.stop.begun {
		answerTo(done, errStopping)
		return
	}
	if s.roll.binary != nil { // what is on disk may have changed since that one began
		s.roll.later = append(s.roll.later, done)
		return
	}
	s.paused = false // HUP brings back what WINCH has stopped
	b, err := openBinary(s.path)
	if err != nil {
		s.plan.Log.Error("reload failed, the old binary keeps serving", "error", err)
		answerTo(done, err)
		return
	}
	s.notify.reloading()
	s.roll = roll{binary: b, waiting: slices.Clone(s.slots), asked: []chan<- reply{done}}
}

// continueRoll goes on with the roll.
func (s *supervisor) continueRoll() {
	if s.roll.binary == nil {
		return
	}
	if len(s.roll.waiting) == 0 {
		s.endRoll()
		return
	}
	sl := s.roll.waiting[0]
	if sl.next != nil {
		return
	}
	p, err := s.spawn(sl, s.roll.binary)
	if err != nil {
		s.rollFailed(sl, err)
		return
	}
	sl.next = p
}

// rolled notes that a slot has a process of the new binary.
func (s *supervisor) rolled(sl *slot, settings Settings) {
	if s.roll.binary == nil || sl.current.binary != s.roll.binary {
		return
	}
	s.roll.settings = settings
	s.roll.done = append(s.roll.done, sl)
	s.roll.waiting = slices.DeleteFunc(s.roll.waiting, func(other *slot) bool { return other == sl })
}

// endRoll has everything that is started from now on be of the new binary.
func (s *supervisor) endRoll() {
	r := s.roll
	s.roll = roll{}
	s.binary.close()
	s.binary = r.binary
	if r.back == nil {
		s.plan.Log.Info("reloaded", "binary", s.path)
		s.adopt(r.settings, r.scaled)
	}
	s.notify.ready(s)
	for _, done := range r.asked {
		answerTo(done, r.back)
	}
	if len(r.later) > 0 {
		s.beginRoll(r.later[0])
		s.roll.asked = append(s.roll.asked, r.later[1:]...)
	}
}

// adopt goes by the settings of the binary that has taken over.
func (s *supervisor) adopt(settings Settings, scaled bool) {
	if n := settings.Workers; n > 0 && s.plan.Mode != ModeInline {
		s.plan.Workers = n
		if !scaled {
			s.scaleTo(n)
		}
	}
	if settings.Graceful > 0 {
		s.plan.GracefulTimeout = settings.Graceful
	}
	if settings.Boot > 0 {
		s.plan.BootTimeout = settings.Boot
	}
	all := map[string]string{}
	maps.Copy(all, s.plan.Fixed)
	maps.Copy(all, settings.Fixed)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if now, then := s.plan.Fixed[name], settings.Fixed[name]; now != then {
			s.plan.Log.Warn("a setting of the new binary takes an upgrade (USR2), a reload does not change it", "setting", name, "is", now, "new", then)
		}
	}
}

// rollFailed gives a new binary up: what was replaced already goes back.
func (s *supervisor) rollFailed(sl *slot, cause error) {
	r := s.roll
	if r.back != nil {
		// Even the old one does not start any more; each slot tries for itself.
		s.plan.Log.Error("the old binary fails to start, too", "role", string(sl.role), "index", sl.index, "error", cause)
		s.roll.waiting = nil
		return
	}
	s.plan.Log.Error("reload failed, the old binary keeps serving", "role", string(sl.role), "index", sl.index, "cause", cause.Error())
	s.roll = roll{binary: s.binary, waiting: r.done, back: cause, asked: r.asked, later: r.later}
	s.binary = r.binary // closed at the end, when nothing is started from it any more
}

// binaryOf is what a process that is missing is started from.
func (s *supervisor) binaryOf(sl *slot) *binary {
	switch {
	case s.roll.binary == nil:
		return s.binary
	case s.roll.back != nil, slices.Contains(s.roll.done, sl):
		return s.roll.binary
	}
	return s.binary
}

// replace notes that a process is to be replaced, and why.
func (s *supervisor) replace(p *process, why Reason) {
	if p.slot.current != p || p.slot.wanted != "" || s.stop.begun {
		return
	}
	s.plan.Log.Info("process to be replaced", "role", string(p.slot.role), "index", p.slot.index, "pid", p.pid(), "reason", string(why),
		"requests", p.stats.Requests, "memory", p.stats.Memory)
	p.slot.wanted, p.slot.again = why, time.Time{}
}

// recycle starts the successors of processes that are to be replaced.
func (s *supervisor) recycle(now time.Time) {
	for _, sl := range s.slots {
		if sl.wanted == "" || sl.current == nil || sl.next != nil || now.Before(sl.again) {
			continue
		}
		p, err := s.spawn(sl, s.binaryOf(sl))
		if err != nil {
			s.replacementFailed(sl, nil, err)
			continue
		}
		sl.next = p
	}
}

// replacementFailed goes on with the old process.
func (s *supervisor) replacementFailed(sl *slot, p *process, cause error) {
	sl.next = nil
	if s.roll.binary != nil && (p == nil || p.binary == s.roll.binary) && len(s.roll.waiting) > 0 && s.roll.waiting[0] == sl {
		s.rollFailed(sl, cause)
		return
	}
	sl.failures++
	wait := max(pause(sl.failures), time.Second)
	sl.again = time.Now().Add(wait)
	s.plan.Log.Error("replacement failed, the old process keeps serving", "role", string(sl.role), "index", sl.index, "error", cause, "again_in", wait)
}
