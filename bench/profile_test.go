package main

import "testing"

// Ensure that only what names a function is left of perf's report.
func TestSymbols(t *testing.T) {
	const report = "# Samples: 3K of event 'cpu-clock'\n#\n# Overhead  Shared Object  Symbol   \n\n    12.50%  [kernel]  [k] tcp_sendmsg   \n     3.00%  site      [.] main.main\n\n\n"
	const want = "    12.50%  [kernel]  [k] tcp_sendmsg\n     3.00%  site      [.] main.main"
	if got := symbols(report); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
