package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// parseWrk reads the report of wrk --latency. Every figure has to be there.
func parseWrk(text string) (answered, error) {
	l := answered{requests: -1, perSecond: -1, p50: -1, p99: -1, p999: -1}
	for _, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		var err error
		switch {
		case len(f) == 2 && f[0] == "50%":
			l.p50, err = parseLatency(f[1])
		case len(f) == 2 && f[0] == "99%":
			l.p99, err = parseLatency(f[1])
		case len(f) == 2 && f[0] == "99.9%":
			l.p999, err = parseLatency(f[1])
		case len(f) >= 4 && f[1] == "requests" && f[2] == "in":
			l.requests, err = strconv.ParseInt(f[0], 10, 64)
		case len(f) == 2 && f[0] == "Requests/sec:":
			l.perSecond, err = strconv.ParseFloat(f[1], 64)
		case strings.HasPrefix(strings.TrimSpace(line), "Socket errors:"):
			var connect, read, write, timeout int64
			_, err = fmt.Sscanf(strings.TrimSpace(line), "Socket errors: connect %d, read %d, write %d, timeout %d", &connect, &read, &write, &timeout)
			l.errors += connect + read + write + timeout
		case strings.HasPrefix(strings.TrimSpace(line), "Non-2xx or 3xx responses:"):
			var n int64
			n, err = strconv.ParseInt(f[len(f)-1], 10, 64)
			l.errors += n
		}
		if err != nil {
			return answered{}, fmt.Errorf("wrk: line %q: %w", line, err)
		}
	}
	for name, missing := range map[string]bool{
		"requests": l.requests < 0, "Requests/sec": l.perSecond < 0,
		"50%": l.p50 < 0, "99%": l.p99 < 0, "99.9%": l.p999 < 0,
	} {
		if missing {
			return answered{}, fmt.Errorf("wrk: its report says nothing of %s:\n%s", name, text)
		}
	}
	return l, nil
}

// parseLatency reads "417.00us", "1.09ms", "2.00s", "1.50m".
func parseLatency(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && d < 0 {
		err = fmt.Errorf("%s is negative", s)
	}
	return d, err
}
