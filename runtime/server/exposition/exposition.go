// Package exposition writes metrics in the text format that Prometheus reads
// (text format 0.0.4). It is a writer for figures that are kept elsewhere, not a
// registry: who has figures calls it and sends what it has written.
//
//	w.Family("stackgen_requests_total", exposition.Counter, "Requests begun.")
//	w.Sample("stackgen_requests_total", 42, "role", "worker", "index", "0")
package exposition

import (
	"math"
	"strconv"
	"strings"
)

// ContentType is the media type of what a Writer writes.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Kind is the type of a family of metrics.
type Kind string

// The kinds.
const (
	Counter      Kind = "counter"
	Gauge        Kind = "gauge"
	Distribution Kind = "histogram"
)

// Writer collects metrics. The zero Writer is ready.
type Writer struct{ out []byte }

// Bytes are the metrics so far.
func (w *Writer) Bytes() []byte { return w.out }

// Family begins a family; its samples follow.
func (w *Writer) Family(name string, kind Kind, help string) {
	w.out = append(w.out, "# HELP "+name+" "...)
	w.out = append(w.out, strings.NewReplacer("\\", `\\`, "\n", `\n`).Replace(help)...)
	w.out = append(w.out, "\n# TYPE "+name+" "+string(kind)+"\n"...)
}

// Sample writes one value with its labels: name, value, name, value.
func (w *Writer) Sample(name string, value float64, labels ...string) {
	w.Value(Series(name, labels...), value)
}

// Value writes one value of a series that [Series] has named.
func (w *Writer) Value(series string, value float64) {
	w.out = append(w.out, series...)
	w.out = append(w.out, ' ')
	w.out = append(w.out, number(value)...)
	w.out = append(w.out, '\n')
}

// Series is a metric's name with its labels: name, value, name, value.
func Series(name string, labels ...string) string {
	if len(labels) == 0 {
		return name
	}
	b := append([]byte(name), '{')
	for i := 0; i+1 < len(labels); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, labels[i]+`="`...)
		b = append(b, labelEscapes.Replace(labels[i+1])...)
		b = append(b, '"')
	}
	return string(append(b, '}'))
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// number writes a value as Prometheus reads it.
func number(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "+Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Histogram writes the samples of a distribution: bounds are the upper ends of
// the buckets, counts how many fell into each, and behind them how many were above all.
func (w *Writer) Histogram(name string, bounds []float64, counts []int64, sum float64, labels ...string) {
	w.Distribution(Series(name, labels...), bounds, counts, sum)
}

// Distribution is Histogram for a series that [Series] has named.
func (w *Writer) Distribution(series string, bounds []float64, counts []int64, sum float64) {
	name, labels, some := strings.Cut(series, "{")
	first, rest := "{", ""
	if some {
		first, rest = "{"+strings.TrimSuffix(labels, "}")+",", "{"+labels
	}
	total := int64(0)
	for i, c := range counts {
		bound := math.Inf(1)
		if i < len(bounds) {
			bound = bounds[i]
		}
		total += c
		w.Value(name+"_bucket"+first+`le="`+number(bound)+`"}`, float64(total))
	}
	w.Value(name+"_sum"+rest, sum)
	w.Value(name+"_count"+rest, float64(total))
}
