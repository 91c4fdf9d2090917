package main

import (
	"fmt"
	"strings"
	"time"
)

// section writes what was measured on a row, with a table for each way of
// measuring it.
func (r report) section(b *strings.Builder, row result) {
	fmt.Fprintf(b, "\n## %s\n\n%s.\n\n", row.name, upperFirst(row.about))
	switch {
	case row.skipped != "":
		fmt.Fprintf(b, "Left out: %s.\n", row.skipped)
		return
	case row.kind == idle || row.kind == sockets:
		r.idleTable(b, row)
	case row.kind == rendering:
		r.renderingTable(b, row)
	case row.kind == reading:
		r.readingTable(b, row)
	case row.kind == hundred:
		r.hundredTable(b, row)
	default:
		r.fullTable(b, row)
		r.pacedTable(b, row, "At half load", atHalf)
		r.pacedTable(b, row, "Beside slow clients", besideSlow)
	}
	for i, v := range judge(row) {
		if i == 0 {
			fmt.Fprintln(b)
		}
		fmt.Fprintf(b, "- %s\n", v)
	}
}

// fullTable writes what was measured under full load.
func (r report) fullTable(b *strings.Builder, row result) {
	t := table{{"", "CPU µs", "× nginx", "at best", "requests/s", "p50", "p99", "p99.9", "MB resident"}}
	if row.django {
		t[0] = append(t[0], "application µs")
	}
	for _, p := range r.Peers {
		s := row.samples[p.name]
		if len(s) == 0 {
			if p.takesPart(row.row) {
				t = append(t, unmeasured(p.name, len(t[0])))
			}
			continue
		}
		cpu := column(s, sample.cpuPerRequest)
		ratio, best := "–", "–"
		nginx := column(row.samples[baseline], sample.cpuPerRequest)
		if x := cpuRatios(s, row.samples[baseline]); len(x) > 0 && p.name != baseline {
			ratio, best = spread(summarise(x), "%.2f"), fmt.Sprintf("%.2f", summarise(cpu).min/summarise(nginx).min)
		}
		line := []string{p.name, spread(summarise(cpu), "%.1f"), ratio, best, spread(summarise(column(s, func(s sample) float64 { return s.perSecond })), "%.0f")}
		line = append(line, percentiles(s, func(s sample) answered { return s.answered })...)
		line = append(line, megabytes(summarise(column(s, func(s sample) float64 { return float64(s.resident) })).median))
		if row.django {
			line = append(line, applicationCell(s))
		}
		t = append(t, line)
	}
	t.write(b)
}

// applicationCell is what the application's programs took of the CPU time.
func applicationCell(s []sample) string {
	median := summarise(column(s, sample.applicationPerRequest)).median
	if median == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", median)
}

// pacedTable writes what was measured at a rate; nothing where nothing was.
func (r report) pacedTable(b *strings.Builder, row result, title string, which func(sample) *paced) {
	t := table{{title, "requests/s", "% of the core", "p50", "p99", "p99.9", "p99 × nginx"}}
	clients := which(sample{beside: &paced{}}) != nil
	if clients {
		t[0] = append(t[0], "slow clients held")
	}
	for _, p := range r.Peers {
		taken := pacedOf(row.samples[p.name], which)
		if len(taken) == 0 {
			continue
		}
		ratio := "–"
		if x := p99Ratios(row.samples[p.name], row.samples[baseline], which, which); len(x) > 0 && p.name != baseline {
			ratio = spread(summarise(x), "%.2f")
		}
		line := []string{
			p.name,
			spread(summarise(column(taken, func(p paced) float64 { return p.rate })), "%.0f"),
			fmt.Sprintf("%.0f", 100*summarise(column(taken, func(p paced) float64 { return p.busy })).median),
		}
		line = append(append(line, percentiles(taken, func(p paced) answered { return p.answered })...), ratio)
		if clients {
			line = append(line, fmt.Sprintf("%.0f", summarise(column(taken, func(p paced) float64 { return float64(p.held) })).median))
		}
		t = append(t, line)
	}
	if len(t) > 1 {
		b.WriteString("\n")
		t.write(b)
	}
}

// percentiles are three cells.
func percentiles[S any](samples []S, of func(S) answered) []string {
	var cells []string
	for _, p := range []func(answered) time.Duration{
		func(a answered) time.Duration { return a.p50 },
		func(a answered) time.Duration { return a.p99 },
		func(a answered) time.Duration { return a.p999 },
	} {
		cells = append(cells, latency(column(samples, func(s S) float64 { return float64(p(of(s))) })))
	}
	return cells
}

// idleTable writes a row of idle connections.
func (r report) idleTable(b *strings.Builder, row result) {
	t := table{{"", "connections held", "MB resident", "MB before", "KB per connection"}}
	for _, p := range r.Peers {
		s := row.samples[p.name]
		if len(s) == 0 {
			if p.takesPart(row.row) {
				t = append(t, unmeasured(p.name, len(t[0])))
			}
			continue
		}
		t = append(t, []string{
			p.name,
			fmt.Sprintf("%.0f", summarise(column(s, func(s sample) float64 { return float64(s.held) })).median),
			spread(summarise(column(s, func(s sample) float64 { return float64(s.resident) / (1 << 20) })), "%.1f"),
			spread(summarise(column(s, func(s sample) float64 { return float64(s.before) / (1 << 20) })), "%.1f"),
			fmt.Sprintf("%.2f", summarise(column(s, func(s sample) float64 {
				return float64(s.resident-s.before) / 1024 / float64(max(s.opened, 1))
			})).median),
		})
	}
	t.write(b)
}

// renderingTable writes the row of the page.
func (r report) renderingTable(b *strings.Builder, row result) {
	t := table{{"", "µs for a page", "times stackgen"}}
	for _, p := range []struct{ name, shown string }{{ours, "stackgen"}, {"net/http", "html/template"}, {django, "Django"}} {
		s := row.samples[p.name]
		if len(s) == 0 {
			continue
		}
		times := "–"
		if x := cpuRatios(s, row.samples[ours]); len(x) > 0 && p.name != ours {
			times = spread(summarise(x), "%.0f")
		}
		t = append(t, []string{p.shown, spread(summarise(column(s, sample.cpuPerRequest)), "%.2f"), times})
	}
	t.write(b)
}
