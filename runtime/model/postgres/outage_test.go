package postgres

import (
	"testing"
	"time"
)

// Ensure that a server which has gone is waited for together, for no longer than the first
// who came has patience, and that an outage of yesterday is forgotten.
func TestOutage(t *testing.T) {
	const patience = 5 * time.Second
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }
	var o outage
	for _, step := range []struct {
		name          string
		began, failed float64 // an attempt before; negative is none, and failed zero a connection
		now           float64
		want          time.Duration
		inVain        bool
	}{
		{"nothing is known", -1, 0, 0, patience, false},
		{"an attempt failed at once", 1, 1, 2, 4 * time.Second, false},
		{"another did, later", 3, 4, 4, 2 * time.Second, false},
		{"the first has waited in vain", 5, 6, 6, glance, true},
		{"nobody has looked for long", -1, 0, 60, patience, false},
		{"a new outage, of a server that says nothing", 60, 65, 65, glance, true},
		{"a connection", 65, 0, 66, patience, false},
		{"an outage at once after that", 66, 67, 67, 4 * time.Second, false},
	} {
		switch {
		case step.began < 0:
		case step.failed == 0:
			o.over()
		default:
			o.failed(at(step.began), at(step.failed), patience)
		}
		if got, inVain := o.patience(at(step.now), patience); got != step.want || inVain != step.inVain {
			t.Errorf("%s: %v, in vain %v; want %v, %v", step.name, got, inVain, step.want, step.inVain)
		}
	}
}
