package supervisor

import (
	"log/slog"
	"testing"
	"time"
)

// Ensure a supervisor that was held up takes nobody for silent or late, and that
// one that was not leaves all times as they are.
func TestCatchUp(t *testing.T) {
	for _, tt := range []struct {
		late   time.Duration
		silent bool
	}{{0, true}, {500 * time.Millisecond, true}, {time.Second, false}, {time.Hour, false}} {
		now := time.Now()
		serving := &process{state: ready, seen: now.Add(-tt.late - time.Minute)}
		booting := &process{state: starting, seen: now.Add(-tt.late), deadline: now.Add(-tt.late)}
		s := &supervisor{plan: Plan{Silence: time.Minute, Log: slog.New(slog.DiscardHandler)}, due: now.Add(-tt.late),
			slots: []*slot{{current: serving}, {current: booting}}}
		s.catchUp(now)
		if silent := now.Sub(serving.seen) >= s.plan.Silence; silent != tt.silent {
			t.Errorf("held up for %s: the process counts as silent: %v", tt.late, silent)
		}
		if late := !now.Before(booting.deadline); late != tt.silent {
			t.Errorf("held up for %s: the process counts as late: %v", tt.late, late)
		}
	}
}
