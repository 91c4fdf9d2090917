package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// sample is one measurement of one peer on one row.
type sample struct {
	answered                  // at full load
	cpu         time.Duration // of all processes, for all requests
	application time.Duration // of it, those that run views
	resident    int64         // bytes, under load or with idle connections
	before      int64         // bytes, before the idle connections
	opened      int           // idle connections
	held        int           // idle connections that were answered once more at the end
	half        *paced        // at half load; nil when it was not measured
	beside      *paced        // the same beside slow clients
	quiet
}

// paced is a measurement at a constant rate.
type paced struct {
	answered
	rate float64 // requests per second that were due
	busy float64 // the server's share of its core
	held int     // slow clients that the server had not given up at the end
	quiet
}

// quiet says under which circumstances something was measured.
type quiet struct {
	others        float64 // share of the two cores that went to other programs
	before, after speed
}

// cpuPerRequest is in microseconds.
func (s sample) cpuPerRequest() float64 { return s.perRequest(s.cpu) }

// applicationPerRequest is in microseconds; 0 where nothing runs views.
func (s sample) applicationPerRequest() float64 { return s.perRequest(s.application) }

func (s sample) perRequest(d time.Duration) float64 {
	if s.requests == 0 {
		return 0
	}
	return float64(d) / float64(time.Microsecond) / float64(s.requests)
}

// result is a row with the samples of all peers, by name and in the order of
// the rounds.
type result struct {
	row
	skipped string // why there are no samples
	failed  error  // why a round was not measured, or several
	samples map[string][]sample
}

// measureAll measures the rows round by round. A row that fails keeps no other
// from being measured; when the context ends, what was measured until then is the
// result.
func (b *bench) measureAll(ctx context.Context, rows []row, peers []peer) []result {
	b.say("this takes about %s", b.estimate(rows, peers).Round(time.Second))
	results := make([]result, len(rows))
	for i, r := range rows {
		results[i] = result{row: r, samples: map[string][]sample{}}
		switch r.kind {
		case idle:
			results[i].skipped = allowFiles(b.idle)
		case sockets:
			results[i].skipped = allowFiles(min(b.idle, b.mostSockets()))
		}
		if why := results[i].skipped; why != "" {
			b.say("%s is left out: %s", r.name, why)
		}
	}
	for round := range b.rounds {
		for i := range results {
			r := &results[i]
			if r.skipped != "" || ctx.Err() != nil {
				continue
			}
			taking := takingPart(peers, r.row)
			if len(taking) == 0 {
				continue
			}
			// Who begins changes from round to round.
			first := round % len(taking)
			samples, err := b.measure(ctx, round, r.row, append(taking[first:], taking[:first]...))
			if err != nil {
				err = fmt.Errorf("row %s, round %d: %w", r.name, round+1, err)
				r.failed = errors.Join(r.failed, err)
				b.say("%s", err)
				continue
			}
			for name, s := range samples {
				r.samples[name] = append(r.samples[name], s)
			}
		}
	}
	return results
}

// takingPart are the peers that are measured on a row.
func takingPart(peers []peer, r row) []peer {
	return slices.DeleteFunc(slices.Clone(peers), func(p peer) bool { return !p.takesPart(r) })
}

// estimate is how long a run takes when nothing is measured anew.
func (b *bench) estimate(rows []row, peers []peer) time.Duration {
	const around = time.Second // starting, checking, probing and ending a peer
	var total time.Duration
	for _, r := range rows {
		switch r.kind {
		case rendering:
			total += renderTime
			continue
		case reading:
			total += around + 2*b.duration
			continue
		case hundred:
			total += hundredTime
			continue
		}
		each := around + b.warmup + b.duration
		if b.paces(r) {
			each += b.duration
		}
		if r.kind == slow {
			each += b.duration
		}
		total += time.Duration(len(takingPart(peers, r))) * each
	}
	return time.Duration(b.rounds) * total
}

// measure measures a row once at every peer. All of them run meanwhile, and
// those whose turn it is not wait for connections, which takes nothing.
func (b *bench) measure(ctx context.Context, round int, r row, peers []peer) (samples map[string]sample, err error) {
	switch r.kind {
	case rendering:
		return b.render(ctx, round)
	case reading:
		return b.read(ctx, round, r)
	case hundred:
		return b.hundred(ctx, round)
	}
	var servers []*server
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.stop())
		}
	}()
	for _, p := range peers {
		s, err := b.serve(ctx, p, r)
		if err != nil {
			return nil, err
		}
		servers = append(servers, s)
	}
	samples = map[string]sample{}
	for _, s := range servers {
		taken, err := b.full(ctx, s, r)
		if err != nil {
			return nil, err
		}
		samples[s.name] = taken
		b.say("round %d/%d  %-17s%-10s%s", round+1, b.rounds, r.name, s.name, taken.line(r))
	}
	if b.profiled && r.kind != idle && r.kind != sockets && round == 0 {
		for _, s := range servers {
			if err := b.profile(ctx, s, r); err != nil {
				return nil, err
			}
		}
	}
	if !b.paces(r) {
		return samples, nil
	}
	for _, s := range servers {
		taken := samples[s.name]
		rate := halfLoad(taken.perSecond, samples[baseline].perSecond)
		if taken.half, err = b.half(ctx, s, r, rate); err != nil {
			return nil, err
		}
		if r.kind == slow {
			if taken.beside, err = b.beside(ctx, s, r, rate); err != nil {
				return nil, err
			}
		}
		samples[s.name] = taken
		b.say("round %d/%d  %-17s%-10s%s", round+1, b.rounds, r.name, s.name, taken.paceLine())
	}
	return samples, nil
}

