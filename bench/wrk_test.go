package main

import (
	"strings"
	"testing"
	"time"
)

const wrkReport = `Running 2s test @ http://127.0.0.1:8000/plaintext
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   417.20us  123.45us   8.01ms   91.20%
    Req/Sec   151.93k     3.21k  155.00k    80.00%
  Latency Distribution
     50%  401.00us
     75%  450.00us
     90%    1.02ms
     99%    2.57ms
  305912 requests in 2.10s, 44.05MB read
Requests/sec: 145672.38
Transfer/sec:     20.98MB
     99.9% 5450.25us
`

// Ensure that wrk's report is read as a whole or refused.
func TestParseWrk(t *testing.T) {
	clean := answered{requests: 305912, perSecond: 145672.38, p50: 401 * time.Microsecond, p99: 2570 * time.Microsecond, p999: 5450250 * time.Nanosecond}
	failing := clean
	failing.errors = 1 + 2 + 3 + 4 + 17
	for _, test := range []struct {
		name, text string
		want       answered
		err        string
	}{
		{name: "a clean run", text: wrkReport, want: clean},
		{
			name: "failures of connections and answers are added",
			text: strings.Replace(wrkReport, "Requests/sec:", "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 17\nRequests/sec:", 1),
			want: failing,
		},
		{name: "no requests", text: strings.Replace(wrkReport, " requests in ", " things in ", 1), err: "says nothing of requests"},
		{name: "no percentile of the script", text: strings.Replace(wrkReport, "     99.9% 5450.25us\n", "", 1), err: "says nothing of 99.9%"},
		{name: "a latency without unit", text: strings.Replace(wrkReport, "401.00us", "401.00", 1), err: "401.00"},
		{name: "a negative latency", text: strings.Replace(wrkReport, "401.00us", "-401.00us", 1), err: "negative"},
		{name: "socket errors cut short", text: wrkReport + "  Socket errors: connect 1, read\n", err: "Socket errors"},
		{name: "nothing", text: "", err: "says nothing of"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseWrk(test.text)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one about %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// Ensure that every unit in which wrk writes a latency is understood.
func TestParseLatency(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0.00us":   0,
		"417.00us": 417 * time.Microsecond,
		"1.09ms":   1090 * time.Microsecond,
		"2.00s":    2 * time.Second,
		"1.50m":    90 * time.Second,
	} {
		if got, err := parseLatency(text); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}
