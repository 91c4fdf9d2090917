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
	Machine machine
	Options options
	Load    []string // the versions of the load generators
	Peers   []peer
	Left    map[string]string // peers left out, and why
	Rows    []result
	Notes   string // what people wrote about the figures, Markdown
}

// failures are samples with errors: their figures are of something else than
// the row.
func (r report) failures() error {
	var errs []error
	for _, row := range r.Rows {
		for _, p := range r.Peers {
			for i, s := range row.samples[p.name] {
				if s.errors > 0 {
					errs = append(errs, fmt.Errorf("row %s, %s, round %d: %d of %d requests failed", row.name, p.name, i+1, s.errors, s.requests))
				}
				if row.kind == idle && s.held < r.Options.idle {
					errs = append(errs, fmt.Errorf("row %s, %s, round %d: %d of %d connections were held", row.name, p.name, i+1, s.held, r.Options.idle))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// markdown writes the report.
func (r report) markdown() string {
	var b strings.Builder
	fmt.Fprintln(&b, "<!-- Written by go run ./bench; the notes at the end come from bench/notes.md. -->")
	fmt.Fprintln(&b, "\n# Side by side")
	r.conditions(&b)
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n", row.name, upperFirst(row.about))
		switch {
		case row.skipped != "":
			fmt.Fprintf(&b, "Left out: %s.\n", row.skipped)
		case row.kind == idle:
			r.idleTable(&b, row)
		default:
			r.loadTable(&b, row)
		}
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
	fmt.Fprintf(b, "\nMedians of %d rounds of %s after %s of warming up, %d kept-alive connections; in brackets the smallest and the largest.\n", o.rounds, o.duration, o.warmup, o.connections)
	fmt.Fprint(b, `CPU is user and system time of all processes of a server, per request. A ratio is to nginx in the same round; at best is the
smallest of all rounds to nginx's smallest, for machines whose speed changes from round to round. Latency is under full
load: it says how long the queue is. Every server has one core, load generator and backend another. No access log.

`)
	if o.date != "" {
		fmt.Fprintf(b, "- Date: %s\n", o.date)
	}
	m := r.Machine
	fmt.Fprintf(b, "- Machine: %s, %d cores, Linux %s, load before the run %s\n", m.processor, m.cores, m.kernel, m.load)
	fmt.Fprintf(b, "- Load: %s\n", strings.Join(r.Load, ", "))
	if n, of := r.disturbances(); n > 0 {
		fmt.Fprintf(b, "- **Disturbed**: in %d of %d measurements other programs took more than %.0f %% of the two cores; only a quiet run counts\n", n, of, 100*disturbed)
	} else if of > 0 {
		fmt.Fprintf(b, "- Quiet: in none of %d measurements other programs took more than %.0f %% of the two cores\n", of, 100*disturbed)
	}
	for _, p := range r.Peers {
		fmt.Fprintf(b, "- %s: %s\n", p.name, p.version)
	}
	for _, name := range []string{"stackgen", baseline, "caddy", "net/http"} {
		if why := r.Left[name]; why != "" {
			fmt.Fprintf(b, "- %s: left out, %s\n", name, why)
		}
	}
}

// disturbances counts the measurements under load that others disturbed.
func (r report) disturbances() (n, of int) {
	for _, row := range r.Rows {
		for _, samples := range row.samples {
			if row.kind != idle {
				n, of = n+disturbances(samples), of+len(samples)
			}
		}
	}
	return n, of
}

// disturbances counts the samples that others disturbed.
func disturbances(samples []sample) int {
	n := 0
	for _, s := range samples {
		if s.others > disturbed {
			n++
		}
	}
	return n
}

// loadTable writes a row that was measured under load.
func (r report) loadTable(b *strings.Builder, row result) {
	t := table{{"", "CPU µs", "× nginx", "at best", "requests/s", "p50", "p99", "p99.9", "MB resident"}}
	for _, p := range r.Peers {
		s := row.samples[p.name]
		if len(s) == 0 {
			t = append(t, unmeasured(p.name, len(t[0])))
			continue
		}
		cpu := column(s, sample.cpuPerRequest)
		ratio, best := "–", "–"
		nginx := column(row.samples[baseline], sample.cpuPerRequest)
		if x := ratios(cpu, nginx); len(x) > 0 && p.name != baseline {
			ratio, best = spread(summarise(x), "%.2f"), fmt.Sprintf("%.2f", summarise(cpu).min/summarise(nginx).min)
		}
		t = append(t, []string{
			p.name,
			spread(summarise(cpu), "%.1f"),
			ratio,
			best,
			spread(summarise(column(s, func(s sample) float64 { return s.perSecond })), "%.0f"),
			latency(column(s, func(s sample) float64 { return float64(s.p50) })),
			latency(column(s, func(s sample) float64 { return float64(s.p99) })),
			latency(column(s, func(s sample) float64 { return float64(s.p999) })),
			megabytes(summarise(column(s, func(s sample) float64 { return float64(s.resident) })).median),
		})
	}
	t.write(b)
	if row.bar > 0 {
		fmt.Fprintf(b, "\nBar for stackgen: %.2f × nginx.%s\n", row.bar, r.verdict(row))
	}
}

// verdict says whether a row's bar is held; nothing where it was not measured.
func (r report) verdict(row result) string {
	x := ratios(column(row.samples["stackgen"], sample.cpuPerRequest), column(row.samples[baseline], sample.cpuPerRequest))
	switch {
	case len(x) == 0:
		return ""
	case disturbances(row.samples["stackgen"]) > 0 || disturbances(row.samples[baseline]) > 0:
		return " Undecided: other programs disturbed."
	case summarise(x).median <= row.bar:
		return " Held."
	}
	return " **Missed.**"
}

// idleTable writes the row of idle connections.
func (r report) idleTable(b *strings.Builder, row result) {
	t := table{{"", "connections held", "MB resident", "MB before", "KB per connection"}}
	for _, p := range r.Peers {
		s := row.samples[p.name]
		if len(s) == 0 {
			t = append(t, unmeasured(p.name, len(t[0])))
			continue
		}
		t = append(t, []string{
			p.name,
			fmt.Sprintf("%.0f", summarise(column(s, func(s sample) float64 { return float64(s.held) })).median),
			spread(summarise(column(s, func(s sample) float64 { return float64(s.resident) / (1 << 20) })), "%.1f"),
			spread(summarise(column(s, func(s sample) float64 { return float64(s.before) / (1 << 20) })), "%.1f"),
			fmt.Sprintf("%.2f", summarise(column(s, func(s sample) float64 {
				return float64(s.resident-s.before) / 1024 / float64(r.Options.idle)
			})).median),
		})
	}
	t.write(b)
}

// unmeasured is the table row of a peer without samples.
func unmeasured(name string, cells int) []string {
	row := slices.Repeat([]string{"–"}, cells)
	row[0] = name
	return row
}

// column is one figure of all rounds.
func column(samples []sample, figure func(sample) float64) []float64 {
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

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
