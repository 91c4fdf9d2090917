package netpoll

import (
	"testing"
	"time"
)

// Ensure Round comes back while handlers wait, not before a poller is driven, and
// when the group is closed.
func TestRound(t *testing.T) {
	g := group(t)
	for deadline := time.Now().Add(patience); !g.dozing.Load(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the monitor of a group without connections does not doze")
		}
	}
	for range 3 {
		g.Round()
	}
	if !g.dozing.Load() {
		t.Error("a round wakes the monitor")
	}
	l := listen(t, g, "tcp")
	release := make(chan struct{})
	for range g.pollers { // one handler for each that waits without having left
		client, served := dial(t, l)
		talk(t, served, func(*Driver) { <-release })
		if _, err := client.Write([]byte("a")); err != nil {
			t.Fatal(err)
		}
	}
	round := func(g *Group) <-chan struct{} {
		done := make(chan struct{})
		go func() {
			g.Round()
			close(done)
		}()
		return done
	}
	within(t, round(g), "a round beside handlers that wait")
	close(release)

	p, err := newPoller(g)
	if err != nil {
		t.Fatal(err)
	}
	idle := &Group{pollers: []*Poller{p}}
	p.group = idle
	done := round(idle)
	for p.summon() && p.rounds.Load() == 0 { // whoever drives it makes the round, nobody else
		select {
		case <-done:
			t.Fatal("a round without a driver")
		default:
		}
		if p.driver.Load() == nil {
			p.replace()
		}
	}
	within(t, done, "the round of a driver that has come")
	idle.Close()
	within(t, round(idle), "the round of a closed group")
	(*Group)(nil).Round()
}
