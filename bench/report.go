package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// report is a run with everything that is said about it.
type report struct {
	Brief   bool // without explanations, for who runs it again and again
	Machine machine
	Options options
	Load    []string // the versions of the load generators
	Peers   []peer
	Left    map[string]string // peers left out, and why
	Rows    []result
	Notes   string // what people wrote about the figures, Markdown
}

// markdown writes the report.
func (r report) markdown() string {
	var b strings.Builder
	fmt.Fprintln(&b, "<!-- Written by go run ./bench; the notes at the end come from bench/notes.md. -->")
	fmt.Fprintln(&b, "\n# Side by side")
	r.conditions(&b)
	r.overview(&b)
	for _, row := range r.Rows {
		r.section(&b, row)
	}
	if err := r.failures(); err != nil {
		fmt.Fprintf(&b, "\n## Failures\n\n- %s\n", strings.ReplaceAll(err.Error(), "\n", "\n- "))
	}
	if r.Notes != "" {
		fmt.Fprintf(&b, "\n%s\n", r.Notes)
	}
	return b.String()
}

// conditions says how the figures came about.
func (r report) conditions(b *strings.Builder) {
	o := r.Options
	if r.Brief {
		fmt.Fprintf(b, "\nRounds: %d of %s, after %s of warming up.\n\n", o.rounds, o.duration, o.warmup)
	} else {
		o.explain(b)
	}
	if o.date != "" {
		fmt.Fprintf(b, "- Date: %s\n", o.date)
	}
	m := r.Machine
	fmt.Fprintf(b, "- Machine: %s, %d cores, Linux %s, TCP %s, load before the run %s\n", m.processor, m.cores, m.kernel, m.tcp, m.load)
	fmt.Fprintf(b, "- Load: %s\n", strings.Join(r.Load, ", "))
	if n, of := r.disturbances(); n > 0 {
		fmt.Fprintf(b, "- **Disturbed**: in %d of %d measurements other programs took more than %.0f %% of the two cores; only a quiet run counts\n", n, of, 100*disturbed)
	} else if of > 0 {
		fmt.Fprintf(b, "- Quiet: in none of %d measurements other programs took more than %.0f %% of the two cores\n", of, 100*disturbed)
	}
	r.speeds(b)
	for _, p := range r.Peers {
		fmt.Fprintf(b, "- %s: %s\n", p.name, p.version)
	}
	for _, name := range []string{ours, baseline, caddy, "net/http", django} {
		if why := r.Left[name]; why != "" {
			fmt.Fprintf(b, "- %s: left out, %s\n", name, why)
		}
	}
}

// explain says what the figures are.
func (o options) explain(b *strings.Builder) {
	fmt.Fprintf(b, `
Medians of %d rounds of %s after %s of warming up, %d requests at a time (%d where bodies have 10 MB), over HTTP/2 %d on each
connection; in brackets the smallest and the largest. CPU is user and system time of all processes of a server, per request. A
ratio is to nginx in the same round, at the same speed of the machine; at best is the smallest of all rounds to nginx's smallest.
Full load is as much as is answered: latency says how long the queue is. At half load requests come at a constant rate, half of
what nginx answered in the same round or of what the peer did if that is less; latency counts from when a request was due
(HTTP/1.1) or sent (over TLS). Every server has one core, load generator and backend another. No peer logs requests.

`, o.rounds, o.duration, o.warmup, o.connections, fewConnections, streams)
}

// speeds says how fast the cores were, round by round.
func (r report) speeds(b *strings.Builder) {
	var kernels, lines []string
	changed, of := 0, 0
	for round := range r.Options.rounds {
		var kernel, line []float64
		for _, q := range r.circumstances(round) {
			for _, s := range []speed{q.before, q.after} {
				if s.Kernel > 0 {
					kernel = append(kernel, s.Kernel/1000)
				}
				if s.Line > 0 {
					line = append(line, s.Line)
				}
			}
			if of++; !q.steady() {
				changed++
			}
		}
		kernels, lines = append(kernels, spread(summarise(kernel), "%.2f")), append(lines, spread(summarise(line), "%.0f"))
	}
	if of == 0 {
		return
	}
	fmt.Fprintf(b, "- Speed of the server's core, µs for a message through loopback, round by round: %s\n", strings.Join(kernels, ", "))
	fmt.Fprintf(b, "- Distance of the two cores, ns for a cache line there and back: %s\n", strings.Join(lines, ", "))
	fmt.Fprintf(b, "- Speed or distance changed during %d of %d measurements", changed, of)
	if two, of := r.twoSpeeds(); of > 0 {
		fmt.Fprintf(b, "; of %d comparisons of stackgen with nginx at full load %d are of different ones, and left out where there are others", of, two)
	}
	fmt.Fprintln(b)
}

// circumstances are those of all measurements under load of one round.
func (r report) circumstances(round int) []quiet {
	var all []quiet
	for _, row := range r.Rows {
		for _, p := range r.Peers {
			if s := row.samples[p.name]; round < len(s) {
				all = append(all, s[round].circumstances()...)
			}
		}
	}
	return all
}

