package main

import (
	"context"
	"time"
)

// watched is what a server took while it was loaded.
type watched struct {
	cpu         time.Duration
	application time.Duration // of cpu
	resident    int64         // bytes, at the end
	busy        float64       // the server's share of its core
	quiet
}

// watch runs load, which returns the load generator's CPU time, and accounts
// for what everything took meanwhile.
func (b *bench) watch(ctx context.Context, s *server, load func() (time.Duration, error)) (w watched, err error) {
	earlier, err := b.probe(ctx)
	if err != nil {
		return w, err
	}
	before, err := b.account(s)
	if err != nil {
		return w, err
	}
	generator, err := load()
	if err != nil {
		return w, err
	}
	after, err := b.account(s)
	if err != nil {
		return w, err
	}
	later, err := b.probe(ctx)
	if err != nil {
		return w, err
	}
	wall := after.at.Sub(before.at)
	w.cpu, w.resident = after.server.cpu-before.server.cpu, after.server.resident
	w.application = after.server.application - before.server.application
	w.busy = float64(w.cpu) / float64(wall)
	w.before, w.after = earlier, later
	mine := w.cpu + after.beside.cpu - before.beside.cpu + generator
	w.others = otherShare(after.busy-before.busy, mine, wall, 2)
	return w, nil
}

// account is what everything has taken up to a moment.
type account struct {
	at     time.Time
	server usage
	beside usage         // backend and slow clients
	busy   time.Duration // of the two cores
}

func (b *bench) account(s *server) (a account, err error) {
	a.at = time.Now()
	if a.busy, err = b.busy(); err != nil {
		return a, err
	}
	for _, p := range []*process{b.backend, b.dawdlers} {
		if p == nil {
			continue
		}
		u, err := p.usage()
		if err != nil {
			return a, err
		}
		a.beside = a.beside.add(u)
	}
	a.server, err = s.usage()
	return a, err
}