// paces says whether a row is measured at half load as well.
func (b *bench) paces(r row) bool {
	return r.kind == slow || r.kind == load && b.paced
}

// halfLoad is half of what a peer answered at the most, or half of what the
// baseline did if that is less: who is faster than the baseline is asked as
// much as it.
func halfLoad(own, baseline float64) float64 {
	if baseline > 0 {
		own = min(own, baseline)
	}
	return own / 2
}

// full measures a server under all the load that it takes, or with idle
// connections.
func (b *bench) full(ctx context.Context, s *server, r row) (sample, error) {
	if r.kind == idle {
		return b.measureIdle(s, b.idle, asker(s.address, r.path), asker(s.address, r.path))
	}
	if r.kind == sockets {
		return b.measureIdle(s, min(b.idle, b.mostSockets()), opener(s.address, r.path), echo)
	}
	if b.warmup > 0 {
		if _, _, err := b.saturate(ctx, s, r, b.warmup); err != nil {
			return sample{}, err
		}
	}
	return calmest(b.retakes, func() (sample, error) {
		var taken sample
		w, err := b.watch(ctx, s, func() (cpu time.Duration, err error) {
			taken.answered, cpu, err = b.saturate(ctx, s, r, b.duration)
			return cpu, err
		})
		taken.cpu, taken.application, taken.resident, taken.quiet = w.cpu, w.application, w.resident, w.quiet
		return taken, err
	})
}

// half measures a server at a rate.
func (b *bench) half(ctx context.Context, s *server, r row, rate float64) (*paced, error) {
	return calmest(b.retakes, func() (*paced, error) {
		taken := &paced{rate: rate}
		w, err := b.watch(ctx, s, func() (cpu time.Duration, err error) {
			taken.answered, cpu, err = b.pace(ctx, s, r, rate, b.duration)
			return cpu, err
		})
		taken.busy, taken.quiet = w.busy, w.quiet
		return taken, err
	})
}

// beside is the same with slow clients beside.
func (b *bench) beside(ctx context.Context, s *server, r row, rate float64) (*paced, error) {
	return calmest(b.retakes, func() (*paced, error) {
		dawdlers, err := b.dawdle(s)
		if err != nil {
			return nil, err
		}
		taken, err := b.half(ctx, s, r, rate)
		held, stopped := dawdlers.stop()
		if err := errors.Join(err, stopped); err != nil {
			return nil, err
		}
		taken.held = held
		return taken, nil
	})
}

// taken is what can be disturbed.
type taken interface{ disturbance() float64 }

// disturbance is the share of the cores that others took, and all of it when the
// cores did not keep their speed.
func (q quiet) disturbance() float64 {
	if !q.steady() {
		return 1 + q.others
	}
	return q.others
}

// calmest measures once more, up to so many times, while others disturb, and
// returns the sample that they disturbed least. Nothing else of a sample
// decides whether it is taken.
func calmest[T taken](retakes int, measure func() (T, error)) (T, error) {
	best, err := measure()
	for ; err == nil && best.disturbance() > disturbed && retakes > 0; retakes-- {
		var s T
		if s, err = measure(); err == nil && s.disturbance() < best.disturbance() {
			best = s
		}
	}
	return best, err
}

// line is a sample for the progress report.
func (s sample) line(r row) string {
	if r.kind == idle || r.kind == sockets {
		return fmt.Sprintf("%d held, %s MB", s.held, megabytes(float64(s.resident)))
	}
	return fmt.Sprintf("%7.2f µs CPU, %.0f/s, p99 %s, %d errors, %.0f %% of the cores to others, speed %s",
		s.cpuPerRequest(), s.perSecond, s.p99, s.errors, 100*s.others, s.after)
}

// paceLine is the same of what was measured at half load.
func (s sample) paceLine() string {
	text := fmt.Sprintf("at %.0f/s p50 %s, p99 %s, p99.9 %s, core %.0f %% busy, %d errors", s.half.rate, s.half.p50, s.half.p99, s.half.p999, 100*s.half.busy, s.half.errors)
	if s.beside != nil {
		text += fmt.Sprintf("; beside %d slow clients p50 %s, p99 %s, p99.9 %s, core %.0f %% busy", s.beside.held, s.beside.p50, s.beside.p99, s.beside.p999, 100*s.beside.busy)
	}
	return text
}