// twoSpeeds counts the comparisons of stackgen with the baseline that are none: the
// cores were faster, or nearer, for one of them.
func (r report) twoSpeeds() (n, of int) {
	for _, row := range r.Rows {
		mine, theirs := row.samples[ours], row.samples[baseline]
		for i := 0; i < min(len(mine), len(theirs)); i++ {
			if mine[i].requests == 0 || theirs[i].requests == 0 {
				continue
			}
			of++
			if !mine[i].comparable(theirs[i].quiet) {
				n++
			}
		}
	}
	return n, of
}

// disturbances counts the measurements under load that others disturbed.
func (r report) disturbances() (n, of int) {
	for round := range r.Options.rounds {
		for _, q := range r.circumstances(round) {
			if of++; q.others > disturbed {
				n++
			}
		}
	}
	return n, of
}

// overview is one line per row, for who reads nothing else.
func (r report) overview(b *strings.Builder) {
	t := table{{"", "stackgen µs", "nginx µs", "× nginx", "bar", "times less than Caddy", "than Django", "p99 at half load", "nginx", "verdict"}}
	for _, row := range r.Rows {
		mine, theirs := row.samples[ours], row.samples[baseline]
		if row.kind == idle || row.kind == sockets || len(mine) == 0 || len(theirs) == 0 && row.takes(baseline) {
			continue
		}
		nginx := "–"
		if len(theirs) > 0 {
			nginx = fmt.Sprintf("%.1f", summarise(column(theirs, sample.cpuPerRequest)).median)
		}
		line := []string{
			row.name, fmt.Sprintf("%.1f", summarise(column(mine, sample.cpuPerRequest)).median), nginx,
			"–", "", "", "", "", "", words(judge(row)),
		}
		if x := cpuRatios(mine, theirs); len(x) > 0 {
			line[3] = fmt.Sprintf("%.2f", summarise(x).median)
		}
		if row.bar > 0 {
			line[4] = fmt.Sprintf("%.2f", row.bar)
		}
		if x := cpuRatios(row.samples[caddy], mine); len(x) > 0 {
			line[5] = fmt.Sprintf("%.1f", summarise(x).median)
		}
		if x := applicationRatios(row.samples[django], mine); len(x) > 0 {
			line[6] = fmt.Sprintf("%.1f", summarise(x).median)
		}
		if x, y := p99s(mine, atHalf), p99s(theirs, atHalf); len(x) > 0 && len(y) > 0 {
			line[7], line[8] = latency(x), latency(y)
		}
		t = append(t, line)
	}
	if len(t) == 1 {
		return
	}
	fmt.Fprint(b, "\n## Overview\n\nCPU per request, medians; against Django, of the application's processes alone (all of stackgen counts as that). A verdict for\neach bar: CPU in relation to nginx, in relation to Caddy, p99 at half load.\n\n")
	t.write(b)
}

// failures are samples with errors: their figures are of something else than
// the row.
func (r report) failures() error {
	var errs []error
	for _, row := range r.Rows {
		if row.failed != nil {
			errs = append(errs, row.failed)
		}
		for _, p := range r.Peers {
			for i, s := range row.samples[p.name] {
				fail := func(format string, args ...any) {
					errs = append(errs, fmt.Errorf("row %s, %s, round %d: %s", row.name, p.name, i+1, fmt.Sprintf(format, args...)))
				}
				if s.errors > 0 {
					fail("%d of %d requests failed", s.errors, s.requests)
				}
				if s.half != nil && s.half.errors > 0 {
					fail("%d of %d requests at half load failed", s.half.errors, s.half.requests)
				}
				if s.beside != nil && s.beside.errors > 0 {
					fail("%d of %d requests beside slow clients failed", s.beside.errors, s.beside.requests)
				}
				if (row.kind == idle || row.kind == sockets) && s.held < s.opened {
					fail("%d of %d connections were held", s.held, s.opened)
				}
			}
		}
	}
	return errors.Join(errs...)
}

// column is one figure of all rounds.
func column[S any](samples []S, figure func(S) float64) []float64 {
	v := make([]float64, len(samples))
	for i, s := range samples {
		v[i] = figure(s)
	}
	return v
}

// spread writes a median with its extremes, "8.1 (7.9–8.4)", or the median
// alone when there is no spread.
func spread(s summary, format string) string {
	text := fmt.Sprintf(format, s.median)
	if s.min == s.max {
		return text
	}
	return fmt.Sprintf("%s ("+format+"–"+format+")", text, s.min, s.max)
}

// latency writes the median of durations in nanoseconds.
func latency(values []float64) string {
	d := time.Duration(summarise(values).median)
	if d < time.Millisecond {
		return fmt.Sprintf("%d µs", d.Microseconds())
	}
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

// megabytes writes bytes as MB of 1024 KB.
func megabytes(bytes float64) string { return fmt.Sprintf("%.1f", bytes/(1<<20)) }

// unmeasured is the table row of a peer without samples.
func unmeasured(name string, cells int) []string {
	row := slices.Repeat([]string{"–"}, cells)
	row[0] = name
	return row
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
