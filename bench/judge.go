package main

import (
	"fmt"
	"strings"
)

// idleConnections is what the bar for memory is about.
const idleConnections = 10_000

// The bars beside a row's own.
const (
	lessThanCaddy = 4.0  // times less CPU time, on rows with a bar
	halfLoadBar   = 1.0  // p99 at half load in relation to the baseline's, on rows with a bar
	besideSlowBar = 1.1  // p99 beside slow clients in relation to without: unchanged, but for noise
	idleBar       = 80.0 // MB resident with 10,000 idle connections
	socketsBar    = 1.1  // MB resident with proxied idle WebSockets in relation to the baseline's
)

// verdict is what a row says about a bar.
type verdict struct {
	about     string
	value     float64 // median over the rounds
	limit     float64
	atLeast   bool // the limit is the lowest value, not the highest
	disturbed bool // others disturbed: the value decides nothing
}

// held says whether the bar is held.
func (v verdict) held() bool {
	if v.atLeast {
		return v.value >= v.limit
	}
	return v.value <= v.limit
}

// word is the verdict in one word.
func (v verdict) word() string {
	switch {
	case v.disturbed:
		return "undecided"
	case v.held():
		return "held"
	}
	return "**missed**"
}

// String is a sentence without its end.
func (v verdict) String() string {
	limit := "at most"
	if v.atLeast {
		limit = "at least"
	}
	return fmt.Sprintf("%s: %.2f, %s %.2f: %s", v.about, v.value, limit, v.limit, v.word())
}

// judge holds a row against its bars; those whose peers were not measured are
// left out.
func judge(row result) []verdict {
	mine, theirs, caddys := row.samples[ours], row.samples[baseline], row.samples[caddy]
	var all []verdict
	add := func(v verdict, values []float64, of ...[]sample) {
		if len(values) == 0 {
			return
		}
		v.value = summarise(values).median
		for _, samples := range of {
			v.disturbed = v.disturbed || disturbances(samples) > 0
		}
		all = append(all, v)
	}
	if row.bar > 0 {
		add(verdict{about: "CPU per request, × nginx", limit: row.bar}, cpuRatios(mine, theirs), mine, theirs)
	}
	if row.bar > 0 && !row.cpuOnly {
		add(verdict{about: "CPU per request, times less than Caddy", limit: lessThanCaddy, atLeast: true}, cpuRatios(caddys, mine), mine, caddys)
		add(verdict{about: "p99 at half load, × nginx", limit: halfLoadBar}, p99Ratios(mine, theirs, atHalf, atHalf), mine, theirs)
	}
	if row.times > 0 {
		djangos := row.samples[django]
		add(verdict{about: "CPU per request of the application, times less than Django's", limit: row.times, atLeast: true}, applicationRatios(djangos, mine), mine, djangos)
	}
	if row.faster > 0 {
		djangos := row.samples[django]
		add(verdict{about: "requests per second, × Django's", limit: row.faster, atLeast: true}, speedRatios(mine, djangos), mine, djangos)
	}
	if row.kind == rendering {
		add(verdict{about: "times faster than html/template", limit: timesHTMLTemplate, atLeast: true}, cpuRatios(row.samples["net/http"], mine), mine)
		add(verdict{about: "times faster than Django", limit: timesDjango, atLeast: true}, cpuRatios(row.samples[django], mine), mine)
	}
	if row.kind == reading {
		bare := row.samples[bareDriver]
		add(verdict{about: "CPU per row, × the bare driver's", limit: bareDriverBar}, cpuRatios(mine, bare), mine, bare)
	}
	if row.kind == hundred {
		add(verdict{about: "seconds to generate", limit: generateBar}, stepSeconds(row.samples[generateStep]))
		add(verdict{about: "seconds to compile", limit: compileBar}, stepSeconds(row.samples[compileStep]))
	}
	if row.kind == idle && summarise(column(mine, func(s sample) float64 { return float64(s.held) })).median == idleConnections {
		add(verdict{about: "MB resident with 10,000 idle connections", limit: idleBar}, column(mine, func(s sample) float64 { return float64(s.resident) / (1 << 20) }))
	}
	if row.kind == sockets {
		add(verdict{about: "MB resident with idle WebSockets, × nginx", limit: socketsBar}, ratios(column(mine, residentBytes), column(theirs, residentBytes)))
	}
	if row.kind == slow {
		add(verdict{about: "p99 beside slow clients, × p99 without", limit: besideSlowBar}, p99Ratios(mine, mine, besideSlow, atHalf), mine)
	}
	return all
}

// atHalf and besideSlow choose what was measured at a rate.
func atHalf(s sample) *paced     { return s.half }
func besideSlow(s sample) *paced { return s.beside }

// residentBytes is a sample's memory as a figure.
func residentBytes(s sample) float64 { return float64(s.resident) }

// p99s are the p99 of all rounds, of one kind; nothing unless every round has it.
func p99s(samples []sample, which func(sample) *paced) []float64 {
	taken := pacedOf(samples, which)
	if len(taken) < len(samples) {
		return nil
	}
	return column(taken, func(p paced) float64 { return float64(p.p99) })
}

// cpuRatios are those of the CPU time per request, of rounds at one speed.
func cpuRatios(above, below []sample) []float64 {
	return figureRatios(above, below, sample.cpuPerRequest)
}

// applicationRatios are those of the part of it that programs with views took.
func applicationRatios(above, below []sample) []float64 {
	return figureRatios(above, below, sample.applicationPerRequest)
}

// speedRatios are those of the requests per second.
func speedRatios(above, below []sample) []float64 {
	return figureRatios(above, below, func(s sample) float64 { return s.perSecond })
}

func figureRatios(above, below []sample, figure func(sample) float64) []float64 {
	return ratios(alike(column(above, figure), column(below, figure), func(round int) bool {
		return above[round].comparable(below[round].quiet)
	}))
}

// p99Ratios are those of p99, of rounds at one speed.
func p99Ratios(above, below []sample, of, to func(sample) *paced) []float64 {
	return ratios(alike(p99s(above, of), p99s(below, to), func(round int) bool {
		return of(above[round]).comparable(to(below[round]).quiet)
	}))
}

// pacedOf are the measurements of one kind that there are.
func pacedOf(samples []sample, which func(sample) *paced) []paced {
	var all []paced
	for _, s := range samples {
		if p := which(s); p != nil {
			all = append(all, *p)
		}
	}
	return all
}

// disturbances counts the samples that others disturbed, at full or half load.
func disturbances(samples []sample) int {
	n := 0
	for _, s := range samples {
		for _, q := range s.circumstances() {
			if q.others > disturbed {
				n++
			}
		}
	}
	return n
}

// circumstances are those of every measurement under load in a sample.
func (s sample) circumstances() []quiet {
	var all []quiet
	if s.requests > 0 {
		all = append(all, s.quiet)
	}
	for _, p := range []*paced{s.half, s.beside} {
		if p != nil {
			all = append(all, p.quiet)
		}
	}
	return all
}

// words are the verdicts in short, for the overview.
func words(all []verdict) string {
	var text []string
	for _, v := range all {
		text = append(text, v.word())
	}
	return strings.Join(text, ", ")
}
