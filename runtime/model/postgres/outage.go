package postgres

import (
	"sync"
	"time"
)

// outage is what is known of a server that gives no connections. Whoever comes while it
// starts waits for it; once somebody has waited in vain, those who come later look
// once and are told, or a site would keep all its visitors waiting for a server that is gone.
type outage struct {
	mu          sync.Mutex
	since, last time.Time // of the first and the latest attempt that failed; zero when none has
}

// glance is how long one attempt may take of a server that has been waited for.
const glance = time.Second

// failed notes an attempt that began then and has failed now.
func (o *outage) failed(began, now time.Time, patience time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() || began.Sub(o.last) > patience { // nobody has looked since the last outage
		o.since = began
	}
	o.last = now
}

// over notes a connection.
func (o *outage) over() {
	o.mu.Lock()
	o.since = time.Time{}
	o.mu.Unlock()
}

// patience is how long who comes now waits for the server, and whether others have
// waited for it in vain.
func (o *outage) patience(now time.Time, patience time.Duration) (_ time.Duration, inVain bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() || now.Sub(o.last) > patience {
		return patience, false
	}
	left := patience - now.Sub(o.since)
	if left <= 0 {
		return min(glance, patience), true
	}
	return left, false
}
