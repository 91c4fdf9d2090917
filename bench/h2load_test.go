package main

import (
	"strings"
	"testing"
	"time"
)

const h2loadReport = `starting benchmark...
progress: 100% of clients started
Application protocol: h2

finished in 1.00s, 200.50 req/s, 20.12KB/s
requests: 210 total, 208 started, 205 done, 200 succeeded, 5 failed, 2 errored, 0 timeout
status codes: 200 2xx, 0 3xx, 0 4xx, 3 5xx
traffic: 20.12KB (20600) total, 10.35KB (10600) headers (space savings 0.00%), 4.49KB (4600) data
                     min         max         mean         sd        +/- sd
time for request:       23us       229us       124us        38us    67.50%
`

// Ensure that h2load's report is read as a whole or refused.
func TestParseH2load(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       answered
		err        string
	}{
		{name: "failed requests are errors and not answered", text: h2loadReport, want: answered{requests: 200, perSecond: 200.5, errors: 5}},
		{name: "no rate", text: strings.Replace(h2loadReport, "finished in", "ended in", 1), err: "how many requests"},
		{name: "a rate without its unit", text: strings.Replace(h2loadReport, " req/s,", "", 1), err: "finished in"},
		{name: "requests cut short", text: strings.Replace(h2loadReport, ", 0 timeout", "", 1), err: "requests:"},
		{name: "nothing", err: "how many requests"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseH2load(test.text)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one about %q", err, test.err)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("%+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

// Ensure that percentiles are of the requests that were answered with 200.
func TestParseH2loadLog(t *testing.T) {
	const µs = time.Microsecond
	for _, test := range []struct {
		name, text     string
		p50, p99, p999 time.Duration
		err            string
	}{
		{name: "in whichever order they ended", text: "100\t200\t30\n101\t200\t10\n102\t200\t20\n", p50: 20 * µs, p99: 30 * µs, p999: 30 * µs},
		{name: "columns of later versions", text: "100\t200\t30\tmore\n", p50: 30 * µs, p99: 30 * µs, p999: 30 * µs},
		{name: "other answers are left out", text: "100\t200\t30\n101\t502\t10\n102\t-1\t5\n", p50: 30 * µs, p99: 30 * µs, p999: 30 * µs},
		{name: "no request at all", text: ""},
		{name: "a line cut short", text: "100\t200\t30\n101\t2", err: "line"},
		{name: "no number", text: "100\t200\tx\n", err: "line"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p50, p99, p999, err := parseH2loadLog(strings.NewReader(test.text))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one about %q", err, test.err)
				}
				return
			}
			if err != nil || p50 != test.p50 || p99 != test.p99 || p999 != test.p999 {
				t.Errorf("%s, %s, %s, %v; want %s, %s, %s", p50, p99, p999, err, test.p50, test.p99, test.p999)
			}
		})
	}
}
