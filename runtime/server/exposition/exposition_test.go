package exposition

import "testing"

// Ensure what is written is Prometheus's text format, escapes and all.
func TestWriter(t *testing.T) {
	var w Writer
	w.Family("a_total", Counter, "Back\\slash and\nline.")
	w.Sample("a_total", 3)
	w.Sample("a_total", 1.5, "path", "/x\"\\\n", "role", "worker")
	w.Family("d_seconds", Distribution, "How long.")
	w.Histogram("d_seconds", []float64{0.5, 1}, []int64{1, 2, 3}, 7.25, "role", "worker")
	want := `# HELP a_total Back\\slash and\nline.
# TYPE a_total counter
a_total 3
a_total{path="/x\"\\\n",role="worker"} 1.5
# HELP d_seconds How long.
# TYPE d_seconds histogram
d_seconds_bucket{role="worker",le="0.5"} 1
d_seconds_bucket{role="worker",le="1"} 3
d_seconds_bucket{role="worker",le="+Inf"} 6
d_seconds_sum{role="worker"} 7.25
d_seconds_count{role="worker"} 6
`
	if got := string(w.Bytes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
