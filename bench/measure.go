package main

import (
	"context"
	"fmt"
	"time"
)

// sample is one measurement of one peer on one row.
type sample struct {
	load
	cpu      time.Duration // of all processes, for all requests
	resident int64         // bytes, under load or with idle connections
	before   int64         // bytes, before the idle connections
	held     int           // idle connections that were answered once more at the end
	others   float64       // share of the two cores that went to other programs
}

// cpuPerRequest is in microseconds.
func (s sample) cpuPerRequest() float64 {
	if s.requests == 0 {
		return 0
	}
	return float64(s.cpu) / float64(time.Microsecond) / float64(s.requests)
}

// result is a row with the samples of all peers, by name and in the order of
// the rounds.
type result struct {
	row
	skipped string // why there are no samples
	samples map[string][]sample
}

// measureAll measures the rows round by round, the peers of a row right after
// one another.
func (b *bench) measureAll(ctx context.Context, rows []row, peers []peer) ([]result, error) {
	results := make([]result, len(rows))
	for i, r := range rows {
		results[i] = result{row: r, samples: map[string][]sample{}}
		if r.idle {
			results[i].skipped = allowFiles(b.idle)
		}
		if why := results[i].skipped; why != "" {
			b.say("%s is left out: %s", r.name, why)
		}
	}
	for round := range b.rounds {
		for i := range results {
			r := &results[i]
			if r.skipped != "" {
				continue
			}
			for turn := range peers {
				// Who begins changes from round to round.
				p := peers[(turn+round)%len(peers)]
				s, err := calmest(b.retakes, func() (sample, error) {
					s, err := b.measure(ctx, p, r.row)
					if err == nil {
						b.say("round %d/%d  %-12s%-10s%s", round+1, b.rounds, r.name, p.name, s.line(r.row))
					}
					return s, err
				})
				if err != nil {
					return nil, fmt.Errorf("row %s, round %d: %w", r.name, round+1, err)
				}
				r.samples[p.name] = append(r.samples[p.name], s)
			}
		}
	}
	return results, nil
}

// calmest measures once more, up to so many times, while others disturb, and
// returns the sample that they disturbed least. Nothing else of a sample
// decides whether it is taken.
func calmest(retakes int, measure func() (sample, error)) (sample, error) {
	best, err := measure()
	for ; err == nil && best.others > disturbed && retakes > 0; retakes-- {
		var s sample
		if s, err = measure(); err == nil && s.others < best.others {
			best = s
		}
	}
	return best, err
}

// line is a sample for the progress report.
func (s sample) line(r row) string {
	if r.idle {
		return fmt.Sprintf("%d held, %s MB", s.held, megabytes(float64(s.resident)))
	}
	return fmt.Sprintf("%6.2f µs CPU, %.0f/s, p99 %s, %d errors, %.0f %% of the cores to others", s.cpuPerRequest(), s.perSecond, s.p99, s.errors, 100*s.others)
}

// measure starts a peer, measures a row and ends the peer.
func (b *bench) measure(ctx context.Context, p peer, r row) (s sample, err error) {
	address, err := freeAddress()
	if err != nil {
		return s, err
	}
	c, err := p.command(address)
	if err != nil {
		return s, err
	}
	server, err := start(ctx, p.name, b.serverCPU, address, c)
	if err != nil {
		return s, err
	}
	defer func() {
		if stopped := server.stop(); err == nil {
			err = stopped
		}
	}()
	if err := b.verify(ctx, server, r); err != nil {
		return s, err
	}
	if r.idle {
		return b.measureIdle(server, r)
	}
	url := "http://" + address + r.path
	if b.warmup > 0 {
		if _, _, err := b.wrk(ctx, url, b.warmup); err != nil {
			return s, err
		}
	}
	return b.measureLoad(ctx, server, url)
}

// measureLoad loads a server that is warm.
func (b *bench) measureLoad(ctx context.Context, server *process, url string) (s sample, err error) {
	began := time.Now()
	before, err := b.account(server)
	if err != nil {
		return s, err
	}
	l, generator, err := b.wrk(ctx, url, b.duration)
	if err != nil {
		return s, err
	}
	after, err := b.account(server)
	if err != nil {
		return s, err
	}
	s.load, s.cpu, s.resident = l, after.server.cpu-before.server.cpu, after.server.resident
	ours := s.cpu + after.backend.cpu - before.backend.cpu + generator
	s.others = otherShare(after.busy-before.busy, ours, time.Since(began), 2)
	return s, nil
}

// account is what everything has taken up to a moment.
type account struct {
	server, backend usage
	busy            time.Duration // of the two cores
}

func (b *bench) account(server *process) (a account, err error) {
	if a.busy, err = b.busy(); err != nil {
		return a, err
	}
	if a.backend, err = b.backend.usage(); err != nil {
		return a, err
	}
	a.server, err = server.usage()
	return a, err
}
