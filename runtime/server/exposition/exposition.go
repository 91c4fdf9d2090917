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
	w.out = append(w.out, name...)
	if len(labels) > 0 {
		w.out = append(w.out, '{')
		for i := 0; i+1 < len(labels); i += 2 {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			w.out = append(w.out, labels[i]+`="`...)
			w.out = append(w.out, labelEscapes.Replace(labels[i+1])...)
			w.out = append(w.out, '"')
		}
		w.out = append(w.out, '}')
	}
	w.out = append(w.out, ' ')
	w.out = append(w.out, number(value)...)
	w.out = append(w.out, '\n')
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
	total := int64(0)
	for i, c := range counts {
		bound := math.Inf(1)
		if i < len(bounds) {
			bound = bounds[i]
		}
		total += c
		w.Sample(name+"_bucket", float64(total), append(labels[:len(labels):len(labels)], "le", number(bound))...)
	}
	w.Sample(name+"_sum", sum, labels...)
	w.Sample(name+"_count", float64(total), labels...)
}
