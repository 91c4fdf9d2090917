package supervisor

import "time"

// The pauses before a process that keeps dying is started again.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 30 * time.Second
	// stable is how long a process has to serve for its death to count as the first.
	stable = 2 * time.Second
	// patience is the longest pause for which connections are left waiting in
	// the socket of the process that is missing.
	patience = time.Second
)

// pause is how long to wait after the given number of deaths in a row: not at
// all after one, then twice as long each time.
func pause(deaths int) time.Duration {
	if deaths <= 1 {
		return 0
	}
	d := firstPause
	for range deaths - 2 {
		if d *= 2; d >= lastPause {
			return lastPause
		}
	}
	return d
}
